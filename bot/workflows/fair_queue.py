"""A fair queue: many requests of one person wait behind few of another."""

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW = 60.0
"""Seconds for which requests count."""
MOST_KNOWN = 10_000
"""People counted at a time."""


class FairQueue:
    """Counts each person's recent requests; the numbers order a queue, smallest first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* is monotonic, in seconds."""
        self._clock, self._guard = clock, threading.Lock()
        self._asked: dict[str, deque[float]] = {}

    def next_turn(self, person: str) -> int:
        """The turn of a person's next request: 1 for the first within a minute, 2 for the second, and so on."""
        now = self._clock()
        with self._guard:
            if len(self._asked) >= MOST_KNOWN:
                self._asked = {who: asked for who, asked in self._asked.items() if now - asked[-1] <= WINDOW}
            mine = self._asked.setdefault(person, deque())
            while mine and now - mine[0] > WINDOW:
                mine.popleft()
            mine.append(now)
            return len(mine)
