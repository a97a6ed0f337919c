"""A reminder before the portal deletes the sign-ins of a month that has no report."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import app
from bot.schedules.reminders import REMIND_BEFORE, months_at_risk
from reporting.period import Month
from sandbox.portal import PortalSetup
from sandbox.slack import StandInSlack
from tests.bot.agenda import OFTEN, RULE, Clock, keep, typed
from tests.bot.talk import CHANNEL, LEGAL, Bot, entries, offered, reported, say, saying, seen, summaries, written

RIGA, UTC_ZONE = ZoneInfo("Europe/Riga"), ZoneInfo("UTC")
GONE = datetime(2024, 12, 31, 22, tzinfo=UTC) + timedelta(days=180)
"""When the portal deletes the first sign-ins of January 2025, as it is lived in Riga."""
DECEMBER = datetime(2024, 11, 30, 22, tzinfo=UTC) + timedelta(days=180)
WORDS = "There is no report for *January 2025* yet"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(monkeypatch, GONE - REMIND_BEFORE - timedelta(seconds=1))
    monkeypatch.setattr(app, "HOUR", OFTEN)
    return clock


def pass_by(slack: StandInSlack) -> None:
    """A schedule is kept, paused and deleted: meanwhile the bot has looked several times."""
    keep(slack, RULE)
    typed(slack, "pause 1")
    seen(slack, "paused schedule 1")


def test_a_month_without_a_report_is_announced_once_in_every_channel_with_a_schedule(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    with bot():
        keep(slack, "monthly on 28 at 09:00 Europe/Riga")
        keep(slack, "monthly on 28 at 09:00 Europe/Riga", channel=LEGAL)
        assert saying(slack.workspace, WORDS) == []
        clock.at = GONE - REMIND_BEFORE
        reminder = seen(slack, WORDS)
        seen(slack, WORDS, channel=LEGAL)
    clock.at += timedelta(days=1)
    with bot():
        typed(slack, "pause 1")
        seen(slack, "paused schedule 1")
        assert f"From <!date^{int(GONE.timestamp())}^" in written(reminder)
        assert offered(reminder) == ["run_again"]
        slack.press(reminder, "run_again", user="ann")
        [report] = reported(slack)
    assert len(saying(slack.workspace, WORDS)) == len(saying(slack.workspace, WORDS, LEGAL)) == 1
    assert "January 2025" in written(report)
    assert [str(entry.order) for entry in entries(tmp_path)] == ["2025-01"]


def test_nobody_is_reminded_without_a_schedule_or_of_a_month_that_has_a_report(
    bot: Bot, slack: StandInSlack, clock: Clock
) -> None:
    clock.at = GONE - timedelta(days=1)
    with bot():
        say(slack, "2025-01")
        reported(slack)
        pass_by(slack)
        assert len(slack.workspace.messages(CHANNEL)) == 3
    assert len(summaries(slack.workspace)) == 1


def test_a_report_of_some_events_only_does_not_spare_the_reminder(bot: Bot, slack: StandInSlack, clock: Clock) -> None:
    clock.at = GONE - timedelta(days=1)
    with bot():
        say(slack, "2025-01 type:delete")
        reported(slack)
        assert saying(slack.workspace, WORDS) == []  # nobody has a schedule
        keep(slack, RULE)
        seen(slack, WORDS)


class TestOfAPortalThatKeepsThemForEver:
    @pytest.fixture
    def setup(self) -> PortalSetup:
        return PortalSetup(login_lifetime_days=0)

    def test_nobody_is_reminded(self, bot: Bot, slack: StandInSlack, clock: Clock) -> None:
        clock.at = GONE - timedelta(days=1)
        with bot():
            pass_by(slack)
            assert len(slack.workspace.messages(CHANNEL)) == 2


# -- which months, and when --


@pytest.mark.parametrize(
    ("now", "months"),
    [
        (GONE - REMIND_BEFORE - timedelta(seconds=1), []),
        (GONE - REMIND_BEFORE, [Month(2025, 1)]),
        (GONE - timedelta(seconds=1), [Month(2025, 1)]),
        (GONE, []),
        (DECEMBER - timedelta(days=1), [Month(2024, 12)]),
    ],
)
def test_a_month_is_endangered_in_the_two_weeks_before_its_first_sign_ins_go(
    now: datetime, months: list[Month]
) -> None:
    assert [month for month, _ in months_at_risk(now, RIGA, days=180)] == months


def test_nothing_is_endangered_where_nothing_is_said_of_deletion() -> None:
    assert months_at_risk(GONE, RIGA, days=0) == []


@given(
    now=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    days=st.integers(1, 3_650),
)
def test_every_month_that_is_over_is_endangered_for_two_weeks_before_it_goes(now: datetime, days: int) -> None:
    found = months_at_risk(now, UTC_ZONE, days=days)
    kept = timedelta(days=days)
    first = Month(now.year, now.month).plus(-days // 28 - 3)
    over = [first.plus(n) for n in range(200) if first.plus(n).within(UTC_ZONE).end <= now]
    expected = [
        m for m in over if m.within(UTC_ZONE).start + kept - REMIND_BEFORE <= now < m.within(UTC_ZONE).start + kept
    ]
    assert sorted(month for month, _ in found) == expected
    assert all(gone == month.within(UTC_ZONE).start + kept for month, gone in found)
