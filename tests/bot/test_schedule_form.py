"""The form for schedules, filled in by people."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.slack import people
from handlers.schedule import ScheduleStatus
from reporting.filters import LONGEST
from reporting.period import Month
from sandbox.slack import StandInSlack
from tests.bot.agenda import RULE, Clock, keep, kept, listed, typed
from tests.bot.forms import closed, fill, opened, shown
from tests.bot.talk import ANN, BOTH, CHANNEL, COMMAND, LEGAL, Bot, reported, saying, seen, told, written


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, datetime(2025, 1, 15, 12, tzinfo=UTC))


def test_schedule_alone_opens_a_form_that_says_back_and_keeps(bot: Bot, slack: StandInSlack, tmp_path: Path) -> None:
    with bot():
        assert slack.command(COMMAND, "schedule", user="ann", channel=CHANNEL).shown is None
        fill(slack, day="last friday", at="17:30", zone="Asia/Tokyo", only="type:delete")
        page = shown(opened(slack))
        assert kept(tmp_path) == []
        delivery = fill(slack)
        slack.redeliver(delivery)
        seen(slack, "made schedule 1")
        assert closed(slack)
        typed(slack, "pause 1")
        seen(slack, "paused schedule 1")
    assert "every month on the last friday at 17:30 (Asia/Tokyo)" in page
    assert "type:delete" in page
    assert "of December 2024" in page
    [schedule] = kept(tmp_path)
    assert str(schedule.plan) == "monthly on last friday at 17:30 Asia/Tokyo type:delete"
    assert (schedule.channel, schedule.maker) == ("C0COMPLY01", ANN)


def test_a_form_from_the_list_s_button_makes_a_schedule_for_the_channel_that_is_chosen(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot(REPORT_TIMEZONE="Europe/Riga"):
        slack.press(typed(slack, "schedules"), "new_schedule", user="ann")
        fill(slack, day="first weekday", channel="C0LEGAL001")
        fill(slack)
        seen(slack, "made schedule 1", channel=LEGAL)
    [schedule] = kept(tmp_path)
    assert (schedule.channel, str(schedule.plan)) == ("C0LEGAL001", "monthly on first weekday at 09:00 Europe/Riga")
    assert saying(slack.workspace, "schedule") == []


def test_change_under_a_proposal_opens_the_form_with_what_was_proposed(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot():
        slack.press(typed(slack, "schedule monthly on 31 at 7:05 UTC type:share"), "new_schedule", user="ann")
        fill(slack, at="08:00")
        assert "the 31st, or the last day of shorter months at 08:00 (UTC)" in shown(opened(slack))
        fill(slack)
        seen(slack, "made schedule 1")
    assert [str(one.plan) for one in kept(tmp_path)] == ["monthly on 31 at 08:00 UTC type:share"]


def test_what_cannot_be_read_is_said_beside_its_field_and_the_form_stays(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot():
        slack.command(COMMAND, "schedule", user="ann", channel=CHANNEL)
        fill(slack, day="1", zone="Europe/Rgia", only="typ:delete")
        wrong = opened(slack).errors
        assert set(wrong) == {"zone", "only"}
        assert "Europe/Riga" in wrong["zone"]
        assert "“type:”" in wrong["only"]
        fill(slack, day="1", zone="Europe/Riga", only="type:delete")
        assert "Save this schedule?" in opened(slack).payload["title"]["text"]
        slack.close_view(opened(slack).id, user="ann")
        assert "New schedule" in opened(slack).payload["title"]["text"]  # back to the first page
    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    ("allowed", "why"), [(ANN, "you are not one of those who may"), ("", "only the workspace's admins and owners")]
)
def test_the_form_does_not_open_for_somebody_who_may_not_ask(
    allowed: str, why: str, bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=allowed):
        slack.command(COMMAND, "schedule", user="bob", channel=CHANNEL)
        told(slack, why, user="bob")
        assert closed(slack, "bob")
    assert kept(tmp_path) == []


def test_who_loses_the_right_while_the_form_is_open_is_refused_in_the_form(
    bot: Bot, slack: StandInSlack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(people, "RECENT", 0.0)
    with bot():
        slack.command(COMMAND, "schedule", user="ann", channel=CHANNEL)
        slack.workspace.change_user("ann", is_admin=False, is_owner=False)
        fill(slack, day="1", zone="UTC")
        assert "only the workspace's admins and owners" in shown(opened(slack))
    assert kept(tmp_path) == []


@pytest.mark.parametrize("way", ["save", "form"])
def test_a_schedule_whose_profiles_say_more_than_can_be_typed_is_kept_as_it_was_said_back(
    way: str, bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot(PROFILES_FILE=long_profiles(tmp_path)):
        if way == "save":
            slack.press(typed(slack, f"schedule {RULE} profile:a profile:b"), "save_schedule", user="ann")
        else:
            slack.command(COMMAND, "schedule", user="ann", channel=CHANNEL)
            fill(slack, day="1", zone="Europe/Riga", only="profile:a profile:b")
            fill(slack)
        seen(slack, "made schedule 1")
    [schedule] = kept(tmp_path)
    assert len(str(schedule.plan.only)) > LONGEST
    assert [len(clause.values) for clause in schedule.plan.only.clauses] == [30, 30]


@pytest.mark.parametrize("button", ["new_schedule", "edit_schedule"])
def test_a_filter_that_is_too_long_for_the_form_is_refused_before_it_is_cut_and_with_what_to_do(
    button: str, bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot(PROFILES_FILE=long_profiles(tmp_path)):
        said = typed(slack, f"schedule {RULE} profile:a profile:b")
        if button == "edit_schedule":
            slack.press(said, "save_schedule", user="ann")
            seen(slack, "made schedule 1")
            said = typed(slack, "schedules")
        slack.press(said, button, user="ann")
        refused = written(told(slack, "too long for the form"))
        assert closed(slack)
    assert "Type a new schedule" in refused


def long_profiles(folder: Path) -> str:
    """Two profiles, each short enough to be typed, both together not."""
    rooms = {name: ",".join(f'"{name} {number:020}"' for number in range(30)) for name in "ab"}
    file = folder / "profiles.toml"
    file.write_text(f"[profiles]\na = 'room:{rooms['a']}'\nb = '-room:{rooms['b']}'\n", encoding="utf-8")
    return str(file)


def edit(slack: StandInSlack, user: str = "ann", **fields: str) -> None:
    slack.press(typed(slack, "schedules", user=user), "edit_schedule", user=user)
    fill(slack, user=user, **fields)
    fill(slack, user=user)


def test_edit_changes_a_schedule_without_repeating_or_leaving_out_a_month(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    clock.at = datetime(2025, 2, 1, 6, tzinfo=UTC)
    with bot(ALLOWED_CHANNELS="C0COMPLY01"):
        keep(slack)
        edit(slack, day="20", only="type:delete")
        changed = written(seen(slack, f"<@{ANN}> changed schedule 1"))
        assert "on the 20th at 09:00 (Europe/Riga), only type:delete" in changed
        clock.at = datetime(2025, 2, 20, 7, tzinfo=UTC)
        reported(slack)
        edit(slack, day="25", only="")  # later in the month that is done already
        seen(slack, "on the 25th")
        clock.at = datetime(2025, 2, 26, tzinfo=UTC)
        typed(slack, "pause 1")
        seen(slack, "paused schedule 1")
        assert len(reported(slack)) == 1
    [schedule] = kept(tmp_path)
    assert (schedule.next, schedule.standing) == (Month(2025, 3), ScheduleStatus.PAUSED)


def test_the_form_does_not_open_for_who_may_not_change_a_schedule(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack)
        slack.press(typed(slack, "schedules", user="bob"), "edit_schedule", user="bob")
        told(slack, "can change a schedule that somebody else made", user="bob")
        assert closed(slack, "bob")
        assert "on the 1st" in listed(slack)
    assert [str(one.plan) for one in kept(tmp_path)] == [RULE]


def test_a_schedule_that_is_deleted_while_its_form_is_open_is_told_in_the_form(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot():
        keep(slack)
        slack.press(typed(slack, "schedules"), "edit_schedule", user="ann")
        slack.press(typed(slack, "delete 1"), "schedule_delete", user="ann")
        seen(slack, "deleted schedule 1")
        fill(slack, day="20")
        assert "There is no schedule 1" in shown(opened(slack))
    assert kept(tmp_path) == []
