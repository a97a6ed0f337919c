"""One file that several threads append to, of which only some parts are used in the end."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from io import SEEK_END
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a file, in bytes."""

    start: int
    length: int


class Regions:
    """A file that grows at its end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def append(self, content: bytes) -> Region:
        """Write *content* at the end; where it lies."""
        with self._lock:
            start = self._file.seek(0, SEEK_END)
            self._file.write(content)
        return Region(start, len(content))

    def copy(self, regions: Iterable[Region], into: BinaryIO) -> BinaryIO:
        """Write those regions *into* another file, one after the other, and give that."""
        for region in regions:
            self._file.seek(region.start)
            into.write(self._file.read(region.length))
        return into
