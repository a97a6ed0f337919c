"""A small world, wholly enumerated: every server of up to six events in three seconds that shows two at a time.

``python -m tests.reporting.model`` (``make model``) reads all of it, with as many processes as the machine has cores;
a share of it is part of the gate.
"""

import io
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any, Self
from unittest import mock

from reporting.docspace.audit import trail, worker_threads
from reporting.errors.base import ComplianceError
from reporting.period import Window
from sandbox.portal.lies import Lie, LieKind
from sandbox.portal.lying_trail import World
from sandbox.portal.selection import Row, RowTable
from sandbox.portal.semantics import Semantics, Ties
from tests.reporting.tiny import Outcome, at, read

MOST_ROWS, SECONDS, PAGE = 6, 3, 2
TIES: tuple[Ties, ...] = ("id", "reverse", "random")
LIES = (
    LieKind.EMPTY,
    LieKind.ROW_TWICE,
    LieKind.ALL_TWICE,
    LieKind.FIRST_MISSING,
    LieKind.MIDDLE_MISSING,
    LieKind.LAST_MISSING,
    LieKind.REVERSED,
    LieKind.LONGER,
    LieKind.OTHER_WINDOW,
    LieKind.NO_WINDOW,
    LieKind.REPLICA_LAG,
    LieKind.REPLICA_HOLE,
    LieKind.PREVIOUS,
    LieKind.CACHED,
    LieKind.COUNT_MORE,
    LieKind.NOT_JSON,
)
"""Of the lies whose answers differ only in their bytes, which no page is made of, one stands for all."""
HIDING = frozenset(
    {
        LieKind.FIRST_MISSING,
        LieKind.MIDDLE_MISSING,
        LieKind.LAST_MISSING,
        LieKind.REPLICA_LAG,
        LieKind.REPLICA_HOLE,
    }
)
"""Told for ever, they can hide an event in every answer: what no answer has shown, nobody can miss."""
SHARES = 336
"""Into which the world is divided."""


@dataclass(frozen=True, slots=True)
class Case:
    """A server, a month and how the reading is divided."""

    rows: tuple[Row, ...]
    first: int
    """The month's first second."""
    end: int
    """The second after its last one."""
    ties: Ties
    cuts: tuple[int, ...]
    lie: Lie | None = None

    @property
    def ids(self) -> list[int]:
        """The true set."""
        return sorted(row.id for row in self.rows if self.first <= row.date < self.end)

    def outcome(self) -> Outcome:
        semantics = Semantics(cap=PAGE, over_cap="clamped", ties=self.ties)
        lies = (self.lie,) if self.lie else ()
        world = World(RowTable(self.rows), semantics, lies, random.Random(1))
        return read(world, Window(at(self.first), at(self.end)), Path(), now=at(200_000), cuts=self.cuts)


def honest() -> Iterator[Case]:
    """Every server that does not lie."""
    for rows, (first, end), ties in product(row_sets(), windows(), TIES):
        for cuts in ((), (1,), (2,), (1, 2)):
            if all(first < cut < end for cut in cuts):
                yield Case(rows, first, end, ties, cuts)


def row_sets() -> Iterator[tuple[Row, ...]]:
    """Up to six events in three seconds, with two older ones beside them and without."""
    for counts in product(range(MOST_ROWS + 1), repeat=SECONDS):
        if sum(counts) <= MOST_ROWS:
            dates = [second for second, count in enumerate(counts) for _ in range(count)]
            rows = tuple(Row(id=number, date=date) for number, date in enumerate(dates, 1))
            yield rows
            yield (*rows, Row(id=90, date=-1000), Row(id=91, date=-2000))


def windows() -> Iterator[tuple[int, int]]:
    return ((first, end) for first in range(SECONDS) for end in range(first + 1, SECONDS + 1))


def lied_to() -> Iterator[Case]:
    """Those that are lied about: whose month is all three seconds or the one in the middle, cut once at most."""
    for case in honest():
        if (case.first, case.end) in {(0, 3), (1, 2)} and case.ties != "reverse" and len(case.cuts) <= 1:
            yield case


def lying(case: Case) -> Iterator[Case]:
    """Every single lie at every request, told once and from then on.

    Left out are those that hide an event in every answer there is, while events of a second come in random order: then
    it is chance which of them an answer shows.
    """
    for kind, first, answers in product(LIES, range(1, case.outcome().requests + 1), (1, None)):
        if not (kind in HIDING and first == 1 and answers is None and case.ties == "random"):
            yield Case(case.rows, case.first, case.end, case.ties, case.cuts, Lie(kind, first, answers))


@contextmanager
def without_threads() -> Iterator[None]:
    """Jobs are done one after the other, in memory: a tiny world is read in a millisecond then."""
    with (
        mock.patch.object(worker_threads, "ThreadPoolExecutor", Inline),
        mock.patch.object(trail, "scratch", side_effect=lambda _: io.BytesIO()),
    ):
        yield


class Inline:
    """An executor that has done its jobs when they are handed to it."""

    def __init__(self, *args: Any, **named: Any) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None: ...

    def submit(self, job: Callable[[Any], object], work: object) -> "Future[None]":
        future: Future[None] = Future()
        try:
            job(work)
            future.set_result(None)
        except ComplianceError as error:
            future.set_exception(error)
        return future


def told(case: Case) -> str:
    """What came of it, in a word; FALSE if it was called complete and is not exact."""
    found = case.outcome()
    if found.refusal is not None:
        return type(found.refusal).__name__
    if not found.proven:
        return "not counted"
    missing = set(case.ids) - set(found.ids)
    hides = case.lie is not None and case.lie.kind in HIDING and case.lie.answers is None
    if sorted(found.ids) == case.ids or (hides and set(found.ids) < set(case.ids) and not missing & found.shown):
        return "exact"
    return "FALSE"


def outcomes(cases: Iterable[Case]) -> Counter[str]:
    """How often there was which; what is falsely called complete is printed."""
    found: Counter[str] = Counter()
    for case in cases:
        outcome = told(case)
        found[outcome] += 1
        if outcome == "FALSE":
            print("FALSE", case, file=sys.stderr)
    return found


def share(number: int, of: int) -> tuple[Counter[str], Counter[str]]:
    """The outcomes of every *of*-th honest server from the *number*-th on, and of all lies about such servers."""
    with without_threads():
        plain = outcomes(islice(honest(), number, None, of))
        return plain, outcomes(case for one in islice(lied_to(), number, None, of) for case in lying(one))


def main() -> int:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        parts = []
        for number, part in enumerate([pool.submit(share, number, SHARES) for number in range(SHARES)], 1):
            parts.append(part.result())
            print(f"{number} of {SHARES} shares", file=sys.stderr)
    found: list[Counter[str]] = [sum(kind, Counter()) for kind in zip(*parts, strict=True)]
    for name, counted in zip(("honest", "lying"), found, strict=True):
        print(f"{counted.total():,} {name} servers: {dict(counted.most_common())}")
    wrong = sum(counted["FALSE"] for counted in found)
    print(f"{sum(counted.total() for counted in found):,} servers, {wrong} of them falsely called complete")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
