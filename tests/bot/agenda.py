"""What people do with schedules in whole conversations, and a clock that a test moves."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.docspace import clients
from bot.store import schedules
from bot.store.database import connect
from bot.workflows import replica
from handlers.schedule import Schedule
from sandbox.portal import StandInPortal
from sandbox.slack import Message, StandInSlack
from tests.bot.talk import CHANNEL, COMMAND, saying, seen, written
from tests.until import PATIENCE

RULE = "monthly on 1 at 09:00 Europe/Riga"
OFTEN = 0.2
"""Seconds between two looks of the bot at its tables, so that a test need not wait."""


class Clock:
    """The bot's clock and the portal's, which stand still until they are moved.

    The clock that nobody sets goes on meanwhile: an answer under way while the others are moved is old a moment later.
    """

    def __init__(self, patch: pytest.MonkeyPatch, at: datetime) -> None:
        self.at, self._jumped = at, timedelta()
        for module in (app, clients):
            patch.setattr(module, "now", self)
        patch.setattr(app, "elapsed", self.elapsed)
        patch.setattr(StandInPortal, "date", staticmethod(self))
        patch.setattr(app, "TICK", OFTEN)
        patch.setattr(replica, "BEAT", OFTEN)

    def __call__(self) -> datetime:
        return self.at

    def elapsed(self) -> float:
        return (self.at - self._jumped).timestamp() + time.monotonic()

    def jump(self, at: datetime) -> None:
        """Set the bot's clock, without time going by."""
        self._jumped += at - self.at
        self.at = at


def typed(slack: StandInSlack, text: str, *, user: str = "ann", channel: str = CHANNEL) -> Message:
    """Type a command; what it is answered with at once."""
    shown = slack.command(COMMAND, text, user=user, channel=channel).shown
    assert shown is not None
    return shown


def keep(slack: StandInSlack, rule: str = RULE, *, user: str = "ann", channel: str = CHANNEL) -> Message:
    """Type a schedule and save it; what the channel is told."""
    before = len(saying(slack.workspace, "made schedule", channel))
    slack.press(typed(slack, f"schedule {rule}", user=user, channel=channel), "save_schedule", user=user)
    return slack.workspace.wait_for(lambda w: saying(w, "made schedule", channel)[before:], PATIENCE)[0]


def listed(slack: StandInSlack, *, user: str = "ann", channel: str = CHANNEL) -> str:
    return written(typed(slack, "schedules", user=user, channel=channel))


def direct(slack: StandInSlack, words: str, *, user: str = "ann") -> Message:
    """The direct message to *user* that has those words, once it is there."""
    return seen(slack, words, channel=slack.workspace.direct(user).id)


def directs(slack: StandInSlack, user: str = "ann") -> list[Message]:
    return slack.workspace.messages(slack.workspace.direct(user))


def kept(folder: Path) -> list[Schedule]:
    """The schedules of the bot that works in *folder*."""
    store = connect(f"sqlite:///{folder / 'data' / 'bot.sqlite'}")
    try:
        return store.read(schedules.list_schedules, None)
    finally:
        store.engine.dispose()
