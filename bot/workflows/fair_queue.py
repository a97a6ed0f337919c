"""Whose turn it is: who asks for much waits behind everybody who asks for little."""

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW = 60.0
"""Seconds for which it counts what somebody asked for."""
MOST_KNOWN = 10_000
"""People who are counted at the same time."""


class FairQueue:
    """Counts what each person asked for lately; the numbers order a queue, smallest first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* gives seconds that only ever grow."""
        self._clock, self._guard = clock, threading.Lock()
        self._asked: dict[str, deque[float]] = {}

    def next_turn(self, person: str) -> int:
        """The turn of what that person asks for now: 1 for the first within a minute, 2 for the second, and so on."""
        now = self._clock()
        with self._guard:
            if len(self._asked) >= MOST_KNOWN:
                self._asked = {who: asked for who, asked in self._asked.items() if now - asked[-1] <= WINDOW}
            mine = self._asked.setdefault(person, deque())
            while mine and now - mine[0] > WINDOW:
                mine.popleft()
            mine.append(now)
            return len(mine)
