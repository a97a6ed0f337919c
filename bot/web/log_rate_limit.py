"""Log lines about what strangers do, which must not fill the disk: the first at once, the others counted."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

EVERY = 60.0
"""Seconds between two lines about the same."""


@dataclass(slots=True)
class LastLine:
    """When something was told last, and how often it has happened since."""

    at: float
    more: int = 0


class RateLimitedLog:
    """Tells of each thing at most once a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* gives seconds that only ever grow."""
        self._clock, self._guard = clock, threading.Lock()
        self._told: dict[str, LastLine] = {}
        """One for each thing: there are a handful of them."""

    def tell(self, what: str, line: Callable[[int], object]) -> None:
        """Call *line*, if it is time for one, with how often *what* has happened untold since the last."""
        with self._guard:
            before = self._told.get(what)
            if before and self._clock() - before.at < EVERY:
                before.more += 1
                return
            self._told[what] = LastLine(self._clock())
        line(before.more if before else 0)
