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
from pathlib import Path
from typing import BinaryIO

import httpx
import typer

from bot.sandbox.portal import PortalSetup, StandInPortal, login_events, month_of_events
from bot.sandbox.slack import Message, StandInSlack, Workspace
from bot.sandbox.slack.transcript import transcript
from bot.settings import Settings
from reporting.errors import DemoFailed

CHANNEL, ASKER, MONTH = "#compliance", "ann", "2025-01"
EVENTS = 4_321
PATIENCE = 60.0
"""Seconds to wait for the bot."""
LOOK = 0.25
"""Seconds between two looks whether the bot is still alive."""
SHOWN = 32
"""Lines of the TXT that are shown."""


def show() -> None:
    """Type the command, wait for the report, show the conversation and the file.

    Raises:
        DemoFailed: there was no report.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        typer.echo("Starting a stand-in DocSpace portal, a stand-in Slack workspace, and the bot between them…")
        portal = stack.enter_context(StandInPortal(PortalSetup()))
        portal.audit.add_all(month_of_events(2024, 12, count=EVENTS // 2, seed=6, zone=portal.setup.zone))
        portal.audit.add_all(month_of_events(2025, 1, count=EVENTS, seed=7, zone=portal.setup.zone))
        portal.logins.add_all(login_events(2024, 12, count=EVENTS // 20, seed=6, zone=portal.setup.zone))
        portal.logins.add_all(login_events(2025, 1, count=EVENTS // 10, seed=7, zone=portal.setup.zone))
        slack = stack.enter_context(StandInSlack())
        stack.enter_context(bot(portal, slack))
        typer.echo(f"Ann types /compliance-report {MONTH} in {CHANNEL}. The conversation, as she sees it:\n")
        delivery = slack.command("/compliance-report", MONTH, user=ASKER, channel=CHANNEL)
        with failing("no report appeared in the channel"):
            slack.workspace.wait_for(preview, PATIENCE)
        typer.echo(transcript(slack.workspace, CHANNEL, ASKER))
        typer.echo(f"\nSlack had its acknowledgement after {(delivery.ack_seconds or 0) * 1000:.0f} ms.")
        show_file(portal)
    typer.echo(f"\nThe demonstration took {time.monotonic() - began:.1f} s.")


def preview(workspace: Workspace) -> list[Message]:
    """The replies under the report, once there are any."""
    return [reply for anchor in workspace.messages(CHANNEL) for reply in workspace.thread(CHANNEL, anchor.ts)[1:]]


@contextmanager
def failing(problem: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise DemoFailed(reason=problem) from error


@contextmanager
def bot(portal: StandInPortal, slack: StandInSlack) -> Iterator[None]:
    """The bot in a process of its own, as it runs in production, connected by Socket Mode."""
    with tempfile.TemporaryDirectory(prefix="compliance-demo-") as folder:
        settings = {
            "DOCSPACE_API_HOST": portal.url,
            "DOCSPACE_API_KEY": portal.key,
            "COMPLIANCE_ROOM_FOLDER_ID": str(portal.folder_id),
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "DATA_DIR": str(Path(folder) / "data"),
        }
        written = Path(folder) / "bot.log"
        with written.open("wb") as log, started(settings, Path(folder), log) as process:
            try:
                wait_until_ready(process, slack)
                yield
            except DemoFailed:
                typer.echo(written.read_text(errors="replace"), err=True)
                raise
            finally:
                process.terminate()
                process.wait(PATIENCE)


def started(settings: dict[str, str], folder: Path, log: BinaryIO) -> subprocess.Popen[bytes]:
    """The bot with *settings* and none of this machine's own, in *folder*, where there is no .env."""
    known = {name.upper() for name in Settings.model_fields}
    others = {name: value for name, value in os.environ.items() if name.upper() not in known}
    home = str(Path(__file__).parent.parent)
    command = [sys.executable, "-m", "bot", "run"]
    return subprocess.Popen(command, cwd=folder, env=others | settings | {"PYTHONPATH": home}, stderr=log)  # noqa: S603


def wait_until_ready(process: subprocess.Popen[bytes], slack: StandInSlack) -> None:
    """Until it has connected to Slack.

    Raises:
        DemoFailed: it ended, or took too long.
    """
    for _ in range(round(PATIENCE / LOOK)):
        if process.poll() is not None:
            raise DemoFailed(reason=f"the bot ended with exit code {process.returncode}")
        with suppress(TimeoutError):
            return slack.socket.wait_connected(1, LOOK)
    raise DemoFailed(reason="the bot did not connect")


def show_file(portal: StandInPortal) -> None:
    """Read the TXT back from where the bot filed it, as anybody with rights could."""
    with httpx.Client(base_url=portal.url, headers={"Authorization": f"Bearer {portal.key}"}) as client:
        folder = client.get(f"/api/2.0/files/{portal.folder_id}").raise_for_status().json()["response"]
        [file] = folder["files"]
        text = client.get(file["viewUrl"]).raise_for_status().text
    typer.echo(f"\nThe TXT, read back from DocSpace ({file['title']}, {len(text.encode()):,} bytes), begins:\n")
    typer.echo("\n".join(f"  {line}" for line in text.splitlines()[:SHOWN]))
    typer.echo(f"  …\n\nIt lies in the folder “{folder['current']['title']}” as {file['webUrl']}")
