"""Several bots with one PostgreSQL: what one leaves undone another finishes, and nothing is done twice."""

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic

import pytest
import sqlalchemy as sa

from bot.workflows.engine import CONTINUATION
from reporting.run import State
from sandbox.portal import Hang
from sandbox.slack import rate_limit
from tests.faults.world import MONTHS, QUICK, Bot, World
from tests.until import PATIENCE, until

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
LOST = 70
AT_ONCE = {"MAX_RUNS": "6"}
PATIENT = QUICK | {"FAULTS_GONE": "8"}
"""On a busy machine a bot may be silent for three seconds while the other one starts."""


@contextmanager
def replicas(world: World, count: int, **changes: str) -> Iterator[dict[str, Bot]]:
    """Bots side by side, by the names that the database knows them by."""
    with ExitStack() as bots:
        made = [bots.enter_context(world.bot(f"bot-{number}", **changes)) for number in range(count)]
        names = {row["replica"]: row["replica"] for row in world.rows(sa.text("SELECT replica FROM replicas"))}
        yield {next(name for name in names if f"-{bot.pid}-" in name): bot for bot in made}


def at_work(world: World, month: str = "") -> str:
    """The replica that works on the run."""
    found = until(lambda: [run for run in world.runs() if run["replica"] and month in run["period"]], of=world.told)
    return str(found[0]["replica"])


def check_all(world: World, count: int) -> None:
    runs = world.runs()
    assert len(runs) == count, world.told()
    for run in runs:
        world.check_one_report(run)
        assert run["state"] == State.DONE, world.told()


@pytest.mark.faults
@pytest.mark.parametrize("count", [2, 3])
def test_what_a_killed_replica_was_making_is_finished_by_the_others_within_a_minute(count: int, world: World) -> None:
    months = [str(month) for month in MONTHS[:6]]
    with replicas(world, count, **AT_ONCE) as bots:
        world.portal.faults.next("/events/filter", Hang(), times=6)
        for month in months:
            assert world.ask(month).acked
        victim = at_work(world)
        world.portal.faults.wait_met(6, PATIENCE)
        bots[victim].send_signal(signal.SIGKILL)
        bots[victim].wait(PATIENCE)
        killed = monotonic()
        world.portal.faults.clear()
        world.wait_over(6, 75)
        assert monotonic() - killed < 60
        check_all(world, 6)


def test_a_replica_s_run_is_taken_over_when_it_is_killed(world: World) -> None:
    with replicas(world, 2, **PATIENT) as bots:
        world.portal.faults.next("/events/filter", Hang())
        world.ask()
        victim = at_work(world)
        world.portal.faults.wait_met(1, PATIENCE)
        bots[victim].send_signal(signal.SIGKILL)
        bots[victim].wait(PATIENCE)
        world.portal.faults.clear()
        world.wait_over()
        check_all(world, 1)


def test_a_result_that_waits_for_slack_is_told_by_another_replica_when_the_first_is_killed(world: World) -> None:
    with replicas(world, 2, **PATIENT) as bots:
        world.slack.faults.plan("chat.update", rate_limit(60), times=1_000)
        world.ask()
        until(lambda: [one for one in world.workflows() if CONTINUATION in one["workflow_uuid"]], of=world.told)
        victim = at_work(world)
        bots[victim].send_signal(signal.SIGKILL)
        bots[victim].wait(PATIENCE)
        world.slack.faults.clear()
        world.wait_over()
        check_all(world, 1)
        tries = [one for one in world.workflows() if CONTINUATION in one["workflow_uuid"]]
        last = max(tries, key=lambda one: int(one["workflow_uuid"].rpartition(CONTINUATION)[2]))
        assert last["executor_id"] in bots.keys() - {victim}


@pytest.mark.faults
@pytest.mark.parametrize("act", ["/events/filter", "/upload", "chat.update"])
@pytest.mark.parametrize("performed", [False, True], ids=["not performed", "performed"])
def test_a_replica_that_was_frozen_finds_its_run_taken_over_and_leaves(act: str, performed: bool, world: World) -> None:
    with replicas(world, 2, **PATIENT) as bots:
        world.gate.count(hold=act, performed=performed)
        world.ask()
        frozen = at_work(world)
        assert world.gate.wait_held(PATIENCE)
        bots[frozen].send_signal(signal.SIGSTOP)
        world.wait_over()
        world.gate.open()
        bots[frozen].send_signal(signal.SIGCONT)
        assert bots[frozen].wait(PATIENCE) == LOST
        check_all(world, 1)


@pytest.mark.faults
def test_a_replica_that_wakes_while_another_does_its_work_leaves_it_alone(world: World) -> None:
    with replicas(world, 2, **PATIENT) as bots:
        world.portal.faults.next("/events/filter", Hang())
        world.ask()
        frozen = at_work(world)
        world.portal.faults.wait_met(1, PATIENCE)
        bots[frozen].send_signal(signal.SIGSTOP)
        world.portal.faults.next("/events/filter", Hang())
        until(lambda: at_work(world) != frozen, of=world.told)
        world.portal.faults.wait_met(2, PATIENCE)
        bots[frozen].send_signal(signal.SIGCONT)
        assert bots[frozen].wait(PATIENCE) == LOST
        world.portal.faults.clear()
        world.wait_over()
        check_all(world, 1)


def test_a_replica_that_is_asked_to_stop_hands_its_run_over_at_once(world: World) -> None:
    with replicas(world, 2, FAULTS_WAIT="1") as bots:
        world.portal.faults.next("/events/filter", Hang())
        world.ask()
        leaving = at_work(world)
        world.portal.faults.wait_met(1, PATIENCE)
        bots[leaving].send_signal(signal.SIGTERM)
        code = bots[leaving].wait(PATIENCE)
        world.portal.faults.clear()
        world.wait_over(1)
        assert code == 0
        check_all(world, 1)


@pytest.mark.faults
def test_a_replica_that_finishes_while_it_is_stopped_does_not_spoil_the_run(world: World) -> None:
    with replicas(world, 2, FAULTS_BEAT="0.3") as bots:
        world.gate.count(hold="/upload")
        world.ask()
        leaving = at_work(world)
        assert world.gate.wait_held(PATIENCE)
        bots[leaving].send_signal(signal.SIGTERM)
        code = bots[leaving].wait(PATIENCE)
        world.gate.open()
        world.wait_over(1)
        assert code == 0
        check_all(world, 1)


@pytest.mark.faults
def test_requests_at_two_http_doors_are_shared_out_and_made_once(world: World) -> None:
    door = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": world.slack.signing_secret, "HTTP_PORT": "0"}
    with replicas(world, 2, **door, **AT_ONCE) as bots:
        doors = [said_door(world, f"bot-{number}") for number in range(2)]
        for number, month in enumerate(MONTHS[:6]):
            world.slack.request_url = doors[number % 2]
            assert world.ask(str(month)).acked
        victim = at_work(world)
        bots[victim].send_signal(signal.SIGKILL)
        world.wait_over(6, 75)
        assert all(run["state"] in {State.DONE, State.WARNED} for run in world.runs()), world.told()
        for run in world.runs():
            world.check_one_report(run, orphans=1)


def said_door(world: World, name: str) -> str:
    """Where a bot listens, by its log."""
    lines = [json.loads(line) for line in (world.folder / f"{name}.log").read_text().splitlines()]
    return next(str(line["door"]) for line in lines if line.get("event") == "ready")
