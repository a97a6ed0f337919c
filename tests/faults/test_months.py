"""A month that is due while the portal is down: real processes whose clock is set, and a restart between the tries."""

import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store import tables
from sandbox.portal import Status
from sandbox.slack import Message
from tests.bot.talk import CHANNEL
from tests.faults.test_clock import Clock, keep
from tests.faults.world import World
from tests.until import PATIENCE, until

pytestmark = pytest.mark.faults


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


def schedule(world: World) -> sa.RowMapping:
    return world.rows(sa.select(tables.schedules))[0]


def go(world: World, clock: Clock, ahead: timedelta) -> None:
    """Time goes on, for the bots and for the portal."""
    world.portal.date = lambda: datetime.now(UTC) + ahead
    clock.set(ahead)


def about(world: World, words: str) -> list[Message]:
    return [message for message in world.slack.workspace.messages(CHANNEL) if words in json.dumps(message.blocks)]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_replicas_and_their_successors_make_a_month_that_was_due_while_the_portal_was_down_once(
    world: World, clock: Clock
) -> None:
    due = datetime.now(UTC) - timedelta(minutes=2)
    world.portal.faults.next("/", Status(302, {"Location": "https://maintenance.example.com/"}), times=None)
    with ExitStack() as bots:
        for name in ("bot-1", "bot-2"):
            bots.enter_context(world.bot(name, FAULTS_CLOCK=str(clock.file)))
        keep(world, due)
        until(lambda: schedule(world)["tries"] == 1 and about(world, "This report is late"), of=world.told)
        go(world, clock, timedelta(minutes=6))
        until(lambda: schedule(world)["tries"] == 2, of=world.told)
    world.slack.socket.wait_gone(PATIENCE)
    with ExitStack() as bots:
        for name in ("bot-3", "bot-4"):
            bots.enter_context(world.bot(name, FAULTS_CLOCK=str(clock.file)))
        go(world, clock, timedelta(hours=25))
        until(lambda: world.slack.workspace.messages(world.slack.workspace.direct("ann")), of=world.told)
        # A try whose bot was stopped before its end is ended by the next one; then the schedule waits for a minute.
        until(lambda: schedule(world)["tries"] == 3, 3 * PATIENCE, of=world.told)
        world.portal.faults.clear()
        go(world, clock, timedelta(hours=26))
        until(lambda: schedule(world)["tries"] == 0 and not schedule(world)["making"], of=world.told)
        world.wait_over(4)
    month = f"{due.replace(day=1) - timedelta(days=1):%B %Y}"
    assert len([message for message in world.slack.workspace.messages(CHANNEL) if month in message.text]) == 1
    assert len(world.summaries()) == 1, world.told()
    assert len(world.slack.workspace.messages(world.slack.workspace.direct("ann"))) == 1
    assert [run["state"] for run in world.runs()].count("done") == 1
