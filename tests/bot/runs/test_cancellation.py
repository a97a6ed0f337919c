"""A report that is being made is not wanted any more."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from reporting.run import ENDED, State
from sandbox.portal import Hang, StandInPortal
from sandbox.slack import Message, StandInSlack
from tests.bot.talk import (
    ANN,
    BOB,
    BOTH,
    CHANNEL,
    LEGAL,
    Bot,
    Gate,
    entries,
    filed_texts,
    offered,
    reading_hangs,
    reported,
    say,
    saying,
    seen,
    summaries,
    told,
    written,
)
from tests.until import PATIENCE, until

SOON = 20.0
"""Seconds in which a run is cancelled, whatever the portal does meanwhile."""
OVER = "Canceled by <@{}>"
ENDING = "Canceling the report for January 2025"
DOORS = [pytest.param({}, id="socket"), pytest.param({"SLACK_APP_TOKEN": "", "HTTP_PORT": "0"}, id="http")]
Cancel = Callable[[StandInSlack, str], None]


def by_command(slack: StandInSlack, user: str) -> None:
    assert ENDING in say(slack, "cancel", user=user)


def by_button(slack: StandInSlack, user: str) -> None:
    slack.press(seen(slack, "January 2025"), "cancel", user=user)


def begun(slack: StandInSlack, portal: StandInPortal, *, user: str = "ann") -> Message:
    """A run whose reading does not go on; its message."""
    reading_hangs(portal)
    say(slack, "2025-01", user=user)
    portal.faults.wait_met(1, PATIENCE)
    return seen(slack, "January 2025")


def nothing_was_filed(portal: StandInPortal) -> bool:
    return filed_texts(portal) == []


@pytest.mark.parametrize("cancel", [by_command, by_button])
@pytest.mark.parametrize("door", DOORS)
def test_a_run_is_cancelled_within_seconds_although_the_portal_hangs(
    door: dict[str, str], cancel: Cancel, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot(SLACK_SIGNING_SECRET=slack.signing_secret, **door):
        begun(slack, portal)
        cancel(slack, "ann")
        message = seen(slack, OVER.format(ANN), within=SOON)
        portal.faults.clear()
    assert [one.ts for one in slack.workspace.messages(CHANNEL)] == [message.ts]
    assert "Nothing was filed" in written(message)
    assert offered(message) == ["run_again"]
    assert nothing_was_filed(portal)
    [entry] = entries(tmp_path)
    assert (entry.state, entry.stopped_by, entry.files) == (State.CANCELLED, ANN, ())
    assert entry.failure is not None
    assert entry.failure.kind == "Stopped"
    assert list((tmp_path / "data" / "runs").glob("*")) == []


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/settings", Hang("first byte")),
        ("/events/filter", Hang("body")),
        ("/security/audit/login", Hang("first byte")),
        ("", Hang("accept")),
    ],
    ids=["meeting the portal", "in the middle of an answer", "reading the sign-ins", "connecting"],
)
def test_wherever_the_portal_hangs(
    path: str, fault: Hang, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    portal.faults.next(path, fault, times=None)
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        by_command(slack, "ann")
        seen(slack, OVER.format(ANN), within=SOON)
        portal.faults.clear()
    assert [entry.state for entry in entries(tmp_path)] == [State.CANCELLED]


def test_a_run_that_was_cancelled_frees_its_place_within_seconds_although_the_portal_hangs(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    portal.faults.next("/events/filter", Hang("first byte"))
    with bot(MAX_RUNS="1"):
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2024-12", channel=LEGAL)
        say(slack, "cancel")
        seen(slack, OVER.format(ANN), within=SOON)
        try:
            slack.workspace.wait_for(lambda w: summaries(w, LEGAL), 2 * SOON)
        finally:
            portal.faults.clear()


@pytest.mark.parametrize("cancel", [by_command, by_button])
def test_a_waiting_run_is_cancelled_and_never_begins(
    cancel: Cancel, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot(MAX_RUNS="1"):
        say(slack, "2024-12", channel=LEGAL)
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2025-01")
        seen(slack, "Waiting for its turn")
        cancel(slack, "ann")
        message = seen(slack, OVER.format(ANN), within=SOON)
        portal.faults.clear()
        reported(slack, channel=LEGAL)
    assert offered(message) == ["run_again"]
    first, second = entries(tmp_path)
    assert (first.state, second.state, second.began, second.attempts) == (State.DONE, State.CANCELLED, None, 0)
    assert [file.title for file in filed_texts(portal)] == ["compliance-report-2024-12.txt"]


def test_who_neither_asked_nor_is_an_admin_cannot_cancel(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    words = "Only a workspace admin can cancel a report that somebody else asked for"

    def refused(user: str) -> int:
        return sum(words in written(message) for message in slack.workspace.ephemerals(user))

    with bot():
        begun(slack, portal)
        for user in ("bob", "gus"):
            for number, cancel in enumerate((by_command, by_button), 1):
                cancel(slack, user)
                slack.workspace.wait_for(lambda _: refused(user) == number, PATIENCE)  # noqa: B023
        portal.faults.clear()
        reported(slack)
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE]


def test_a_refused_cancel_does_not_speak_of_asking_for_reports(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot():
        begun(slack, portal)
        by_button(slack, "bob")
        refused = told(slack, "can cancel a report", user="bob")
        portal.faults.clear()
        reported(slack)
    assert "can't request compliance reports" not in written(refused)
    assert "ALLOWED_USERS" not in written(refused)


def test_somebody_of_another_workspace_cannot_cancel(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01", channel="#partners")
        portal.faults.wait_met(1, PATIENCE)
        slack.press(seen(slack, "January 2025", channel="#partners"), "cancel", user="olga")
        told(slack, "you belong to another workspace", user="olga")
        portal.faults.clear()
        reported(slack, channel="#partners")
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE]


def test_who_asked_may_cancel_without_being_an_admin(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        begun(slack, portal, user="bob")
        by_command(slack, "bob")
        seen(slack, OVER.format(BOB), within=SOON)
        portal.faults.clear()
    assert entries(tmp_path)[0].stopped_by == BOB


def test_an_admin_may_cancel_what_somebody_else_asked_for(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        begun(slack, portal, user="bob")
        by_button(slack, "ann")
        message = seen(slack, OVER.format(ANN), within=SOON)
        portal.faults.clear()
    assert f"Requested by <@{BOB}>" in written(message)
    assert entries(tmp_path)[0].stopped_by == ANN


def test_a_first_asker_who_was_refused_cannot_cancel_what_another_wants(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading_hangs(portal)
    gate = Gate(slack, "users.info", 1, monkeypatch)
    with bot():
        say(slack, "2025-01", user="bob")
        gate.reached()
        say(slack, "2025-01", user="ann")
        gate.open()
        told(slack, "only the workspace's admins and owners may", user="bob")
        portal.faults.wait_met(1, PATIENCE)
        by_button(slack, "bob")
        try:
            told(slack, "can cancel a report", user="bob", within=SOON)
        finally:
            portal.faults.clear()
        reported(slack)
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE]


def test_every_channel_that_waits_is_told_that_it_was_cancelled(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot():
        begun(slack, portal)
        say(slack, "2025-01", channel=LEGAL)
        seen(slack, "January 2025", channel=LEGAL)
        by_command(slack, "ann")
        here = seen(slack, OVER.format(ANN), within=SOON)
        there = seen(slack, OVER.format(ANN), channel=LEGAL, within=SOON)
        portal.faults.clear()
    assert offered(here) == offered(there) == ["run_again"]
    assert len(slack.workspace.messages(LEGAL)) == 1


def test_nothing_to_cancel_is_said(bot: Bot, slack: StandInSlack) -> None:
    with bot():
        for text, said in [
            ("cancel", "No report is in progress for this channel or for you."),
            ("cancel 2025-01", "No report of January 2025 is in progress for this channel or for you."),
            ("cancel soon", "“soon” is not a month."),
        ]:
            assert said in say(slack, text)
    assert slack.workspace.messages(CHANNEL) == []


def test_what_another_channel_waits_for_is_not_cancelled_from_here(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot():
        begun(slack, portal)
        assert "No report is in progress for this channel" in say(slack, "cancel", channel=LEGAL)
        portal.faults.clear()
        reported(slack)


def test_of_several_the_month_says_which(bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path) -> None:
    with bot():
        begun(slack, portal)
        say(slack, "2024-12")
        seen(slack, "December 2024")
        answer = say(slack, "cancel")
        assert "January 2025" in answer
        assert "December 2024" in answer
        assert ENDING in say(slack, "cancel 2025-01")
        seen(slack, OVER.format(ANN), within=SOON)
        portal.faults.clear()
        [summary] = reported(slack)
    assert "December 2024" in summary.text
    assert [entry.state for entry in entries(tmp_path)] == [State.CANCELLED, State.DONE]


def test_what_is_being_put_into_docspace_cannot_be_cancelled_any_more(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    portal.faults.next("/upload", Hang("first byte", processed=True))
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        assert offered(seen(slack, "Filing it in DocSpace")) == []
        say(slack, "cancel")
        told(slack, "That report is being filed in DocSpace and can no longer be canceled.")
        portal.faults.release()
        reported(slack)
    [entry] = entries(tmp_path)
    assert (entry.state, entry.stopped_by) == (State.DONE, "")


def test_what_is_being_told_cannot_be_cancelled_any_more(
    bot: Bot, slack: StandInSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(slack, "chat.postMessage", 2, monkeypatch)  # the preview
    with bot():
        say(slack, "2025-01")
        gate.reached()
        answer = say(slack, "cancel")
        try:
            if ENDING in answer:
                told(slack, "can no longer be canceled", within=SOON)
            assert entries(tmp_path)[0].state is State.ENDING
        finally:
            gate.open()
        reported(slack)
    [entry] = entries(tmp_path)
    assert (entry.state, entry.stopped_by) == (State.DONE, "")


def test_what_could_not_be_told_is_a_warning_although_somebody_tried_to_cancel_meanwhile(
    bot: Bot, slack: StandInSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(slack, "chat.postMessage", 2, monkeypatch)
    with bot():
        say(slack, "2025-01")
        gate.reached()
        slack.workspace.remove(slack.workspace.wait_for(summaries, PATIENCE)[0])  # so its thread is gone
        say(slack, "cancel")
        with suppress(TimeoutError):
            told(slack, "can no longer be canceled", within=2)
        gate.open()
        until(lambda: entries(tmp_path)[0].state in ENDED)
    [entry] = entries(tmp_path)
    assert entry.state is State.WARNED


def test_cancelling_twice_is_cancelling_once(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        message = begun(slack, portal)
        slack.press(message, "cancel", user="ann")
        slack.press(message, "cancel", user="ann")
        seen(slack, OVER.format(ANN), within=SOON)
        portal.faults.clear()
        say(slack, "2024-12")
        reported(slack)
    assert len(saying(slack.workspace, "Canceled by")) == 1
    assert [entry.state for entry in entries(tmp_path)] == [State.CANCELLED, State.DONE]


@pytest.mark.parametrize("how", ["typed", "pressed"])
def test_after_a_cancel_the_report_can_be_had_all_the_same(
    how: str, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        begun(slack, portal)
        by_button(slack, "ann")
        message = seen(slack, OVER.format(ANN), within=SOON)
        portal.faults.clear()
        if how == "typed":
            assert "already" not in say(slack, "2025-01")
        else:
            slack.press(message, "run_again", user="ann")
        reported(slack)
    assert len(filed_texts(portal)) == 1
    assert [entry.state for entry in entries(tmp_path)] == [State.CANCELLED, State.DONE]
    assert len(saying(slack.workspace, "Canceled by")) == 1


def test_progress_that_comes_late_does_not_hide_that_the_run_was_cancelled(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(slack, "chat.update", 1, monkeypatch)  # the first progress
    with bot():
        begun(slack, portal)
        gate.reached()
        by_command(slack, "ann")
        with suppress(TimeoutError):
            seen(slack, OVER.format(ANN), within=2)
        gate.open()
        seen(slack, OVER.format(ANN), within=SOON)
        portal.faults.clear()
    [message] = slack.workspace.messages(CHANNEL)
    assert OVER.format(ANN) in written(message)
    assert "cancel" not in offered(message)


@pytest.mark.parametrize("where", ["in the channel", "in direct messages"])
@pytest.mark.parametrize("words", ["cancel", "cancel 2025-01"])
def test_what_somebody_asked_for_alone_is_cancelled_wherever_they_say_so(
    words: str, where: str, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    own = slack.workspace.direct("ann").id
    reading_hangs(portal)
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01 private")
        portal.faults.wait_met(1, PATIENCE)
        assert "No report" in say(slack, words, user="bob")
        assert ENDING in say(slack, words, channel=CHANNEL if where == "in the channel" else own)
        seen(slack, OVER.format(ANN), channel=own, within=SOON)
        portal.faults.clear()
    assert slack.workspace.messages(CHANNEL) == []
    assert [entry.state for entry in entries(tmp_path)] == [State.CANCELLED]
