from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.audit.dst_fold import Slice, slices
from reporting.docspace.audit.seek import Source, seek
from reporting.docspace.audit.segment import Segment
from reporting.errors.trail import CursorStuck, OrderUnknown, OutsideWindow
from reporting.events import AuditEvent
from reporting.period import Month, Window
from sandbox.portal import AuditEvent as Row
from sandbox.portal import Generation, PortalSetup
from tests.reporting.stage import DAY, NOON, SECOND, UPLOADED, event, held, ids, log_of, row, sought, source

EDGES = (0, 1, 99, 100, 101, 199, 200, 201, 301)
WHOLE = Slice(DAY)
TIES = st.lists(st.tuples(st.integers(1, 230), st.integers(1, 3)), max_size=5)
"""How many events a second has, and how many seconds later the next ones come."""
SETUPS = st.builds(
    PortalSetup,
    seed=st.integers(0, 1000),
    shuffle_ties=st.booleans(),
    generation=st.sampled_from([Generation.V30, Generation.V37, Generation.NEXT]),
)
MICROSECOND = timedelta(microseconds=1)


def rows_at(moments: list[datetime]) -> list[Row]:
    return [row(number, moment) for number, moment in enumerate(moments, 1)]


def tied(pattern: list[tuple[int, int]]) -> list[datetime]:
    moments: list[datetime] = []
    second = NOON
    for together, pause in pattern:
        moments += [second] * together
        second += pause * SECOND
    return moments


@pytest.mark.parametrize("count", EDGES)
def test_events_of_different_seconds_are_read_each_once(count: int) -> None:
    log = log_of(rows_at([NOON + number * SECOND for number in range(count)]))

    assert ids(sought(log, WHOLE)) == sorted(held(log, DAY), reverse=True)


@pytest.mark.parametrize("count", EDGES)
def test_events_of_one_second_are_read_each_once(count: int) -> None:
    log = log_of(rows_at([NOON] * count))

    assert sorted(ids(sought(log, WHOLE))) == held(log, DAY)


@given(TIES, SETUPS)
def test_whatever_the_ties_every_event_is_read_once(pattern: list[tuple[int, int]], setup: PortalSetup) -> None:
    log = log_of(rows_at(tied(pattern)), setup)

    assert sorted(ids(sought(log, WHOLE))) == held(log, DAY)


@given(TIES, SETUPS)
def test_events_come_newest_first(pattern: list[tuple[int, int]], setup: PortalSetup) -> None:
    dates = [found.date for found in sought(log_of(rows_at(tied(pattern)), setup), WHOLE)]

    assert dates == sorted(dates, reverse=True)


def test_five_thousand_events_of_one_second_in_random_order_are_all_read() -> None:
    log = log_of(rows_at([NOON] * 5_000))

    assert sorted(ids(sought(log, WHOLE))) == held(log, DAY)


@pytest.mark.parametrize("count", [1, 99, 100, 101, 250])
@pytest.mark.parametrize(
    "second", [DAY.start - SECOND, DAY.start, DAY.end - SECOND, DAY.end], ids=["before", "first", "last", "after"]
)
def test_a_dense_second_at_a_months_border_belongs_to_one_month(count: int, second: datetime) -> None:
    log = log_of(rows_at([second] * count + [NOON]))

    assert sorted(ids(sought(log, WHOLE))) == held(log, DAY)


def test_two_months_that_meet_in_a_dense_second_share_no_event_and_lose_none() -> None:
    log = log_of(rows_at([DAY.end - SECOND] * 150 + [DAY.end] * 150))
    following = Slice(Window(DAY.end, DAY.end + timedelta(days=1)))

    assert sorted(ids(sought(log, WHOLE) + sought(log, following))) == list(range(1, 301))


