"""The ledger, on both databases: which way a run may go, and that what is written comes back as it was."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.engine.default import DefaultDialect

from bot.errors import DatabaseTrouble
from bot.store.database import Store
from reporting.evidence import chain, ledger
from reporting.period import Month
from reporting.report import Order, Progress, Verdict
from reporting.run import ENDED, OPEN, Run, State
from tests.entries import ANN, BOB, FAILURE, NOON, entry, filed, later, order

DIALECT = DefaultDialect()
HERE, THERE = "replica-1", "replica-2"
NAMED = {"portal": "https://p.example", "name": "compliance-report-2025-01"}
FILES = NAMED | {"files": ledger.encoded((filed(),))}
every_state = pytest.mark.parametrize("state", State)


def held(store: Store, state: State = State.QUEUED, **changes: Any) -> str:
    """A run that has come as far as *state*, worked on here."""
    one = entry(**{"state": state, "replica": HERE, **changes})
    store.write(ledger.accept, one)
    return one.run


def read(store: Store, run: str = "r1") -> Run:
    found = store.write(ledger.find, run)
    assert found is not None
    return found


def test_a_run_goes_from_accepted_to_done_and_each_step_is_written_down(store: Store) -> None:
    run = held(store, replica="")
    began = store.write(ledger.begin, run, replica=HERE, now=later(1))
    assert began == entry(state=State.RUNNING, began=later(1), attempts=1, replica=HERE)
    told = store.write(ledger.update_progress, run, Progress(0.25, 77, rate=5.0))
    assert told is not None
    assert told.progress == Progress(0.25, 77)
    assert store.write(ledger.claim, run, replica=HERE)
    assert read(store).state is State.FILING
    assert store.write(ledger.record_result, run, {"verdict": Verdict.GAPS, "read": 7, "kept": 5, **FILES}, now=NOON)
    assert read(store).state is State.ENDING
    assert store.write(ledger.end, run, State.DONE, now=later(2))
    over = read(store)
    assert (over.state, over.ended, over.began) == (State.DONE, later(2), later(1))
    assert (over.verdict, over.read, over.kept, over.files) == (Verdict.GAPS, 7, 5, (filed(),))


@every_state
def test_only_a_run_that_has_not_ended_can_begin_and_only_a_waiting_one_is_moved_on(store: Store, state: State) -> None:
    run = held(store, state)
    began = store.write(ledger.begin, run, replica=THERE, now=later(1))
    after = read(store)
    assert (began is None) == (state in ENDED)
    assert after.state is (State.RUNNING if state is State.QUEUED else state)
    assert (after.replica, after.attempts) == ((HERE, 0) if state in ENDED else (THERE, 1))


def test_of_all_that_wait_only_the_run_that_begins_is_moved_on(store: Store) -> None:
    held(store)
    held(store, run="r2", order=order("2025-02"))
    store.write(ledger.begin, "r1", replica=HERE, now=later(1))
    assert (read(store, "r1").state, read(store, "r2").state) == (State.RUNNING, State.QUEUED)


def test_a_run_that_begins_again_keeps_the_moment_when_it_began_first(store: Store) -> None:
    run = held(store)
    for _ in 1, 2:
        store.write(ledger.begin, run, replica=HERE, now=later(1))
    began = store.write(ledger.begin, run, replica=HERE, now=later(2))
    assert began is not None
    assert (began.began, began.attempts) == (later(1), 3)


@every_state
def test_only_a_running_run_can_be_claimed_for_filing(store: Store, state: State) -> None:
    run = held(store, state)
    may = state in {State.RUNNING, State.FILING}
    assert store.write(ledger.claim, run, replica=HERE) == may
    assert read(store).state is (State.FILING if may else state)


@every_state
def test_nobody_can_claim_a_run_that_another_replica_works_on(store: Store, state: State) -> None:
    run = held(store, state)
    assert not store.write(ledger.claim, run, replica=THERE)
    assert read(store) == entry(state=state, replica=HERE)


@every_state
def test_only_an_open_run_can_be_closed(store: Store, state: State) -> None:
    run = held(store, state)
    failed = {"failure": ledger.encoded(FAILURE)}
    assert store.write(ledger.record_result, run, failed, now=NOON, stopped_by=BOB) == (state in OPEN)
    changed: dict[str, Any] = {"state": State.ENDING, "stopped_by": BOB, "failure": FAILURE}
    changed["link"] = store.write(chain.head)
    assert read(store) == entry(**{"state": state, "replica": HERE, **(changed if state in OPEN else {})})


def test_what_a_run_was_closed_with_stands_whoever_closes_it_again(store: Store) -> None:
    run = held(store, State.FILING)
    assert store.write(ledger.record_result, run, {"read": 1, "outcome": "[1]"}, now=NOON)
    assert not store.write(ledger.record_result, run, {"read": 2, "outcome": "[2]"}, now=NOON, stopped_by=BOB)
    assert (read(store).read, read(store).stopped_by) == (1, "")
    assert store.write(ledger.outcome, run) == "[1]"


def test_a_cancelled_run_is_neither_claimed_nor_closed_as_done(store: Store) -> None:
    run = held(store, State.RUNNING)
    store.write(ledger.record_result, run, {}, now=NOON, stopped_by=ANN)
    assert not store.write(ledger.claim, run, replica=HERE)
    assert not store.write(ledger.record_result, run, FILES, now=NOON)
    store.write(ledger.end, run, State.CANCELLED, now=later(1))
    assert (read(store).state, read(store).files) == (State.CANCELLED, ())


@every_state
@pytest.mark.parametrize("last", ENDED)
def test_a_run_ends_once_and_stays_as_it_ended(store: Store, state: State, last: State) -> None:
    run = held(store, state)
    assert store.write(ledger.end, run, last, now=later(9)) == (state not in ENDED)
    assert read(store).state is (state if state in ENDED else last)
    assert not store.write(ledger.end, run, State.DONE, now=later(10))
    assert read(store).ended == (None if state in ENDED else later(9))


def test_what_went_wrong_at_the_end_is_written_down_with_it(store: Store) -> None:
    run = held(store, State.ENDING)
    store.write(ledger.end, run, State.WARNED, now=NOON, failure=ledger.encoded(FAILURE))
    assert read(store).failure == FAILURE


def test_a_run_that_is_not_in_the_ledger_is_nothing(store: Store) -> None:
    assert store.write(ledger.find, "nowhere") is None
    assert store.write(ledger.outcome, "nowhere") is None
    assert not store.write(ledger.claim, "nowhere", replica=HERE)


@pytest.mark.parametrize("state", OPEN)
def test_two_runs_for_the_same_report_are_never_open_at_once(store: Store, state: State) -> None:
    held(store, state)
    with pytest.raises(DatabaseTrouble):
        store.write(ledger.accept, entry("r2"))
    assert store.write(ledger.find, "r2") is None


@pytest.mark.parametrize("state", [State.ENDING, *ENDED])
def test_a_run_that_is_over_is_not_joined_and_does_not_keep_the_next_one_out(store: Store, state: State) -> None:
    held(store, state)
    assert store.write(ledger.find_open_run, order()) is None
    store.write(ledger.accept, entry("r2"))
    assert store.write(ledger.find_open_run, order()) == "r2"


@pytest.mark.parametrize("other", [order("2025-02"), order(only="type:delete"), order(zone="Europe/Riga")])
def test_another_month_filter_or_zone_is_another_report(store: Store, other: Order) -> None:
    held(store)
    assert store.write(ledger.find_open_run, other) is None
    assert store.write(ledger.find_open_run, order()) == "r1"


def test_what_is_going_on_comes_first_then_what_waits_by_turn_then_by_time(store: Store) -> None:
    def write(c: Connection) -> None:
        for number, (state, turn, asked) in enumerate(
            [
                (State.QUEUED, 2, 0),
                (State.QUEUED, 1, 3),
                (State.FILING, 2, 4),
                (State.QUEUED, 1, 2),
                (State.ENDING, 1, 9),
                (State.DONE, 1, 0),
                (State.RUNNING, 1, 5),
                (State.CANCELLED, 1, 1),
            ]
        ):
            ledger.accept(c, entry(f"r{number}", f"2024-{number + 1:02}", asked=asked, state=state, turn=turn))

    store.write(write)
    assert [one.run for one in store.write(ledger.list_open_runs)] == ["r6", "r4", "r2", "r3", "r1", "r0"]


def test_what_was_asked_for_at_the_same_moment_waits_in_the_same_order_wherever_it_is_looked_at(store: Store) -> None:
    for run, month in ("r2", "2024-02"), ("r3", "2024-03"), ("r1", "2024-01"):
        store.write(partial(ledger.accept, entry=entry(run, month)))
    assert [one.run for one in store.write(ledger.list_open_runs)] == ["r1", "r2", "r3"]


def test_how_many_runs_somebody_has_open_counts_neither_the_ending_nor_others(store: Store) -> None:
    def write(c: Connection) -> int:
        for number, state in enumerate(State):
            ledger.accept(c, entry(f"a{number}", f"2024-{number + 1:02}", state=state))
        ledger.accept(c, entry("b", "2023-01", asker=BOB))
        return ledger.open_runs_of(c, ANN)

    assert store.write(write) == len(OPEN)
    assert store.write(ledger.open_runs_of, "nobody") == 0


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({}, True),
        ({"files": ()}, False),
        ({"order": order("2025-02")}, False),
        ({"order": order(only="type:delete")}, False),
        ({"order": order(zone="Europe/Riga")}, True),
    ],
    ids=str,
)
def test_a_month_is_reported_once_a_report_of_all_its_events_is_filed(
    store: Store, changes: dict[str, Any], there: bool
) -> None:
    assert not store.write(ledger.has_full_report, Month(2025, 1))
    for run in "r1", "r2":
        held(store, State.DONE, run=run, **({"files": (filed(),)} | changes))
    assert store.write(ledger.has_full_report, Month(2025, 1)) is there


def test_the_run_that_read_a_month_again_is_the_one_that_filed_what_it_found(store: Store) -> None:
    def found() -> str | None:
        again = store.write(ledger.find_reread, "r1")
        return again.run if again else None

    held(store, State.DONE, files=(filed(),))
    held(store, State.FAILED, run="failed", rereads="r1")
    held(store, State.DONE, run="of another", rereads="r0", files=(filed(),))
    assert found() is None
    held(store, State.DONE, run="again", rereads="r1", files=(filed(),))
    assert found() == "again"
    held(store, State.DONE, run="once more", rereads="r1", files=(filed(),))
    assert found() in {"again", "once more"}


def test_what_was_filed_under_a_name_comes_newest_first_and_without_what_filed_nothing(store: Store) -> None:
    def write(c: Connection) -> None:
        done = {"state": State.DONE, "portal": FILES["portal"], "name": FILES["name"]}
        for run, asked in ("old", 1), ("newest", 10), ("middle", 5):
            ledger.accept(c, entry(run, asked=asked, **done, files=(filed(),)))
        ledger.accept(c, entry("failed", asked=11, **done))
        ledger.accept(c, entry("elsewhere", asked=12, **(done | {"portal": "https://q.example"}), files=(filed(),)))
        ledger.accept(c, entry("other", asked=13, **(done | {"name": "x"}), files=(filed(),)))

    store.write(write)
    found = store.write(ledger.newest_filed, portal=FILES["portal"], name=FILES["name"])
    assert [one.run for one in found] == ["newest", "middle", "old"]


def test_the_newest_report_is_the_one_that_was_filed_last_whoever_was_asked_for_last(store: Store) -> None:
    def write(c: Connection) -> None:
        for run, asked in ("asked later", 5), ("asked sooner", 0):
            ledger.accept(c, entry(run, asked=asked, state=State.FILING))
            ledger.record_result(c, run, FILES, now=later(10))
        ledger.accept(c, entry("unproven", asked=9, state=State.FILING, files=(filed(),), **NAMED))

    store.write(write)
    found = store.write(lambda c: ledger.newest_filed(c, **NAMED))
    assert [one.run for one in found] == ["asked sooner", "asked later", "unproven"]


def test_of_what_has_no_entry_yet_the_last_that_was_asked_for_is_the_newest(store: Store) -> None:
    for run, asked in ("b", 1), ("c", 9), ("a", 5), ("e", 5), ("d", 5):
        held(store, State.DONE, run=run, asked=asked, files=(filed(),), **NAMED)
    found = store.write(lambda c: ledger.newest_filed(c, **NAMED))
    assert [one.run for one in found] == ["c", "a", "d", "e", "b"]


def test_a_run_is_superseded_once_a_later_one_says_so(store: Store) -> None:
    held(store, State.DONE)
    assert not store.write(ledger.is_superseded, "r1")
    store.write(ledger.accept, entry("r2", supersedes="r1"))
    assert store.write(ledger.is_superseded, "r1")
    assert not store.write(ledger.is_superseded, "r2")
