from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.audit.dst_fold import Slice, slices
from reporting.period import Month, Window
from sandbox.portal import Generation
from sandbox.portal.dates import micros, shown
from tests.reporting.stage import MONTHS, SECOND, ZONES

HOUR = timedelta(hours=1)
HALF = timedelta(minutes=30)
RIGA = ZoneInfo("Europe/Riga")
KEYS = st.sampled_from(ZONES).map(ZoneInfo)


def told(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the portal makes of the true *moment*."""
    return datetime.fromisoformat(shown(micros(moment), zone, Generation.V37))


def short(piece: Slice) -> tuple[str, str, timedelta]:
    return f"{piece.window.start:%d %H:%M:%S}", f"{piece.window.end:%d %H:%M:%S}", piece.late


@given(MONTHS, KEYS, KEYS)
def test_slices_tile_a_month_without_gap_or_overlap(month: Month, shown_in: ZoneInfo, portals: ZoneInfo) -> None:
    window = month.within(shown_in)
    found = slices(window, portals)

    assert [found[0].window.start, *(piece.window.end for piece in found)] == [
        *(piece.window.start for piece in found),
        window.end,
    ]


@given(MONTHS, KEYS, KEYS)
def test_the_first_slice_begins_with_the_month(month: Month, shown_in: ZoneInfo, portals: ZoneInfo) -> None:
    window = month.within(shown_in)

    assert slices(window, portals)[0].window.start == window.start


@given(MONTHS, KEYS, KEYS)
def test_no_slice_is_shorter_than_a_second_or_ends_between_two(
    month: Month, shown_in: ZoneInfo, portals: ZoneInfo
) -> None:
    found = slices(month.within(shown_in), portals)

    assert all((piece.window.end - piece.window.start) // SECOND * SECOND >= SECOND for piece in found)
    assert all(not piece.window.end.microsecond for piece in found)


@given(
    st.integers(0, 37 * 365 * 24 * 3600).map(lambda second: datetime(2000, 1, 1, tzinfo=UTC) + second * SECOND),
    st.integers(1, 40 * 24 * 3600),
    KEYS,
)
def test_any_stretch_of_whole_seconds_is_tiled(start: datetime, seconds: int, zone: ZoneInfo) -> None:
    window = Window(start, start + seconds * SECOND)
    ends = [piece.window for piece in slices(window, zone)]

    assert (ends[0].start, ends[-1].end) == (window.start, window.end)
    assert all(one.end == other.start for one, other in pairwise(ends))


@given(MONTHS, KEYS, KEYS, st.data())
def test_in_its_slice_every_date_has_one_meaning(
    month: Month, shown_in: ZoneInfo, portals: ZoneInfo, data: st.DataObject
) -> None:
    """Either it comes back as it was, or late by what the slice says and then outside of what was asked."""
    piece = data.draw(st.sampled_from(slices(month.within(shown_in), portals)))
    seconds = (piece.window.end - piece.window.start) // SECOND
    moment = piece.window.start + data.draw(st.integers(0, seconds - 1)) * SECOND
    came = told(moment, portals)

    assert came == moment or (came == moment + piece.late and came > piece.window.end)


@pytest.mark.parametrize("name", ["UTC", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize("number", range(1, 13))
def test_where_clocks_stand_still_a_month_is_one_slice(name: str, number: int) -> None:
    window = Month(2025, number).within(ZoneInfo(name))

    assert slices(window, ZoneInfo(name)) == [Slice(window)]


@pytest.mark.parametrize("month", ["2025-01", "2025-03", "2025-07", "2025-11"])
def test_a_month_whose_clocks_do_not_go_back_is_one_slice(month: str) -> None:
    window = Month.parse(month).within(RIGA)

    assert slices(window, RIGA) == [Slice(window)]


@pytest.mark.parametrize(
    ("month", "name", "expected"),
    [
        (
            "2025-10",
            "Europe/Riga",
            [
                ("30 21:00:00", "26 00:00:00", HOUR),
                ("26 00:00:00", "26 00:59:59", HOUR),
                ("26 00:59:59", "26 01:00:00", HOUR),
                ("26 01:00:00", "31 22:00:00", timedelta()),
            ],
        ),
        (
            "2025-11",
            "America/New_York",
            [
                ("01 04:00:00", "02 05:00:00", HOUR),
                ("02 05:00:00", "02 05:59:59", HOUR),
                ("02 05:59:59", "02 06:00:00", HOUR),
                ("02 06:00:00", "01 05:00:00", timedelta()),
            ],
        ),
        (
            "2025-04",
            "Australia/Lord_Howe",
            [
                ("31 13:00:00", "05 14:30:00", HALF),
                ("05 14:30:00", "05 14:59:59", HALF),
                ("05 14:59:59", "05 15:00:00", HALF),
                ("05 15:00:00", "30 13:30:00", timedelta()),
            ],
        ),
        (
            "2026-11",
            "America/Havana",
            [
                ("01 04:00:00", "01 04:59:59", HOUR),
                ("01 04:59:59", "01 05:00:00", HOUR),
                ("01 05:00:00", "01 05:00:00", timedelta()),
            ],
        ),
        ("2026-10", "America/Havana", [("01 04:00:00", "01 04:00:00", HOUR)]),
    ],
)
def test_a_month_is_cut_around_the_hour_that_clocks_go_through_twice(
    month: str, name: str, expected: list[tuple[str, str, timedelta]]
) -> None:
    window = Month.parse(month).within(ZoneInfo(name))

    assert [short(piece) for piece in slices(window, ZoneInfo(name))] == expected


def test_a_month_of_another_zone_is_cut_where_the_portals_clocks_go_back() -> None:
    window = Month(2025, 10).within(ZoneInfo("Asia/Kolkata"))

    assert [piece.window.end for piece in slices(window, RIGA)[:-1]] == [
        datetime(2025, 10, 26, 0, tzinfo=UTC),
        datetime(2025, 10, 26, 0, 59, 59, tzinfo=UTC),
        datetime(2025, 10, 26, 1, tzinfo=UTC),
    ]
