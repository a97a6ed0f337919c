"""The wall clock of a bot that runs is set: in the real process, beside a portal that knows what time it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store import schedules, tables
from bot.store.database import connect
from handlers.recurrence import Rule
from handlers.schedule import Plan
from reporting.evidence import ledger
from reporting.filters import ALL_EVENTS
from tests.faults.world import Bot, World
from tests.until import until

pytestmark = pytest.mark.faults

DATABASES = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WEEK = timedelta(days=7)


class Clock:
    """The clock of the bots, by hand."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.set(timedelta())

    def set(self, ahead: timedelta) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(ahead.total_seconds()))
        fresh.rename(self.file)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


def keep(world: World, due: datetime) -> None:
    """A schedule of the bot's, due at that moment in its month."""
    store = connect(world.database)
    rule = Rule(str(due.day), due.time().replace(second=0, microsecond=0), "UTC")
    store.write(
        schedules.save,
        Plan(rule, ALL_EVENTS),
        key="k",
        channel="C0COMPLY01",
        maker="U0ANN00001",
        now=due - timedelta(minutes=1),
    )
    store.close()


def alive(bot: Bot, world: World, ticks: str) -> None:
    assert bot.poll() is None, world.told()
    until(lambda: ticks in (world.folder / "bot.log").read_text(), of=world.told)


@DATABASES
@pytest.mark.parametrize("ahead", [-WEEK, -500 * WEEK], ids=str)
def test_a_clock_that_is_set_back_stops_no_tick(ahead: timedelta, world: World, clock: Clock) -> None:
    with world.bot(FAULTS_CLOCK=str(clock.file)) as bot:
        clock.set(ahead)
        alive(bot, world, "wall clock set back")
        alive(bot, world, "clocks differ; schedules on hold")
        clock.set(timedelta())
        keep(world, datetime.now(UTC) - timedelta(minutes=2))
        until(world.runs, of=world.told)


@DATABASES
def test_a_clock_that_is_ahead_for_a_while_files_nothing_and_uses_up_nothing(world: World, clock: Clock) -> None:
    with world.bot(FAULTS_CLOCK=str(clock.file)) as bot:
        keep(world, datetime.now(UTC) + timedelta(hours=2))
        before = world.rows(sa.select(tables.schedules))
        clock.set(timedelta(days=150))
        alive(bot, world, "clocks differ; schedules on hold")
        until(lambda: world.slack.workspace.messages(world.slack.workspace.direct("ann")), of=world.told)
        clock.set(timedelta())
    assert world.rows(sa.select(tables.schedules)) == before
    assert world.rows(sa.select(ledger.runs)) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_beside_a_replica_whose_clock_is_ahead_another_one_makes_what_is_due_and_nothing_more(
    world: World, clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "right").mkdir()
    right = Clock(tmp_path / "right")
    with world.bot("bot-1", FAULTS_CLOCK=str(clock.file)) as ahead:
        clock.set(timedelta(days=150))
        until(lambda: "clocks differ; schedules on hold" in (world.folder / "bot-1.log").read_text(), of=world.told)
        keep(world, datetime.now(UTC) - timedelta(minutes=2))
        with world.bot("bot-2", FAULTS_CLOCK=str(right.file)) as other:
            world.wait_over()
            if world.runs()[0]["state"] == "failed":  # the wrong one took it from the queue, and looked at the clock
                assert "ClocksDiffer" in world.runs()[0]["failure"]
                for one in (clock, right):
                    one.set(timedelta(minutes=6))
                world.portal.date = lambda: datetime.now(UTC) + timedelta(minutes=6)
            until(world.summaries, of=world.told)
            until(lambda: not world.rows(sa.select(tables.schedules))[0]["making"], of=world.told)
            assert (ahead.poll(), other.poll()) == (None, None)
    [schedule] = world.rows(sa.select(tables.schedules))
    assert [run["state"] for run in world.runs()][-1] == "done", world.told()
    assert len(world.summaries()) == 1
    assert datetime.now(UTC) < schedule["due"] < datetime.now(UTC) + timedelta(days=32)
