"""Secrets are planted everywhere, much happens, and then everything that the bot ever wrote is searched for them."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.demo import bot_settings
from sandbox.portal import AuditEvent, ErrorBody, StandInPortal, Status
from sandbox.slack import Delivery, StandInSlack, refuse, reset, unclear
from tests.bot.talk import COMMAND, reported, summaries
from tests.until import PATIENCE

ROOT = Path(__file__).parents[2]
SHARED, TICKET, TITLE, PERSON = "Kq7sharekeyPLANTED", "T0kenPLANTEDinQuery", "Merger with PLANTED.docx", "Zoe PLANTED"
WORD = "hunter2PLANTED"
PAGES = [
    f"https://d.example/s/{SHARED}",
    f"https://d.example/rooms/shared/1/filter?share={SHARED}&folder=12",
    f"https://u:{WORD}@d.example/doceditor?fileId=1&access_token={TICKET}#{SHARED}",
]


@dataclass(frozen=True)
class Written:
    """Everything that was written while it all happened."""

    said: str
    """By every process, on standard error and standard output."""
    kept: bytes
    """In every file of DATA_DIR but the reports."""
    answers: tuple[str, ...]
    """Addresses that Slack gave for answers."""


@pytest.fixture
def portal() -> Iterator[StandInPortal]:
    with StandInPortal() as portal:
        for number in range(1, 120):
            event = AuditEvent(
                id=number,
                date=datetime(2025, 1, 1 + number % 28, 9, number % 60, tzinfo=UTC),
                action_id=(5018, 5091, 5011, 6009)[number % 4],
                user_id="aae1e103-bca5-9fa1-ba8c-42058b4abf28",
                user=PERSON,
                text=f"Something was done to {TITLE}",
                page=PAGES[number % 3],
                target=(str(number),),
                context=f"Rooms: {TITLE}",
            )
            portal.audit.add(event)
        yield portal


@pytest.fixture
def written(portal: StandInPortal, tmp_path: Path) -> Written:
    with StandInSlack() as slack:
        said, answers = lived(portal, slack, tmp_path)
    kept = b"".join(
        path.read_bytes()
        for path in sorted((tmp_path / "data").rglob("*"))
        if path.is_file() and "reports" not in path.parts
    )
    return Written(said, kept, answers)


def lived(portal: StandInPortal, slack: StandInSlack, folder: Path) -> tuple[str, tuple[str, ...]]:
    """What the processes said while people asked, and things went well and badly."""
    more = {"PYTHONPATH": str(ROOT), "SLACK_SIGNING_SECRET": slack.signing_secret}
    environment = os.environ | bot_settings(portal, slack, folder / "data") | more
    log = folder / "log"
    with log.open("wb") as stream:
        command = [sys.executable, "-m", "bot", "run"]
        bot = subprocess.Popen(command, cwd=folder, env=environment, stdout=stream, stderr=stream)
        try:
            slack.socket.wait_connected(1, PATIENCE)
            answers = talked(portal, slack)
        finally:
            bot.send_signal(signal.SIGTERM)
            bot.wait(PATIENCE)
    beside = "".join(ran(words, folder, environment) for words in BESIDE)
    return log.read_text() + beside, answers


BESIDE = (
    "doctor --json",
    "doctor",
    "report 2025-01 --json",
    "report 2025-01",
    "submit 2025-01 --channel C0COMPLY01",
    "backup --out copy.sqlite",
)


def ran(words: str, folder: Path, environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "bot", *words.split()]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=PATIENCE, check=False)
    if "report" in words:
        return done.stderr.decode()  # standard output names the portal's file, and nothing of its content
    return done.stdout.decode() + done.stderr.decode()


def talked(portal: StandInPortal, slack: StandInSlack) -> tuple[str, ...]:
    """Ask in every way; the addresses that the answers were to go to."""
    asked: list[Delivery] = []

    def say(text: str, user: str = "ann") -> None:
        asked.append(slack.command(COMMAND, text, user=user, channel="#compliance"))

    def over(count: int) -> None:
        slack.workspace.wait_for(
            lambda w: [m for m in w.messages("#compliance") if "SHA-256" in str(m.blocks) or m.text.startswith("No ")][
                count - 1 :
            ],
            30,
        )

    say("2025-01")
    reported(slack)
    portal.faults.next("/events/filter", ErrorBody(f"the key {portal.key} is tired"), times=None)
    say("2025-01 type:delete")
    over(2)
    portal.faults.clear()
    portal.faults.next("/settings", Status(401), times=9)
    say("2025-01 type:share")
    over(3)
    portal.faults.clear()
    slack.faults.plan("chat.update", refuse("invalid_blocks"))
    slack.faults.plan("chat.postMessage", unclear())
    say('2025-01 user:"Nobody of That Name"')
    slack.faults.plan("users.info", reset(), times=3)
    for text in ("2025-13", "help", "status", "schedules", f"2025-01 token:{TICKET}", "schedule monthly on 1 at 09:00"):
        say(text)
    say("2025-01", "bob")
    slack.faults.clear()
    say("2024-12")
    slack.workspace.wait_for(lambda w: [m for m in summaries(w) if "December 2024" in str(m.blocks)], PATIENCE)
    slack.socket.disconnect("refresh_requested")
    slack.socket.wait_connected(1, PATIENCE)
    return tuple(str(one.payload["response_url"]) for one in asked)


def test_nothing_that_the_bot_ever_wrote_holds_a_secret(written: Written, portal: StandInPortal) -> None:
    secrets = {
        "the portal's key": portal.key,
        "the bot token": StandInSlack.bot_token,
        "the app token": StandInSlack.app_token,
        "the signing secret": StandInSlack.signing_secret,
        "a key of a public link": SHARED,
        "a token in an address": TICKET,
        "a password in an address": WORD,
    }
    content = {"a file's name": TITLE, "a person's name": PERSON}
    answers = {f"an address for an answer, {one}": one.rpartition("/")[2] for one in written.answers}
    said = [name for name, hidden in (secrets | content | answers).items() if hidden in written.said]
    kept = [name for name, hidden in secrets.items() if hidden.encode() in written.kept]
    assert (said, kept) == ([], [])
    assert len(answers) > 5
    check_told(written.said)


def check_told(said: str) -> None:
    """What happened is there all the same, each time with its run."""
    events = set(re.findall(r'"event": ?"([^"]+)"', said))
    assert {"ready", "request accepted", "run ended", "step failed", "access denied"} <= events
    [tired] = [line for line in said.splitlines() if "is tired" in line]
    assert "the key *** is tired" in tired
    assert re.search(r'"run": ?"\w{16}"', tired)
    assert len(set(re.findall(r'"run": ?"(\w{16})"', said))) >= 3
