"""How the months of a year are covered, and what was made of a month."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, select

from reporting.entry import OPEN, Entry, State
from reporting.evidence import ledger, reviews
from reporting.evidence.ledger import runs
from reporting.period import Month
from reporting.proof import MonthRow, MonthState, Past, Result, Review
from reporting.report import Verdict


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

    *zone* says when a month is over; *retention* is how many days the portal keeps its audit trail, if it tells.
    """
    whole = runs.c.period.startswith(f"{year:04}-"), runs.c.only == "", runs.c.portal.in_(["", portal])
    entries = found(c, *whole, *which)
    months = [Month(year, number) for number in range(1, 13)]
    return tuple(
        month_row(c, month, [one for one in entries if one.order.month == month], now, zone, retention)
        for month in months
    )


def found(c: Connection, *which: ColumnElement[bool], most: int | None = None) -> list[Entry]:
    """The runs, newest first."""
    query = select(runs).where(*which).order_by(runs.c.asked.desc(), runs.c.run).limit(most)
    return [ledger.unpacked(row) for row in c.execute(query).mappings()]


def month_row(
    c: Connection, month: Month, entries: list[Entry], now: datetime, zone: ZoneInfo, retention: int | None
) -> MonthRow:
    """How a month stands by its runs, newest first."""
    made = ledger.last_first(one for one in entries if one.files and one.link)
    if not made:
        state = unmade(month, entries, now, zone, retention)
        return MonthRow(month, state, tuple(attempts(entries, state)))
    newest = made[0]
    given = [review for one in made for review in reviews.standing(c, one.run)]
    here = [review for review in given if review.sha256 == newest.sha256]
    return MonthRow(
        month,
        covered(newest, here, given),
        tuple(notes(newest, here, entries)),
        run=newest.run,
        verdict=newest.verdict,
        kept=newest.kept,
        sha256=newest.sha256,
        version=newest.files[0].version,
        url=newest.files[0].url,
        reviewers=tuple(dict.fromkeys(review.reviewer for review in here if review.accepts)),
    )


def unmade(month: Month, entries: list[Entry], now: datetime, zone: ZoneInfo, retention: int | None) -> MonthState:
    """How a month without a report stands."""
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


def attempts(entries: list[Entry], state: MonthState) -> Iterator[str]:
    """Why there is no report."""
    last = next((one for one in entries if one.failure), None)
    if last and last.failure and state in {MonthState.FAILED, MonthState.BEYOND_RETENTION}:
        yield f"the newest attempt failed: {last.failure.message}"
    elif last and last.stopped_by and state is MonthState.MISSING:
        yield "the newest attempt was cancelled"


def covered(newest: Entry, here: list[Review], given: list[Review]) -> MonthState:
    """How a month stands that has a report, by the reviews of that very report and of all its reports."""
    if not any(review.accepts for review in here) and any(review.accepts for review in given):
        return MonthState.CHANGED_SINCE
    if newest.verdict is Verdict.PROVISIONAL:
        return MonthState.PROVISIONAL
    accepted = any(review.accepts for review in here)
    return MonthState.REVIEWED if accepted and not rejected(here) else MonthState.MADE


def rejected(here: list[Review]) -> bool:
    return any(review.result is Result.REJECTED for review in here)


def notes(newest: Entry, here: list[Review], entries: list[Entry]) -> Iterator[str]:
    if newest.verdict is Verdict.GAPS:
        yield "GAPS: the portal may not have had all of it"
    if newest.verdict is Verdict.PROVISIONAL and any(review.accepts for review in here):
        yield "accepted while it was provisional"
    if rejected(here):
        yield "rejected by a reviewer"
    if any(review.result is Result.REMARKS for review in here):
        yield "accepted with remarks"
    if any(one.state in OPEN for one in entries):
        yield "it is being made again"


def history(
    c: Connection, *which: ColumnElement[bool], month: Month | None, year: int | None, most: int | None = None
) -> tuple[Past, ...]:
    """What was made of a month, of a year, or at all, with filters and without; newest first, *most* at the most."""
    return tuple(past(c, entry) for entry in found(c, asked_for(month, year), *which, most=most))


def total(c: Connection, *which: ColumnElement[bool], month: Month | None, year: int | None) -> int:
    """How many runs the whole history has."""
    return c.scalar(select(func.count()).select_from(runs).where(asked_for(month, year), *which)) or 0


def asked_for(month: Month | None, year: int | None) -> ColumnElement[bool]:
    return runs.c.period == str(month) if month else runs.c.period.startswith(f"{year:04}-" if year else "")


def past(c: Connection, entry: Entry) -> Past:
    later = c.scalar(select(runs.c.run).where(runs.c.supersedes == entry.run).limit(1))
    return Past(entry, later or "", reviews.standing(c, entry.run))
