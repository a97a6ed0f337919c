"""A report that was made before its month had settled is read again by itself when it has."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reporting.run import Origin, Run
from sandbox.portal import AuditEvent, Hang, StandInPortal, Status
from sandbox.slack import Message, StandInSlack
from tests.bot.agenda import Clock, keep, typed
from tests.bot.forms import fill
from tests.bot.talk import (
    BOTH,
    CHANNEL,
    LEGAL,
    REPLIES,
    Bot,
    entries,
    filed_texts,
    offered,
    reported,
    say,
    saying,
    seen,
    summaries,
    told,
    written,
)
from tests.until import PATIENCE, until

RULE = "monthly on 1 at 00:30 Europe/Riga"
EARLY = datetime(2025, 1, 31, 22, 31, tzinfo=UTC)
"""When its report of January is due: half an hour after the month's end in Riga."""
SETTLED = datetime(2025, 2, 1, 22, 0, tzinfo=UTC)
NOTE = "Read again after the month settled: *nothing came in late*"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, datetime(2025, 1, 15, 12, tzinfo=UTC))


def early(slack: StandInSlack, clock: Clock, folder: Path, *channels: str) -> Message:
    """The schedule's report, made too early in each of the channels; the first one's message."""
    for channel in channels or (CHANNEL,):
        keep(slack, RULE, channel=channel)
    clock.at = EARLY
    [report] = reported(slack)
    assert ":hourglass_flowing_sand: PROVISIONAL" in written(report)
    until(lambda: ended(folder, 1))
    clock.at = SETTLED - timedelta(seconds=1)
    return report


def ended(folder: Path, count: int) -> bool:
    return len([entry for entry in entries(folder) if entry.ended]) == count


def permalink(slack: StandInSlack, message: Message) -> str:
    return f"/archives/{message.channel}/p{message.ts.replace('.', '')}"


def last(folder: Path) -> Run:
    return entries(folder)[-1]


def happens(portal: StandInPortal) -> None:
    """One more event of January comes in late."""
    moment = datetime(2025, 1, 20, 9, tzinfo=UTC)
    portal.audit.add(AuditEvent(id=portal.audit.next_id(), date=moment, action_id=5011, user_id="u"))


