"""Slack and DocSpace fail at each call of a run: it ends, it says how, and nothing is there twice."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from reporting.run import State
from sandbox.portal import Reset, Status
from sandbox.portal.fault_kinds import Fault as PortalFault
from sandbox.slack import Fault as SlackFault
from sandbox.slack import reset, server_error, unclear
from tests.faults.world import CHANNEL, MONTHS, World


@dataclass(frozen=True, slots=True)
class Outage:
    """One answer that is not what it should be."""

    name: str
    portal: PortalFault
    slack: SlackFault


OUTAGES = [
    Outage("failing", Status(500), server_error()),
    Outage("broken", Reset(), reset()),
    Outage("unclear", Reset(processed=True), unclear()),
]

POST = "/api/chat.postMessage"
"""Without the scope to read the channel nobody can tell whether a message is there."""


def made_in(calls: Iterable[str]) -> list[tuple[str, int]]:
    """Each call as its path, and how many of the same came before it."""
    paths = [call.split()[1].split("?")[0] for call in calls]
    return [(path, paths[:number].count(path)) for number, path in enumerate(paths)]


def spoil(world: World, call: tuple[str, int], outage: Outage, *, times: int) -> None:
    path, after = call
    if path.startswith("/api/2.0") or "filehandler" in path:
        world.portal.faults.next(path, outage.portal, times, after=after)
    else:
        world.slack.faults.plan(
            path.removeprefix("/api/").removeprefix("/commands/"), outage.slack, times=times, after=after
        )


@pytest.mark.faults
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.name)
def test_one_bad_answer_to_any_call_of_a_run_costs_nothing_but_time(outage: Outage, world: World) -> None:
    """What cannot be repeated blindly is looked up; only a message that may be there already costs a warning."""
    with world.bot():
        world.gate.count()
        world.ask(str(MONTHS[0]))
        world.wait_over()
        calls = made_in(world.gate.calls)
        for count, (month, call) in enumerate(zip(MONTHS[1:], calls, strict=False), start=2):
            spoil(world, call, outage, times=1)
            world.ask(str(month))
            run = world.wait_over(count)[-1]
            world.portal.faults.clear()
            world.slack.faults.clear()
            assert run["period"] == str(month)
            warned = run["state"] == State.WARNED and json.loads(run["failure"])["kind"] == "PostUnclear"
            assert run["state"] == State.DONE or (warned and call[0] == POST), f"{call}: {world.told()}"
            assert [m for m in world.summaries() if month.title in m.text], f"{call}: {world.told()}"
            world.check_one_report(run, orphans=1, where=str(call))


@pytest.mark.faults
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.name)
def test_an_upload_that_fails_each_time_is_told_and_files_nothing_twice(outage: Outage, world: World) -> None:
    with world.bot():
        world.portal.faults.next("/upload", outage.portal, None)
        world.ask()
        [run] = world.wait_over()
        assert run["state"] == (State.DONE if outage.name == "unclear" else State.FAILED), world.told()
        [message] = world.slack.workspace.messages(CHANNEL)
        assert message.text.startswith("No compliance report") == (run["state"] == State.FAILED)
        files = world.portal.files.files_in(world.portal.folder_id)
        assert [len(file.versions) for file in files] == ([1, 1] if outage.name == "unclear" else [])