@given(
    st.lists(st.integers(0, 3_000_000).map(lambda n: NOON + n * MICROSECOND), max_size=260),
    st.integers(0, 1000),
)
def test_a_store_that_keeps_fractions_of_seconds_is_read_whole(moments: list[datetime], seed: int) -> None:
    log = log_of(rows_at(moments), PortalSetup(subsecond=True, seed=seed))

    assert sorted(ids(sought(log, WHOLE))) == held(log, DAY)


@pytest.mark.parametrize("count", EDGES)
def test_a_dense_second_of_a_store_with_fractions_is_read_whole(count: int) -> None:
    moments = [NOON + (number * 1_000 + 1) * MICROSECOND for number in range(count)]
    log = log_of(rows_at([NOON, *moments, NOON + SECOND]), PortalSetup(subsecond=True))

    assert sorted(ids(sought(log, WHOLE))) == held(log, DAY)


@given(
    TIES,
    st.lists(st.tuples(st.integers(2, 12), st.integers(-2, 12)), max_size=40),
    st.integers(0, 1000),
)
def test_events_that_arrive_while_it_is_read_push_no_other_out(
    pattern: list[tuple[int, int]], arrivals: list[tuple[int, int]], seed: int
) -> None:
    there = rows_at(tied(pattern))
    late = [
        row(10_000 + number, NOON + second * SECOND, visible_from=query)
        for number, (query, second) in enumerate(arrivals)
    ]
    found = ids(sought(log_of(there + late, PortalSetup(seed=seed)), WHOLE))

    assert {one.id for one in there} <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("query", range(2, 8))
@pytest.mark.parametrize("generation", [Generation.V37, Generation.NEXT])
def test_an_event_that_vanishes_from_a_dense_second_takes_no_other_with_it(query: int, generation: Generation) -> None:
    gone = Row(id=500, date=NOON, action_id=UPLOADED, user_id="u1", visible_until=query)
    for seed in range(30 if generation is Generation.V37 else 1):
        log = log_of([*rows_at([NOON] * 150), gone], PortalSetup(generation=generation, seed=seed))

        assert set(range(1, 151)) <= set(ids(sought(log, WHOLE)))


@given(TIES, st.lists(st.tuples(st.integers(2, 30), st.integers(-2, 12)), max_size=20), SETUPS)
def test_events_that_vanish_while_it_is_read_take_no_other_with_them(
    pattern: list[tuple[int, int]], vanishing: list[tuple[int, int]], setup: PortalSetup
) -> None:
    there = rows_at(tied(pattern))
    going = [
        Row(id=10_000 + number, date=NOON + second * SECOND, action_id=UPLOADED, user_id="u1", visible_until=query)
        for number, (query, second) in enumerate(vanishing)
    ]
    found = ids(sought(log_of(there + going, setup), WHOLE))

    assert {one.id for one in there} <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("Europe/Riga", datetime(2025, 10, 26, 1, tzinfo=UTC)),
        ("America/New_York", datetime(2025, 11, 2, 6, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2025, 4, 5, 15, tzinfo=UTC)),
        ("America/Havana", datetime(2026, 11, 1, 5, tzinfo=UTC)),
    ],
)
def test_events_of_the_hour_that_comes_twice_bear_their_true_dates(name: str, change: datetime) -> None:
    zone = ZoneInfo(name)
    around = [change + seconds * SECOND for seconds in range(-7_300, 3_700, 50)]
    edges = [change + seconds * SECOND for seconds in (-3_601, -3_599, -1_801, -1_799, -1, 1)]
    true = dict(enumerate(around + edges, 1))
    log = log_of([row(number, moment) for number, moment in true.items()], PortalSetup(timezone=name))
    window = Window(change - timedelta(days=2), change + timedelta(days=2))
    found = [one for piece in slices(window, zone) for one in sought(log, piece)]

    assert {one.id: one.date for one in found} == true


