"""What the doctor says, for everybody who asks in the same minute."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

KEPT = 60.0
"""Seconds for which an examination is good: it takes some seconds, and asks the portal and Slack."""
FRESH = 5.0
"""Seconds after which its age is told."""


class CachedExamination:
    """Examines once, however many ask at a time."""

    def __init__(self, examine: Callable[[], list[str]], clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* gives seconds that only ever grow."""
        self._examine, self._clock = examine, clock
        self._one = threading.Lock()
        self._found: list[str] = []
        self._at = float("-inf")

    def __call__(self) -> list[str]:
        """A line for each thing that is to be said, and how long ago it was looked at, if that was not just now."""
        with self._one:
            age = self._clock() - self._at
            if age >= KEPT:
                self._found, age = self._examine(), 0.0
                self._at = self._clock()
            return [*self._found, *([f"Looked at {age:.0f} seconds ago."] if age >= FRESH else [])]


class Conditions(Protocol):
    """What is wrong with this process now, one a line."""

    def lines(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What the doctor says, after what the running bot knows of itself."""

    checkup: CachedExamination
    conditions: Conditions

    def __call__(self) -> list[str]:
        return [*(f"FAILING: {line}." for line in self.conditions.lines()), *self.checkup()]
