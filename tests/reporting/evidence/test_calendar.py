"""Twelve months and how each stands, and what was made of them."""

import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError

from bot.store.database import Store
from reporting.errors.base import ComplianceError
from reporting.evidence import ledger, reviews
from reporting.evidence.calendar import attempts, calendar, history, month_state, notes, state_without_report
from reporting.evidence.ledger_check import check
from reporting.period import Month
from reporting.run import OPEN, State
from reporting.verification import MonthRow, MonthState, Result
from tests.entries import ANN, BOB, FAILURE, NOON, entry, filed, later, order

RIGA, PORTAL = ZoneInfo("Europe/Riga"), "https://p.example"
JULY = datetime(2025, 7, 10, tzinfo=UTC)
EVE = "U0EVE00001"


def made(
    c: Connection,
    /,
    run: str = "r1",
    month: str = "2025-01",
    *,
    sha256: str = "ab" * 32,
    asked: float = 0,
    **columns: Any,
) -> None:
    """A run that has filed a report."""
    ledger.accept(c, entry(run, month, asked=asked, state=State.FILING))
    usual = {
        "files": ledger.encoded((filed(version=2),)),
        "portal": PORTAL,
        "name": month,
        "verdict": "COMPLETE",
        "kept": 5,
        "sha256": sha256,
    }
    ledger.record_result(c, run, usual | columns, now=NOON)
    ledger.end(c, run, State.DONE, now=NOON)


def failed(c: Connection, run: str, month: str, *, asked: float = 0, by: str = "") -> None:
    ledger.accept(c, entry(run, month, asked=asked, state=State.RUNNING))
    ledger.record_result(c, run, {"failure": ledger.encoded(FAILURE)}, now=NOON, stopped_by=by)
    ledger.end(c, run, State.CANCELLED if by else State.FAILED, now=NOON)


def review(c: Connection, run: str, result: Result = Result.ACCEPTED, by: str = BOB) -> None:
    reviews.review(c, run, reviewer=by, result=result, reason="", askers={ANN}, now=later(9))


def rows(store: Store, year: int = 2025, **others: Any) -> list[MonthRow]:
    usual: dict[str, Any] = {"now": JULY, "zone": RIGA, "retention": 180} | others
    return list(store.write(lambda c: calendar(c, PORTAL, year, **usual)))


def january(store: Store, **others: Any) -> MonthRow:
    return rows(store, **others)[0]


def test_a_year_without_any_report_is_missing_until_now_and_ahead_from_this_month_on(store: Store) -> None:
    found = rows(store)
    assert [row.month for row in found] == [Month(2025, number) for number in range(1, 13)]
    missing, ahead = MonthState.MISSING, MonthState.AHEAD
    assert [row.state for row in found] == [missing] * 6 + [ahead] * 6


@pytest.mark.parametrize(("days", "state"), [(159, "beyond retention"), (161, "missing"), (None, "missing")])
def test_a_missing_month_that_is_older_than_the_portal_s_setting_says_so_and_may_be_incomplete(
    store: Store, days: int | None, state: str
) -> None:
    row = january(store, retention=days)
    older = f"older than the portal's {days} days setting, may be incomplete"
    assert (row.state, older in row.notes) == (state, state == "beyond retention")


def test_a_month_is_over_when_it_is_in_the_zone_of_the_reports(store: Store) -> None:
    midnight = datetime(2025, 6, 30, 22, tzinfo=UTC)
    assert rows(store, now=midnight)[5].state is MonthState.MISSING
    assert rows(store, now=midnight, zone=ZoneInfo("UTC"))[5].state is MonthState.AHEAD


def test_a_report_is_told_with_what_it_found_and_where_it_lies(store: Store) -> None:
    store.write(made)
    row = january(store)
    assert (row.state, row.run, row.verdict, row.kept, row.sha256) == ("made", "r1", "COMPLETE", 5, "ab" * 32)
    assert (row.version, row.url, row.reviewers, row.notes) == (2, filed().url, (), ())


def test_a_provisional_report_and_one_with_gaps_are_told_as_that(store: Store) -> None:
    store.write(made, verdict="PROVISIONAL")
    store.write(made, "r2", "2025-02", verdict="GAPS")
    first, second, *_ = rows(store)
    assert first.state is MonthState.PROVISIONAL
    assert (second.state, second.notes) == (MonthState.MADE, ("GAPS: the portal may not have had all of it",))


@pytest.mark.parametrize("result", [Result.ACCEPTED, Result.REMARKS])
def test_a_report_that_a_second_person_accepted_is_reviewed(store: Store, result: Result) -> None:
    store.write(made)
    store.write(review, "r1", result)
    row = january(store)
    assert (row.state, row.reviewers) == (MonthState.REVIEWED, (BOB,))
    assert row.notes == (("accepted with remarks",) if result is Result.REMARKS else ())


