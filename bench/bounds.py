"""What is promised of our way, held against what was measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.cases import CONCURRENCY, Way
from bench.contest import Row
from bench.table import MEGABYTE

PAGE = 100
LARGE, HUGE, SLOW = 100_000, 1_000_000, 0.05
FLOOR, PER_PAGE, RESIDENT, CPU = 1.5, 1.25, 150.0, 0.5


@dataclass(frozen=True, slots=True)
class Bound:
    """A promise, the figure, and whether it was kept."""

    promise: str
    figure: str
    kept: bool

    def __str__(self) -> str:
        return f"{'met   ' if self.kept else 'MISSED'}  {self.promise}: {self.figure}"


def bounds(rows: Sequence[Row]) -> Iterator[Bound]:
    """Those that the rows can say something about."""
    ours = [row for row in rows if row.way is Way.OURS]
    yield whole(ours)
    for row in ours:
        if (row.case.events, row.case.latency) == (LARGE, SLOW):
            yield from pace(row)
        if row.case.events == HUGE:
            yield memory(row)
    yield from comparisons(rows, ours)


def whole(ours: Sequence[Row]) -> Bound:
    right = sum(row.finding.true and row.finding.duplicates == row.finding.outside == 0 for row in ours)
    return Bound(
        "recall 1, nothing twice, nothing from outside, a true claim", f"{right} of {len(ours)}", right == len(ours)
    )


def pace(row: Row) -> Iterator[Bound]:
    pages = row.case.events / PAGE
    floor = pages * row.case.latency / CONCURRENCY
    times, each = row.effort.seconds / floor, row.effort.outcome.requests / pages
    where = label(row)
    yield Bound(f"at most {FLOOR} times the ideal {floor:.2f} s, {where}", f"{times:.2f}", times <= FLOOR)
    yield Bound(f"at most {PER_PAGE} requests a full page, {where}", f"{each:.3f}", each <= PER_PAGE)


def memory(row: Row) -> Bound:
    peak = row.effort.peak / MEGABYTE
    return Bound(f"at most {RESIDENT:.0f} MB resident, {label(row)}", f"{peak:.0f} MB", peak <= RESIDENT)


def comparisons(rows: Sequence[Row], ours: Sequence[Row]) -> Iterator[Bound]:
    """Processor time against both ways of paging, where it was measured with the most events."""
    for way in (Way.FRESH, Way.KEPT):
        theirs = max((row for row in rows if row.way is way), key=lambda row: (row.case.events, -row.case.latency))
        [own] = [row for row in ours if row.case == theirs.case]
        part = own.cpu / theirs.cpu
        figure = f"{own.cpu:.1f} against {theirs.cpu:.1f} µs, {part:.2f}"
        yield Bound(f"at most {CPU} of the processor time of {way.value.split()[0]}, {label(own)}", figure, part <= CPU)


def label(row: Row) -> str:
    return f"{row.case.events:,} events at {row.case.latency * 1000:.0f} ms"
