"""What was accepted is carried out, although the process is killed in between. The bot runs in processes of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from sandbox.portal import Fault, Hang, StandInPortal
from sandbox.slack import Message, StandInSlack, Workspace
from tests.bot.talk import filed_texts, summaries
from tests.until import PATIENCE

ROOT = Path(__file__).parents[3]
Process = Callable[[], AbstractContextManager[subprocess.Popen[bytes]]]
CHANNEL = "#compliance"


def summed_up(workspace: Workspace) -> list[Message]:
    return [m for m in workspace.messages(CHANNEL) if "SHA-256" in json.dumps(m.blocks)]


@pytest.fixture
def process(environment: Callable[..., dict[str, str]], slack: StandInSlack, tmp_path: Path) -> Process:
    @contextmanager
    def run() -> Iterator[subprocess.Popen[bytes]]:
        settings = os.environ | environment() | {"PYTHONPATH": str(ROOT)}
        with (tmp_path / "bot.log").open("ab") as log:
            bot = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=tmp_path, env=settings, stderr=log)
        with bot:
            try:
                slack.socket.wait_connected(1, PATIENCE)
                yield bot
            finally:
                bot.kill()

    return run


@pytest.mark.parametrize(
    ("place", "fault"),
    [("/events/filter", Hang("first byte")), (f"/files/{4711}/upload", Hang("first byte"))],
    ids=["while reading", "while uploading"],
)
def test_a_run_whose_process_is_killed_goes_on_in_the_next_one(
    place: str, fault: Fault, process: Process, slack: StandInSlack, portal: StandInPortal
) -> None:
    portal.faults.next(place, fault)
    with process() as bot:
        slack.command("/compliance-report", "2025-01", user="ann", channel=CHANNEL)
        portal.faults.wait_met(1, PATIENCE)
        bot.kill()
        bot.wait(PATIENCE)
    portal.faults.release()
    slack.socket.wait_gone(PATIENCE)
    with process():
        slack.workspace.wait_for(summed_up, PATIENCE)
    assert len(slack.workspace.messages(CHANNEL)) == 1
    [file] = filed_texts(portal)
    assert file.version(None).number == 1


def test_a_private_run_whose_process_is_killed_goes_on_in_the_same_direct_message(
    process: Process, slack: StandInSlack, portal: StandInPortal
) -> None:
    portal.faults.next("/events/filter", Hang("first byte"))
    own = slack.workspace.direct("ann").id
    with process() as bot:
        slack.command("/compliance-report", "2025-01 private", user="ann", channel=CHANNEL)
        portal.faults.wait_met(1, PATIENCE)
        bot.kill()
        bot.wait(PATIENCE)
    portal.faults.release()
    slack.socket.wait_gone(PATIENCE)
    with process():
        slack.workspace.wait_for(lambda w: summaries(w, own), PATIENCE)
    assert len(slack.workspace.messages(own)) == 1
    assert slack.workspace.messages(CHANNEL) == []


def test_a_bot_that_is_asked_to_stop_stops_in_good_order(process: Process) -> None:
    with process() as bot:
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(PATIENCE) == 0