def test_a_report_that_anybody_rejected_is_not_reviewed(store: Store) -> None:
    store.write(made)
    store.write(review, "r1")
    store.write(review, "r1", Result.REJECTED, EVE)
    assert (january(store).state, january(store).notes) == (MonthState.MADE, ("rejected by a reviewer",))


def test_a_review_that_was_revoked_counts_no_more(store: Store) -> None:
    store.write(made)
    store.write(review, "r1")
    store.write(review, "r1", Result.REVOKED)
    assert january(store).state is MonthState.MADE


def test_a_report_that_found_something_else_than_what_was_accepted_has_changed_since(store: Store) -> None:
    store.write(made)
    store.write(review, "r1")
    store.write(made, "r2", sha256="cd" * 32, asked=1, supersedes="r1")
    row = january(store)
    assert (row.state, row.run, row.reviewers) == (MonthState.CHANGED_SINCE, "r2", ())


def test_a_month_stands_as_the_report_says_that_was_filed_last_whoever_was_asked_for_last(store: Store) -> None:
    store.write(made, "r2", asked=5)
    store.write(made, "r1", asked=0, sha256="cd" * 32, verdict="GAPS", supersedes="r2")
    row = january(store)
    assert (row.run, row.verdict, row.sha256) == ("r1", "GAPS", "cd" * 32)


def test_a_rerun_that_found_the_very_same_is_reviewed_as_well(store: Store) -> None:
    store.write(made)
    store.write(review, "r1")
    store.write(made, "r2", asked=1)
    assert (january(store).state, january(store).run) == (MonthState.REVIEWED, "r2")


def test_a_month_whose_newest_attempt_failed_has_failed_unless_there_is_a_report(store: Store) -> None:
    store.write(failed, "r1", "2025-05")
    store.write(made, "r2", "2025-06")
    store.write(failed, "r3", "2025-06", asked=1)
    may, june = rows(store)[4:6]
    assert (may.state, may.notes) == (MonthState.FAILED, (f"the newest attempt failed: {FAILURE.message}",))
    assert (june.state, june.run) == (MonthState.MADE, "r2")


def test_a_cancelled_attempt_leaves_its_month_missing(store: Store) -> None:
    store.write(failed, "r1", "2025-05", by=ANN)
    assert (rows(store)[4].state, rows(store)[4].notes) == (MonthState.MISSING, ("the newest attempt was cancelled",))


def test_a_month_that_is_being_made_is_running_and_one_that_is_made_again_is_still_made(store: Store) -> None:
    store.write(ledger.accept, entry("r1", "2025-05", state=State.RUNNING))
    store.write(made, "r2", "2025-06")
    store.write(ledger.accept, entry("r3", "2025-06", state=State.QUEUED))
    may, june = rows(store)[4:6]
    assert (may.state, june.state, june.notes) == (MonthState.RUNNING, MonthState.MADE, ("it is being made again",))


def test_filtered_reports_and_those_of_another_portal_cover_nothing(store: Store) -> None:
    def write(c: Connection) -> None:
        ledger.accept(c, entry("r1", order=order(only="type:delete"), state=State.FILING))
        ledger.record_result(c, "r1", {"files": ledger.encoded((filed(),)), "portal": PORTAL, "name": "x"}, now=NOON)
        made(c, "r2", portal="https://q.example")

    store.write(write)
    assert january(store).state is MonthState.MISSING


# -- what was made --


def test_the_history_has_the_newest_first_with_what_took_whose_place_and_the_reviews_in_force(store: Store) -> None:
    def write(c: Connection) -> None:
        made(c)
        review(c, "r1")
        made(c, "r2", sha256="cd" * 32, asked=1, supersedes="r1")
        failed(c, "r3", "2024-12", asked=2)

    store.write(write)
    third, second, first = store.write(history, month=None, year=None, most=9)
    assert [past.entry.run for past in (third, second, first)] == ["r3", "r2", "r1"]
    assert (first.superseded_by, second.superseded_by) == ("r2", "")
    assert [(one.reviewer, one.result) for one in first.reviews] == [(BOB, Result.ACCEPTED)]
    assert third.entry.failure == FAILURE
    assert all(past.entry.link for past in (third, second, first))


