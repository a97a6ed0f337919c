"""Limit the rate of requests to the portal, across all runs of this process."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

MINUTE = 60.0


class RateLimit:
    """At most *per_minute* requests in any 60 seconds, and *at_once* at the same time.

    Source: DocSpace server 3.7.2 refuses beyond 1,500 a minute (sliding) and 50 concurrent GETs for a user.
    """

    def __init__(self, *, per_minute: int, at_once: int) -> None:
        self._recent: deque[float] = deque(maxlen=per_minute)
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(at_once)
        self.at_once = at_once

    @contextmanager
    def permit(self) -> Iterator[None]:
        """Wait for the permit to send one request, and hold it until the answer arrives."""
        with self._places:
            self._wait()
            yield

    def _wait(self) -> None:
        """First come, first served: the lock is held while the oldest of the last minute's requests ages."""
        with self._turn:
            if len(self._recent) == self._recent.maxlen:
                time.sleep(max(0.0, self._recent[0] + MINUTE - time.monotonic()))
            self._recent.append(time.monotonic())
