"""Schedules whose moment comes: their reports appear by themselves, or the reason why not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.workflows import engine
from handlers.schedule import ScheduleStatus
from reporting.run import Origin, State
from sandbox.portal import Hang, StandInPortal, Status
from sandbox.slack import Message, StandInSlack, refuse
from tests.bot.agenda import RULE, Clock, direct, directs, keep, kept, listed, typed
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
    reported,
    saying,
    seen,
    summaries,
    told,
    written,
)
from tests.until import PATIENCE, until

BEFORE = datetime(2025, 1, 15, 12, tzinfo=UTC)
DUE = datetime(2025, 2, 1, 7, 0, 20, tzinfo=UTC)
"""When the RULE's report of January is due, and the clock has ticked."""
SETTLED = datetime(2025, 2, 5, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, BEFORE)


def titles(messages: list[Message]) -> list[str]:
    """What the messages' first lines say."""
    return [message.blocks[0]["text"]["text"] for message in messages]


def test_the_report_of_the_month_before_appears_by_itself_in_the_name_of_the_schedule(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        keep(slack, f"{RULE} -type:user")
        clock.at = DUE
        [report] = reported(slack)
        until(lambda: f"Next: <!date^{1740812400}^" in listed(slack))
        until(lambda: "Last: January 2025, done, PROVISIONAL" in listed(slack))
    assert f"Requested by schedule 1 (made by <@{ANN}>)" in written(report)
    assert "Late" not in written(report)
    assert "Filter: -type:user" in written(report)
    [file] = filed_texts(portal)
    assert file.title.startswith("compliance-report-2025-01")
    [entry] = entries(tmp_path)
    assert (entry.origin, str(entry.order.month)) == (Origin.SCHEDULE, "2025-01")


def test_a_report_that_is_late_says_when_it_was_due(bot: Bot, slack: StandInSlack, clock: Clock) -> None:
    with bot():
        keep(slack)
        clock.at = SETTLED
        [report] = reported(slack)
    assert f"Late: due <!date^{1738393200}^" in written(report)


def test_after_a_downtime_each_missed_month_is_made_once_oldest_first(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        keep(slack)
    clock.at = datetime(2025, 4, 2, tzinfo=UTC)
    with bot():
        reports = reported(slack, 3)
        typed(slack, "pause 1")
        seen(slack, "paused schedule 1")
    assert titles(reports) == [f"Compliance report: {month} 2025" for month in ("January", "February", "March")]
    assert all("Late: due" in written(report) for report in reports)
    assert len(filed_texts(portal)) == 3
    turns = sorted(entries(tmp_path), key=lambda entry: entry.turn)
    assert [str(entry.order.month) for entry in turns] == ["2025-01", "2025-02", "2025-03"]


def test_a_missed_month_that_the_portal_has_deleted_is_announced_and_not_dropped(
    bot: Bot, slack: StandInSlack, clock: Clock
) -> None:
    with bot():
        keep(slack)
    clock.at = datetime(2025, 9, 1, 5, tzinfo=UTC)  # the portal keeps 180 days: from March 5 on
    with bot():
        reports = reported(slack, 5)
        gone = slack.workspace.wait_for(lambda w: _all(saying(w, "no events of "), 2), PATIENCE)
    assert titles(gone) == [
        "No compliance report: January 2025",
        "No compliance report: February 2025",
    ]
    assert all("keeps its audit trail for 180 days" in written(message) for message in gone)
    assert sorted(titles(reports)) == sorted(
        f"Compliance report: {month} 2025" for month in ("March", "April", "May", "June", "July")
    )


def _all(messages: list[Message], count: int) -> list[Message]:
    return messages if len(messages) == count else []


def test_two_schedules_for_the_same_report_are_one_reading_and_both_channels_are_told(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        keep(slack)
        keep(slack, channel=LEGAL)
        clock.at = DUE
        [here], [there] = reported(slack), reported(slack, channel=LEGAL)
    assert "Requested by schedule 1 " in written(here)
    assert "Requested by schedule 2 " in written(there)
    assert len(entries(tmp_path)) == 1
    assert len(filed_texts(portal)) == 1


# -- what goes wrong --


def tried(folder: Path, times: int) -> bool:
    """Whether schedule 1 has tried in vain so often, and nothing is under way."""
    [schedule] = kept(folder)
    return schedule.tries == times and all(entry.ended for entry in entries(folder))


def test_a_portal_that_is_down_at_the_moment_is_told_in_one_message_which_becomes_the_report(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        keep(slack)
        portal.faults.next("/", Status(503), times=None)
        clock.at = DUE
        late = seen(slack, "*This report is late.*")
        assert f"The next try is <!date^{int((DUE + timedelta(minutes=5)).timestamp())}^" in written(late)
        assert "Requested by schedule 1" in written(late)
        until(lambda: tried(tmp_path, 1))
        assert "The report for January 2025 is late" in listed(slack)
        clock.at = DUE + timedelta(minutes=5)
        until(lambda: tried(tmp_path, 2))
        again = DUE + timedelta(minutes=15)
        until(lambda: f"^{int(again.timestamp())}^" in written(seen(slack, "*This report is late.*")))
    with bot():
        portal.faults.clear()
        clock.at = DUE + timedelta(minutes=15)
        [report] = reported(slack)
        until(lambda: tried(tmp_path, 0))
    assert report.ts == late.ts
    replies = [one.text for one in slack.workspace.thread(CHANNEL, late.ts)[1:]]
    assert [text.startswith(f"<@{ANN}>: The report for January 2025 is late: ") for text in replies].count(True) == 1
    assert [text.startswith(f"<@{ANN}>: Compliance report: January 2025") for text in replies].count(True) == 1
    assert titles(slack.workspace.messages(CHANNEL)[1:]) == ["Compliance report: January 2025"]
    assert [(one.standing, str(one.reports)) for one in kept(tmp_path)] == [(ScheduleStatus.ACTIVE, "2025-02")]
    assert directs(slack) == []


def test_a_month_that_is_late_is_tried_at_once_when_somebody_says_so(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        keep(slack)
        portal.faults.next("/", Status(503), times=None)
        clock.at = DUE
        late = seen(slack, "*This report is late.*")
        assert offered(late) == ["schedule_run"]
        until(lambda: tried(tmp_path, 1))
        portal.faults.clear()
        slack.press(late, "schedule_run", user="ann")
        [report] = reported(slack)
    assert report.ts == late.ts


def test_a_month_that_is_late_for_a_day_is_told_to_its_maker_and_the_admins_once(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack, user="bob")
        portal.faults.next("/", Status(503), times=None)
        clock.at = DUE
        until(lambda: tried(tmp_path, 1))
        clock.at = DUE + timedelta(hours=23)
        until(lambda: tried(tmp_path, 2))
        assert directs(slack, "bob") == []
        clock.at = DUE + timedelta(hours=25)
        for user in ("ann", "bob"):
            message = direct(slack, "Overdue for more than a day: the report for January 2025", user=user)
            assert "keeps failing with HTTP 503" in written(message)
        until(lambda: tried(tmp_path, 3))
    with bot(ALLOWED_USERS=BOTH):
        clock.at = DUE + timedelta(hours=50)
        until(lambda: tried(tmp_path, 4))
    assert [len(directs(slack, user)) for user in ("ann", "bob")] == [1, 1]


def test_slack_that_is_away_at_the_moment_loses_no_month(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        keep(slack)
        slack.faults.plan("users.info", refuse("fatal_error"), times=1_000)
        before = len(slack.calls_of("users.info"))
        clock.at = DUE
        until(lambda: len(slack.calls_of("users.info")) > before)
    with bot():
        until(lambda: len(slack.calls_of("users.info")) > before + 10)
        assert summaries(slack.workspace, CHANNEL) == []
        slack.faults.clear()
        reported(slack)
        until(lambda: [str(one.reports) for one in kept(tmp_path)] == ["2025-02"])
    assert [one.standing for one in kept(tmp_path)] == [ScheduleStatus.ACTIVE]


def test_a_request_that_slack_has_refused_for_a_week_is_made_anew(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "RETRY_PAUSES", (5.0, 5.0))
    with bot():
        keep(slack)
        slack.faults.plan("users.info", refuse("fatal_error"), times=1_000)
        clock.at = DUE
        until(lambda: tried(tmp_path, 1))
        slack.faults.clear()
        clock.at = DUE + timedelta(minutes=5)
        reported(slack)
        until(lambda: [str(one.reports) for one in kept(tmp_path)] == ["2025-02"])
    assert [one.standing for one in kept(tmp_path)] == [ScheduleStatus.ACTIVE]


def test_a_key_that_is_not_accepted_any_more_pauses_and_the_month_is_made_once_it_is_mended(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack, user="bob")
        portal.change(key_valid=False)
        clock.at = DUE
        late = seen(slack, "Retrying cannot help, so schedule 1 is paused")
        assert offered(late) == ["schedule_resume", "schedule_takeover"]
        for user in ("ann", "bob"):
            assert "rejected the API key" in written(direct(slack, "Paused: schedule 1", user=user))
        portal.change(key_valid=True)
        slack.press(late, "schedule_resume", user="ann")
        seen(slack, f"<@{ANN}> resumed schedule 1")
        [report] = reported(slack)
    assert report.ts == late.ts
    assert [len(directs(slack, user)) for user in ("ann", "bob")] == [1, 1]


def test_a_maker_whose_account_is_deactivated_is_told_to_the_channel_and_the_admins_who_take_over(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack, user="bob")
        slack.workspace.change_user(BOB, deleted=True)
        clock.at = DUE
        late = seen(slack, "account behind this report is deactivated")
        told = direct(slack, "Paused: schedule 1 for <#C0COMPLY01>")
        assert offered(told) == ["schedule_resume", "schedule_takeover"]
        slack.press(told, "schedule_takeover", user="ann")
        seen(slack, f"<@{ANN}> took over schedule 1")
        [report] = reported(slack)
    assert report.ts == late.ts
    assert f"schedule 1 (made by <@{ANN}>)" in written(report)
    assert directs(slack, "bob") == []
    assert [one.maker for one in kept(tmp_path)] == [ANN]


def test_only_an_admin_takes_a_schedule_over(bot: Bot, slack: StandInSlack, tmp_path: Path) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack)
        typed(slack, "takeover 1", user="bob")
        told(slack, "Only a workspace admin can take over a schedule", user="bob")
    assert [one.maker for one in kept(tmp_path)] == [ANN]


@pytest.mark.parametrize("how", ["removed", "archived"])
def test_a_channel_that_does_not_have_the_bot_any_more_pauses_the_schedule_and_its_maker_is_told(
    how: str, bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack, user="bob", channel=LEGAL)
        if how == "removed":
            slack.workspace.remove_bot(LEGAL)
        else:
            slack.workspace.change_channel(LEGAL, is_archived=True)
        clock.at = DUE
        message = written(direct(slack, "Paused: schedule 1 for <#C0LEGAL001>", user="bob"))
        assert "/compliance-report resume 1" in message
        typed(slack, "schedules all")
        assert "Paused. " in written(slack.workspace.wait_for(lambda w: _all(_listings(w), 1), PATIENCE)[0])
        slack.workspace.change_channel(LEGAL, is_archived=False)
        slack.workspace.invite_bot(LEGAL)
        typed(slack, "resume 1", user="bob", channel=LEGAL)
        seen(slack, f"<@{BOB}> resumed schedule 1", channel=LEGAL)
        reported(slack, channel=slack.workspace.direct("bob").id)
        clock.at = datetime(2025, 3, 1, 7, 0, tzinfo=UTC)
        reported(slack, channel=LEGAL)
    assert {str(entry.order.month): entry.state for entry in entries(tmp_path)} == {
        "2025-01": State.DONE,
        "2025-02": State.DONE,
    }
    assert len(directs(slack, "bob")) == len(["why it is paused", "why it comes there", "the report"])


def _listings(workspace: object) -> list[Message]:
    return [one for one in workspace.ephemerals("ann") if "in <#C0LEGAL001>" in written(one)]  # type: ignore[attr-defined]


def test_a_channel_that_is_closed_while_the_report_is_made_pauses_its_own_schedule_only(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        keep(slack)
        keep(slack, channel=LEGAL)
        portal.faults.next("/events/filter", Hang("first byte"), times=None, after=1)
        clock.at = DUE
        portal.faults.wait_met(1, PATIENCE)
        seen(slack, "Compliance report: January 2025")
        seen(slack, "Compliance report: January 2025", channel=LEGAL)
        slack.workspace.change_channel(LEGAL, is_archived=True)
        portal.faults.clear()
        direct(slack, "Paused: schedule 2")
        reported(slack)
        until(lambda: State.WARNED in {entry.state for entry in entries(tmp_path)})
    assert [one.standing for one in kept(tmp_path)] == [ScheduleStatus.ACTIVE, ScheduleStatus.PAUSED]


def test_a_maker_who_is_not_allowed_any_more_is_told_and_so_is_the_channel(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack, user="bob")
    clock.at = DUE
    with bot(ALLOWED_USERS=ANN):
        direct(slack, "Paused: schedule 1", user="bob")
        late = seen(slack, "Retrying cannot help, so schedule 1 is paused")
        assert "Paused. You can't request compliance reports here" in listed(slack)
        typed(slack, "resume 1")
        seen(slack, f"<@{ANN}> resumed schedule 1")
        until(lambda: len([entry for entry in entries(tmp_path) if entry.ended]) == 2)
        assert summaries(slack.workspace, CHANNEL) == []
        typed(slack, "takeover 1")
        [report] = reported(slack)
    assert report.ts == late.ts


def test_a_schedule_that_is_deleted_while_it_fails_stays_deleted(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        keep(slack, channel=LEGAL)
        portal.faults.next("/events/filter", Hang("first byte"), times=None, after=1)
        clock.at = DUE
        portal.faults.wait_met(1, PATIENCE)
        seen(slack, "Compliance report: January 2025", channel=LEGAL)
        slack.press(typed(slack, "delete 1", channel=LEGAL), "schedule_delete", user="ann")
        seen(slack, "deleted schedule 1", channel=LEGAL)
        slack.workspace.remove_bot(LEGAL)
        portal.faults.clear()
        until(lambda: entries(tmp_path)[0].ended is not None)
    assert kept(tmp_path) == []
    assert saying(slack.workspace, "paused", slack.workspace.direct("ann").id) == []
