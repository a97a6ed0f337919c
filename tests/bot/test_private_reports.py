"""A report for the one who asks, and for nobody else."""

from pathlib import Path

import pytest

from handlers.views.replies import LOOKING
from reporting.run import State
from sandbox.portal import StandInPortal
from sandbox.slack import StandInSlack, Workspace, refuse
from tests.bot.agenda import direct, directs
from tests.bot.talk import (
    ANN,
    BOB,
    BOTH,
    CHANNEL,
    LEGAL,
    Bot,
    entries,
    filed_texts,
    offered,
    reading_hangs,
    reported,
    say,
    seen,
    told,
    written,
)
from tests.until import PATIENCE

OURS = "our direct messages"


def own(slack: StandInSlack, user: str = "ann") -> str:
    return slack.workspace.direct(user).id


def test_progress_and_result_come_in_one_direct_message_and_the_channel_sees_nothing(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot(ALLOWED_CHANNELS="C0COMPLY01"):
        assert OURS in say(slack, "2025-01 private")
        portal.faults.wait_met(1, PATIENCE)
        progress = direct(slack, "Reading the audit trail")
        say(slack, "status")
        standing = written(told(slack, "Running reports"))
        portal.faults.clear()
        [summary] = reported(slack, channel=own(slack))
        again = slack.press(summary, "run_again", user="ann")
        slack.press(summary, "verify", user="ann")
        slack.press(summary, "show_how", user="ann")
        reported(slack, 2, channel=own(slack))
        slack.workspace.wait_for(lambda w: len(w.thread(own(slack), summary.ts)) >= 5, PATIENCE)
    assert again.acked
    assert summary.ts == progress.ts
    assert "January 2025*: reading" in standing
    assert ", private" in standing
    assert "elsewhere" not in standing
    assert slack.workspace.messages(CHANNEL) == []
    assert {call.args["channel"] for call in slack.calls_of("chat.update")} == {own(slack)}
    assert slack.workspace.ephemerals("bob") == []
    assert [entry.place for entry in entries(tmp_path)] == [ANN, own(slack)]
    assert len(filed_texts(portal)) == 1


def test_a_private_report_can_be_cancelled_in_the_direct_messages(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01 private")
        portal.faults.wait_met(1, PATIENCE)
        anchor = direct(slack, "January 2025")
        assert offered(anchor) == ["cancel"]
        slack.press(anchor, "cancel", user="ann")
        direct(slack, f"Canceled by <@{ANN}>")
        portal.faults.clear()
    assert [entry.state for entry in entries(tmp_path)] == [State.CANCELLED]


def test_who_asks_in_the_channel_for_what_is_made_in_private_joins_it_and_each_is_told_where_they_asked(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    """Neither place names who asked in the other, and who asks is not told that somebody has before."""
    reading_hangs(portal)
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01 private")
        portal.faults.wait_met(1, PATIENCE)
        assert "already" not in say(slack, "2025-01", user="bob", channel=LEGAL)
        say(slack, "status", user="bob", channel=LEGAL)
        standing = written(told(slack, "Running reports", user="bob"))
        portal.faults.clear()
        [mine], [ours] = reported(slack, channel=own(slack)), reported(slack, channel=LEGAL)
    assert BOB not in written(mine)
    assert ANN not in written(ours)
    assert f"Requested by <@{BOB}>" in standing
    assert ANN not in standing
    assert len(entries(tmp_path)) == 1


@pytest.mark.parametrize("words", ["verify 2025-01 private", "diff 2025-01 private"])
def test_what_is_looked_up_in_private_is_answered_to_the_asker_alone(words: str, bot: Bot, slack: StandInSlack) -> None:
    with bot():
        say(slack, "2025-01 private")
        reported(slack, channel=own(slack))
        say(slack, words)
        told(slack, "Intact" if "verify" in words else "only one so far")
    assert slack.workspace.messages(CHANNEL) == []


def test_a_failure_is_as_private_as_the_report_would_have_been(bot: Bot, slack: StandInSlack, tmp_path: Path) -> None:
    with bot(COMPLIANCE_ROOM_FOLDER_ID="999"):
        say(slack, "2025-01 private")
        direct(slack, "has no folder 999")
    assert slack.workspace.messages(CHANNEL) == []


def history(slack: StandInSlack, user: str) -> str:
    """What *user* is told of what was made; the heading has the count."""
    before = len(slack.workspace.ephemerals(user))
    say(slack, "history", user=user)
    found = slack.workspace.wait_for(lambda w: w.ephemerals(user)[before + 1 :], PATIENCE)
    return written(found[-1])


def test_what_somebody_asked_for_in_private_is_in_nobody_else_s_history(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    """Nor is it counted there."""
    with bot(ALLOWED_USERS=BOTH, PREVIEW="full"):
        say(slack, "2025-01 user:zoe@example.com private")
        [summary] = reported(slack, channel=own(slack))
        slack.press(summary, "run_again", user="ann")
        reported(slack, 2, channel=own(slack))
        say(slack, "2024-12")
        reported(slack)
        anns, bobs = history(slack, "ann"), history(slack, "bob")
    assert [entry.place for entry in entries(tmp_path)][:2] == [ANN, own(slack)]
    assert ": 3 runs" in anns
    assert "user:zoe@example.com" in anns
    assert ": 1 run" in bobs
    assert "December 2024" in bobs
    assert "January 2025" not in bobs


@pytest.mark.parametrize("how", ["", " private"], ids=["in a channel", "in private, too"])
def test_who_joined_what_somebody_else_asked_for_in_private_has_it_in_their_history_as_their_own(
    how: str, bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    reading_hangs(portal)
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01 private")
        portal.faults.wait_met(1, PATIENCE)
        say(slack, f"2025-01{how}", user="bob", channel=LEGAL)
        portal.faults.clear()
        reported(slack, channel=own(slack, "bob") if how else LEGAL)
        bobs, anns = history(slack, "bob"), history(slack, "ann")
    assert ": 1 run" in bobs
    assert f"Requested by <@{BOB}>" in bobs
    assert ANN not in bobs
    assert f"Requested by <@{ANN}>" in anns


def test_what_somebody_asked_for_in_private_is_in_their_own_history_and_in_the_admins(
    bot: Bot, slack: StandInSlack
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01 private", user="bob")
        reported(slack, channel=own(slack, "bob"))
        said = [history(slack, user) for user in ("ann", "bob")]
    assert [": 1 run" in words and f"Requested by <@{BOB}>" in words for words in said] == [True, True]


@pytest.mark.parametrize(("preview", "words"), [("counts", "user:…"), ("full", "user:zoe@example.com")])
def test_a_history_shows_as_much_of_filters_as_the_settings_allow(
    preview: str, words: str, bot: Bot, slack: StandInSlack
) -> None:
    with bot(ALLOWED_USERS=BOTH, PREVIEW=preview):
        say(slack, "2025-01 user:zoe@example.com")
        reported(slack)
        said = history(slack, "bob")
    assert f"*January 2025* ({words})" in said
    assert ("zoe" in said) == (preview == "full")


def test_whom_a_filter_could_have_meant_is_in_the_history_of_who_asked_and_of_nobody_else(
    bot: Bot, slack: StandInSlack
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        say(slack, '2025-01 user:"Tom Nobody"', user="bob")
        seen(slack, "No compliance report")
        anns, bobs = history(slack, "ann"), history(slack, "bob")
    assert "Tom Nobody" in bobs
    assert "Tom Nobody" not in anns
    assert "names a person whom DocSpace does not know" in anns


def test_who_cannot_be_sent_direct_messages_is_told_beside_the_command(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    slack.faults.plan("chat.postMessage", refuse("channel_not_found"), times=5)
    with bot():
        say(slack, "2025-01 private")
        told(slack, "I can't post")
    assert directs(slack) == []
    assert [entry.state for entry in entries(tmp_path)] == [State.FAILED]


def asked(slack: StandInSlack, words: str, user: str) -> str:
    """Everything that *user* alone is answered, at once and in the end."""
    before = len(slack.workspace.ephemerals(user))

    def answered(workspace: Workspace) -> bool:
        return any(shown.text not in LOOKING.values() for shown in workspace.ephemerals(user)[before:])

    say(slack, words, user=user)
    slack.workspace.wait_for(answered, PATIENCE)
    return "".join(written(one) for one in slack.workspace.ephemerals(user)[before:])


def test_a_private_report_is_like_one_that_never_existed_to_everybody_else(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    """Bob may ask for reports too, and asks in every way that there is; Ann sees hers."""
    reading_hangs(portal)
    words = ("verify 2025-01", "verify 2025-01 private", "diff 2025-01", "diff 2025-01 private", "calendar 2025")
    with bot(ALLOWED_USERS=BOTH, REPORT_TIMEZONE="Europe/Riga"):
        say(slack, "2025-01 private")
        portal.faults.wait_met(1, PATIENCE)
        standing = {user: asked(slack, "status", user) for user in ("ann", "bob")}
        portal.faults.clear()
        [mine] = reported(slack, channel=own(slack))
        [made] = entries(tmp_path)
        bobs = {one: asked(slack, one, "bob") for one in words}
        anns = {one: asked(slack, one, "ann") for one in ("verify 2025-01", "calendar 2025")}
        channel = list(slack.workspace.messages(CHANNEL))
    assert "January 2025*: reading" in standing["ann"]
    assert "elsewhere" not in standing["bob"]
    assert "January" not in standing["bob"]
    assert made.sha256[:12] in written(mine)
    for found in bobs.values():
        assert [one for one in (made.sha256[:12], made.run, f"{made.kept:,} events", ANN) if one in found] == []
    assert all("The ledger has no report of January 2025" in bobs[one] for one in words[:4])
    assert "*January 2025*: not made" in bobs["calendar 2025"]
    assert "Intact" in anns["verify 2025-01"]
    assert ":white_check_mark: *January 2025*" in anns["calendar 2025"]
    assert channel == []


def test_who_asks_after_a_private_report_is_not_told_that_there_was_one_before(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01 private")
        reported(slack, channel=own(slack))
        say(slack, "2025-01", user="bob")
        [ours] = reported(slack)
        slack.press(ours, "compare", user="bob")
        told(slack, "only one so far", user="bob")
        slack.press(ours, "verify", user="bob")
        checked = slack.workspace.wait_for(lambda w: w.thread(CHANNEL, ours.ts)[3:], PATIENCE)
        say(slack, "2025-01 private")
        [_, again] = reported(slack, 2, channel=own(slack))
        bobs = history(slack, "bob")
    assert len(filed_texts(portal)) == 1
    assert "report before" not in written(ours)
    assert "Intact" in written(checked[0])
    assert "Nothing has changed" in written(again)
    assert "superseded" not in bobs
    assert ": 1 run" in bobs
