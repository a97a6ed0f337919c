"""A record of what the portal was asked."""

from collections import deque
from collections.abc import Iterator
from threading import Lock
from typing import NamedTuple


class Asked(NamedTuple):
    method: str
    path: str
    query: str
    status: int
    """0 when the client was never answered."""


class Requests:
    """The newest *limit* requests (None: all of them), oldest first, and how many there were in all."""

    def __init__(self, limit: int | None = None) -> None:
        self.total = 0
        self._kept: deque[Asked] = deque(maxlen=limit)
        self._lock = Lock()

    def note(self, asked: Asked) -> None:
        with self._lock:
            self.total += 1
            self._kept.append(asked)

    def clear(self) -> None:
        with self._lock:
            self.total = 0
            self._kept.clear()

    def to(self, path_contains: str, method: str | None = None) -> list[Asked]:
        """List the kept requests whose path contains *path_contains*."""
        return [one for one in self if path_contains in one.path and method in {None, one.method}]

    def __iter__(self) -> Iterator[Asked]:
        with self._lock:
            return iter(list(self._kept))

    def __len__(self) -> int:
        with self._lock:
            return len(self._kept)
