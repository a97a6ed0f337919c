"""Bad days, programmed: the next calls of a method fail in a way that is asked for."""

import threading
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    error: str | None = None
    """Answered with HTTP 200 and this Slack error, nothing performed."""
    status: int | None = None
    """Answered with this HTTP status, nothing performed."""
    retry_after: int | None = None
    """Seconds, in the Retry-After header of a 429."""
    delay: float = 0.0
    """Seconds before anything else happens."""
    cut: bool = False
    """The connection is cut instead of an answer."""
    performed: bool = False
    """Whether the call was performed before the connection was cut."""


def refuse(error: str) -> Fault:
    return Fault(error=error)


def rate_limit(retry_after: int = 1) -> Fault:
    return Fault(status=429, retry_after=retry_after)


def server_error(status: int = 500) -> Fault:
    return Fault(status=status)


def reset() -> Fault:
    """Cut the connection; nothing was performed."""
    return Fault(cut=True)


def unclear() -> Fault:
    """Perform the call, then cut the connection: the caller cannot know."""
    return Fault(cut=True, performed=True)


def delay(seconds: float) -> Fault:
    return Fault(delay=seconds)


class Faults:
    """Faults by method; ``upload`` and ``response_url`` are the two doors that are no methods."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str, deque[Fault | None]] = {}
        self.always: Fault | None = None
        """What every call meets for which nothing else is planned."""

    def plan(self, method: str, fault: Fault, *, times: int = 1, after: int = 0) -> None:
        """Let *after* calls of *method* pass, then spoil the next *times*."""
        with self._lock:
            planned = self._planned.setdefault(method, deque())
            planned.extend([None] * after)
            planned.extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        with self._lock:
            planned = self._planned.get(method)
            return planned.popleft() if planned else self.always

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()
            self.always = None
