"""A day in the bot's life at the calendar's most awkward moments."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.schedules.reminders import months_at_risk
from handlers.commands.recurrence_parser import parse
from handlers.recurrence import DAYS, SPOKEN, Rule
from reporting.period import Month
from reporting.run import State
from sandbox.slack import StandInSlack
from tests.bot.agenda import RULE, Clock, keep, kept
from tests.bot.forms import own_page, shown
from tests.bot.talk import Bot, entries, reported, say
from tests.moments import MOMENTS
from tests.until import until

RIGA = ZoneInfo("Europe/Riga")
ZONES = ["UTC", "Europe/Riga", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "Pacific/Pago_Pago"]
DAY = timedelta(days=1)


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_what_people_ask_for_is_of_the_month_that_it_is_where_the_reports_are_made(
    moment: datetime, bot: Bot, slack: StandInSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch, moment)
    here = moment.astimezone(RIGA)
    this = Month(here.year, here.month)
    with bot(REPORT_TIMEZONE="Europe/Riga"):
        say(slack, "last")
        reported(slack)
        keep(slack)
        until(lambda: f"Coverage of {this.year}" in shown(own_page(slack)))
    [entry] = entries(tmp_path)
    assert (entry.order.month, entry.state) == (this.plus(-1), State.DONE)
    [schedule] = kept(tmp_path)
    assert schedule.plan.rule.due(schedule.next) > moment
    assert schedule.plan.rule.due(schedule.next.plus(-1)) <= moment
    assert schedule.plan.rule == parse(RULE)[0]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
@pytest.mark.parametrize("zone", ZONES)
def test_a_rule_kept_at_any_moment_is_due_next_within_two_months_and_then_every_month(
    zone: str, moment: datetime
) -> None:
    for on in (day for day in DAYS if day not in SPOKEN):
        rule = Rule(on, (moment + timedelta(minutes=1)).astimezone(ZoneInfo(zone)).time(), zone)
        month = rule.first(moment)
        assert rule.due(month.plus(-1)) <= moment < rule.due(month) < moment + 63 * DAY
        assert 20 * DAY < rule.due(month.plus(1)) - rule.due(month) < 40 * DAY


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
@pytest.mark.parametrize("zone", ZONES)
def test_a_month_holds_the_moment_that_it_is_and_the_one_before_does_not(zone: str, moment: datetime) -> None:
    here = moment.astimezone(ZoneInfo(zone))
    this = Month(here.year, here.month)
    assert this.within(ZoneInfo(zone)).holds(moment)
    assert this.plus(-1).within(ZoneInfo(zone)).end == this.within(ZoneInfo(zone)).start <= moment
    assert {month for month, _ in months_at_risk(moment, ZoneInfo(zone), days=180)} <= {
        this.plus(-n) for n in range(5, 8)
    }
