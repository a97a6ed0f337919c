"""Show how the months of a year are covered, and list past runs."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from reporting.evidence import chain, ledger, reviews
from reporting.evidence.ledger import runs
from reporting.period import Month
from reporting.report import Verdict
from reporting.run import OPEN, Run, State
from reporting.verification import Kind, MonthRow, MonthState, PastRun, Result, Review


def calendar(
    c: Connection,
    portal: str,
    year: int,
    *which: ColumnElement[bool],
    now: datetime,
    zone: ZoneInfo,
    retention: int | None,
) -> tuple[MonthRow, ...]:
    """The twelve months of a year, by the reports of all events of the portal at that address, of runs *which* fit.

    *zone* decides when a month is over; *retention* is how many days the portal keeps its audit trail, if known.
    """
    whole = runs.c.only == "", runs.c.portal.in_(["", portal]), *which
    return tuple(month_row(c, Month(year, number), whole, now, zone, retention) for number in range(1, 13))


def history_page(c: Connection, *which: ColumnElement[bool], most: int | None = None) -> list[Run]:
    """The runs, newest first."""
    query = ledger.whole.where(*which).order_by(runs.c.asked.desc(), runs.c.run).limit(most)
    return [ledger.from_row(row) for row in c.execute(query).mappings()]


def month_row(
    c: Connection,
    month: Month,
    whole: Sequence[ColumnElement[bool]],
    now: datetime,
    zone: ZoneInfo,
    retention: int | None,
) -> MonthRow:
    """A month's state by its unfiltered runs; it reads a handful of rows however many there are."""
    of_it = runs.c.period == str(month), *whole
    newest = newest_report(c, of_it)
    if newest is None:
        entries = telling(c, of_it)
        state = state_without_report(month, entries, now, zone, retention)
        older = [f"older than the portal's {retention} days setting, may be incomplete"]
        beyond = older if state is MonthState.BEYOND_RETENTION else []
        return MonthRow(month, state, (*beyond, *attempts(entries, state)))
    given = reviews_of(c, of_it)
    here = [review for review in given if review.sha256 == newest.sha256]
    return MonthRow(
        month,
        month_state(newest, here, given),
        tuple(notes(newest, here, again=is_open(c, of_it))),
        run=newest.run,
        verdict=newest.verdict,
        kept=newest.kept,
        sha256=newest.sha256,
        version=newest.files[0].version,
        url=newest.files[0].url,
        reviewers=tuple(dict.fromkeys(review.reviewer for review in here if review.accepts)),
    )


MADE = runs.c.files != "[]", runs.c.link != ""
"""A run with a report that is in the chain."""
LAST_FILED_FIRST = func.length(runs.c.link).desc(), runs.c.link.desc()
"""By the number before the colon: what follows it is always of the same length."""


def newest_report(c: Connection, of_it: Sequence[ColumnElement[bool]]) -> Run | None:
    """The run with the newest report."""
    row = c.execute(ledger.whole.where(*of_it, *MADE).order_by(*LAST_FILED_FIRST).limit(1)).mappings().one_or_none()
    return ledger.from_row(row) if row else None


def reviews_of(c: Connection, of_it: Sequence[ColumnElement[bool]]) -> list[Review]:
    """The reviews in force of all reports of the month, those of the newest report first."""
    reviewed = exists().where(chain.ledger.c.run == runs.c.run, chain.ledger.c.kind == Kind.REVIEW.value)
    order = list(c.scalars(select(runs.c.run).where(*of_it, *MADE, reviewed).order_by(*LAST_FILED_FIRST)))
    given = reviews.of_runs(c, order)
    return [review for run in order for review in given.get(run, ())]


def is_open(c: Connection, of_it: Sequence[ColumnElement[bool]]) -> bool:
    """Whether a run of the month is open."""
    return c.scalar(select(runs.c.run).where(*of_it, runs.c.state.in_(OPEN)).limit(1)) is not None


