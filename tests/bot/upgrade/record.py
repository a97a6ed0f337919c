"""What an installation of a release has, written down for test_upgrade.py: run in a checkout of that release.

    git worktree add /tmp/release 0.1.0 && cd /tmp/release
    PYTHONPATH=. /path/to/.venv/bin/python /path/to/tests/bot/upgrade/record.py /path/to/tests/bot/upgrade/0.1.0

The release's own bot works between its own stand-ins, on a day in February 2025: it makes two reports, of which one is
reviewed, keeps two schedules, of which one is paused, and is read from while a third report is under way, as a machine
that loses its power would leave it. ``dotenv`` is written by hand from the release's ``.env.example``.
"""

import gzip
import json
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stamina

from bot.app import running
from bot.config.settings import Settings, load
from bot.demo.demo import bot_settings
from sandbox.portal import Hang, PortalSetup, StandInPortal, month_of_events
from sandbox.slack import StandInSlack, WorkspaceSetup
from sandbox.slack.setup import SCOPES
from tests.bot.agenda import Clock, keep, typed
from tests.bot.conftest import clean
from tests.bot.forms import fill
from tests.bot.talk import BOTH, LEGAL, entries, reported, say, seen
from tests.until import until

MONTHS = ((2024, 11), (2024, 12), (2025, 1))
DAY = datetime(2025, 2, 10, 12, tzinfo=UTC)


def packed(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def dump(database: Path) -> str:
    """The whole database at this moment, as SQL."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        return "\n".join(copy.iterdump())


def outside(portal: StandInPortal, slack: StandInSlack, data: Path) -> str:
    """What lies in DocSpace, in Slack and in DATA_DIR/runs, as far as the bot made it."""
    files = portal.files.files_in(portal.folder_id)
    messages = [
        {name: getattr(one, name) for name in ("channel", "ts", "user", "text", "blocks", "thread_ts", "metadata")}
        for said in slack.workspace._messages.values()
        for one in said.values()
    ]
    return json.dumps(
        {
            "files": [
                {"id": one.id, "title": one.title, "content": portal.files.content(one.id).decode()}
                for one in sorted(files, key=lambda one: one.id)
            ],
            "messages": messages,
            "runs": {str(one.relative_to(data)): one.read_text() for one in data.glob("runs/*/*") if one.is_file()},
        }
    )


def live(portal: StandInPortal, slack: StandInSlack, folder: Path) -> None:
    """Everything that happens; the folder holds what is left."""
    say(slack, "2025-01")
    reported(slack, 1)
    say(slack, "2024-12 type:delete", user="bob")
    reports = reported(slack, 2)
    slack.press(next(one for one in reports if "January 2025" in one.text), "review", user="bob")
    fill(slack, user="bob", result="accepted", reason="Nothing unusual")
    seen(slack, "Accepted")
    keep(slack)
    keep(slack, "monthly on last friday at 18:00 America/New_York type:delete", channel=LEGAL)
    typed(slack, "pause 2", channel=LEGAL)
    until(lambda: all(entry.ended for entry in entries(folder)))
    portal.faults.next("/events/filter", Hang("first byte"), times=None, after=0)
    say(slack, "2024-11")
    seen(slack, "November 2024")
    portal.faults.wait_met(1, 30)


def record(out: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        pytest.MonkeyPatch.context() as patch,
        clean(patch, Path(name)),
        stamina.set_testing(True, attempts=3),
        StandInPortal(PortalSetup()) as portal,
        StandInSlack(WorkspaceSetup(scopes=SCOPES - {"files:write"})) as slack,
    ):
        for year, month in MONTHS:
            portal.audit.add_all(month_of_events(year, month, count=40, seed=1, zone=portal.setup.zone))
        Clock(patch, DAY)
        for setting, value in (bot_settings(portal, slack, Path(name) / "data") | {"ALLOWED_USERS": BOTH}).items():
            patch.setenv(setting, value)
        with running(load(Settings)):
            slack.socket.wait_connected(1, 10)
            live(portal, slack, Path(name))
            packed(out / "database.sql.gz", dump(Path(name) / "data" / "bot.sqlite"))
            packed(out / "outside.json.gz", outside(portal, slack, Path(name) / "data"))
            os._exit(0)  # what is under way stays so


if __name__ == "__main__":
    record(Path(sys.argv[1]))
