"""People learn that their report is ready, or why there is none: by a new message that mentions them, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reporting.run import State
from sandbox.portal import StandInPortal, Status
from sandbox.slack import Fault, Message, StandInSlack, WorkspaceSetup, reset, unclear
from sandbox.slack.setup import SCOPES
from tests.bot.talk import ANN, BOB, BOTH, CHANNEL, Bot, entries, reading_hangs, reported, say, seen, written
from tests.until import PATIENCE, until

HISTORY = frozenset({"channels:history", "groups:history"})
"""With which the bot can look whether a message is there."""
FAILED = "No compliance report"


@pytest.fixture
def slack() -> Iterator[StandInSlack]:
    with StandInSlack(WorkspaceSetup(scopes=SCOPES | HISTORY)) as slack:
        yield slack


def replies(slack: StandInSlack, under: Message, count: int = 1) -> list[Message]:
    """What stands in the thread, once there is so much."""
    return slack.workspace.wait_for(
        lambda w: found if len(found := w.thread(CHANNEL, under.ts)[1:]) >= count else [], PATIENCE
    )


def ended(folder: Path, state: State) -> bool:
    return [entry.state for entry in entries(folder)] == [state]


def refuses(portal: StandInPortal) -> None:
    """The portal does not let its audit trail be read."""
    portal.faults.next("/events/filter", Status(403), times=None)


def test_a_report_s_first_reply_mentions_who_asked_and_says_verdict_month_and_total(
    bot: Bot, slack: StandInSlack
) -> None:
    with bot():
        say(slack, "2025-01")
        [summary] = reported(slack)
    reply, *_ = replies(slack, summary)
    assert reply.text.startswith(f"<@{ANN}>: Compliance report: January 2025: 333 events, COMPLETE.")
    assert f"<@{ANN}>: Compliance report" in str(reply.blocks)


def test_a_failure_is_a_reply_that_mentions_who_asked_and_says_why(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    refuses(portal)
    with bot():
        say(slack, "2025-01")
        anchor = seen(slack, FAILED)
        until(lambda: ended(tmp_path, State.FAILED))
    [reply] = replies(slack, anchor)
    assert reply.text.startswith(f"<@{ANN}>: The report for January 2025 could not be made: ")
    assert entries(tmp_path)[0].failure.message[:40] in reply.text  # type: ignore[union-attr]


@pytest.mark.parametrize("fault", [pytest.param(unclear(), id="performed"), pytest.param(reset(), id="lost")])
def test_a_failure_s_reply_of_which_nothing_was_heard_is_looked_up_and_there_is_one(
    fault: Fault, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    refuses(portal)
    slack.faults.plan("chat.postMessage", fault, after=1)
    with bot():
        say(slack, "2025-01")
        anchor = seen(slack, FAILED)
        until(lambda: ended(tmp_path, State.FAILED))
    assert len(replies(slack, anchor)) == 1


def test_who_did_not_cancel_it_themselves_is_told_that_it_was_cancelled(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01", user="bob")
        slack.press(seen(slack, "Reading the audit trail"), "cancel", user="ann")
        anchor = seen(slack, "Canceled by")
        until(lambda: ended(tmp_path, State.CANCELLED))
    [reply] = replies(slack, anchor)
    assert reply.text == f"<@{BOB}>: The report for January 2025 was canceled by <@{ANN}>. Nothing was filed."
    assert "canceled by" in written(reply)
