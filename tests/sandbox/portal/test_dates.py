from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.portal.dates import micros, read_date, shown
from sandbox.portal.generation import Generation
from sandbox.portal.query import read_query
from sandbox.portal.refusals import BadParameters

RIGA = ZoneInfo("Europe/Riga")


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-01T00:00:00Z",
        "2026-10-01T02:00:00+02:00",
        "2026-10-01T02-00-00+02:00",
        "2026-10-01T00:00:00.000Z",
        "2026-10-01T00-00-00.0000000Z",
        "2026-10-01T00:00:00.0000000Z",
    ],
)
@pytest.mark.parametrize("generation", Generation)
def test_a_full_date_with_a_zone_is_an_instant_for_every_generation(text, generation):
    assert read_date(text, generation) == datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2025-02-31", "2025-04-31T00:00:00Z", "garbage", "{}", "2026", "2026-10-01T00:00:00 02:00", "٢٠٢٦-١٠-٠١"],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(BadParameters):
        read_query({"from": text}, Generation.V36)


def test_microseconds_as_python_prints_them_are_refused():
    with pytest.raises(ValueError, match="123456"):
        read_date("2026-10-01T00:00:00.123456Z", Generation.V37)


@pytest.mark.parametrize("text", ["2026-10-01", "2026-10-01T00:00:00"])
def test_a_date_without_a_zone_is_the_servers_midnight_up_to_3_6_and_refused_by_3_7(text):
    assert read_date(text, Generation.V36) == datetime(2026, 10, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="2026"):
        read_date(text, Generation.V37)


def test_a_date_is_shown_in_the_portals_zone_with_seven_digits():
    assert _shown(datetime(2025, 1, 5, 12, tzinfo=UTC)) == "2025-01-05T14:00:00.0000000+02:00"


def test_a_date_of_a_zone_without_offset_ends_with_z():
    moment = micros(datetime(2025, 1, 5, 12, 0, 0, 250_000, tzinfo=UTC))
    assert shown(moment, ZoneInfo("UTC"), Generation.V37) == "2025-01-05T12:00:00.2500000Z"


def test_a_zone_west_of_greenwich_has_a_minus():
    moment = micros(datetime(2025, 1, 5, 12, tzinfo=UTC))
    assert shown(moment, ZoneInfo("America/St_Johns"), Generation.V37) == "2025-01-05T08:30:00.0000000-03:30"


def test_2_6_calls_its_wall_clock_utc():
    moment = micros(datetime(2025, 1, 5, 12, tzinfo=UTC))
    assert shown(moment, RIGA, Generation.V26) == "2025-01-05T14:00:00.0000000Z"


def test_the_first_of_the_two_repeated_hours_comes_back_one_hour_late():
    first_half_past_three = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert _shown(first_half_past_three) == "2025-10-26T03:30:00.0000000+02:00"
    assert _shown(first_half_past_three + timedelta(hours=1)) == "2025-10-26T03:30:00.0000000+02:00"
    assert _shown(first_half_past_three - timedelta(hours=1)) == "2025-10-26T02:30:00.0000000+03:00"


@given(st.integers(0, 2_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_a_shown_date_is_late_by_one_hour_or_not_at_all_and_can_be_asked_for(moment):
    late = read_date(_shown(moment), Generation.V37) - moment
    assert late in {timedelta(0), timedelta(hours=1)}


def _shown(moment: datetime) -> str:
    return shown(micros(moment), RIGA, Generation.V37)
