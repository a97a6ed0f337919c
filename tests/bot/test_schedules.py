"""A schedule in whole conversations: said back, kept, shown, changed, ended."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.portal import StandInPortal, Status
from bot.sandbox.slack import Message, StandInSlack, screen
from handlers.planned import Standing
from tests.bot.agenda import RULE, Clock, direct, directs, keep, kept, listed, typed
from tests.bot.talk import ANN, BOB, BOTH, CHANNEL, LEGAL, PATIENCE, Bot, entries, reported, saying, seen, told, written

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
        slack.workspace.wait_for(lambda _: "(Europe/Riga)" in written(typed(slack, "schedule monthly on 1")), PATIENCE)
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
        assert "I don't know the portal's time zone yet" in said
        assert "schedule monthly on last at 08:00 Europe/Riga" in said
        keep(slack, "monthly on last at 08:00 Europe/Riga")  # with a zone nobody needs the portal
        portal.faults.clear()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schedule weekly", "has to begin with “monthly on”"),
        ("schedule monthly on frist monday", "schedule monthly on first monday at 09:00"),
        ("schedule monthly on 1 at 9am", "monthly on 1 at 09:00"),
        ("schedule monthly on 1 at 09:00 Europe/Rgia", "Europe/Riga"),
        ("schedule monthly on 1 at 09:00 UTC typ:delete", "the nearest word that I know is “type”"),
        ("schedule monthly on 1 at 09:00 UTC profile:gdpr", "no filter profile “gdpr”"),
        ("pause", "wants the number of a schedule"),
        ("run first", "not “first”"),
        ("resume 7", "There is no schedule 7"),
    ],
)
def test_a_mistake_is_answered_with_what_is_nearest(
    text: str, said: str, desk_bot: StandInSlack
) -> None:
    answer = typed(desk_bot, text)
    assert said in written(answer)
    assert answer.only_for == ANN
    assert desk_bot.workspace.messages(CHANNEL) == []


@pytest.fixture(scope="module")
def _nothing() -> None: ...
