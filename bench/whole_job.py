"""The whole job as users run it: ``python -m bot report`` in a process of its own, watched from its start to its end.

Each job is done twice against one portal. The first run files a provisional report; the second, which is the one that
is measured, reads the month again, uploads the settled report as a new version, keeps its index and compares the two.
"""

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench.bounds import PAGE, Bound
from bench.cases import CONCURRENCY
from bench.portal import Closing, served
from bench.table import MEGABYTE
from bench.watch import Cost, environment, first_request, run, short_command
from reporting.period import Month

UNSETTLED = {"SETTLE_HOURS": "8760"}
"""With which the month of the first run may still change."""
STARTS = 5
SHORT, FIRST = 0.2, 0.5
"""Seconds until a short command has ended, and until the first request of a report."""
HUGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Layout:
    """How the events lie in the month."""

    name: str
    burst: int = 0
    """Events that share a second on average; 0 for a usual month."""
    ties: str = "random"
    """Order of the rows of one second: ``random`` at every request, or ``stored``."""


SPREAD = Layout("spread")
STABLE = Layout("stable", burst=40, ties="stored")
SHUFFLED = Layout("random", burst=40)
TABLES = ("--csv", "--jsonl")


@dataclass(frozen=True, slots=True)
class Job:
    events: int
    latency: float
    """Seconds that the portal adds to every request."""
    layout: Layout = SPREAD
    tables: tuple[str, ...] = ()
    """Options for forms besides the TXT."""

    @property
    def floor(self) -> float:
        """Seconds that the full pages alone take, with as many requests under way as are allowed."""
        return self.events / PAGE * self.latency / CONCURRENCY

    @property
    def forms(self) -> str:
        return " ".join(("TXT", *(option[2:].upper() for option in self.tables)))


QUICK = (Job(10_000, 0.05, SPREAD, TABLES),)
FULL = (
    Job(100_000, 0.05),
    Job(100_000, 0.05, STABLE),
    Job(100_000, 0.05, SHUFFLED),
    Job(100_000, 0.05, SPREAD, TABLES),
    Job(HUGE, 0.0),
    Job(HUGE, 0.0, SPREAD, TABLES),
)


class Result(msgspec.Struct, frozen=True):
    """What a run says of itself."""

    verdict: str
    read: int
    sha256: str
    changes: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    job: Job
    cost: Cost
    result: Result
    pages: int
    """Requests for the audit trail."""
    reading: float
    """Seconds between its first answer and its last."""
    after: float
    """Seconds from there to the end of the process."""

    @property
    def cpu(self) -> float:
        """Microseconds of processor time for each event, the start of the interpreter and the imports included."""
        return self.cost.cpu / self.job.events * 1e6


def month() -> Month:
    """The month before the last one: settled by the usual settings, and not by those of the first run."""
    today = datetime.now(UTC)
    return Month(today.year, today.month).plus(-2)


def measured(job: Job) -> Row:
    """What the second of two runs took.

    Raises:
        AssertionError: it is not the run that was meant to be measured.
    """
    words = (str(month()), "--json", *job.tables)
    with tempfile.TemporaryDirectory(prefix="compliance-bench-") as name, served(options(job)) as (told, last_line):
        folder = Path(name)
        settings = environment(told, folder)
        first = run(settings | UNSETTLED, folder, *words)[1]
        cost, printed = run(settings, folder, *words)
    result = msgspec.json.decode(printed, type=Result)
    check(job, msgspec.json.decode(first, type=Result), result)
    return row(job, cost, result, last_line())


def options(job: Job) -> Iterator[str]:
    yield f"--month={month()}"
    yield f"--events={job.events}"
    yield f"--latency={job.latency}"
    yield f"--burst={job.layout.burst}"
    yield f"--ties={job.layout.ties}"
    yield "--times"


def check(job: Job, first: Result, second: Result) -> None:
    verdicts = (first.verdict, second.verdict) == ("PROVISIONAL", "COMPLETE")
    if not (verdicts and first.read == second.read == job.events and second.changes):
        raise AssertionError(f"not the job that was to be measured: {first}, {second}")


def row(job: Job, cost: Cost, result: Result, seen: Closing) -> Row:
    """Of the answers of the audit trail, those count that came while the process ran."""
    times = [at for at in seen.audit if cost.ended - cost.seconds <= at <= cost.ended]
    return Row(job, cost, result, len(times), times[-1] - times[0], cost.ended - times[-1])


HEAD = ("events", "layout", "forms", "pages", "seconds", "floors", "req/s", "after", "µs/event", "MB", "files")


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Lines that read the same on a terminal and in Markdown."""
    cells = [HEAD, *map(line, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    yield joined(HEAD, widths)
    yield "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|"
    yield from (joined(one, widths) for one in cells[1:])


def line(row: Row) -> tuple[str, ...]:
    job, cost = row.job, row.cost
    return (
        f"{job.events:,}",
        job.layout.name,
        job.forms,
        f"{row.pages:,}",
        f"{cost.seconds:.2f}",
        f"{cost.seconds / job.floor:.2f}" if job.floor else "",
        f"{row.pages / row.reading:.0f}",
        f"{row.after:.2f}",
        f"{row.cpu:.1f}",
        f"{cost.peak / MEGABYTE:.0f}",
        f"{cost.files}",
    )


def joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


FLOORS = {SPREAD: 1.35, STABLE: 1.5, SHUFFLED: 2.0}
FILES = 64


def bounds(rows: Sequence[Row]) -> Iterator[Bound]:
    """What is promised of the whole job, where a row can say something about it."""
    for row in rows:
        job, cost = row.job, row.cost
        words = f"{job.events:,} events, {job.layout.name}, {job.forms}"
        if job.floor and not job.tables:
            most, times = FLOORS[job.layout], cost.seconds / job.floor
            yield Bound(f"the whole job in at most {most} times the floor, {words}", f"{times:.2f}", times <= most)
        if job.layout is SPREAD:
            limit = 35 if job.tables else 20
            yield Bound(f"at most {limit} µs of processor an event, {words}", f"{row.cpu:.1f}", row.cpu <= limit)
        if job.events == HUGE:
            megabytes, limit = cost.peak / MEGABYTE, 140 if job.tables else 120
            yield Bound(f"at most {limit} MB resident, {words}", f"{megabytes:.0f} MB", megabytes <= limit)
    files = max(row.cost.files for row in rows)
    yield Bound(f"at most {FILES} files open, whatever the size and forms", f"{files}", files <= FILES)


def starts() -> Iterator[Bound]:
    """How long it takes until something happens; the median of five."""
    for words in ("--help", "--version"):
        seconds = statistics.median(short_command(words).seconds for _ in range(STARTS))
        yield Bound(f"python -m bot {words} within {SHORT} s", f"{seconds:.2f} s", seconds <= SHORT)
    seconds = statistics.median(first_request() for _ in range(STARTS))
    yield Bound(f"the first request of report within {FIRST} s", f"{seconds:.2f} s", seconds <= FIRST)
