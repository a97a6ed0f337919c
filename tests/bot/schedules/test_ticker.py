"""Years of ticks in seconds: each schedule asks once for each month, whatever happens to the clock and to the bot."""

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.schedules import due, ticker
from bot.schedules.ticker import tick
from bot.store import requests, rereads, schedules
from bot.store.database import Store, connect
from bot.store.tables import requests as asked
from handlers.recurrence import DAYS, SPOKEN, Rule
from handlers.schedule import Plan, Schedule, ScheduleStatus
from reporting.evidence import ledger
from reporting.filters import ALL_EVENTS
from reporting.filters import parse as only
from reporting.period import Month
from reporting.report import Failure, Order
from reporting.run import Origin, Run, State

NOW = datetime(2025, 1, 15, 12, tzinfo=UTC)
ZONES = ["UTC", "Europe/Riga", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"]


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    sa.event.listen(sqlite_store.engine, "connect", hasten)
    return sqlite_store


def hasten(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def keep(store: Store, on: str, zone: str = "UTC", *, number: int = 1, text: str = "") -> Schedule:
    plan = Plan(Rule(on, time(9), zone), only(text))
    return store.write(schedules.save, plan, key=f"k{number}", channel=f"C{number}", maker="U1", now=NOW)


def asked_for(store: Store) -> list[tuple[int, str]]:
    """Schedule and month of every request, in the order of asking."""
    found = sa.select(asked.c.schedule, ledger.runs.c.period).join(ledger.runs, ledger.runs.c.run == asked.c.run)
    return store.write(lambda c: [tuple(row) for row in c.execute(found.order_by(asked.c.asked, ledger.runs.c.period))])


def at(moment: datetime, store: Store) -> None:
    tick(store, zone="", now=lambda: moment)


def end_all(store: Store, failure: Failure | None = None, *, now: datetime = NOW) -> bool:
    """The bot makes what was asked for, or cannot; whether anything was."""

    def end(c: sa.Connection) -> bool:
        open_runs = ledger.list_open_runs(c)
        for entry in open_runs:
            due.record_attempt(c, entry, failure, now=now)
        c.execute(sa.update(ledger.runs).values(state=State.DONE))
        return bool(open_runs)

    return store.write(end)


def catch_up(moment: datetime, store: Store) -> None:
    """Tick, and make what is asked for, until nothing is due any more."""
    at(moment, store)
    while end_all(store):
        at(moment, store)


def test_a_schedule_asks_for_the_month_before_when_its_moment_has_come(store: Store) -> None:
    keep(store, "1", "Europe/Riga")
    at(datetime(2025, 2, 1, 6, 59, 59, tzinfo=UTC), store)
    assert asked_for(store) == []
    at(datetime(2025, 2, 1, 7, 0, tzinfo=UTC), store)
    at(datetime(2025, 2, 1, 7, 0, 10, tzinfo=UTC), store)
    assert asked_for(store) == [(1, "2025-01")]


def test_a_rule_whose_day_is_still_to_come_begins_in_this_month(store: Store) -> None:
    keep(store, "20")
    at(datetime(2025, 1, 20, 9, 0, tzinfo=UTC), store)
    assert asked_for(store) == [(1, "2024-12")]


def test_after_a_downtime_each_missed_month_is_asked_for_oldest_first_and_by_itself(store: Store) -> None:
    keep(store, "1")
    moment, seen = datetime(2025, 5, 20, tzinfo=UTC), []
    at(moment, store)
    while going_on := store.write(ledger.list_open_runs):
        seen.append([str(entry.order.month) for entry in going_on])
        [asked] = store.write(partial(requests.of_run, run=going_on[0].run))
        assert asked.due is not None
        end_all(store)
        at(moment, store)
    assert seen == [["2025-01"], ["2025-02"], ["2025-03"], ["2025-04"]]


def test_a_clock_that_jumps_back_asks_for_nothing_twice(store: Store) -> None:
    keep(store, "1")
    for day in (1, 2, 1, 3, 1):
        at(datetime(2025, 2, day, 10, tzinfo=UTC), store)
        end_all(store)
    assert asked_for(store) == [(1, "2025-01")]


def test_a_changed_rule_neither_repeats_nor_leaves_out_a_month(store: Store) -> None:
    keep(store, "25")
    earlier = Plan(Rule("5", time(9), "UTC"), ALL_EVENTS)
    store.write(schedules.edit, 1, earlier)  # January's moment has passed by the new rule
    at(NOW, store)
    assert asked_for(store) == [(1, "2024-12")]
    end_all(store)
    store.write(schedules.edit, 1, Plan(Rule("25", time(9), "UTC"), ALL_EVENTS))
    at(datetime(2025, 1, 25, 10, tzinfo=UTC), store)
    assert asked_for(store) == [(1, "2024-12")]


def test_a_paused_schedule_asks_for_nothing_and_goes_on_with_what_is_to_come(store: Store) -> None:
    keep(store, "1")
    store.write(schedules.pause, 1)
    at(datetime(2025, 4, 2, tzinfo=UTC), store)
    resumed = store.write(schedules.resume, 1, now=datetime(2025, 4, 2, tzinfo=UTC))
    at(datetime(2025, 5, 1, 9, tzinfo=UTC), store)
    assert (resumed.standing, resumed.reports) == (ScheduleStatus.ACTIVE, Month(2025, 4))
    assert asked_for(store) == [(1, "2025-04")]


def test_a_deleted_schedule_asks_for_nothing(store: Store) -> None:
    keep(store, "1")
    store.write(schedules.delete, 1)
    at(datetime(2025, 4, 2, tzinfo=UTC), store)
    assert asked_for(store) == []
    assert store.write(schedules.find, 1) is None


def test_two_replicas_that_tick_in_the_same_second_ask_once(store: Store) -> None:
    keep(store, "1")
    other = connect(str(store.engine.url))
    for one in (store, other, store):
        at(datetime(2025, 2, 1, 9, tzinfo=UTC), one)
    other.engine.dispose()
    assert asked_for(store) == [(1, "2025-01")]


def test_schedules_for_the_same_report_share_one_run(store: Store) -> None:
    keep(store, "1", number=1)
    keep(store, "1", number=2)
    keep(store, "1", number=3, text="type:delete")
    at(datetime(2025, 2, 1, 9, tzinfo=UTC), store)
    assert len(asked_for(store)) == 3
    assert len(store.write(ledger.list_open_runs)) == 2


def test_a_report_that_was_too_early_is_read_again_once_when_its_month_has_settled(store: Store) -> None:
    order = Order(Month(2025, 1))
    entry = Run("r1", order, Origin.SCHEDULE, "C1", "U1", NOW, State.DONE)
    store.write(ledger.accept, entry)
    store.write(rereads.plan, "r1", datetime(2025, 2, 2, tzinfo=UTC))
    for hour in (0, 23, 24, 25):
        at(datetime(2025, 2, 1, tzinfo=UTC) + timedelta(hours=hour), store)
    [again] = store.write(ledger.list_open_runs)
    assert (again.origin, again.rereads, again.order, again.place) == (Origin.REREAD, "r1", order, "C1")


def test_a_report_that_somebody_is_making_is_read_again_afterwards(store: Store) -> None:
    order = Order(Month(2025, 1))
    for run, state in (("r1", State.DONE), ("r2", State.RUNNING)):
        store.write(partial(ledger.accept, entry=Run(run, order, Origin.COMMAND, "C1", "U1", NOW, state)))
    store.write(rereads.plan, "r1", NOW)
    at(NOW, store)
    assert [entry.run for entry in store.write(ledger.list_open_runs)] == ["r2"]
    end_all(store)
    at(NOW, store)
    assert [entry.rereads for entry in store.write(ledger.list_open_runs)] == ["r1"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    on=st.sampled_from([day for day in DAYS if day not in SPOKEN]),
    zone=st.sampled_from(ZONES),
    steps=st.lists(st.integers(-2 * 86_400, 70 * 86_400), min_size=5, max_size=40),
)
def test_whatever_the_clock_does_every_month_is_asked_for_once_and_in_order(
    on: str, zone: str, steps: list[int], template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = connect(f"sqlite:///{shutil.copy(template, tmp_path_factory.mktemp('clock'))}")
    sa.event.listen(store.engine, "connect", hasten)
    rule = keep(store, on, zone).plan.rule
    moment = latest = NOW
    for step in steps:
        moment += timedelta(seconds=step)
        latest = max(latest, moment)
        catch_up(moment, store)
    months = [month for _, month in asked_for(store)]
    expected, month = [], rule.first(NOW)
    while rule.due(month) <= latest:
        expected.append(str(month.plus(-1)))
        month = month.plus(1)
    store.engine.dispose()
    assert months == expected


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("many", "at_a_time"),
    [(20, 7), pytest.param(1_000, ticker.AT_A_TIME, marks=pytest.mark.faults)],
    ids=["some", "a thousand"],
)
def test_ten_years_of_many_schedules_with_downtimes_and_two_replicas(
    many: int, at_a_time: int, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More schedules than one transaction sees to, so that some wait for the next one."""
    monkeypatch.setattr(ticker, "AT_A_TIME", at_a_time)
    chance = random.Random(7)
    days = [day for day in DAYS if day not in SPOKEN]
    rules = [Rule(chance.choice(days), time(chance.randrange(24), 30), chance.choice(ZONES)) for _ in range(many)]
    with store.engine.begin() as c:
        for number, rule in enumerate(rules):
            schedules.save(c, Plan(rule, ALL_EVENTS), key=str(number), channel=f"C{number}", maker="U1", now=NOW)
    replicas = [store, connect(str(store.engine.url))]
    moment, end = NOW, NOW.replace(year=2035)
    while moment < end:
        at(moment, chance.choice(replicas))
        if chance.random() < 0.3:
            at(moment, chance.choice(replicas))  # at the very same second
        end_all(store)
        moment += timedelta(days=chance.choice([1, 3, 12, 20, 100]), seconds=chance.randrange(86_400))
    catch_up(end, store)
    replicas[1].engine.dispose()
    counted = Counter(asked_for(store))
    assert set(counted.values()) == {1}
    assert set(counted) == {
        (number, str(month.plus(-1)))
        for number, rule in enumerate(rules, start=1)
        for month in months_between(rule, NOW, end)
    }


def months_between(rule: Rule, begin: datetime, end: datetime) -> Iterator[Month]:
    month = Month(begin.astimezone(ZoneInfo(rule.zone)).year, 1)
    while rule.due(month) <= end:
        if rule.due(month) > begin:
            yield month
        month = month.plus(1)


# -- a month that cannot be made --

DOWN = Failure("PortalFailing", "The portal keeps failing with HTTP 503.", "", transient=True)
FIRST = datetime(2025, 2, 1, 9, tzinfo=UTC)


def schedule_of(store: Store) -> Schedule:
    return store.write(schedules.get, 1)


def test_a_month_that_cannot_be_made_stays_due_and_is_tried_with_growing_pauses(store: Store) -> None:
    keep(store, "1")
    moment, tried = FIRST, [FIRST]
    at(moment, store)
    end_all(store, DOWN, now=moment)
    while moment < FIRST + timedelta(days=4):
        moment += timedelta(minutes=5)
        at(moment, store)
        if end_all(store, DOWN, now=moment):
            tried.append(moment)
    pauses = [(later - earlier) / timedelta(minutes=1) for earlier, later in pairwise(tried)]
    assert pauses[:8] == [5, 10, 20, 40, 80, 160, 320, 360]
    assert set(pauses[8:]) == {360}
    stuck = schedule_of(store)
    assert (stuck.reports, stuck.since, stuck.trouble) == (Month(2025, 1), FIRST, DOWN.message)
    assert {month for _, month in asked_for(store)} == {"2025-01"}
    moment += timedelta(hours=6)
    catch_up(moment, store)
    done = schedule_of(store)
    assert (done.reports, done.tries, done.since, done.again) == (Month(2025, 2), 0, None, None)


def test_the_next_month_waits_for_the_one_that_cannot_be_made(store: Store) -> None:
    keep(store, "1")
    for day in range(70):
        at(FIRST + timedelta(days=day), store)
        end_all(store, DOWN, now=FIRST + timedelta(days=day))
    assert {month for _, month in asked_for(store)} == {"2025-01"}
    catch_up(FIRST + timedelta(days=71), store)
    assert [month for _, month in asked_for(store)][-3:] == ["2025-01", "2025-02", "2025-03"]


def test_a_month_that_was_put_off_by_a_clock_that_was_ahead_is_tried_at_once(store: Store) -> None:
    keep(store, "1")
    at(FIRST, store)
    end_all(store, DOWN, now=FIRST + timedelta(days=400))
    at(FIRST + timedelta(seconds=10), store)
    assert len(store.write(ledger.list_open_runs)) == 1


@pytest.mark.parametrize("kind", sorted(due.PAUSE_AFTER_TRIES))
def test_what_trying_again_cannot_cure_pauses_the_schedule_whose_month_is_made_once_it_is_resumed(
    kind: str, store: Store
) -> None:
    keep(store, "1")
    at(FIRST, store)
    end_all(store, Failure(kind, "It may not.", "Let it.", transient=False), now=FIRST)
    at(FIRST + timedelta(days=40), store)
    stopped = schedule_of(store)
    assert (stopped.standing, stopped.why, stopped.reports) == (
        ScheduleStatus.PAUSED,
        "It may not. Let it.",
        Month(2025, 1),
    )
    assert len(asked_for(store)) == 1
    later = FIRST + timedelta(days=40)
    store.write(schedules.resume, 1, now=later)
    catch_up(later, store)
    assert [month for _, month in asked_for(store)] == ["2025-01", "2025-01", "2025-02"]


def test_an_admin_who_takes_a_stopped_schedule_over_has_its_month_made(store: Store) -> None:
    keep(store, "1")
    at(FIRST, store)
    end_all(store, Failure("NotAllowed", "The account is deactivated.", "", transient=False), now=FIRST)
    taken = store.write(schedules.take_over, 1, "U2", now=FIRST)
    assert (taken.maker, taken.standing, taken.why) == ("U2", ScheduleStatus.ACTIVE, "")
    at(FIRST, store)
    [again] = store.write(ledger.list_open_runs)
    assert (again.asker, str(again.order.month)) == ("U2", "2025-01")


@pytest.mark.parametrize("kind", ["BeyondRetention", "Stopped"])
def test_a_month_that_is_gone_or_was_cancelled_is_not_tried_again(kind: str, store: Store) -> None:
    keep(store, "1")
    at(FIRST, store)
    end_all(store, Failure(kind, "", "", transient=False), now=FIRST)
    assert schedule_of(store).reports == Month(2025, 2)


def test_a_run_that_comes_to_its_end_after_the_schedule_went_on_changes_nothing(store: Store) -> None:
    keep(store, "1")
    at(FIRST, store)
    store.write(schedules.pause, 1)
    later = FIRST + timedelta(days=70)
    store.write(schedules.resume, 1, now=later)
    end_all(store, DOWN, now=later)
    found = schedule_of(store)
    assert (found.reports, found.tries, found.making) == (Month(2025, 4), 0, "")


def test_a_month_that_cannot_be_read_again_is_read_again_later(store: Store) -> None:
    order = Order(Month(2025, 1))
    store.write(ledger.accept, Run("r1", order, Origin.SCHEDULE, "C1", "U1", NOW, State.DONE))
    store.write(rereads.plan, "r1", FIRST)
    at(FIRST, store)
    end_all(store, DOWN, now=FIRST)
    at(FIRST, store)
    assert store.write(rereads.planned, "r1") == FIRST + timedelta(minutes=5)
    at(FIRST + timedelta(minutes=5), store)
    [again] = store.write(ledger.list_open_runs)
    assert again.rereads == "r1"
