"""Reverse events on disk: they are read newest first and reported oldest first."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from typing import BinaryIO, Generic, TypeVar

import msgspec

from reporting.events import AuditEvent

BLOCK = 1_200
"""Events that are in memory at a time, about 1 MB."""
E = TypeVar("E", bound=AuditEvent)
encode = msgspec.msgpack.Encoder().encode


class Spool(Generic[E]):
    """Events of one stretch, kept in a file once there are many. They come newest first, but for those of a second."""

    def __init__(self, file: BinaryIO, kind: type[E], *, block: int = BLOCK) -> None:
        """*block* is how many events are kept in memory."""
        self._file = file
        self._block = block
        self._decode = msgspec.msgpack.Decoder(list[kind]).decode  # type: ignore[valid-type]
        self._blocks: list[tuple[int, int]] = []
        self._waiting: list[E] = []
        self.events = 0
        """How many there are."""
        self.oldest: datetime | None = None
        """Date of the oldest event, if there is any."""
        self.oldest_ids: frozenset[int] = frozenset()
        """Ids of the events of that date."""

    def add(self, events: list[E]) -> None:
        """Add events that are none newer than those before; they come newest first."""
        self.events += len(events)
        self._waiting.extend(events)
        if events:
            oldest, known = events[-1].date, self.oldest_ids if self.oldest == events[-1].date else frozenset()
            last = takewhile(lambda event: event.date == oldest, reversed(events))
            self.oldest_ids = known.union(event.id for event in last)
            self.oldest = oldest
        if len(self._waiting) >= self._block:
            self._flush()

    def _flush(self) -> None:
        block = encode(self._waiting)
        self._blocks.append((self._file.seek(0, 2), len(block)))
        self._file.write(block)
        self._waiting = []

    def oldest_first(self) -> Iterator[E]:
        """Every event, by date and then by id. Two blocks are in memory at a time, and a second that is larger."""
        held: list[E] = []
        for block in self._oldest_blocks_first():
            held += block
            held.sort(key=by_date)
            settled = first_of_last_second(held)
            yield from held[:settled]
            del held[:settled]
        yield from held

    def _oldest_blocks_first(self) -> Iterator[list[E]]:
        yield self._waiting
        for place, length in reversed(self._blocks):
            self._file.seek(place)
            yield self._decode(self._file.read(length))


def by_date(event: AuditEvent) -> tuple[datetime, int]:
    return event.date, event.id


def first_of_last_second(events: Sequence[AuditEvent]) -> int:
    """Where the last second begins in a sorted list: the next block may hold more of it."""
    if not events:
        return 0
    second = events[-1].date.replace(microsecond=0)
    place = len(events)
    while place and events[place - 1].date >= second:
        place -= 1
    return place
