"""Months as people write them: six ways, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands.month_names import ENGLISH as NAMES
from handlers.commands.months import parse, parse_whole
from handlers.errors import ZoneNotLearned
from handlers.views.report_form import OFFERED_MONTHS, offered_months
from reporting.errors.base import ComplianceError
from reporting.errors.request import WrongMonth
from reporting.period import Month

JANUARY = Month(2025, 1)
MONTHS = st.builds(Month, st.integers(2000, 2099), st.integers(1, 12))


def this() -> Month:
    return Month(2025, 2)


def unknown() -> Month:
    raise ZoneNotLearned


@pytest.mark.parametrize(
    "text", ["2025-01", "01/2025", "jan 2025", "January 2025", "JANUARY  2025", "last", "LAST", " 2025-01 "]
)
def test_a_month_can_be_written_in_several_ways(text: str) -> None:
    assert parse_whole(text, this) == JANUARY


@pytest.mark.parametrize(("now", "last"), [(Month(2025, 1), Month(2024, 12)), (Month(2025, 12), Month(2025, 11))])
def test_last_is_the_month_before_this_also_over_new_year(now: Month, last: Month) -> None:
    assert (parse_whole("this", lambda: now), parse_whole("last", lambda: now)) == (now, last)


@given(MONTHS, st.sampled_from([str, Month.title.__get__, lambda month: f"{month.month:02}/{month.year}"]))
def test_every_month_is_understood_however_it_is_written(month: Month, write: object) -> None:
    assert callable(write)
    assert parse_whole(write(month), unknown) == month


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_month_has_its_name_and_three_letters(name: str) -> None:
    assert parse_whole(f"{name} 2025", unknown) == Month(2025, NAMES[name])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2025-13",
            "2025-00",
            "25-01",
            "13/2025",
            "00/2025",
            "01/25",
            "1999-12",
            "2025",
            "2025-01-01",
            "january",
            "jan",
        ),
        *("jan 25", "jan 1999", "jan 2025-01", "next", "yesterday", "", "nonsense", "-2025-01", "2025-01-", "2025--"),
        *("\uff12\uff10\uff12\uff15-01", "jan \u0662\u0660\u0662\u0665", "2025\u201301", "0\u0661/2025"),
    ],
)
def test_anything_else_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(WrongMonth) as refused:
        parse_whole(text, this)
    assert "2025-01" in refused.value.advice


@pytest.mark.parametrize("text", ["jan", "jan 25", "2025-13", "01/25"])
def test_a_refusal_shows_what_was_typed(text: str) -> None:
    with pytest.raises(WrongMonth, match=f"“{text}”"):
        parse_whole(text, this)


@pytest.mark.parametrize("text", ["2025-01 more", "last more", "jan 2025 more", "01/2025 x"])
def test_a_month_alone_has_nothing_after_it(text: str) -> None:
    with pytest.raises(WrongMonth, match=text):
        parse_whole(text, this)


@pytest.mark.parametrize("text", ["2025-01", "01/2025", "jan 2025", "last"])
@pytest.mark.parametrize("rest", ["", "type:delete", 'room:"A  B" private'])
def test_what_stands_after_the_month_is_kept_as_it_is(text: str, rest: str) -> None:
    assert parse(f"{text}  {rest}", this) == (JANUARY, rest)


@pytest.mark.parametrize("text", ["this", "last"])
def test_a_relative_month_needs_to_know_what_month_it_is(text: str) -> None:
    with pytest.raises(ZoneNotLearned):
        parse_whole(text, unknown)


@given(st.text(max_size=60))
def test_any_text_is_a_month_or_refused(text: str) -> None:
    try:
        parse(text, this)
    except ComplianceError as refused:
        assert refused.advice


@given(MONTHS)
def test_a_form_offers_the_last_two_years_newest_first(now: Month) -> None:
    months = offered_months(now)
    assert len(months) == len(set(months)) == OFFERED_MONTHS
    assert months == sorted(months, reverse=True)
    assert months[0] == now
