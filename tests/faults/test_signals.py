"""A bot that is asked to stop stops, and what it was doing goes on."""

import signal

import pytest

from sandbox.portal import Hang
from tests.faults.world import World
from tests.until import PATIENCE


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.faults)])
def test_a_run_goes_on_at_the_next_start_of_a_bot_that_was_asked_to_stop(name: signal.Signals, world: World) -> None:
    with world.bot(FAULTS_WAIT="1") as bot:
        world.portal.faults.next("/events/filter", Hang())
        world.ask()
        world.portal.faults.wait_met(1, PATIENCE)
        bot.send_signal(name)
        assert bot.wait(PATIENCE) == 0
        world.mourn(bot)
    with world.bot():
        [run] = world.wait_over()
    world.check_one_report(run)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_signal_that_does_not_wake_the_bot_stops_it_nevertheless(world: World) -> None:
    with world.bot(FAULTS_DEAF="yes") as bot:
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(PATIENCE) == 0


@pytest.mark.faults
@pytest.mark.parametrize("act", ["users.info", "chat.postMessage", "/upload", "/files/file", "chat.update"])
def test_a_bot_that_is_asked_to_stop_during_any_act_ends_in_time_and_the_act_is_not_repeated(
    act: str, world: World
) -> None:
    with world.bot() as bot:
        world.gate.count(hold=act, performed=True)
        world.ask()
        assert world.gate.wait_held(PATIENCE)
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(PATIENCE) == 0
        world.mourn(bot)
    with world.bot():
        [run] = world.wait_over()
    world.check_one_report(run, orphans=1)


@pytest.mark.faults
def test_a_run_that_needs_a_moment_more_is_finished_before_the_bot_stops(world: World) -> None:
    with world.bot() as bot:
        world.gate.count(hold="chat.update")
        world.ask()
        assert world.gate.wait_held(PATIENCE)
        bot.send_signal(signal.SIGTERM)
        world.gate.open()
        assert bot.wait(PATIENCE) == 0
    [run] = world.wait_over()
    world.check_one_report(run)
