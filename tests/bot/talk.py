"""What people do and read in whole conversations with the bot, and what its ledger says of them afterwards."""

import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.store.database import connect
from bot.web.slack_delivery import DeliveryChannel
from reporting.evidence import ledger
from reporting.run import Run, State
from sandbox.portal import Hang, StandInPortal
from sandbox.portal.files import StoredFile
from sandbox.slack import Fault, Message, StandInSlack, Workspace
from tests.until import PATIENCE

Bot = Callable[..., AbstractContextManager[DeliveryChannel]]
COMMAND, CHANNEL, LEGAL = "/compliance-report", "#compliance", "#legal"
REPLIES = 2
"""Under a summary: the preview, and the picture or the bars in its place."""
ANN, BOB = "U0ANN00001", "U0BOB00001"
BOTH = f"{ANN},{BOB}"
"""Ann is an admin, Bob is not: he may ask only where a setting names him."""


def say(slack: StandInSlack, text: str, *, user: str = "ann", channel: str = CHANNEL) -> str:
    """Type a command; what it is answered with at once."""
    shown = slack.command(COMMAND, text, user=user, channel=channel).shown
    assert shown is not None
    return shown.text


def written(message: Message) -> str:
    return json.dumps([message.text, message.blocks], ensure_ascii=False)


def summaries(workspace: Workspace, channel: str = CHANNEL) -> list[Message]:
    return [message for message in workspace.messages(channel) if "SHA-256" in written(message)]


def saying(workspace: Workspace, words: str, channel: str = CHANNEL) -> list[Message]:
    return [message for message in workspace.messages(channel) if words in written(message)]


def told(slack: StandInSlack, words: str, *, user: str = "ann", within: float = PATIENCE) -> Message:
    """The private answer to *user* that has those words, once it is there."""

    def look(workspace: Workspace) -> list[Message]:
        return [message for message in workspace.ephemerals(user) if words in written(message)]

    return slack.workspace.wait_for(look, within)[-1]


def seen(slack: StandInSlack, words: str, *, channel: str = CHANNEL, within: float = PATIENCE) -> Message:
    """The first message of *channel* that has those words, once it is there."""
    return slack.workspace.wait_for(lambda w: saying(w, words, channel), within)[0]


def reported(slack: StandInSlack, count: int = 1, *, channel: str = CHANNEL) -> list[Message]:
    """The summaries in *channel*, once there are that many and each has its preview and its picture."""

    def look(workspace: Workspace) -> list[Message]:
        found = summaries(workspace, channel)
        whole = len(found) >= count and all(len(workspace.thread(channel, one.ts)) > REPLIES for one in found)
        return found if whole else []

    return slack.workspace.wait_for(look, PATIENCE)


def offered(message: Message) -> list[str]:
    """What can be pressed under a message."""
    return [one["action_id"] for block in message.blocks if block["type"] == "actions" for one in block["elements"]]


def entries(folder: Path) -> list[Run]:
    """The ledger of the bot that works in *folder*, in the order of the asking."""
    store = connect(f"sqlite:///{folder / 'data' / 'bot.sqlite'}")
    try:
        found = store.read(lambda c: list(c.execute(select(ledger.runs).order_by(ledger.runs.c.asked)).mappings()))
        return [ledger.from_row(row) for row in found]
    finally:
        store.engine.dispose()


def reading_hangs(portal: StandInPortal, *, after: int = 0) -> None:
    """From now on the portal does not answer who reads its audit trail."""
    portal.faults.next("/events/filter", Hang("first byte"), times=None, after=after)


def filed_texts(portal: StandInPortal) -> list[StoredFile]:
    """The TXT files in the compliance folder, beside which lies the manifest of each name, and nothing else."""
    files = portal.files.files_in(portal.folder_id)
    texts = [file for file in files if file.title.endswith(".txt")]
    manifests = sorted(file.title for file in files if file not in texts)
    assert manifests == sorted({text.title.removesuffix(".txt") + ".manifest.json" for text in texts})
    return texts


class Endings:
    """Says when a run is over, also where nobody can be told."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._one, usual = threading.Event(), ledger.end

        def end(c: Connection, /, run: str, last: State, *, now: datetime, **columns: object) -> bool:
            self._one.set()  # the caller's transaction goes on: who reads the ledger now waits for it
            return usual(c, run, last, now=now, **columns)

        patch.setattr(ledger, "end", end)

    def wait(self) -> None:
        assert self._one.wait(PATIENCE)


class Gate:
    """Holds up the call number *nth* of a method, before it is performed."""

    def __init__(self, slack: StandInSlack, method: str, nth: int, patch: pytest.MonkeyPatch) -> None:
        self._reached, self._open = threading.Event(), threading.Event()
        self._left, usual = nth, slack.faults.take

        def take(called: str) -> Fault | None:
            if called == method:
                self._left -= 1
                if self._left == 0:
                    self._reached.set()
                    self._open.wait(PATIENCE)
            return usual(called)

        patch.setattr(slack.faults, "take", take)

    def reached(self) -> None:
        assert self._reached.wait(PATIENCE)

    def open(self) -> None:
        self._open.set()
