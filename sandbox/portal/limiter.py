"""The server's rate limits, off on a self-hosted portal unless its operator turns them on.

Source: DocSpace server 3.7.2, ``BaseStartup.cs:191-412``; RedisRateLimiting gives ``Retry-After`` only for
the daily window.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from sandbox.portal.refusals import Silence

MINUTE = 60.0
DAY = 86_400.0
READS_AT_ONCE = 50
WRITES_AT_ONCE = 15


class Limiter:
    """Times are those of *seconds*, a monotonic clock."""

    def __init__(self, per_minute: int | None, writes_per_day: int | None, seconds: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._writes_per_day = writes_per_day
        self._seconds = seconds
        self._recent: deque[float] = deque()
        self._writes: deque[float] = deque()
        self._running = {True: 0, False: 0}
        self._lock = Lock()

    @contextmanager
    def admitted(self, method: str) -> Iterator[None]:
        """Let one request run.

        Raises:
            Silence: 429.
        """
        reads = method == "GET"
        with self._lock:
            self._admit(reads=reads, writes=method in {"POST", "PUT"})
            self._running[reads] += 1
        try:
            yield
        finally:
            with self._lock:
                self._running[reads] -= 1

    def _admit(self, *, reads: bool, writes: bool) -> None:
        now = self._seconds()
        if self._writes_per_day is not None and writes:
            self._daily(now, self._writes_per_day)
        if self._per_minute is None:
            return
        largest = READS_AT_ONCE if reads else WRITES_AT_ONCE
        if self._running[reads] >= largest:
            raise _limited(largest)
        _forget(self._recent, now - MINUTE)
        if len(self._recent) >= self._per_minute:
            raise _limited(self._per_minute)
        self._recent.append(now)

    def _daily(self, now: float, largest: int) -> None:
        if self._writes and now - self._writes[0] >= DAY:
            self._writes.clear()
        if len(self._writes) >= largest:
            rest = str(int(DAY - (now - self._writes[0])) + 1)
            raise _limited(largest, {"Retry-After": rest, "X-RateLimit-Reset": rest})
        self._writes.append(now)


def _limited(largest: int, more: dict[str, str] | None = None) -> Silence:
    return Silence(429, headers={"X-RateLimit-Limit": str(largest), "X-RateLimit-Remaining": "0"} | (more or {}))


def _forget(times: deque[float], oldest: float) -> None:
    while times and times[0] <= oldest:
        times.popleft()
