"""Who may review a report: nobody who has asked for it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.slack import Message, StandInSlack
from tests.bot.agenda import Clock, directs, keep
from tests.bot.forms import opened
from tests.bot.talk import BOTH, LEGAL, Bot, reported, seen, written
from tests.bot.test_settling import EARLY, NOTE, RULE, SETTLED, ended
from tests.until import PATIENCE, until

OWN = "asked for this report yourself"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, datetime(2025, 1, 15, 12, tzinfo=UTC))


def accept(slack: StandInSlack, report: Message, user: str) -> None:
    slack.press(report, "review", user=user)
    form = opened(slack, user)
    slack.submit_view(form.id, {"result": {"value": "accepted"}, "reason": {"value": "looks right"}}, user=user)


def refusals(slack: StandInSlack, user: str) -> list[Message]:
    return [one for one in [*directs(slack, user), *slack.workspace.ephemerals(user)] if OWN in written(one)]


def test_who_has_asked_for_the_early_report_cannot_review_the_settled_one(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack, RULE)
        keep(slack, RULE, user="bob", channel=LEGAL)
        clock.at = EARLY
        [early] = reported(slack, channel=LEGAL)
        until(lambda: ended(tmp_path, 1))
        accept(slack, early, "bob")
        slack.workspace.wait_for(lambda _: refusals(slack, "bob"), PATIENCE)
        clock.at = SETTLED
        settled = seen(slack, NOTE, channel=LEGAL)
        until(lambda: ended(tmp_path, 2))
        accept(slack, settled, "bob")
        slack.workspace.wait_for(lambda _: refusals(slack, "bob")[1:], PATIENCE)
    assert "Accepted" not in str([written(one) for one in slack.workspace.thread(LEGAL, settled.ts)])