@pytest.mark.parametrize("second", [-3600, -1800, -2, -1, 0, 1], ids=lambda second: f"{second} s")
def test_a_dense_second_around_the_change_of_clocks_is_read_whole(second: int) -> None:
    zone = ZoneInfo("Europe/Riga")
    moment = datetime(2025, 10, 26, 1, tzinfo=UTC) + second * SECOND
    log = log_of(rows_at([moment] * 120 + [moment - SECOND, moment + SECOND]))
    found = [one for piece in slices(Month(2025, 10).within(zone), zone) for one in sought(log, piece)]

    assert sorted(ids(found)) == list(range(1, 123))


@pytest.mark.parametrize(
    "date",
    [DAY.start - SECOND, DAY.end + SECOND, DAY.end + timedelta(hours=1), datetime(1990, 1, 1, tzinfo=UTC)],
)
def test_an_event_that_was_not_asked_for_ends_the_reading(date: datetime) -> None:
    lying = Source(lambda window, start: [event(7, date)], "portal.test")

    with pytest.raises(OutsideWindow) as caught:
        list(seek(lying, Segment(WHOLE)))
    assert caught.value.facts["event"] == 7


def test_an_event_later_than_autumn_explains_ends_the_reading() -> None:
    def fetch(window: Window, start: int) -> list[AuditEvent]:
        return [event(7, DAY.end + timedelta(hours=1, seconds=1))]

    with pytest.raises(OutsideWindow):
        list(seek(Source(fetch, "portal.test"), Segment(Slice(DAY, late=timedelta(hours=1)))))


def test_a_portal_that_gives_the_same_page_for_ever_is_noticed() -> None:
    stuck = Source(lambda window, start: [event(number) for number in range(100)], "portal.test")

    with pytest.raises(CursorStuck):
        list(seek(stuck, Segment(Slice(Window(NOON, NOON + SECOND)))))


def test_a_quiet_slice_takes_two_requests() -> None:
    log = log_of(rows_at([NOON] * 99))
    sought(log, WHOLE)

    assert log.queries == 2  # a short page is not the end


def test_a_dense_second_in_steady_order_is_walked_through_once() -> None:
    log = log_of(rows_at([NOON] * 250), PortalSetup(generation=Generation.NEXT))
    sought(log, Slice(Window(NOON, NOON + SECOND)))

    assert log.queries == 2 + 3 + 2  # two pages tell that it is dense, and two that nothing is behind its end


def test_nothing_is_asked_for_before_somebody_reads() -> None:
    log = log_of([])
    seek(source(log), Segment(WHOLE))

    assert log.queries == 0


def one_by_one(events: list[AuditEvent], window: Window, late: timedelta) -> list[AuditEvent] | type[Exception]:
    """What a page is by looking at each event, as it was before the first and the last spoke for the others."""
    found = []
    for one in events:
        dated = one
        if not window.start <= one.date <= window.end:
            if not (late and window.start <= one.date - late <= window.end):
                return OutsideWindow
            dated = msgspec.structs.replace(one, date=one.date - late)
        found.append(dated)
    return found if all(newer.date >= older.date for newer, older in pairwise(found)) else OrderUnknown


ZONED = st.sampled_from([UTC, ZoneInfo("Europe/Riga"), timezone(timedelta(hours=-9, minutes=-30))])
MOMENTS = st.builds(lambda seconds, zone: (NOON + seconds * SECOND).astimezone(zone), st.integers(-5, 65), ZONED)


@given(st.lists(MOMENTS, max_size=8), st.booleans(), st.sampled_from([timedelta(0), timedelta(seconds=30)]))
def test_a_page_is_what_a_look_at_each_of_its_events_says(
    moments: list[datetime], ordered: bool, late: timedelta
) -> None:
    dates = sorted(moments, reverse=True) if ordered else moments
    events = [event(number, date=date) for number, date in enumerate(dates, start=1)]
    window = Window(NOON, NOON + timedelta(minutes=1))
    try:
        found: object = Source(lambda _window, _start: [*events], "h").page(window, late=late)
    except (OutsideWindow, OrderUnknown) as error:
        found = type(error)

    assert found == one_by_one(events, window, late)
