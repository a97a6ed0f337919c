"""Set a deadline for each whole answer; the usual timeouts apply to each piece only.

Somebody who sends a byte a second, by fault or on purpose (slow loris), never meets one of those. A fixed deadline
would cut large files off, so the time grows with what has gone over the line.
"""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

PIECE = 64 * 1024
"""Bytes passed on at once; the time is checked between them."""


@dataclass(frozen=True, slots=True)
class MinimumRate:
    """How long one request and its answer may wait for the other side."""

    grace: float
    """Seconds, whatever the size."""
    bytes_per_second: float
    """What each second beyond them has to bring, in either direction."""

    def seconds(self, size: int) -> float:
        """The time for *size* bytes."""
        return self.grace + size / self.bytes_per_second


def enforce(rate: MinimumRate, client: httpx.Client) -> None:
    """Make *client* abort what is slower than *rate*, with ``httpx.ReadTimeout`` or ``httpx.WriteTimeout``.

    Source: https://www.encode.io/httpcore/network-backends; httpx 0.28 has no public way to hand one over.
    """
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001
        if isinstance(transport, httpx.HTTPTransport):
            pool = transport._pool  # noqa: SLF001
            pool._network_backend = TimedBackend(pool._network_backend, rate)  # noqa: SLF001


class TimedBackend(httpcore.NetworkBackend):
    """Opens connections that time every exchange."""

    def __init__(self, inner: httpcore.NetworkBackend, rate: MinimumRate) -> None:
        self._inner, self._rate = inner, rate

    def connect_tcp(self, *args: Any, **named: Any) -> httpcore.NetworkStream:  # noqa: ANN401 - handed on as they are
        return TimedStream(self._inner.connect_tcp(*args, **named), self._rate)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class TimedStream(httpcore.NetworkStream):
    """A connection that carries one request and its answer after the other.

    Only the time in which the other side is waited for counts, not what is done with a piece before the next is read.
    """

    def __init__(self, inner: httpcore.NetworkStream, rate: MinimumRate) -> None:
        self._inner, self._rate = inner, rate
        self._size, self._spent, self._answered = 0, 0.0, False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._answered = True
        left = self._left(httpcore.ReadTimeout)
        with self._timed():
            found = self._inner.read(max_bytes, least(timeout, left))
        self._size += len(found)
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._answered:  # the next request on a kept-alive connection
            self._size, self._spent, self._answered = 0, 0.0, False
        for start in range(0, len(buffer), PIECE):
            left = self._left(httpcore.WriteTimeout)
            with self._timed():
                self._inner.write(buffer[start : start + PIECE], least(timeout, left))
            self._size += min(PIECE, len(buffer) - start)

    def _left(self, error: type[httpcore.TimeoutException]) -> float:
        """Seconds until the exchange is aborted."""
        left = self._rate.seconds(self._size) - self._spent
        if left <= 0:
            raise error(f"the answer is too slow: {self._size:,} bytes in {self._spent:.0f} s")
        return left

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self._spent += time.monotonic() - began

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return TimedStream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._rate)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as it is told
        return self._inner.get_extra_info(info)


def least(timeout: float | None, left: float) -> float:
    return left if timeout is None else min(timeout, left)
