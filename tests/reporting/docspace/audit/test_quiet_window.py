"""Something to count beside a window that has nothing."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.audit.quiet_window import widen
from reporting.docspace.audit.seek import PageLength, Source
from reporting.period import Window
from tests.reporting.stage import DAY, SECOND, log_of, row, source

HORIZON = Window(DAY.start - timedelta(days=9_000), DAY.end + timedelta(days=900))
AFTER = st.integers(1, 900 * 86_400).map(lambda seconds: DAY.end + seconds * SECOND)
BEFORE = st.integers(1, 9_000 * 86_400).map(lambda seconds: DAY.start - seconds * SECOND)


def beside(moments: list[datetime], *, together: int = 1) -> tuple[Window | None, int, int]:
    """The wider window, how many events lie in it, and how many requests it took."""
    log = log_of(
        row(number * together + one, moment) for number, moment in enumerate(moments) for one in range(1, together + 1)
    )
    there = source(log)
    found = widen(Source(there.fetch, there.host, PageLength(100)), DAY, HORIZON)
    asked = log.queries
    return found, len(log.ids_between(found.start, found.end)) if found else 0, asked


@given(st.lists(st.one_of(AFTER, BEFORE), min_size=1, max_size=6))
def test_a_window_is_widened_until_something_lies_in_it(moments: list[datetime]) -> None:
    found, events, asked = beside(moments)

    assert found is not None
    assert found.start <= DAY.start
    assert DAY.end <= found.end
    assert events
    assert asked <= 60


@given(st.lists(AFTER, min_size=1, max_size=3), st.lists(BEFORE, max_size=3))
def test_what_came_later_is_taken_before_what_came_earlier(after: list[datetime], before: list[datetime]) -> None:
    found, _, _ = beside([*after, *before])

    assert found is not None
    assert found.start == DAY.start


@given(AFTER)
def test_where_there_is_much_no_more_is_taken_than_one_second_has(moment: datetime) -> None:
    crowd = [moment + number * 2 * SECOND for number in range(3)]
    found, events, asked = beside(crowd, together=120)

    assert found is not None
    assert 1 <= events <= 120 or asked <= 60


def test_beside_nothing_there_is_nothing() -> None:
    found, _, asked = beside([])

    assert found is None
    assert asked <= 60
