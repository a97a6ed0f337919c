"""When a schedule is due: what is understood, and the arithmetic of months, days and clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands.recurrence_parser import parse
from handlers.errors import UnreadableRule
from handlers.recurrence import DAYS, SPOKEN, Rule, parse_canonical
from reporting.errors.request import UnknownZone
from reporting.period import Month

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
rules = st.builds(
    Rule,
    on=st.sampled_from([day for day in DAYS if day not in SPOKEN]),
    at=st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
)
months = st.builds(Month, year=st.integers(2020, 2040), month=st.integers(1, 12))


@pytest.mark.parametrize(
    ("text", "said", "rest"),
    [
        ("monthly on 1 at 09:00 Europe/Riga type:delete", "monthly on 1 at 09:00 Europe/Riga", "type:delete"),
        ("monthly on 31 at 7:05", "monthly on 31 at 07:05", ""),
        ("monthly on last", "monthly on last at 09:00", ""),
        ("monthly on the 1st at 09:00", "monthly on 1 at 09:00", ""),
        ("Monthly On First Weekday At 23:59 UTC", "monthly on first weekday at 23:59 UTC", ""),
        ("monthly on last friday type:share -user:ann", "monthly on last friday at 09:00", "type:share -user:ann"),
        ("monthly on last day Asia/Tokyo", "monthly on last at 09:00 Asia/Tokyo", ""),
        ("monthly on first at 10:00", "monthly on 1 at 10:00", ""),
        ('monthly  on 1  UTC  room:"A  B\u00a0C" ', "monthly on 1 at 09:00 UTC", 'room:"A  B\u00a0C" '),
    ],
)
def test_a_rule_is_understood_with_what_stands_after_it(text: str, said: str, rest: str) -> None:
    rule, after = parse(text)
    assert (str(rule), after) == (said, rest)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("", "first weekday"),
        ("weekly on 1", "first weekday"),
        ("monthly on", "first weekday"),
        ("monthly on 0", "first weekday"),
        ("monthly on 32 at 09:00", "first weekday"),
        ("monthly on first mondya at 09:00", "first monday"),
        ("monthly on lst friday", "last friday"),
        ("monthly on fith monday", "first monday"),
        ("monthly on 1 at 25:00", "monthly on 1 at 09:00"),
        ("monthly on 1 at nine", "monthly on 1 at 09:00"),
        ("monthly on 1 at", "monthly on 1 at 09:00"),
    ],
)
def test_what_is_no_rule_is_refused_with_one_that_is_near(text: str, example: str) -> None:
    with pytest.raises(UnreadableRule) as refused:
        parse(text)
    assert example in str(refused.value.facts["example"])


def test_a_zone_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownZone) as refused:
        parse("monthly on 1 at 09:00 Europe/Rgia")
    assert "Europe/Riga" in refused.value.advice


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_rule_or_refused(text: str) -> None:
    try:
        rule, _ = parse(f"monthly on {text}")
    except (UnreadableRule, UnknownZone):
        return
    assert rule.on in DAYS


@given(rules)
def test_a_rule_says_itself_such_that_it_is_understood_again(rule: Rule) -> None:
    assert parse_canonical(str(rule)) == parse_canonical(f"{rule} ") == (rule, "")


@pytest.mark.parametrize(
    ("on", "days"),
    [
        ("1", [1, 1, 1]),
        ("29", [29, 28, 29]),
        ("31", [31, 28, 31]),
        ("last", [31, 28, 31]),
        ("first weekday", [1, 3, 3]),
        ("last weekday", [31, 28, 31]),
        ("first monday", [6, 3, 3]),
        ("second tuesday", [14, 11, 11]),
        ("last sunday", [26, 23, 30]),
    ],
)
def test_the_day_in_the_first_months_of_2025(on: str, days: list[int]) -> None:
    rule = Rule(on, time(9), "UTC")
    assert [rule.day(Month(2025, month)).day for month in (1, 2, 3)] == days


@pytest.mark.parametrize(
    ("at", "day", "moment"),
    [
        (time(2, 30), "30", "2025-03-30T01:30:00+00:00"),  # skipped: 02:30 is taken as 03:30, summer time
        (time(3, 0), "30", "2025-03-30T01:00:00+00:00"),
    ],
)
def test_a_time_that_the_clocks_skip_is_taken_as_much_later(at: time, day: str, moment: str) -> None:
    assert Rule(day, at, "Europe/Berlin").due(Month(2025, 3)).isoformat() == moment


def test_of_a_time_that_comes_twice_the_first_is_taken() -> None:
    assert Rule("26", time(2, 30), "Europe/Berlin").due(Month(2025, 10)) == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


@given(rules, months)
def test_every_month_has_exactly_one_moment_and_they_follow_each_other(rule: Rule, month: Month) -> None:
    here, after = rule.due(month), rule.due(month.plus(1))
    assert timedelta(days=20) < after - here < timedelta(days=43)
    there = (here + timedelta(hours=1)).astimezone(ZoneInfo(rule.zone)) - timedelta(hours=1)
    assert (there.year, there.month) in {(month.year, month.month), (month.plus(1).year, month.plus(1).month)}


@given(rules, st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_first_month_after_a_moment_leaves_none_out(rule: Rule, moment: datetime) -> None:
    month = rule.first(moment)
    assert rule.due(month) > moment
    assert rule.due(month.plus(-1)) <= moment


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("1", "the 1st"),
        ("2", "the 2nd"),
        ("3", "the 3rd"),
        ("11", "the 11th"),
        ("22", "the 22nd"),
        ("30", "the 30th, or the last day of shorter months"),
        ("last", "the last day"),
        ("first weekday", "the first weekday"),
    ],
)
def test_a_rule_is_said_in_words(on: str, said: str) -> None:
    assert Rule(on, time(9), "Europe/Riga").words() == f"every month on {said} at 09:00 (Europe/Riga)"
