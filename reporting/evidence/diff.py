"""Compare a report with the previous one by their event indexes."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import Protocol

from reporting.document.event_fingerprint import ROW
from reporting.verification import Changes

ID = 8
"""Bytes of a row that are its id, big-endian: rows sort by it."""
FACTS = 14
"""Bytes of a row before its labels."""
BLOCK = 20_000
"""Rows that are sorted at a time: as objects they take four times their bytes."""
NAMED = 100
"""Ids of each kind that are named."""


class Rows(Protocol):
    """An index, of which parts can be read."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes: ...


class Ids:
    """How many events there are of a kind, and the first of them."""

    __slots__ = ("count", "first")

    def __init__(self) -> None:
        self.count = 0
        self.first: list[int] = []

    def add(self, row: bytes) -> None:
        self.count += 1
        if self.count <= NAMED:
            self.first.append(ROW.unpack(row)[0])


def compare(before: Rows, after: Rows, *, against: str) -> Changes:
    """The differences between the indexes *before* (of the run *against*) and *after*.

    In memory are a few blocks of each, where the order of the ids is nearly that of the dates.
    """
    added, vanished, changed, relabelled = Ids(), Ids(), Ids(), Ids()
    for old, new in different(sort_rows(before), sort_rows(after)):
        if old is None:
            added.add(new or b"")
        elif new is None:
            vanished.add(old)
        else:
            (relabelled if old[:FACTS] == new[:FACTS] else changed).add(new)
    return Changes(
        against,
        added=added.count,
        vanished=vanished.count,
        changed=changed.count,
        relabelled=relabelled.count,
        added_ids=tuple(added.first),
        vanished_ids=tuple(vanished.first),
        changed_ids=tuple(changed.first),
        relabelled_ids=tuple(relabelled.first),
    )


def different(before: Iterator[bytes], after: Iterator[bytes]) -> Iterator[tuple[bytes | None, bytes | None]]:
    """The rows of an id that are not the same in both; nothing where there is none."""
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        if new is None or (old is not None and old[:ID] < new[:ID]):
            yield old, None
            old = next(before, None)
        elif old is None or new[:ID] < old[:ID]:
            yield None, new
            new = next(after, None)
        else:
            if old != new:
                yield old, new
            old, new = next(before, None), next(after, None)


def sort_rows(index: Rows) -> Iterator[bytes]:
    """The rows by id; they lie by date, which is nearly the same, so that a block or two of them are held at a time."""
    step = BLOCK * ROW.size
    starts = range(0, len(index), step)
    lowest = [min(blocks(index[start : start + step])) for start in starts]
    behind = list(accumulate(reversed(lowest), min))  # the lowest row of the last block, of the last two, and so on
    held: list[bytes] = []
    for blocks_left, start in zip(reversed(range(len(starts))), starts, strict=True):
        held += blocks(index[start : start + step])
        held.sort()
        settled = bisect_left(held, behind[blocks_left - 1]) if blocks_left else len(held)
        yield from held[:settled]
        del held[:settled]


def blocks(rows: bytes) -> Iterator[bytes]:
    return (rows[start : start + ROW.size] for start in range(0, len(rows), ROW.size))
