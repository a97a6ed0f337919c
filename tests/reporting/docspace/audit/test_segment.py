from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.audit.dst_fold import Slice
from reporting.docspace.audit.segment import Segment
from reporting.period import Window
from tests.reporting.stage import NOON, SECOND


def of(seconds: int, *, reached: int | None = None, late: timedelta = timedelta()) -> Segment:
    """A stretch of so many seconds from noon on, read down to that second."""
    stretch = Segment(Slice(Window(NOON, NOON + seconds * SECOND), late))
    if reached is not None:
        stretch.reached = NOON + reached * SECOND
    return stretch


@given(st.integers(2, 3_000_000), st.data())
def test_the_halves_of_a_stretch_meet_and_are_the_whole(seconds: int, data: st.DataObject) -> None:
    stretch = of(seconds, reached=data.draw(st.integers(2, seconds)))
    older = stretch.split_half()

    assert (older.start, older.end, stretch.end) == (NOON, stretch.start, NOON + seconds * SECOND)


@given(st.integers(2, 3_000_000), st.data())
def test_both_halves_have_something_left_to_read(seconds: int, data: st.DataObject) -> None:
    stretch = of(seconds, reached=data.draw(st.integers(2, seconds)))
    older = stretch.split_half()

    assert min(older.unread, stretch.unread) >= SECOND


@given(st.integers(2, 3_000_000))
def test_a_stretch_is_divided_at_a_whole_second(seconds: int) -> None:
    assert not of(seconds).split_half().end.microsecond


def test_what_has_been_read_is_not_given_away() -> None:
    stretch = of(1_000, reached=400)

    assert stretch.split_half().end <= NOON + 400 * SECOND


def test_both_halves_of_an_autumn_stretch_are_late_alike() -> None:
    stretch = of(1_000, late=timedelta(hours=1))

    assert stretch.split_half().late == stretch.late == timedelta(hours=1)


@pytest.mark.parametrize(("reached", "left"), [(10, 10), (4, 4), (0, 0)])
def test_what_is_left_is_what_lies_before_the_moment_reached(reached: int, left: int) -> None:
    assert of(10, reached=reached).unread == left * SECOND


def test_a_stretch_promises_as_many_events_as_it_had_so_far() -> None:
    stretch = of(100, reached=75)
    stretch.events = 50

    assert stretch.expected_events == 150


def test_an_older_half_promises_what_the_newer_one_had() -> None:
    stretch = of(100, reached=80)
    stretch.events = 40

    assert stretch.split_half().expected_events == 80
