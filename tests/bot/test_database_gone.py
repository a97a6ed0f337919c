"""A bot whose database is gone refuses whatever it is asked for, in words, and sends nothing more to anybody."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bot.errors import DatabaseGone
from bot.web.slack_delivery import DeliveryChannel
from sandbox.portal import StandInPortal
from sandbox.slack import StandInSlack
from tests.bot.talk import say

Bot = Callable[..., AbstractContextManager[DeliveryChannel]]
COMMANDS = [
    "2024-12",
    "rerun 2025-01",
    "status",
    "cancel",
    "history",
    "calendar 2025",
    "verify 2025-01",
    "diff 2025-01",
    "schedules",
    "schedule monthly on 1 at 09:00 Europe/Riga",
]


def refused(bot: Bot, slack: StandInSlack, portal: StandInPortal, file: Path) -> None:
    with bot():
        file.unlink()
        asked = portal.requests.total
        for text in COMMANDS:
            assert say(slack, text).startswith("The bot's database is gone: bot.sqlite is not there any more"), text
        assert portal.requests.total == asked


def test_whatever_is_asked_for_is_refused_in_words_and_the_bot_ends_with_the_same(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with pytest.raises(DatabaseGone):
        refused(bot, slack, portal, tmp_path / "data" / "bot.sqlite")
    assert [m for m in slack.workspace.messages("#compliance") if m.user != "ann"] == []
