"""Every accepted request belongs to exactly one run, also when many accept at the same moment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
import stamina
from sqlalchemy import func, select

from bot.runs import outcome
from bot.store import requests, tables
from bot.store.database import Store
from handlers.desk import Receipt, Request
from reporting.evidence import chain, ledger
from reporting.run import Run, State
from tests.entries import ANN, BOB, COMPLIANCE, FAILURE, LEGAL, NOON, entry, later, request
from tests.until import PATIENCE

THREADS, ORDERS = 8, 50


def ask(store: Store, wanted: Request, *, minute: float = 0) -> Receipt:
    return store.write(requests.accept, wanted, now=later(minute), at_once=1)


def held(store: Store, table: str) -> int:
    counted = select(func.count()).select_from(tables.requests.metadata.tables[table])
    return store.write(lambda c: c.scalar(counted)) or 0


def read(store: Store, run: str) -> Run:
    found = store.write(ledger.find, run)
    assert found is not None
    return found


def wanting(store: Store, run: str) -> list[requests.StoredRequest]:
    return store.write(requests.of_run, run)


def set_state(store: Store, run: str, state: State) -> None:
    store.write(ledger.change, run, state=state)


def test_a_request_is_written_down_with_a_run_of_its_own(store: Store) -> None:
    wanted = request("k", only="type:delete", zone="Europe/Riga")
    receipt = ask(store, wanted)
    number = requests.request_id("k")
    assert receipt == Receipt(number)
    assert read(store, number) == entry(number, order=wanted.order)
    [asked] = store.write(requests.of_run, number)
    assert asked == requests.StoredRequest(number, number, wanted.origin, wanted.place, later(0))


def test_the_same_click_delivered_twice_is_one_request_and_one_run(store: Store) -> None:
    receipts = [ask(store, request("k"), minute=minute) for minute in (0, 1, 2)]
    assert len(set(receipts)) == 1
    assert (held(store, "requests"), held(store, "runs")) == (1, 1)


def test_the_same_click_delivered_again_after_its_run_ended_makes_no_new_run(store: Store) -> None:
    first = ask(store, request("k"))
    set_state(store, first.run, State.DONE)
    assert ask(store, request("k")).run == first.run
    assert held(store, "runs") == 1


def test_a_second_delivery_of_a_request_that_joined_says_again_that_it_joined(store: Store) -> None:
    run = ask(store, request("k1")).run
    assert ask(store, request("k2", asker=BOB)) == ask(store, request("k2", asker=BOB)) == Receipt(run, joined=True)


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.FILING])
def test_who_asks_for_a_report_that_is_being_made_joins_its_run(store: Store, state: State) -> None:
    run = ask(store, request("k1")).run
    set_state(store, run, state)
    assert ask(store, request("k2", asker=BOB, channel=LEGAL), minute=1) == Receipt(run, joined=True)
    assert held(store, "runs") == 1
    wanted = store.write(requests.of_run, run)
    assert [(one.place.asker, one.place.channel) for one in wanted] == [(ANN, COMPLIANCE), (BOB, LEGAL)]


@pytest.mark.parametrize("state", [State.ENDING, State.DONE, State.WARNED, State.FAILED, State.CANCELLED])
def test_who_asks_for_a_report_whose_result_is_known_gets_a_run_of_their_own(store: Store, state: State) -> None:
    first = ask(store, request("k1")).run
    set_state(store, first, state)
    second = ask(store, request("k2"))
    assert second.run != first
    assert not second.joined


@pytest.mark.parametrize(
    "other", [request("k2", "2025-02"), request("k2", only="type:delete"), request("k2", zone="Europe/Riga")]
)
def test_another_month_filter_or_zone_is_another_run(store: Store, other: Request) -> None:
    first = ask(store, request("k1"))
    assert ask(store, other).run != first.run
    assert held(store, "runs") == 2


def test_the_same_filter_in_other_words_is_the_same_run(store: Store) -> None:
    first = ask(store, request("k1", only="user:ann type:share,delete"))
    assert ask(store, request("k2", only="type:delete,share  user:ann")) == Receipt(first.run, joined=True)


def test_every_further_open_run_of_the_same_person_has_a_later_turn(store: Store) -> None:
    turns = [read(store, ask(store, request(f"a{month}", f"2024-{month:02}")).run).turn for month in range(1, 5)]
    other = read(store, ask(store, request("b", "2023-01", asker=BOB)).run).turn
    assert (turns, other) == ([1, 2, 3, 4], 1)


def test_a_flood_of_one_person_leaves_the_first_request_of_another_near_the_front(store: Store) -> None:
    for month in range(1, 6):
        ask(store, request(f"a{month}", f"2024-{month:02}"), minute=month)
    assert ask(store, request("b", "2023-01", asker=BOB), minute=9).ahead == 1


def test_how_many_are_ahead_counts_those_at_work_and_ends_with_the_own_beginning(store: Store) -> None:
    runs = [ask(store, request(f"k{month}", f"2024-{month:02}"), minute=month) for month in range(1, 4)]
    assert [one.ahead for one in runs] == [0, 1, 2]
    set_state(store, runs[2].run, State.RUNNING)
    going_on = store.write(ledger.list_open_runs)
    assert [requests.ahead(going_on, one.run, 1) for one in runs] == [1, 2, 0]
    assert requests.ahead(going_on, "nowhere", 1) == 0


def test_a_request_is_untaken_until_somebody_looks_at_it(store: Store) -> None:
    ask(store, request("k1"))
    ask(store, request("k2", "2025-02"))
    one, two = requests.request_id("k1"), requests.request_id("k2")
    assert set(store.write(requests.unreceived)) == {one, two}
    assert store.write(requests.mark_received, one).id == one
    assert list(store.write(requests.unreceived)) == [two]


def test_a_run_has_nobody_left_who_wants_it_once_all_requests_are_refused(store: Store) -> None:
    run = ask(store, request("k1")).run
    ask(store, request("k2", asker=BOB))
    first, second = store.write(requests.of_run, run)
    assert not store.write(requests.refuse, first)
    assert store.write(requests.of_run, run) == [second]
    assert store.write(requests.refuse, second)
    assert store.write(requests.of_run, run) == []


def test_a_request_belongs_to_the_channel_that_it_came_from(store: Store) -> None:
    run = ask(store, request("k1")).run
    assert store.write(requests.in_channel, COMPLIANCE).keys() == {run}
    assert store.write(requests.in_channel, LEGAL) == {}
    ask(store, request("k2", channel=LEGAL, asker=BOB))
    ask(store, request("k3", channel=LEGAL), minute=1)
    there = store.write(requests.in_channel, LEGAL)
    assert {number: one.place.asker for number, one in there.items()} == {run: BOB}
    set_state(store, run, State.DONE)
    assert store.write(requests.in_channel, LEGAL) == {}


def test_what_was_asked_for_in_private_is_known_to_who_joined_and_was_not_refused(store: Store) -> None:
    run = ask(store, request("k1", channel=ANN)).run

    def known() -> bool:
        found = store.read(lambda c: c.scalars(select(ledger.runs.c.run).where(requests.known_to(BOB))).all())
        return list(found) == [run]

    before = known()
    ask(store, request("k2", channel=BOB, asker=BOB))
    joined = known()
    store.write(lambda c: requests.refuse(c, requests.mark_received(c, requests.request_id("k2"))))
    assert (before, joined, known()) == (False, True, False)


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as pool:
        yield pool


def test_many_who_accept_the_same_order_at_the_same_moment_make_one_run(
    store: Store, crowd: ThreadPoolExecutor
) -> None:
    together, patient = Barrier(THREADS), store.retrying()

    def accept_all(who: int) -> list[str]:
        runs = []
        for number in range(ORDERS):
            wanted = request(f"{who}-{number}", f"20{number // 12:02}-{number % 12 + 1:02}", asker=f"U{who}")
            together.wait(30)
            runs.append(ask(patient, wanted).run)
        return runs

    found = list(crowd.map(accept_all, range(THREADS)))
    assert all(len(set(of_one_order)) == 1 for of_one_order in zip(*found, strict=True))
    assert (held(store, "runs"), held(store, "requests")) == (ORDERS, ORDERS * THREADS)
    assert {len(wanting(store, run)) for run in found[0]} == {THREADS}


def test_the_same_click_delivered_to_many_at_the_same_moment_is_one_request(
    store: Store, crowd: ThreadPoolExecutor
) -> None:
    together, patient = Barrier(THREADS), store.retrying()

    def accept_all(_who: int) -> list[Receipt]:
        receipts = []
        for number in range(ORDERS // 5):
            together.wait(30)
            receipts.append(ask(patient, request(f"{number}", f"2024-{number + 1:02}")))
        return receipts

    found = [receipt for of_one in crowd.map(accept_all, range(THREADS)) for receipt in of_one]
    assert len({receipt.run for receipt in found}) == ORDERS // 5
    assert not any(receipt.joined for receipt in found)
    assert (held(store, "runs"), held(store, "requests")) == (ORDERS // 5, ORDERS // 5)


def test_a_run_is_joined_or_closed_first_but_never_lost_between_the_two(
    store: Store, crowd: ThreadPoolExecutor
) -> None:
    """Half of the crowd closes what the other half joins: whoever joined in time is among those who want the run."""
    patient = store.retrying()
    stamina.set_testing(True, attempts=100)

    def ask_often(who: int) -> list[Receipt]:
        return [ask(patient, request(f"{who}-{n}", asker=f"U{who}")) for n in range(20)]

    def close_often(_who: int) -> None:
        for _ in range(20):
            for one in patient.write(ledger.list_open_runs):
                patient.write(
                    partial(ledger.record_result, run=one.run, result={"failure": ledger.encoded(FAILURE)}, now=NOON)
                )

    closing = [crowd.submit(close_often, who) for who in range(THREADS // 2)]
    receipts = [receipt for of_one in crowd.map(ask_often, range(THREADS // 2)) for receipt in of_one]
    for one in closing:
        one.result(PATIENCE)
    for receipt in receipts:
        assert read(store, receipt.run).state in {State.QUEUED, State.ENDING}
    assert held(store, "requests") == len(receipts) == 20 * THREADS // 2
    assert len({receipt.run for receipt in receipts}) == held(store, "runs")
    assert sum(not receipt.joined for receipt in receipts) == held(store, "runs")


def test_a_request_whose_answer_belongs_elsewhere_is_answered_there_and_its_run_stays(store: Store) -> None:
    run = ask(store, request("k1")).run
    ask(store, request("k2", asker=BOB), minute=1)
    taken = store.write(requests.mark_received, requests.request_id("k2"))
    moved = store.write(requests.move, taken, BOB)
    assert (moved.place.channel, moved.place.asker, moved.run) == (BOB, BOB, run)
    wanted = store.write(requests.of_run, run)
    assert [one.place.channel for one in wanted] == [COMPLIANCE, BOB]
    assert moved in wanted


def test_a_long_filter_that_was_written_down_keeps_nobody_else_from_asking(store: Store) -> None:
    """Actions written as numbers become names, which are longer than a filter may be."""
    numbers = ",".join(map(str, range(5000, 5150)))
    store.write(requests.save, request("k1", only=f"action:{numbers}"), now=later(0))
    assert ask(store, request("k2", asker=BOB), minute=1).ahead == 1


# -- before anybody has said that they may --


def asks(store: Store, key: str, *, minute: float = 0, **wanted: str) -> Receipt:
    asked = request(key, **wanted)
    return store.write(requests.ask, asked, now=later(minute), at_once=1)


def opened(store: Store, key: str) -> str:
    return store.write(requests.open_run, requests.request_id(key)).run


def test_what_nobody_has_let_in_is_no_run(store: Store) -> None:
    receipt = asks(store, "k")
    assert store.read(ledger.find, receipt.run) is None
    assert store.read(ledger.list_open_runs) == []
    assert [one.id for one in store.read(requests.pending)] == [receipt.run]
    assert store.read(requests.unreceived) == {receipt.run: ANN}


def test_what_is_turned_down_was_no_run_and_is_not_looked_at_again(store: Store) -> None:
    receipt = asks(store, "k")
    asked = store.write(requests.mark_received, receipt.run)
    over = store.write(outcome.refuse, asked, FAILURE, now=later(1))
    assert over is False
    assert store.read(requests.pending) == []
    assert store.read(requests.unreceived) == {}
    assert store.read(lambda c: (ledger.find(c, receipt.run), chain.head(c))) == (None, None)


def test_what_is_let_in_is_a_run_with_everything_that_was_asked_for(store: Store) -> None:
    asks(store, "k", only="type:delete", zone="Europe/Riga", minute=3)
    run = opened(store, "k")
    assert opened(store, "k") == run
    entry = store.read(ledger.get, run)
    assert (str(entry.order), entry.order.zone, entry.asked, entry.asker) == (
        "2025-01 type:delete",
        "Europe/Riga",
        later(3),
        ANN,
    )
    assert store.read(requests.pending) == []


def test_two_who_ask_for_the_same_have_one_run_in_whichever_order_they_are_let_in(store: Store) -> None:
    asks(store, "k1")
    asks(store, "k2", asker=BOB)
    second, first = opened(store, "k2"), opened(store, "k1")
    assert first == second == requests.request_id("k2")
    assert {one.place.asker for one in store.read(requests.of_run, first)} == {ANN, BOB}


def test_a_crowd_that_is_not_let_in_makes_nobody_wait(store: Store) -> None:
    for number in range(30):
        asks(store, f"b{number}", asker=BOB, month=f"2024-{number % 12 + 1:02}")
    assert asks(store, "a").ahead == 0
    assert asks(store, "b", asker=BOB, month="2023-01").ahead == 30


def test_a_request_that_nobody_can_look_at_becomes_a_run_that_can_fail(store: Store) -> None:
    receipt = asks(store, "k")
    store.write(requests.rescue, receipt.run)
    assert store.read(ledger.get, receipt.run).state is State.QUEUED
    store.write(requests.rescue, receipt.run)
    store.write(requests.rescue, "none")


def test_turns_are_those_of_the_asking_however_late_each_is_let_in(store: Store) -> None:
    for number in range(3):
        asks(store, f"k{number}", month=f"2024-0{number + 1}", minute=number)
    runs = {key: opened(store, key) for key in ("k2", "k0", "k1")}
    turns = {key: store.read(ledger.get, run).turn for key, run in runs.items()}
    assert turns == {"k0": 1, "k1": 2, "k2": 3}


def test_who_asks_twice_for_the_same_hears_that_it_is_asked_for_already_and_nobody_else_does(store: Store) -> None:
    assert [asks(store, "k1").joined, asks(store, "k2").joined, asks(store, "k2").joined] == [False, True, True]
    assert not asks(store, "k3", asker=BOB).joined
    assert not asks(store, "k4", month="2024-01").joined
