"""Somebody who owns the database takes a review off the ledger's end: the messages in Slack tell of it."""

from contextlib import closing
from pathlib import Path

import pytest

from bot.store.database import connect
from sandbox.slack import Message, StandInSlack
from sandbox.slack.setup import SCOPES
from tests.bot.talk import BOTH, CHANNEL, Bot, reported, say, seen, written
from tests.bot.test_reviewers import accept
from tests.until import PATIENCE


def replies(slack: StandInSlack, report: Message, words: str) -> list[Message]:
    return [one for one in slack.workspace.thread(CHANNEL, report.ts)[1:] if words in written(one)]


def reviewed(slack: StandInSlack) -> str:
    """A report that Bob accepts; what stands in its thread of that."""
    say(slack, "2025-01")
    [report] = reported(slack)
    accept(slack, report, "bob")
    return written(slack.workspace.wait_for(lambda _: replies(slack, report, "accepted"), PATIENCE)[0])


def checked(slack: StandInSlack) -> str:
    say(slack, "verify 2025-01")
    return written(seen(slack, "Check of January 2025"))


@pytest.mark.parametrize("scopes", [SCOPES | {"channels:history", "groups:history"}])
def test_a_review_that_was_removed_is_told_by_the_message_that_named_its_entry(
    scopes: frozenset[str], bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        assert "`, entry 2" in reviewed(slack)
        with closing(connect(f"sqlite:///{tmp_path / 'data' / 'bot.sqlite'}")) as store, store.engine.begin() as c:
            c.exec_driver_sql("DROP TRIGGER ledger_keeps_delete")
            c.exec_driver_sql("DELETE FROM ledger WHERE number = 2")
        said = checked(slack)
    assert "the bot's messages name entry 2" in said
    assert "ledger is broken" in said


@pytest.mark.parametrize("scopes", [SCOPES - {"channels:history", "groups:history"}])
def test_without_the_scope_to_read_the_channel_its_heads_are_not_checked(
    scopes: frozenset[str], bot: Bot, slack: StandInSlack
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        reviewed(slack)
        said = checked(slack)
    assert "heads in Slack" in said
    assert "not checked" in said
