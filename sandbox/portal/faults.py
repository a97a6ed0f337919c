"""What is ordered to go wrong, and when."""

from dataclasses import dataclass
from threading import Condition, Event, local

from sandbox.portal.fault_kinds import Fault, Hang


@dataclass(slots=True)
class _Order:
    path_contains: str
    method: str | None
    fault: Fault
    left: int | None
    spared: int

    def fits(self, method: str, path: str) -> bool:
        return not self.at_accept and self.path_contains in path and self.method in {None, method}

    @property
    def at_accept(self) -> bool:
        return isinstance(self.fault, Hang) and self.fault.at == "accept"


class Faults:
    """Orders for coming requests, first come first served. Safe to use from several threads."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []
        self._lock = Condition()
        self._met = 0
        self._released = Event()
        self._met_here = local()
        self._closed = False

    def next(
        self,
        path_contains: str,
        fault: Fault,
        times: int | None = 1,
        *,
        after: int = 0,
        method: str | None = None,
    ) -> None:
        """Let the next *times* requests (None: all of them) whose path fits meet *fault*.

        The first *after* of them are spared.
        """
        with self._lock:
            self._orders.append(_Order(path_contains, method, fault, times, after))

    def clear(self) -> None:
        """Forget what was ordered and let everything that hangs go on."""
        with self._lock:
            self._orders.clear()
        self.release()

    def release(self) -> None:
        """End every hang there is; its connection is closed."""
        with self._lock:
            released, self._released = self._released, Event()
        released.set()

    def close(self) -> None:
        """Let nothing wait any more."""
        with self._lock:
            self._closed = True
        self.clear()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait to be released; whether it was that, and not the end of so many *seconds*."""
        with self._lock:
            released: Event = getattr(self._met_here, "released", self._released)
            if self._closed:
                return True
        return released.wait(seconds)

    def take(self, method: str, path: str) -> Fault | None:
        """Take what is ordered for this request."""
        self._met_here.__dict__.clear()
        with self._lock:
            return self._take([order for order in self._orders if order.fits(method, path)])

    def wait_met(self, count: int, timeout: float) -> None:
        """Wait until *count* requests have met a fault.

        Raises:
            TimeoutError: they did not within *timeout* seconds.
        """
        with self._lock:
            if not self._lock.wait_for(lambda: self._met >= count, timeout):
                raise TimeoutError(f"{self._met} of {count} faults were met within {timeout} s")

    def take_accept(self) -> bool:
        """Tell whether the connection just accepted is to hang."""
        with self._lock:
            return self._take([order for order in self._orders if order.at_accept]) is not None

    def _take(self, fitting: list[_Order]) -> Fault | None:
        for order in fitting:
            if order.spared:
                order.spared -= 1
                continue
            if order.left is not None:
                order.left -= 1
            if order.left == 0:
                self._orders.remove(order)
            self._met += 1
            self._met_here.released = self._released  # so that a release before this thread waits is not missed
            self._lock.notify_all()
            return order.fault
        return None
