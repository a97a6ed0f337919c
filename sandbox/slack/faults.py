"""Bad days, programmed: the next calls of a method fail in a way that is asked for."""

import threading
from collections import deque
from collections.abc import Callable
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
    hang: bool = False
    """Nothing is answered before the faults are cleared or the workspace closes; then the connection is cut."""
    cut: bool = False
    """The connection is cut instead of an answer."""
    performed: bool = False
    """Whether the call was performed nevertheless."""
    page: str | None = None
    """Answered with HTTP 200 and this page for people."""
    half: bool = False
    """Performed, and the first half of its answer's JSON is answered with HTTP 200."""
    drip: float = 0.0
    """Performed, and answered with so many seconds between two bytes."""

    @property
    def spoils(self) -> bool:
        """Whether anything but time is lost."""
        return self != Fault(delay=self.delay)


def refuse(error: str) -> Fault:
    return Fault(error=error)


def rate_limit(retry_after: int | None = 1) -> Fault:
    return Fault(status=429, retry_after=retry_after)


def server_error(status: int = 500, *, performed: bool = False) -> Fault:
    return Fault(status=status, performed=performed)


def reset() -> Fault:
    """Cut the connection; nothing was performed."""
    return Fault(cut=True)


def unclear() -> Fault:
    """Perform the call, then cut the connection: the caller cannot know."""
    return Fault(cut=True, performed=True)


def delay(seconds: float) -> Fault:
    return Fault(delay=seconds)


def hang(*, performed: bool = False) -> Fault:
    return Fault(hang=True, performed=performed)


def html(*, performed: bool = False) -> Fault:
    """A proxy's page, with HTTP 200."""
    return Fault(page="<!DOCTYPE html><html><body>Please sign in</body></html>", performed=performed)


def half() -> Fault:
    """Perform the call, and cut its answer's JSON in the middle."""
    return Fault(half=True, performed=True)


def drip(seconds: float = 1.0) -> Fault:
    return Fault(drip=seconds, performed=True)


class Faults:
    """Faults by method; ``upload`` and ``response_url`` are the two doors that are no methods."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str, deque[Fault | None]] = {}
        self._while: dict[str, tuple[Fault, Callable[[], bool]]] = {}
        self._cleared = threading.Event()
        self._closed = False
        self.always: Fault | None = None
        """What every call meets for which nothing else is planned."""
        self.met = 0
        """How many calls were spoilt."""

    def plan(self, method: str, fault: Fault, *, times: int = 1, after: int = 0) -> None:
        """Let *after* calls of *method* pass, then spoil the next *times*."""
        with self._lock:
            planned = self._planned.setdefault(method, deque())
            planned.extend([None] * after)
            planned.extend([fault] * times)

    def plan_while(self, method: str, fault: Fault, lasts: Callable[[], bool]) -> None:
        """Spoil each call of *method* (``*``: of all) while it lasts, unless something else is planned."""
        with self._lock:
            self._while[method] = fault, lasts

    def take(self, method: str) -> Fault | None:
        with self._lock:
            planned = self._planned.get(method)
            found = planned.popleft() if planned else self._lasting(method) or self.always
            self.met += found is not None
            return found

    def _lasting(self, method: str) -> Fault | None:
        fault, lasts = self._while.get(method) or self._while.get("*") or (None, bool)
        return fault if fault and lasts() else None

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the faults are cleared."""
        with self._lock:
            cleared = self._cleared
            if self._closed:
                return
        cleared.wait(seconds)

    def clear(self) -> None:
        """Forget what was planned, and let go what hangs."""
        with self._lock:
            self._planned.clear()
            self._while.clear()
            self.always = None
            cleared, self._cleared = self._cleared, threading.Event()
        cleared.set()

    def close(self) -> None:
        """Let nothing wait any more."""
        with self._lock:
            self._closed = True
        self.clear()
