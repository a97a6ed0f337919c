"""Slack does not say whether it took a message, does not take it, or is away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reporting.run import State
from sandbox.portal import StandInPortal
from sandbox.slack import Fault, Message, StandInSlack, WorkspaceSetup, refuse, reset, unclear
from sandbox.slack.setup import SCOPES as ALL
from tests.bot.agenda import direct
from tests.bot.talk import (
    CHANNEL,
    LEGAL,
    Bot,
    Endings,
    Gate,
    entries,
    filed_texts,
    reading_hangs,
    reported,
    say,
    seen,
    summaries,
    written,
)
from tests.until import PATIENCE

HISTORY = frozenset({"channels:history", "groups:history"})
PREVIEW = 1
"""How many postings of a run come before it."""
SCOPES = ALL - {"files:write"}
LOOKS, BLIND = pytest.param(SCOPES | HISTORY, id="looks"), pytest.param(SCOPES, id="cannot look")
WAYS = [pytest.param(unclear(), id="performed"), pytest.param(reset(), id="lost")]


@pytest.fixture
def scopes() -> frozenset[str]:
    return SCOPES


@pytest.fixture
def slack(scopes: frozenset[str]) -> Iterator[StandInSlack]:
    with StandInSlack(WorkspaceSetup(scopes=scopes)) as slack:
        yield slack


def ledgered(folder: Path) -> tuple[State, str]:
    """How the only run ended, and the kind of what went wrong."""
    [entry] = entries(folder)
    return entry.state, entry.failure.kind if entry.failure else ""


def previews(slack: StandInSlack, summary: Message, channel: str = CHANNEL) -> list[Message]:
    replies = slack.workspace.thread(channel, summary.ts)[1:]
    return [reply for reply in replies if "From the report" in reply.text]


def one_version(portal: StandInPortal) -> bool:
    return [len(file.versions) for file in filed_texts(portal)] == [1]


@pytest.mark.parametrize("fault", WAYS)
@pytest.mark.parametrize("scopes", [LOOKS])
def test_a_first_message_of_which_nothing_was_heard_is_looked_up_and_there_is_one(
    fault: Fault, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    slack.faults.plan("chat.postMessage", fault)
    with bot():
        say(slack, "2025-01")
        [summary] = reported(slack)
    assert slack.workspace.messages(CHANNEL) == [summary]
    assert len(previews(slack, summary)) == 1
    assert ledgered(tmp_path) == (State.DONE, "")


@pytest.mark.parametrize("fault", WAYS)
def test_a_first_message_that_cannot_be_looked_up_is_not_repeated_and_the_summary_comes_once(
    fault: Fault, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    slack.faults.plan("chat.postMessage", fault)
    with bot():
        say(slack, "2025-01")
        [summary] = reported(slack)
    assert len(summaries(slack.workspace)) == 1
    assert len(previews(slack, summary)) == 1
    assert len(slack.workspace.messages(CHANNEL)) == (2 if fault.performed else 1)
    assert one_version(portal)
    assert ledgered(tmp_path)[0] in {State.DONE, State.WARNED}


@pytest.mark.parametrize("fault", WAYS)
@pytest.mark.parametrize("scopes", [LOOKS])
def test_a_preview_of_which_nothing_was_heard_is_looked_up_and_there_is_one(
    fault: Fault, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    slack.faults.plan("chat.postMessage", fault, after=PREVIEW)
    with bot():
        say(slack, "2025-01")
        [summary] = reported(slack)
    assert len(previews(slack, summary)) == 1
    assert ledgered(tmp_path) == (State.DONE, "")


@pytest.mark.parametrize("fault", WAYS)
def test_a_preview_that_cannot_be_looked_up_is_not_repeated_and_the_ledger_says_so(
    fault: Fault, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    slack.faults.plan("chat.postMessage", fault, after=PREVIEW)
    with bot():
        say(slack, "2025-01")
        [summary] = slack.workspace.wait_for(summaries, PATIENCE)
    assert len(previews(slack, summary)) == (1 if fault.performed else 0)
    assert ledgered(tmp_path) == (State.WARNED, "PostUnclear")


def test_a_first_message_that_somebody_removed_is_replaced_by_a_new_one(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        removed = seen(slack, "January 2025")
        slack.workspace.remove(removed)
        portal.faults.clear()
        [summary] = reported(slack)
    assert summary.ts != removed.ts
    assert slack.workspace.messages(CHANNEL) == [summary]
    assert len(previews(slack, summary)) == 1
    assert ledgered(tmp_path) == (State.DONE, "")


@pytest.mark.parametrize("fault", WAYS)
@pytest.mark.parametrize("scopes", [LOOKS, BLIND])
def test_a_new_summary_of_which_nothing_was_heard_is_there_once_at_the_most(
    fault: Fault,
    scopes: frozenset[str],
    bot: Bot,
    slack: StandInSlack,
    portal: StandInPortal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading_hangs(portal)
    over = Endings(monkeypatch)
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        slack.workspace.remove(seen(slack, "January 2025"))
        slack.faults.plan("chat.postMessage", fault)
        portal.faults.clear()
        over.wait()
    found = slack.workspace.messages(CHANNEL)
    if scopes >= HISTORY:
        assert len(found) == 1
        assert ledgered(tmp_path) == (State.DONE, "")
    else:
        assert len(found) == (1 if fault.performed else 0)
        assert ledgered(tmp_path) == (State.WARNED, "PostUnclear")


def test_one_channel_that_cannot_be_told_keeps_nothing_from_the_others(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2025-01", channel=LEGAL)
        seen(slack, "January 2025", channel=LEGAL)
        slack.workspace.remove(seen(slack, "January 2025"))
        slack.workspace.remove_bot(CHANNEL)
        portal.faults.clear()
        reported(slack, channel=LEGAL)
    assert slack.workspace.messages(CHANNEL) == []
    assert ledgered(tmp_path) == (State.WARNED, "ChannelClosed")


def test_a_bot_that_is_put_out_of_the_channel_while_it_reads_files_the_report_all_the_same(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading_hangs(portal)
    over = Endings(monkeypatch)
    with bot():
        say(slack, "2025-01", channel=LEGAL)
        portal.faults.wait_met(1, PATIENCE)
        slack.workspace.remove_bot(LEGAL)
        portal.faults.clear()
        over.wait()
    assert one_version(portal)
    assert ledgered(tmp_path) == (State.WARNED, "ChannelClosed")


def test_progress_that_cannot_be_shown_does_not_keep_the_report_from_being_made(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading_hangs(portal)
    slack.faults.plan("chat.update", refuse("internal_error"), times=2)
    progress = Gate(slack, "chat.update", 1, monkeypatch)
    with bot():
        say(slack, "2025-01")
        progress.reached()
        progress.open()
        portal.faults.clear()
        reported(slack)
    assert [call.ok for call in slack.calls_of("chat.update")][:3] == [False, False, True]
    assert ledgered(tmp_path) == (State.DONE, "")


def test_a_channel_without_the_bot_gets_no_report_and_its_asker_has_it_in_direct_messages(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        say(slack, "2025-01", channel="#random")
        note = direct(slack, "I can't post in this channel: I am not in it.")
        reported(slack, channel=note.channel)
    assert "/invite" in written(note)
    assert ledgered(tmp_path) == (State.DONE, "")
    assert one_version(portal)
    assert slack.workspace.messages("#random") == []


@pytest.mark.parametrize("again", ["2025-01", "rerun 2025-01"])
def test_once_the_bot_was_invited_the_same_words_make_the_report(
    again: str, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        say(slack, "2025-01", channel="#random")
        reported(slack, channel=direct(slack, "/invite").channel)
        slack.workspace.invite_bot("#random")
        assert "already" not in say(slack, again, channel="#random")
        reported(slack, channel="#random")
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE, State.DONE]