def test_a_month_in_which_nothing_came_in_late_is_marked_in_the_same_message(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        early(slack, clock, tmp_path, CHANNEL, LEGAL)
        clock.at = SETTLED
        seen(slack, NOTE)
        seen(slack, NOTE, channel=LEGAL)
        until(lambda: ended(tmp_path, 2))
    [here], [there] = reported(slack), reported(slack, channel=LEGAL)
    assert ":white_check_mark: COMPLETE" in written(here)
    assert "PROVISIONAL" not in written(here)
    assert "Requested by schedule 1 " in written(here)
    assert "Requested by schedule 2 " in written(there)
    assert len(slack.workspace.thread(CHANNEL, here.ts)) == 1 + REPLIES
    [file] = filed_texts(portal)
    before, after = (version.content.decode() for version in file.versions)
    assert "PROVISIONAL" in before
    assert "PROVISIONAL" not in after
    assert "version 2" in written(here)
    first, again = entries(tmp_path)
    assert (again.origin, again.rereads, again.supersedes) == (Origin.REREAD, first.run, first.run)


def test_a_month_that_has_changed_is_told_in_a_revision_that_names_what_came_in_late(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        report = early(slack, clock, tmp_path)
        happens(portal)
        clock.at = SETTLED
        _, revision = reported(slack, 2)
        before = seen(slack, "*Superseded*")
    assert before.ts == report.ts
    assert permalink(slack, revision) in written(before)
    assert "*Revised* after the month settled. Since <" in written(revision)
    assert f"{permalink(slack, report)}|the previous report>: +1 " in written(revision)
    assert "COMPLETE" in written(revision)
    assert "334" in written(revision)
    assert "Requested by schedule 1 " in written(revision)
    [file] = filed_texts(portal)
    assert [version.content.count(b"\nID: ") for version in file.versions] == [333, 334]


def test_a_month_is_read_again_once_even_if_the_bot_was_down_when_it_settled(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        early(slack, clock, tmp_path)
    clock.at = SETTLED + timedelta(days=20)
    for _ in range(2):
        with bot():
            seen(slack, NOTE)
            until(lambda: ended(tmp_path, 2))
    assert len(entries(tmp_path)) == 2
    assert len(summaries(slack.workspace)) == 1


def test_a_report_that_somebody_asked_for_too_early_is_not_read_again(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    clock.at = EARLY
    with bot():
        say(slack, "2025-01")
        [report] = reported(slack)
        until(lambda: ended(tmp_path, 1))
        clock.at = SETTLED + timedelta(days=1)
        keep(slack, RULE)  # whatever the clock had to ask for has been asked for by now
        typed(slack, "pause 1")
        seen(slack, "paused schedule 1")
    assert len(entries(tmp_path)) == 1
    assert "PROVISIONAL" in written(report)


def test_a_settled_month_is_not_read_again(bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path) -> None:
    with bot(SETTLE_HOURS="0"):
        keep(slack, RULE)
        clock.at = EARLY
        [report] = reported(slack)
        until(lambda: ended(tmp_path, 1))
        clock.at = SETTLED + timedelta(days=1)
        typed(slack, "pause 1")
        seen(slack, "paused schedule 1")
    assert "COMPLETE" in written(report)
    assert len(entries(tmp_path)) == 1


@pytest.mark.parametrize("late", [False, True], ids=["unchanged", "changed"])
def test_whoever_asks_for_a_month_that_is_being_read_again_has_the_report_too(
    late: bool, bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        early(slack, clock, tmp_path)
        if late:
            happens(portal)
        portal.faults.next("/events/filter", Hang("first byte"), times=None, after=1)
        clock.at = SETTLED
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2025-01", channel=LEGAL)
        assert "is already being made" in told(slack, "January 2025").text
        seen(slack, "Reading the audit trail", channel=LEGAL)
        portal.faults.clear()
        [there] = reported(slack, channel=LEGAL)
        until(lambda: ended(tmp_path, 2))
    assert "COMPLETE" in written(there)
    assert "<@U0ANN00001>" in written(there)
    assert len(saying(slack.workspace, "*Revised*" if late else NOTE)) == 1
    assert len(slack.workspace.messages(LEGAL)) == 1


@pytest.mark.parametrize("late", [False, True], ids=["unchanged", "changed"])
def test_a_review_of_a_report_that_was_read_again_stands_in_its_message_beside_what_came_in_late(
    late: bool, bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    note = "*Revised* after the month settled" if late else NOTE
    with bot(ALLOWED_USERS=BOTH):
        early(slack, clock, tmp_path)
        if late:
            happens(portal)
        clock.at = SETTLED
        report = reported(slack, 2)[1] if late else seen(slack, NOTE)
        until(lambda: ended(tmp_path, 2))
        slack.press(report, "review", user="bob")
        fill(slack, user="bob", result="accepted", reason="looks right")
        reviewed = seen(slack, "*Accepted* by")
    assert reviewed.ts == report.ts
    assert note in written(reviewed)
    assert "Requested by schedule 1 " in written(reviewed)


def test_a_review_that_is_taken_back_after_the_month_was_read_again_does_not_bring_the_early_report_back(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        report = early(slack, clock, tmp_path)
        slack.press(report, "review", user="bob")
        fill(slack, user="bob", result="accepted", reason="looks right")
        reviewed = seen(slack, "*Accepted* by")
        slack.press(reviewed, "review", user="bob")
        clock.at = SETTLED
        seen(slack, NOTE)
        until(lambda: ended(tmp_path, 2))
        changes = len(slack.calls_of("chat.update"))
        fill(slack, user="bob", result="revoked", reason="I was wrong")
        slack.workspace.wait_for(
            lambda w: [m for m in w.thread(CHANNEL, report.ts) if "revoked" in written(m)], PATIENCE
        )
        until(lambda: len(slack.calls_of("chat.update")) > changes)
        [shown] = reported(slack)
    assert NOTE in written(shown)
    assert "PROVISIONAL" not in written(shown)


def test_a_provisional_report_that_a_person_asked_for_is_read_again_when_somebody_wants_that(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    clock.at = EARLY
    with bot():
        typed(slack, "2025-01")
        [report] = reported(slack)
        assert "The month settles <!date^" in written(report)
        assert "reread" in offered(report)
        slack.press(report, "reread", user="ann")
        told(slack, "January 2025 is read again <!date^")
        shown = seen(slack, "It is read again automatically <!date^")
        assert "reread" not in offered(shown)
        until(lambda: ended(tmp_path, 1))
        happens(portal)
        clock.at = SETTLED
        _, revision = reported(slack, 2)
        assert seen(slack, "*Superseded*").ts == report.ts
    assert "*Revised*" in written(revision)
    assert "COMPLETE" in written(revision)


def test_a_schedule_s_provisional_report_says_that_it_is_read_again_by_itself(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        report = early(slack, clock, tmp_path)
    assert "It is read again automatically <!date^" in written(report)
    assert "reread" not in offered(report)


def test_a_month_that_cannot_be_read_again_at_once_is_read_again_later_and_nobody_is_told_of_the_tries(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        report = early(slack, clock, tmp_path)
        portal.faults.next("/", Status(503), times=None)
        clock.at = SETTLED
        until(lambda: ended(tmp_path, 2))
        portal.faults.clear()
        clock.at = SETTLED + timedelta(minutes=5)
        seen(slack, NOTE)
        until(lambda: ended(tmp_path, 3))
    assert [one.ts for one in slack.workspace.messages(CHANNEL)[1:]] == [report.ts]
