"""A full disk is told in words, and nothing is left of what could not be written."""

import json
import resource

import pytest

from reporting.run import State
from sandbox.portal import month_of_events
from tests.faults.world import CHANNEL, World
from tests.until import PATIENCE, until

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ELSEWHERE = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""The database is not on the disk that is full."""
ROOM = 400_000
"""Bytes of a file: too few for the report of a month."""
ENDLESS = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@pytest.fixture
def big(world: World) -> World:
    world.portal.audit.add_all(month_of_events(2025, 1, count=3_000, seed=2, zone=world.portal.setup.zone))
    return world


@ELSEWHERE
def test_a_disk_that_is_full_is_told_in_the_channel_and_the_next_request_works_once_there_is_space(big: World) -> None:
    with big.bot(FAULTS_FSIZE=str(ROOM)) as bot:
        big.ask()
        [run] = big.wait_over()
        failure = json.loads(run["failure"])
        [message] = big.slack.workspace.messages(CHANNEL)
        assert (run["state"], failure["kind"]) == (State.FAILED, "DiskTrouble"), big.told()
        assert "Can't write to" in message.text
        assert "free space" in message.text
        assert not list((big.folder / "data" / "runs").glob("*"))
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, ENDLESS)
        big.slack.press(message, "run_again", user="ann")
        _, run = big.wait_over(2)
        big.check_one_report(run, orphans=1)


@SQLITE
def test_a_database_that_cannot_grow_is_told_to_the_asker_and_nothing_is_half_accepted(world: World) -> None:
    with world.bot() as bot:
        world.ask()
        world.wait_over()
        size = max(path.stat().st_size for path in world.folder.glob("bot.sqlite*"))
        assert size > 4096
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        delivery = world.ask("2024-12")
        assert delivery.acked, world.told()
        assert [m for m in world.slack.workspace.ephemerals("ann") if "database is unavailable" in m.text]
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, ENDLESS)
        assert len(world.runs()) == 1
        delivery = world.ask("2024-12")
        assert delivery.acked
        _, run = world.wait_over(2)
        world.check_one_report(run)


@SQLITE
@pytest.mark.faults
def test_a_run_rides_out_a_database_that_cannot_grow_for_a_while(world: World) -> None:
    with world.bot() as bot:
        world.gate.count(hold="/upload")
        world.ask()
        assert world.gate.wait_held(PATIENCE)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        world.gate.open()
        log = world.folder / "bot.log"
        until(lambda: "disk" in log.read_text(), 20, of=world.told)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, ENDLESS)
        [run] = world.wait_over()
        world.check_one_report(run)