def telling(c: Connection, of_it: Sequence[ColumnElement[bool]]) -> list[Run]:
    """The runs that say why a month has no report, newest first: those under way, the last one, the last failure."""
    last = select(runs.c.run).where(*of_it).order_by(runs.c.asked.desc(), runs.c.run).limit(1)
    failure = last.where(runs.c.failure.is_not(None))
    which = runs.c.state.in_(OPEN), runs.c.run == last.scalar_subquery(), runs.c.run == failure.scalar_subquery()
    return history_page(c, *of_it, or_(*which))


def state_without_report(
    month: Month, entries: list[Run], now: datetime, zone: ZoneInfo, retention: int | None
) -> MonthState:
    """The state of a month without a report."""
    end = month.within(zone).end
    if any(one.state in OPEN for one in entries):
        return MonthState.RUNNING
    if now < end:
        return MonthState.AHEAD
    if retention and end < now - timedelta(days=retention):
        return MonthState.BEYOND_RETENTION
    if entries and entries[0].state is State.FAILED:
        return MonthState.FAILED
    return MonthState.MISSING


def attempts(entries: list[Run], state: MonthState) -> Iterator[str]:
    """Why there is no report."""
    last = next((one for one in entries if one.failure), None)
    if last and last.failure and state in {MonthState.FAILED, MonthState.BEYOND_RETENTION}:
        yield f"the newest attempt failed: {last.failure.message}"
    elif last and last.stopped_by and state is MonthState.MISSING:
        yield "the newest attempt was cancelled"


def month_state(newest: Run, here: list[Review], given: list[Review]) -> MonthState:
    """The state of a month with a report, by the reviews of that report and of all its reports."""
    if not any(review.accepts for review in here) and any(review.accepts for review in given):
        return MonthState.CHANGED_SINCE
    if newest.verdict is Verdict.PROVISIONAL:
        return MonthState.PROVISIONAL
    accepted = any(review.accepts for review in here)
    return MonthState.REVIEWED if accepted and not is_rejected(here) else MonthState.MADE


def is_rejected(here: list[Review]) -> bool:
    return any(review.result is Result.REJECTED for review in here)


def notes(newest: Run, here: list[Review], *, again: bool) -> Iterator[str]:
    if newest.verdict is Verdict.GAPS:
        yield "GAPS: the portal may not have had all of it"
    if newest.verdict is Verdict.PROVISIONAL and any(review.accepts for review in here):
        yield "accepted while it was provisional"
    if is_rejected(here):
        yield "rejected by a reviewer"
    if any(review.result is Result.REMARKS for review in here):
        yield "accepted with remarks"
    if again:
        yield "it is being made again"


def history(
    c: Connection, *which: ColumnElement[bool], month: Month | None, year: int | None, most: int | None = None
) -> tuple[PastRun, ...]:
    """What was made of a month, of a year, or at all, with filters and without; newest first, *most* at the most."""
    entries = history_page(c, matching_months(month, year), *which, most=most)
    names = [entry.run for entry in entries]
    later, given = successors(c, names), reviews.of_runs(c, names)
    return tuple(PastRun(entry, later.get(entry.run, ""), given.get(entry.run, ())) for entry in entries)


def successors(c: Connection, names: Sequence[str]) -> dict[str, str]:
    """The runs whose reports took the place of those runs' reports, by the earlier run."""
    later: dict[str, str] = {}
    for some in reviews.batches(names):
        later |= {row.supersedes: row.run for row in c.execute(superseding.where(runs.c.supersedes.in_(some)))}
    return later


superseding = select(runs.c.run, runs.c.supersedes)


def total(c: Connection, *which: ColumnElement[bool], month: Month | None, year: int | None) -> int:
    """How many runs the whole history has."""
    return c.scalar(select(func.count()).select_from(runs).where(matching_months(month, year), *which)) or 0


def matching_months(month: Month | None, year: int | None) -> ColumnElement[bool]:
    return runs.c.period == str(month) if month else runs.c.period.startswith(f"{year:04}-" if year else "")
