"""A schedule in whole conversations: said back, kept, shown, changed, ended."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import schedules
from bot.store.database import connect
from handlers.schedule import ScheduleStatus
from sandbox.portal import StandInPortal, Status
from sandbox.slack import Message, StandInSlack, Workspace, refuse
from sandbox.slack.setup import SCOPES
from tests.bot.agenda import RULE, Clock, direct, keep, kept, listed, typed
from tests.bot.talk import (
    ANN,
    BOB,
    BOTH,
    CHANNEL,
    LEGAL,
    Bot,
    Gate,
    entries,
    offered,
    reported,
    saying,
    seen,
    told,
    written,
)
from tests.until import PATIENCE, until

JANUARY = datetime(2025, 1, 15, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, JANUARY)


def dates(*moments: str) -> list[str]:
    """Moments in UTC as Slack shows them to everybody in their own time."""
    return [f"<!date^{int(datetime.fromisoformat(f'{m}+00:00').timestamp())}^" for m in moments]


# -- said back, and kept --


def test_a_schedule_is_said_back_with_three_dates_and_nothing_is_kept_until_it_is_saved(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot():
        said = typed(slack, f"schedule {RULE} type:delete,share")
        assert said.only_for == ANN
        assert slack.workspace.messages(CHANNEL) == []
        assert kept(tmp_path) == []
        text = written(said)
        assert "every month on the 1st at 09:00 (Europe/Riga)" in text
        assert "type:delete,share" in text
        for date in dates("2025-02-01T07:00", "2025-03-01T07:00", "2025-04-01T06:00"):
            assert date in text
        assert "of January 2025" in text
        press = slack.press(said, "save_schedule", user="ann")
        seen(slack, "made schedule 1")
        slack.press(said, "save_schedule", user="ann")
        slack.redeliver(press)
        typed(slack, "pause 1")
        seen(slack, "paused schedule 1")  # whatever was before has been done by now
    [schedule] = kept(tmp_path)
    assert (schedule.channel, schedule.maker) == ("C0COMPLY01", ANN)
    assert str(schedule.plan) == f"{RULE} type:delete,share"
    [made] = saying(slack.workspace, "made schedule")
    assert f"<@{ANN}> made schedule 1: every month on the 1st" in written(made)
    assert "of January 2025" in written(made)


def test_a_schedule_without_a_zone_takes_that_of_the_channel_s_newest_else_the_portal_s(
    bot: Bot, slack: StandInSlack
) -> None:
    with bot():
        until(lambda: "(Europe/Riga)" in written(typed(slack, "schedule monthly on 1")))
        keep(slack, "monthly on last friday at 17:30 Asia/Tokyo")
        here = written(typed(slack, "schedule monthly on 1"))
        elsewhere = written(typed(slack, "schedule monthly on 1", channel=LEGAL))
    assert "every month on the 1st at 09:00 (Asia/Tokyo)" in here
    assert "(Europe/Riga)" in elsewhere


def test_the_setting_s_zone_goes_before_the_portal_s(bot: Bot, slack: StandInSlack) -> None:
    with bot(REPORT_TIMEZONE="America/New_York"):
        assert "(America/New_York)" in written(typed(slack, "schedule monthly on 1"))


def test_while_nobody_knows_the_zone_a_person_is_asked_to_name_one(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    portal.faults.next("/", Status(503), times=None)
    with bot():
        said = written(typed(slack, "schedule monthly on last at 08:00"))
        assert "The portal's time zone is not known yet" in said
        assert "schedule monthly on last at 08:00 Europe/Riga" in said
        keep(slack, "monthly on last at 08:00 Europe/Riga")  # with a zone nobody needs the portal
        portal.faults.clear()


MISTAKES = {
    "schedule weekly": "“weekly” is not once a month, as schedules are",
    "schedule monthly on frist monday": "schedule monthly on first monday at 09:00",
    "schedule monthly on 1 at 9": "Write: /compliance-report schedule monthly on 1 at 09:00",
    "schedule monthly on 1 at 09:00 Europe/Rgia": "Europe/Riga",
    "schedule monthly on 1 at 09:00 UTC typ:delete": "the nearest is “type:”",
    "schedule monthly on 1 at 09:00 UTC profile:gdpr": "no filter profile “gdpr”",
    "pause": "needs the number of a schedule",
    "run first": "not “first”",
    "resume 7": "There is no schedule 7",
    "delete 7": "There is no schedule 7",
}


def test_a_mistake_is_answered_to_the_asker_alone_with_what_is_nearest(bot: Bot, slack: StandInSlack) -> None:
    with bot():
        answers = {text: typed(slack, text) for text in MISTAKES}
    assert {text: said for text, said in MISTAKES.items() if said not in written(answers[text])} == {}
    assert {answer.only_for for answer in answers.values()} == {ANN}
    assert slack.workspace.messages(CHANNEL) == []


def test_who_may_not_ask_for_reports_cannot_keep_a_schedule(bot: Bot, slack: StandInSlack, tmp_path: Path) -> None:
    with bot():
        said = typed(slack, f"schedule {RULE}", user="bob")
    assert "only the workspace's admins and owners" in written(said)
    assert offered(said) == []
    assert kept(tmp_path) == []
    assert slack.workspace.messages(CHANNEL) == []


def test_a_schedule_for_a_channel_without_the_bot_is_paused_at_once_and_its_maker_told(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot():
        slack.press(typed(slack, f"schedule {RULE}", channel="#random"), "save_schedule", user="ann")
        assert "/invite" in written(direct(slack, "Paused: schedule 1"))
        assert "Paused. " in listed(slack, channel="#random")
    assert [one.standing for one in kept(tmp_path)] == [ScheduleStatus.PAUSED]


def test_a_schedule_whose_zone_differs_between_machines_is_paused_at_the_start_and_its_maker_told(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot():
        keep(slack)
    with closing(connect(f"sqlite:///{tmp_path / 'data' / 'bot.sqlite'}")) as store:
        store.write(schedules.change, 1, zone="localtime")  # as an older release took it
    with bot():
        said = written(direct(slack, "Paused: schedule 1"))
        assert "it means something else on each machine" in said
        typed(slack, "resume 1")
        told(slack, "is not a valid time zone")
    assert [one.standing for one in kept(tmp_path)] == [ScheduleStatus.PAUSED]


def test_a_schedule_that_could_not_be_kept_is_kept_when_save_is_pressed_again(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot():
        said = typed(slack, f"schedule {RULE}")
        slack.faults.plan("users.info", refuse("missing_scope"), times=2)
        for count in (1, 2):
            slack.press(said, "save_schedule", user="ann")
            slack.workspace.wait_for(lambda w, count=count: refusals(w) == count, PATIENCE)  # type: ignore[misc]
        assert kept(tmp_path) == []
        slack.press(said, "save_schedule", user="ann")
        seen(slack, "made schedule 1")
    assert [str(one.plan) for one in kept(tmp_path)] == [RULE]


def refusals(workspace: Workspace) -> int:
    return len([one for one in workspace.ephemerals("ann") if "Slack refused" in written(one)])


@pytest.mark.parametrize("scopes", [SCOPES | {"channels:history"}])
def test_save_pressed_again_while_the_channel_is_being_told_tells_it_once(
    bot: Bot, slack: StandInSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(slack, "chat.postMessage", 1, monkeypatch)
    with bot():
        said = typed(slack, f"schedule {RULE}")
        slack.press(said, "save_schedule", user="ann")
        gate.reached()
        slack.press(said, "save_schedule", user="ann")
        typed(slack, "pause 1")
        seen(slack, "paused schedule 1")
        gate.open()
        seen(slack, "made schedule 1")
    assert len(saying(slack.workspace, "made schedule")) == 1
    assert len(kept(tmp_path)) == 1


# -- shown --


def test_the_schedules_of_a_channel_are_shown_there_with_their_next_date_and_who_made_them(
    bot: Bot, slack: StandInSlack
) -> None:
    with bot():
        assert "There are no schedules in this channel." in listed(slack)
        keep(slack)
        keep(slack, "monthly on last friday at 17:30 UTC type:delete", channel=LEGAL)
        here, there = listed(slack), listed(slack, channel=LEGAL)
    assert "*1* · every month on the 1st at 09:00 (Europe/Riga)" in here
    assert f"Next: {dates('2025-02-01T07:00')[0]}" in here
    assert f"Created by <@{ANN}>. It has not run yet." in here
    assert "last friday" not in here
    assert "*2* · every month on the last friday at 17:30 (UTC), only type:delete" in there


def test_all_schedules_are_shown_to_admins_only(bot: Bot, slack: StandInSlack) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack)
        keep(slack, channel=LEGAL, user="bob")
        typed(slack, "schedules all", user="bob")
        typed(slack, "schedules all")
        refused = told(slack, "Only a workspace admin can see the schedules of every channel", user="bob")
        shown = written(told(slack, "New schedule"))
    assert refused.only_for == BOB
    assert "*1* in <#C0COMPLY01>" in shown
    assert "*2* in <#C0LEGAL001>" in shown
    assert not [one for one in slack.workspace.ephemerals("bob") if "in <#C0LEGAL001>" in written(one)]


# -- changed, ended, run --


def test_who_made_a_schedule_pauses_resumes_and_deletes_it_by_command(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack, user="bob")
        typed(slack, "pause 1", user="bob")
        seen(slack, f"<@{BOB}> paused schedule 1")
        assert ":double_vertical_bar: Paused." in listed(slack)
        typed(slack, "resume 1", user="bob")
        seen(slack, f"<@{BOB}> resumed schedule 1")
        assert "Paused" not in listed(slack)
        asked = typed(slack, "delete 1", user="bob")
        assert "Delete schedule 1: every month on the 1st" in written(asked)
        assert [one.standing for one in kept(tmp_path)] == [ScheduleStatus.ACTIVE]
        slack.press(asked, "schedule_delete", user="bob")
        seen(slack, f"<@{BOB}> deleted schedule 1")
        slack.press(asked, "schedule_delete", user="bob")
        told(slack, "There is no schedule 1", user="bob")
        assert "There are no schedules in this channel." in listed(slack)
    assert kept(tmp_path) == []


def test_an_admin_changes_what_somebody_else_made_by_button_and_others_may_not(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack, user="bob")
        keep(slack)
        theirs, mine = typed(slack, "schedules"), typed(slack, "schedules", user="bob")
        slack.press(theirs, "schedule_pause", user="ann")  # the first of them: Bob's
        seen(slack, f"<@{ANN}> paused schedule 1")
        slack.press(typed(slack, "schedules"), "schedule_resume", user="ann")
        seen(slack, f"<@{ANN}> resumed schedule 1")
        for verb in ("pause 2", "resume 2"):
            typed(slack, verb, user="bob")
        slack.press(typed(slack, "delete 2", user="bob"), "schedule_delete", user="bob")
        deed = "Only a workspace admin can change a schedule that somebody else made"
        slack.workspace.wait_for(lambda w: len([m for m in w.ephemerals("bob") if deed in written(m)]) == 3, PATIENCE)
        slack.press(theirs, "schedule_delete", user="ann")
        seen(slack, f"<@{ANN}> deleted schedule 1")
        slack.press(mine, "schedule_pause", user="bob")  # on a screen that is old by now
        told(slack, "There is no schedule 1", user="bob")
    assert [(one.number, one.standing) for one in kept(tmp_path)] == [(2, ScheduleStatus.ACTIVE)]


def test_a_schedule_runs_now_without_losing_its_turn(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    clock.at = datetime(2025, 2, 10, 12, tzinfo=UTC)
    with bot():
        keep(slack, "monthly on 20 at 09:00 UTC")
        before = kept(tmp_path)
        assert "last month's report appears in its channel" in written(typed(slack, "run 1"))
        [report] = reported(slack)
        slack.press(typed(slack, "schedules"), "schedule_run", user="ann")
        again = reported(slack, 2)[1]
        until(lambda: "Last: January 2025, done, COMPLETE" in listed(slack))
    assert kept(tmp_path) == before
    assert f"schedule 1 (made by <@{ANN}>)" in written(report)
    assert "Nothing has changed" in written(again)
    assert {str(entry.order.month) for entry in entries(tmp_path)} == {"2025-01"}


def test_who_may_not_ask_for_reports_cannot_run_a_schedule(bot: Bot, slack: StandInSlack, tmp_path: Path) -> None:
    with bot():
        keep(slack)
        typed(slack, "run 1", user="bob")
        told(slack, "only the workspace's admins and owners", user="bob")
    assert entries(tmp_path) == []


def test_the_listing_offers_everything_that_can_be_done(bot: Bot, slack: StandInSlack) -> None:
    with bot():
        keep(slack)
        message = typed(slack, "schedules")
    assert offers(message) == ["Run now", "Pause", "Edit", "Delete", "New schedule"]


def offers(message: Message) -> list[str]:
    return [e["text"]["text"] for block in message.blocks if block["type"] == "actions" for e in block["elements"]]
