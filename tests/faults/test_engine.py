"""What breaks under the engine itself does not leave a run open for ever."""

import resource
import signal

import pytest

from reporting.run import State
from tests.faults.world import Bot, World
from tests.until import PATIENCE, until

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ENDLESS = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
LIVES = 8
"""Processes that may die over one run before the next one has to give it up."""


@SQLITE
@pytest.mark.faults
@pytest.mark.parametrize("step", ["draft", "file"])
def test_a_run_that_kills_every_process_that_works_on_it_is_given_up_in_the_end(step: str, world: World) -> None:
    with world.bot(FAULTS_BREAKS=step) as bot:
        world.ask()
        world.mourn(bot)
    for _ in range(LIVES):
        with world.bot(FAULTS_BREAKS=step) as bot:
            survived = is_survived(world, bot)
        world.slack.socket.wait_gone(PATIENCE)
        if survived:
            break
    assert survived, f"{step} killed {LIVES + 1} processes and would go on: {world.told()}"
    [run] = world.runs()
    assert run["state"] in {State.FAILED, State.WARNED, State.DONE}
    assert "workflow failed" not in (world.folder / "bot.log").read_text()


def is_survived(world: World, bot: Bot) -> bool:
    until(lambda: bot.poll() is not None or is_over(world), 20, of=world.told)
    return bot.poll() is None


def is_over(world: World) -> bool:
    return all(run["ended"] for run in world.runs()) and all(flow["status"] == "SUCCESS" for flow in world.workflows())


@SQLITE
@pytest.mark.faults
@pytest.mark.parametrize("step", ["announce", "draft", "file", "close", "publish", "end"])
def test_a_step_whose_result_could_not_be_kept_on_a_full_disk_is_gone_on_with_later(step: str, world: World) -> None:
    with world.bot(FAULTS_FULL=step) as bot:
        world.ask()
        log = world.folder / "bot.log"
        until(lambda: "background workflow" in log.read_text(), 20, of=world.told)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, ENDLESS)
        [run] = world.wait_over(1)
        world.check_one_report(run, orphans=1)


@SQLITE
@pytest.mark.faults
@pytest.mark.parametrize("act", ["/events/filter", "/upload", "chat.update"])
def test_a_run_that_cannot_write_down_what_it_did_on_a_full_disk_waits_until_it_can(act: str, world: World) -> None:
    with world.bot() as bot:
        world.gate.count(hold=act)
        world.ask()
        assert world.gate.wait_held(PATIENCE)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        world.gate.open()
        log = world.folder / "bot.log"
        until(lambda: "retrying" in log.read_text(), 20, of=world.told)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, ENDLESS)
        [run] = world.wait_over(1)
        if run["state"] != State.FAILED:
            world.check_one_report(run, orphans=1)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.faults
def test_a_replica_is_known_to_the_others_before_it_takes_work(world: World) -> None:
    """Else they would take it for dead, and do its work a second time."""
    with world.bot(FAULTS_ORDER=str(world.folder / "order")):
        order = (world.folder / "order").read_text().split()
    assert order.index("enter") < order.index("start")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.faults
def test_a_replica_that_stops_is_alive_to_the_others_until_it_works_on_nothing(world: World) -> None:
    """Else they would take over what it is still doing."""
    with world.bot(FAULTS_ORDER=str(world.folder / "order")) as bot:
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(PATIENCE) == 0
    order = (world.folder / "order").read_text().split()
    assert order.index("stop") < order.index("leave")
