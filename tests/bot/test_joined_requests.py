"""What is already being made is requested once more."""

import json
from pathlib import Path

from reporting.run import State
from sandbox.portal import Hang, StandInPortal
from sandbox.slack import StandInSlack, delay
from tests.bot.agenda import direct
from tests.bot.talk import (
    ANN,
    BOB,
    BOTH,
    CHANNEL,
    LEGAL,
    REPLIES,
    Bot,
    entries,
    filed_texts,
    offered,
    reading_hangs,
    reported,
    say,
    seen,
    summaries,
    told,
    written,
)
from tests.until import PATIENCE

ALREADY = "is already being made"
NAMED = "Requested by <@{}>, <@{}>"


def uploads(portal: StandInPortal) -> int:
    """How often a report was uploaded; each brings its manifest."""
    versions = [len(file.versions) for file in portal.files.files_in(portal.folder_id)]
    reports = sum(len(file.versions) for file in filed_texts(portal))
    assert sum(versions) == 2 * reports
    return reports


def test_two_people_who_ask_in_one_channel_get_one_message_that_names_both(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot(ALLOWED_USERS=BOTH):
        assert ALREADY not in say(slack, "2025-01", user="ann")
        portal.faults.wait_met(1, PATIENCE)
        assert ALREADY in say(slack, "2025-01", user="bob")
        portal.faults.clear()
        [summary] = reported(slack)
    assert len(slack.workspace.messages(CHANNEL)) == 1
    assert NAMED.format(ANN, BOB) in written(summary)
    assert uploads(portal) == 1
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE]


def test_who_asks_twice_is_named_once(bot: Bot, slack: StandInSlack, portal: StandInPortal) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        assert ALREADY in say(slack, "rerun 2025-01")
        portal.faults.clear()
        [summary] = reported(slack)
    assert f"Requested by <@{ANN}>" in written(summary)
    assert json.dumps(summary.blocks).count(ANN) == 1


def test_two_channels_get_one_reading_and_the_summary_once_in_each(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01", user="ann")
        portal.faults.wait_met(1, PATIENCE)
        assert ALREADY in say(slack, "2025-01", user="bob", channel=LEGAL)
        seen(slack, "January 2025", channel=LEGAL)
        portal.faults.clear()
        [here], [there] = reported(slack), reported(slack, channel=LEGAL)
    assert len(slack.workspace.messages(CHANNEL)) == len(slack.workspace.messages(LEGAL)) == 1
    assert len(slack.workspace.thread(CHANNEL, here.ts)) == len(slack.workspace.thread(LEGAL, there.ts)) == 1 + REPLIES
    assert f"Requested by <@{ANN}>" in written(here)
    assert f"Requested by <@{BOB}>" in written(there)
    assert uploads(portal) == 1
    [entry] = entries(tmp_path)
    assert (entry.state, entry.attempts) == (State.DONE, 1)


def test_progress_is_shown_in_every_channel_that_waits(bot: Bot, slack: StandInSlack, portal: StandInPortal) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2025-01", channel=LEGAL)
        seen(slack, "Reading the audit trail", channel=CHANNEL)
        seen(slack, "Reading the audit trail", channel=LEGAL)
        portal.faults.clear()
        reported(slack)
        reported(slack, channel=LEGAL)


def test_who_asks_while_the_report_is_being_filed_gets_that_one(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    portal.faults.next("/upload", Hang("first byte", processed=True))
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        assert ALREADY in say(slack, "2025-01", channel=LEGAL)
        seen(slack, "January 2025", channel=LEGAL)
        portal.faults.release()
        reported(slack)
        reported(slack, channel=LEGAL)
    assert len(slack.workspace.messages(LEGAL)) == 1
    assert uploads(portal) == 1
    assert len(entries(tmp_path)) == 1


def test_a_message_that_comes_while_the_report_is_being_filed_says_so_and_cannot_be_cancelled(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    portal.faults.next("/upload", Hang("first byte", processed=True))
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2025-01", channel=LEGAL)
        anchor = seen(slack, "January 2025", channel=LEGAL)
        portal.faults.release()
        reported(slack, channel=LEGAL)
    assert "Filing it in DocSpace" in written(anchor)
    assert offered(anchor) == []


def test_who_asks_while_the_result_is_being_told_gets_a_run_of_their_own(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    slack.faults.plan("chat.postMessage", delay(1), after=1)  # the preview
    with bot():
        say(slack, "2025-01")
        slack.workspace.wait_for(summaries, PATIENCE)
        assert ALREADY not in say(slack, "2025-01")
        reported(slack, 2)
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE, State.DONE]
    assert uploads(portal) == 1


def test_a_joiner_who_may_not_is_refused_and_the_run_goes_on(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01", user="ann")
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2025-01", user="gus")
        say(slack, "2025-01", user="bob", channel=LEGAL)
        told(slack, "guests and people of other workspaces may not", user="gus")
        told(slack, "only the workspace's admins and owners may", user="bob")
        portal.faults.clear()
        [summary] = reported(slack)
    assert f"Requested by <@{ANN}>" in written(summary)
    assert json.dumps(summary.blocks).count("<@") == 1
    assert slack.workspace.messages(LEGAL) == []
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE]


def test_a_joiner_in_a_channel_without_the_bot_has_the_report_in_direct_messages(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2025-01", channel="#random")
        note = direct(slack, "I am not in it")
        portal.faults.clear()
        reported(slack)
        reported(slack, channel=note.channel)
    assert "/invite" in written(note)
    [entry] = entries(tmp_path)
    assert (entry.state, entry.failure) == (State.DONE, None)


def test_the_first_asker_is_refused_and_the_second_gets_the_report(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    slack.faults.plan("users.info", delay(1))
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01", user="bob")
        assert ALREADY not in say(slack, "2025-01", user="ann")  # what nobody has let in is no run
        told(slack, "only the workspace's admins and owners may", user="bob")
        portal.faults.wait_met(1, PATIENCE)
        portal.faults.clear()
        [summary] = reported(slack)
    assert f"Requested by <@{ANN}>" in written(summary)
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE]


def test_the_first_asker_who_was_refused_is_not_named_while_the_run_goes_on(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    slack.faults.plan("users.info", delay(1))
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01", user="bob")
        say(slack, "2025-01", user="ann")
        reading = seen(slack, "Reading the audit trail")
        say(slack, "status")
        status = told(slack, "Running reports")
        portal.faults.clear()
        reported(slack)
    for message in (reading, status):
        assert BOB not in written(message)
        assert ANN in written(message)


def test_run_again_pressed_by_two_people_is_one_run(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01")
        [first] = reported(slack)
        reading_hangs(portal)
        slack.press(first, "run_again", user="ann")
        portal.faults.wait_met(1, PATIENCE)
        slack.press(first, "run_again", user="bob")
        told(slack, "is already being made in this channel", user="bob")
        portal.faults.clear()
        _, second = reported(slack, 2)
    assert len(slack.workspace.messages(CHANNEL)) == 2
    assert NAMED.format(ANN, BOB) in written(second)
    assert uploads(portal) == 1
    assert len(entries(tmp_path)) == 2


def test_another_filter_is_another_report(bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        assert ALREADY not in say(slack, "2025-01 type:delete")
        portal.faults.clear()
        reported(slack, 2)
    assert len(entries(tmp_path)) == 2


def test_the_same_filter_in_other_words_is_the_same_report(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01 type:delete,share user:ann")
        assert ALREADY in say(slack, "2025-01  user:ann type:share,delete")
        say(slack, "cancel")
        seen(slack, "Canceled by")
        portal.faults.clear()
    assert len(entries(tmp_path)) == 1
