"""The schedules, and what is to be read again: every change of them, and what is due when."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.store import requests, rereads, schedules, tables
from bot.store.database import Store
from handlers.recurrence import DAYS, SPOKEN, Rule
from handlers.schedule import Plan, Schedule, ScheduleStatus
from reporting.evidence import ledger
from reporting.filters import parse
from reporting.period import Month
from reporting.run import State
from tests.entries import ANN, BOB, COMPLIANCE, LEGAL, NOON, later, request

MARCH = Month(2025, 3)
DUE = datetime(2025, 3, 1, 9, tzinfo=UTC)
"""When a schedule that was made at noon is due for the first time."""
AFTERWARDS = datetime(2025, 6, 15, tzinfo=UTC)


def plan(on: str = "1", zone: str = "UTC", only: str = "") -> Plan:
    return Plan(Rule(on, time(9), zone), parse(only))


def keep(store: Store, key: str = "s1", *, channel: str = COMPLIANCE, of: Plan | None = None) -> Schedule:
    kept = partial(schedules.save, plan=of or plan(), key=key, channel=channel, maker=ANN, now=NOON)
    return store.write(kept)


def get(store: Store, number: int) -> Schedule:
    return store.write(schedules.get, number)


def change(store: Store, number: int, **columns: Any) -> None:
    store.write(lambda c: schedules.change(c, number, **columns))


def ripe(store: Store, now: datetime, *, most: int = 100) -> list[int]:
    return store.write(lambda c: [one.number for one in schedules.due(c, now, most=most)])


# -- keeping and finding --


def test_a_schedule_is_kept_with_the_first_month_whose_moment_is_to_come(store: Store) -> None:
    kept = keep(store, of=plan(only="type:delete"))
    wanted = plan(only="type:delete")
    assert kept == Schedule(kept.number, COMPLIANCE, ANN, wanted, ScheduleStatus.ACTIVE, "", MARCH, DUE, NOON)
    assert kept.reports == Month(2025, 2)


def test_a_click_that_is_looked_at_twice_makes_one_schedule(store: Store) -> None:
    assert keep(store) == keep(store, channel=LEGAL, of=plan("15"))


def test_schedules_are_numbered_on_and_a_deleted_one_keeps_its_number(store: Store) -> None:
    first, second = keep(store, "s1"), keep(store, "s2")
    store.write(schedules.delete, second.number)
    third = keep(store, "s3")
    assert first.number < second.number < third.number


rules = st.builds(
    Rule,
    st.sampled_from([day for day in DAYS if day not in SPOKEN]),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(["UTC", "Europe/Riga", "America/Argentina/ComodRivadavia", "Pacific/Kiritimati"]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rule=rules, only=st.sampled_from(["", "type:delete,share", '-room:"Legal, old" user:ann@example.com']))
def test_any_plan_comes_back_as_it_went_in(store: Store, rule: Rule, only: str) -> None:
    def through(c: Connection) -> Schedule:
        found = schedules.save(c, Plan(rule, parse(only)), key="k", channel="C", maker="U", now=NOON)
        c.execute(tables.schedules.delete())
        return found

    found = store.write(through)
    assert found.plan == Plan(rule, parse(only))
    assert found.due == rule.due(found.next)
    assert rule.due(found.next.plus(-1)) <= NOON < found.due


def test_a_schedule_is_found_until_it_is_deleted(store: Store) -> None:
    kept = keep(store)
    assert store.write(schedules.find, kept.number) == kept
    store.write(schedules.delete, kept.number)
    assert store.write(schedules.find, kept.number) is None
    assert get(store, kept.number).standing is ScheduleStatus.DELETED
    assert store.write(schedules.find, 99) is None


def test_the_schedules_of_a_channel_are_listed_by_number_without_the_deleted_ones(store: Store) -> None:
    one, two, three, four = (keep(store, f"s{n}", channel=LEGAL if n == 3 else COMPLIANCE) for n in range(1, 5))
    store.write(schedules.pause, one.number)
    store.write(schedules.delete, two.number)
    listed = {
        channel: store.write(partial(schedules.list_schedules, channel=channel))
        for channel in (COMPLIANCE, LEGAL, None)
    }
    assert {channel: [found.number for found in of_it] for channel, of_it in listed.items()} == {
        COMPLIANCE: [one.number, four.number],
        LEGAL: [three.number],
        None: [one.number, three.number, four.number],
    }


def test_the_zone_of_a_channel_is_that_of_its_newest_schedule(store: Store) -> None:
    assert store.write(schedules.zone_of, COMPLIANCE) == ""
    keep(store, "s1", of=plan(zone="Europe/Riga"))
    keep(store, "s2", of=plan(zone="Asia/Tokyo"))
    keep(store, "s3", channel=LEGAL)
    assert store.write(schedules.zone_of, COMPLIANCE) == "Asia/Tokyo"


# -- being due --


def test_a_schedule_is_due_from_its_moment_on(store: Store) -> None:
    kept = keep(store)
    assert ripe(store, DUE.replace(hour=8, minute=59, second=59)) == []
    assert ripe(store, DUE) == ripe(store, AFTERWARDS) == [kept.number]


def test_what_is_due_comes_longest_overdue_first_and_no_more_than_wanted(store: Store) -> None:
    late, later_still = keep(store, "s1", of=plan("10")), keep(store, "s2", of=plan("20"))
    first = keep(store, "s3", of=plan("4"))
    assert ripe(store, AFTERWARDS) == [first.number, late.number, later_still.number]
    assert ripe(store, AFTERWARDS, most=2) == [first.number, late.number]


@pytest.mark.parametrize("standing", [ScheduleStatus.PAUSED, ScheduleStatus.DELETED])
def test_a_schedule_that_does_not_go_on_is_never_due(store: Store, standing: ScheduleStatus) -> None:
    change(store, keep(store).number, standing=standing)
    assert ripe(store, AFTERWARDS) == []


def test_what_one_replica_sees_to_another_leaves_alone(postgresql_store: Store) -> None:
    store, numbers = postgresql_store, []
    for key in "s1", "s2":
        keep(store, key)
    with store.engine.begin() as first, store.engine.begin() as second:
        for c in first, second:
            numbers += [one.number for one in schedules.due(c, AFTERWARDS, most=1)]
    assert len(set(numbers)) == 2


def test_many_who_see_to_the_schedules_at_the_same_moment_see_to_each_once(store: Store) -> None:
    for key in range(20):
        keep(store, f"s{key}")
    together, patient = Barrier(4), store.retrying()

    def see(c: Connection) -> list[int]:
        found = schedules.due(c, DUE, most=3)
        for one in found:
            schedules.advance(c, one, one.next.plus(1))
        return [one.number for one in found]

    def see_to_all(_who: int) -> list[int]:
        together.wait(30)
        seen: list[int] = []
        while ripe(patient, DUE):
            seen += patient.write(see)
        return seen

    with ThreadPoolExecutor(4) as crowd:
        found = [number for seen in crowd.map(see_to_all, range(4)) for number in seen]
    assert sorted(found) == [one.number for one in store.write(schedules.list_schedules, None)]


# -- changing --


def test_what_is_done_is_due_again_in_the_next_month(store: Store) -> None:
    kept = keep(store, of=plan(zone="Europe/Riga"))
    store.write(schedules.advance, kept, kept.next.plus(1))
    assert get(store, kept.number) == dataclasses.replace(
        kept, next=Month(2025, 4), due=datetime(2025, 4, 1, 6, tzinfo=UTC)
    )


def test_a_paused_schedule_says_why_and_nothing_else_of_it_changes(store: Store) -> None:
    kept, other = keep(store), keep(store, "s2")
    store.write(schedules.pause, kept.number, "The channel is archived.")
    wanted = dataclasses.replace(kept, standing=ScheduleStatus.PAUSED, why="The channel is archived.", tries=1)
    assert (get(store, kept.number), get(store, other.number)) == (wanted, other)


@pytest.mark.parametrize(("now", "following"), [(NOON, MARCH), (DUE, Month(2025, 4)), (AFTERWARDS, Month(2025, 7))])
def test_a_schedule_goes_on_with_the_next_month_that_is_to_come(store: Store, now: datetime, following: Month) -> None:
    kept = keep(store)
    store.write(schedules.pause, kept.number)
    resumed = store.write(schedules.resume, kept.number, now=now)
    assert resumed == dataclasses.replace(kept, next=following, due=kept.plan.rule.due(following))
    assert ripe(store, now) == []


def test_a_month_that_is_done_is_not_done_again_although_the_schedule_was_paused(store: Store) -> None:
    kept = keep(store)
    store.write(schedules.advance, kept, Month(2025, 9))
    store.write(schedules.pause, kept.number)
    assert store.write(schedules.resume, kept.number, now=NOON).next == Month(2025, 9)


@pytest.mark.parametrize("standing", [ScheduleStatus.ACTIVE, ScheduleStatus.PAUSED])
def test_another_plan_leaves_the_month_whose_turn_it_is(store: Store, standing: ScheduleStatus) -> None:
    kept = keep(store)
    change(store, kept.number, standing=standing)
    other = plan("last", "Asia/Tokyo", "type:delete")
    edited = store.write(schedules.edit, kept.number, other)
    assert edited == get(store, kept.number)
    wanted = dataclasses.replace(kept, plan=other, standing=standing, due=datetime(2025, 3, 31, 0, tzinfo=UTC))
    assert edited == wanted


def test_a_filter_that_another_release_understood_keeps_no_schedule_from_being_read(store: Store) -> None:
    change(store, keep(store).number, only="action:OfAnotherRelease colour:red")
    keep(store, "s2")
    assert len(store.write(schedules.list_schedules, None)) == 2
    assert len(ripe(store, AFTERWARDS)) == 2


def test_the_newest_run_of_a_schedule_is_the_last_that_it_asked_for(store: Store) -> None:
    kept = keep(store)
    assert store.write(requests.last_of, kept.number) is None
    for minute, month in enumerate(["2025-01", "2024-12", "2025-02"]):
        wanted = dataclasses.replace(request(month, month), schedule=kept.number)
        store.write(partial(requests.save, request=wanted, now=later(minute)))
    store.write(requests.save, request("own", "2025-03"), now=later(9))
    last = store.write(requests.last_of, kept.number)
    assert last is not None
    assert last.order.month == Month(2025, 2)


def test_a_request_remembers_the_schedule_that_asked_and_when_it_wanted_the_report(store: Store) -> None:
    wanted = dataclasses.replace(request("k", asker=BOB), schedule=7, due=DUE)
    run = store.write(requests.save, wanted, now=NOON)
    [asked] = store.write(requests.of_run, run)
    assert (asked.schedule, asked.due, asked.place.asker) == (7, DUE, BOB)


# -- what is to be read again --


def unread(store: Store, now: datetime = AFTERWARDS, *, most: int = 100) -> list[str]:
    return store.write(rereads.due, now, most=most)


def expect(store: Store, run: str, due: datetime = DUE) -> None:
    store.write(rereads.plan, run, due)


def test_a_run_is_read_again_from_its_moment_on_until_that_is_done(store: Store) -> None:
    expect(store, "r1")
    assert unread(store, NOON) == []
    assert unread(store, DUE) == unread(store) == ["r1"]
    store.write(rereads.done, "r1")
    assert unread(store) == []


def test_a_run_is_planned_to_be_read_again_once(store: Store) -> None:
    expect(store, "r1")
    expect(store, "r1", AFTERWARDS)
    assert unread(store, DUE) == ["r1"]
    store.write(rereads.done, "r1")
    expect(store, "r1")
    assert unread(store) == []


def test_what_has_settled_first_is_read_again_first_and_no_more_than_wanted(store: Store) -> None:
    for run, day in ("r1", 9), ("r2", 3), ("r3", 6):
        expect(store, run, DUE.replace(day=day))
    assert unread(store) == ["r2", "r3", "r1"]
    assert unread(store, most=2) == ["r2", "r3"]


def test_what_one_replica_reads_again_another_leaves_alone(postgresql_store: Store) -> None:
    for run in "r1", "r2":
        expect(postgresql_store, run)
    with postgresql_store.engine.begin() as first, postgresql_store.engine.begin() as second:
        found = [*rereads.due(first, AFTERWARDS, most=1), *rereads.due(second, AFTERWARDS, most=1)]
    assert found == ["r1", "r2"]


def test_the_run_that_reads_again_says_which_one_it_does(store: Store) -> None:
    wanted = dataclasses.replace(request("k"), rereads="r1")
    run = store.write(requests.save, wanted, now=NOON)
    found = store.write(ledger.find, run)
    assert found is not None
    assert (found.rereads, found.state) == ("r1", State.QUEUED)
