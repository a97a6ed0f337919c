"""A file that several threads append to; only some of its regions are used in the end."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import SEEK_END
from typing import BinaryIO, Protocol

BLOCK = 1 << 17
"""Bytes that are written and read at a time."""


class Writable(Protocol):
    """Anything that records can be written to."""

    def write(self, content: bytes, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a file, in bytes."""

    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length


class AppendFile:
    """A file that grows at its end. It is one descriptor, however many regions it has."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def append(self, content: bytes) -> Region:
        """Write *content* at the end and return its region."""
        with self._lock:
            start = self._file.seek(0, SEEK_END)
            self._file.write(content)
        return Region(start, len(content))

    def blocks(self, regions: Iterable[Region]) -> Iterator[bytes]:
        """The bytes of those regions, one region after the other, a block in memory at a time."""
        for region in regions:
            for start in range(region.start, region.end, BLOCK):
                with self._lock:
                    self._file.seek(start)
                    block = self._file.read(min(BLOCK, region.end - start))
                yield block


class Records:
    """One thread's records; they reach the file in blocks, between those of other threads."""

    def __init__(self, file: AppendFile) -> None:
        self._file = file
        self._waiting: list[bytes] = []
        self._size = 0
        self._regions: list[Region] = []

    def write(self, content: bytes, /) -> int:
        """Append one record."""
        self._waiting.append(content)
        self._size += len(content)
        if self._size >= BLOCK:
            self._flush()
        return len(content)

    def finished(self) -> tuple[Region, ...]:
        """The regions of all records, in order; nothing may be written after that."""
        self._flush()
        return tuple(self._regions)

    def _flush(self) -> None:
        if not self._size:
            return
        found = self._file.append(b"".join(self._waiting))
        last = self._regions[-1] if self._regions else None
        if last and last.end == found.start:
            self._regions[-1] = Region(last.start, last.length + found.length)
        else:
            self._regions.append(found)
        self._waiting, self._size = [], 0
