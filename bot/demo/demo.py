"""The main job against the stand-ins: what ``make demo`` shows.

Nothing is faked on the bot's side: it runs in a process of its own, as in production; only its two addresses differ.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import typer

from bot.errors import DemoFailed
from reporting.child_environment import child_environment
from reporting.docspace.api.client import connect
from reporting.period import Month
from sandbox.portal import PortalSetup, StandInPortal, login_events, month_of_events
from sandbox.slack import Message, StandInSlack, Workspace
from sandbox.slack.transcript import transcript

CHANNEL, REQUESTER, MONTH = "#compliance", "ann", "2025-01"
EVENTS, EARLIER = 4_321, 3_858
PATIENCE = 60.0
"""Seconds to wait for the bot."""
POLL_SECONDS = 0.25
"""Seconds between two looks whether the bot is still alive."""
SHOWN = 60
"""Lines of the TXT that are shown."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The stand-ins once the report is there."""

    portal: StandInPortal
    slack: StandInSlack
    acknowledged: float
    """Seconds until the command's acknowledgement."""

    def conversation(self) -> str:
        """The channel as Ann sees it."""
        return transcript(self.slack.workspace, CHANNEL, REQUESTER)


def run_demo() -> None:
    """Type the command, wait for the report, show the conversation and the file.

    Raises:
        DemoFailed: there was no report.
    """
    began = time.monotonic()
    typer.echo("Starting a stand-in DocSpace portal, a stand-in Slack workspace, and the bot between them.")
    typer.echo(f"Then Ann types /compliance-report {MONTH} in {CHANNEL}. The conversation, as she sees it:\n")
    with stage() as scene:
        typer.echo(scene.conversation())
        typer.echo(f"\nSlack had its acknowledgement after {scene.acknowledged * 1000:.0f} ms.")
        show_file(scene.portal)
    typer.echo(f"\nThe demonstration took {time.monotonic() - began:.1f} s.")


@contextmanager
def stage() -> Iterator[Scene]:
    """Everything running, the command typed, the report posted.

    Raises:
        DemoFailed: there was no report.
    """
    with ExitStack() as stack:
        portal = stack.enter_context(StandInPortal(PortalSetup()))
        for month, events in ((Month(2024, 12), EARLIER), (Month(2025, 1), EVENTS)):
            year, number, zone = month.year, month.month, portal.setup.zone
            portal.audit.add_all(month_of_events(year, number, count=events, seed=7, zone=zone))
            portal.logins.add_all(login_events(year, number, count=events // 10, seed=7, zone=zone))
        slack = stack.enter_context(StandInSlack())
        stack.enter_context(bot(portal, slack))
        delivery = slack.command("/compliance-report", MONTH, user=REQUESTER, channel=CHANNEL)
        with failing("no report appeared in the channel"):
            slack.workspace.wait_for(preview, PATIENCE)
        yield Scene(portal, slack, delivery.ack_seconds or 0.0)


def preview(workspace: Workspace) -> list[Message]:
    """The replies under the report, once there are any."""
    return [reply for anchor in workspace.messages(CHANNEL) for reply in workspace.thread(CHANNEL, anchor.ts)[1:]]


@contextmanager
def failing(problem: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise DemoFailed(reason=problem) from error


def bot_settings(portal: StandInPortal, slack: StandInSlack, data: Path) -> dict[str, str]:
    """Settings that lead a bot to the stand-ins, over Socket Mode."""
    return {
        "DOCSPACE_API_HOST": portal.url,
        "DOCSPACE_API_KEY": portal.key,
        "COMPLIANCE_ROOM_FOLDER_ID": str(portal.folder_id),
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "DATA_DIR": str(data),
    }


@contextmanager
def bot(portal: StandInPortal, slack: StandInSlack) -> Iterator[None]:
    """The bot in a process of its own, as it runs in production, connected by Socket Mode."""
    with tempfile.TemporaryDirectory(prefix="compliance-demo-") as folder:
        settings = bot_settings(portal, slack, Path(folder) / "data")
        written = Path(folder) / "bot.log"
        with written.open("wb") as log, start_bot(settings, Path(folder), log) as process:
            try:
                wait_until_ready(process, slack)
                yield
            except DemoFailed:
                typer.echo(written.read_text(errors="replace"), err=True)
                raise
            finally:
                process.terminate()
                process.wait(PATIENCE)


def start_bot(settings: dict[str, str], folder: Path, log: BinaryIO) -> subprocess.Popen[bytes]:
    """The bot with *settings* and none of this machine's own, in *folder*, where there is no .env."""
    home = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "bot", "run"]
    environment = child_environment(os.environ) | settings | {"PYTHONPATH": home}
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=log)  # noqa: S603


def wait_until_ready(process: subprocess.Popen[bytes], slack: StandInSlack) -> None:
    """Until it has connected to Slack.

    Raises:
        DemoFailed: it ended, or took too long.
    """
    for _ in range(round(PATIENCE / POLL_SECONDS)):
        if process.poll() is not None:
            raise DemoFailed(reason=f"the bot ended with exit code {process.returncode}")
        with suppress(TimeoutError):
            return slack.socket.wait_connected(1, POLL_SECONDS)
    raise DemoFailed(reason="the bot did not connect")


def show_file(portal: StandInPortal) -> None:
    title, text, url = filed(portal)
    typer.echo(f"\nThe TXT, read back from DocSpace ({title}, {len(text.encode()):,} bytes), begins:\n")
    typer.echo("\n".join(f"  {line}" for line in text.splitlines()[:SHOWN]))
    typer.echo(f"  …\n\nIt lies in the folder “{portal.setup.folder.title}” as {url}")


def filed(portal: StandInPortal) -> tuple[str, str, str]:
    """Title, text and address of the report, read back over HTTP as anybody with rights could."""
    with connect(portal.url, portal.key) as client:
        folder = client.get(f"/api/2.0/files/{portal.folder_id}").raise_for_status().json()["response"]
        [file] = [file for file in folder["files"] if file["title"].endswith(".txt")]
        return file["title"], client.get(file["viewUrl"]).raise_for_status().text, file["webUrl"]