@pytest.mark.parametrize(
    ("month", "year", "most", "runs"),
    [
        (Month(2025, 1), None, 9, ["r1"]),
        (None, 2025, 9, ["r2", "r1"]),
        (None, None, 2, ["r3", "r2"]),
        (Month(2025, 1), 2024, 9, ["r1"]),
    ],
)
def test_the_history_can_be_of_a_month_of_a_year_or_the_newest_of_all(
    store: Store, month: Month | None, year: int | None, most: int, runs: list[str]
) -> None:
    for number, of in enumerate(["2025-01", "2025-02", "2024-12"], start=1):
        store.write(lambda c, number=number, of=of: made(c, f"r{number}", of, asked=number))  # type: ignore[misc]
    found = store.write(history, month=month, year=year, most=most)
    assert [past.entry.run for past in found] == runs


def test_a_run_that_goes_on_is_part_of_the_history(store: Store) -> None:
    store.write(ledger.accept, entry(state=State.RUNNING))
    [past] = store.write(history, month=None, year=None, most=9)
    assert (past.entry.state, past.entry.link, past.reviews) == (State.RUNNING, None, ())


def test_a_year_s_first_day_is_in_its_zone(store: Store) -> None:
    newyear = datetime(2025, 12, 31, 22, tzinfo=UTC) + timedelta(hours=1)
    assert rows(store, 2026, now=newyear)[0].state is MonthState.AHEAD
    assert rows(store, 2025, now=newyear)[11].state is MonthState.MISSING


# -- however many runs there are --


def by_every_run(c: Connection, month: Month) -> MonthRow:
    """The same from all runs of the month, one by one, as it was before only some of them were read."""
    every = [one.entry for one in history(c, month=month, year=None) if not one.entry.order.only]
    entries = [one for one in every if one.portal in {"", PORTAL}]
    made = ledger.last_first(one for one in entries if one.files and one.link)
    if not made:
        state = state_without_report(month, entries, JULY, RIGA, 180)
        return MonthRow(month, state, tuple(attempts(entries, state)))
    newest = made[0]
    given = [review for one in made for review in reviews.current_reviews(c, one.run)]
    here = [review for review in given if review.sha256 == newest.sha256]
    again = any(one.state in OPEN for one in entries)
    return MonthRow(
        month,
        month_state(newest, here, given),
        tuple(notes(newest, here, again=again)),
        run=newest.run,
        verdict=newest.verdict,
        kept=newest.kept,
        sha256=newest.sha256,
        version=newest.files[0].version,
        url=newest.files[0].url,
        reviewers=tuple(dict.fromkeys(review.reviewer for review in here if review.accepts)),
    )


def act(c: Connection, chance: random.Random, number: int) -> None:
    """Something that happens to a month: a report, a failure, a cancelled run, one under way, a review."""
    run, month, asked = f"r{number}", f"2025-0{chance.randrange(1, 6)}", chance.randrange(60)
    match chance.randrange(6):
        case 0 | 1:
            portal = chance.choice([PORTAL, PORTAL, "https://q.example"])
            verdict = chance.choice(["COMPLETE", "PROVISIONAL", "GAPS"])
            made(c, run, month, sha256=chance.choice(["ab", "cd"]) * 32, asked=asked, verdict=verdict, portal=portal)
        case 2:
            failed(c, run, month, asked=asked, by=chance.choice(["", ANN]))
        case 3:
            ledger.accept(c, entry(run, month, asked=asked, state=State.RUNNING))
        case _:
            of = f"r{chance.randrange(number + 1)}"
            review(c, of, chance.choice(list(Result)), chance.choice([BOB, EVE]))


@pytest.mark.parametrize("seed", range(12))
def test_a_month_stands_as_all_its_runs_together_say(sqlite_store: Store, seed: int) -> None:
    chance = random.Random(seed)

    def write(c: Connection) -> None:
        for number in range(25):  # what the rules forbid does not happen
            with suppress(IntegrityError, ComplianceError), c.begin_nested():
                act(c, chance, number)

    sqlite_store.write(write)
    found = rows(sqlite_store)
    assert found == [sqlite_store.read(lambda c, one=one: by_every_run(c, one.month)) for one in found]  # type: ignore[misc]


def statements(store: Store, ask: Callable[[Connection], object]) -> int:
    """How many questions the database is asked."""
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    event.listen(store.engine, "before_cursor_execute", count)
    store.read(ask)
    event.remove(store.engine, "before_cursor_execute", count)
    return asked


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: history(c, month=None, year=None),
        lambda c: calendar(c, PORTAL, 2025, now=JULY, zone=RIGA, retention=180),
        check,
    ],
    ids=["history", "calendar", "check"],
)
def test_no_question_is_asked_for_each_run(sqlite_store: Store, ask: Callable[[Connection], object]) -> None:
    sqlite_store.write(made_again, range(3))
    few = statements(sqlite_store, ask)
    sqlite_store.write(made_again, range(3, 30))
    assert statements(sqlite_store, ask) == few


def made_again(c: Connection, numbers: Iterable[int]) -> None:
    for number in numbers:
        made(c, f"r{number}", asked=number)
