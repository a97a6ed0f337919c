from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.errors.request import UnknownZone, WrongMonth
from reporting.escape import escape_untrusted
from reporting.period import Month, Window, utc, zone
from tests.reporting.stage import MONTHS, SECOND, ZONES

RIGA = ZoneInfo("Europe/Riga")
WINDOW = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC))


@given(st.builds(Month, st.integers(2000, 2099), st.integers(1, 12)))
def test_a_month_is_read_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025",
        "2025-1",
        "2025-00",
        "2025-13",
        "25-01",
        "1999-12",
        "2100-01",
        "2025-01-01",
        "2025/01",
        "01-2025",
        " 2025-01",
        "2025-01 ",
        "2025-01\n",
        "-2025-01",
        "２０２５-01",
        "٢٠٢٥-01",
        "January 2025",
        "last",
    ],
)
def test_no_month_is_guessed_from_anything_else(text: str) -> None:
    with pytest.raises(WrongMonth):
        Month.parse(text)


@given(st.text())
def test_any_text_is_a_month_or_is_refused_with_its_first_40_characters(text: str) -> None:
    try:
        month = Month.parse(text)
    except WrongMonth as error:
        assert error.facts["text"] == escape_untrusted(text[:40])
    else:
        assert str(month) == text


@pytest.mark.parametrize(
    ("month", "days"),
    [("2025-01", 31), ("2025-02", 28), ("2024-02", 29), ("2000-02", 29), ("2025-04", 30), ("2025-12", 31)],
)
def test_a_month_has_as_many_days_as_the_calendar_says(month: str, days: int) -> None:
    assert Month.parse(month).days == days


def test_the_title_is_what_people_call_the_month() -> None:
    assert Month(2025, 1).title == "January 2025"


@pytest.mark.parametrize(
    ("months", "there"),
    [(0, "2025-01"), (1, "2025-02"), (11, "2025-12"), (12, "2026-01"), (-1, "2024-12"), (-13, "2023-12")],
)
def test_months_are_counted_across_years(months: int, there: str) -> None:
    assert str(Month(2025, 1).plus(months)) == there


@given(MONTHS, st.integers(-500, 500))
def test_going_forth_and_back_comes_home(month: Month, months: int) -> None:
    assert month.plus(months).plus(-months) == month


@given(MONTHS, MONTHS)
def test_months_are_ordered_as_time_is(one: Month, other: Month) -> None:
    assert (one < other) == (str(one) < str(other))


@given(MONTHS, st.sampled_from(ZONES))
def test_a_month_ends_where_the_next_one_begins(month: Month, name: str) -> None:
    assert month.within(ZoneInfo(name)).end == month.plus(1).within(ZoneInfo(name)).start


@given(MONTHS, st.sampled_from(ZONES))
def test_a_months_first_and_last_second_are_its_own_in_its_zone_and_their_neighbours_are_not(
    month: Month, name: str
) -> None:
    window = month.within(ZoneInfo(name))
    moments = (window.start - SECOND, window.start, window.end - SECOND, window.end)
    local = [moment.astimezone(ZoneInfo(name)) for moment in moments]

    assert [Month(one.year, one.month) for one in local] == [month.plus(-1), month, month, month.plus(1)]


@pytest.mark.parametrize(
    ("month", "name", "start", "end"),
    [
        ("2025-01", "UTC", "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"),
        ("2025-01", "Europe/Riga", "2024-12-31T22:00:00Z", "2025-01-31T22:00:00Z"),
        ("2025-03", "Europe/Riga", "2025-02-28T22:00:00Z", "2025-03-31T21:00:00Z"),
        ("2025-10", "Europe/Riga", "2025-09-30T21:00:00Z", "2025-10-31T22:00:00Z"),
        ("2025-02", "Asia/Kolkata", "2025-01-31T18:30:00Z", "2025-02-28T18:30:00Z"),
        ("2025-04", "Australia/Lord_Howe", "2025-03-31T13:00:00Z", "2025-04-30T13:30:00Z"),
        ("2025-01", "Pacific/Kiritimati", "2024-12-31T10:00:00Z", "2025-01-31T10:00:00Z"),
        ("2025-01", "Pacific/Niue", "2025-01-01T11:00:00Z", "2025-02-01T11:00:00Z"),
        ("2026-11", "America/Havana", "2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z"),
        ("2017-10", "America/Asuncion", "2017-10-01T04:00:00Z", "2017-11-01T03:00:00Z"),
    ],
)
def test_a_month_lasts_from_local_midnight_to_local_midnight(month: str, name: str, start: str, end: str) -> None:
    assert str(Month.parse(month).within(ZoneInfo(name))) == f"{start} to {end}"


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (WINDOW.start - SECOND, False),
        (WINDOW.start, True),
        (WINDOW.end - timedelta(microseconds=1), True),
        (WINDOW.end, False),
    ],
)
def test_a_window_holds_its_start_and_not_its_end(moment: datetime, inside: bool) -> None:
    assert WINDOW.holds(moment) is inside


def test_an_instant_is_written_in_utc_with_whole_seconds() -> None:
    assert utc(datetime(2025, 7, 1, 12, 0, 0, 999_999, tzinfo=RIGA)) == "2025-07-01T09:00:00Z"


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_is_found_by_its_iana_name(name: str) -> None:
    assert zone(name).key == name


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Phobos", "Europe", "Europe/", "/etc/passwd", "../../etc/passwd", "Europe/Riga\0", "FLE Standard Time"],
)
def test_a_name_the_time_zone_database_lacks_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone(name)


@given(st.text(max_size=120))
def test_no_name_of_a_zone_is_answered_with_anything_but_a_zone_or_a_refusal(name: str) -> None:
    try:
        found = zone(name)
    except UnknownZone as error:
        assert error.facts["zone"] == escape_untrusted(name[:80])
        assert str(error.facts["example"]) in error.advice
    else:
        assert found.key == name
