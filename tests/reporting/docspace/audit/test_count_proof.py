"""Counting what was read: the proof that none is missing."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.audit.count_proof import MOST, Group, at_start, count_matches, events_at_end, groups, one_by_one
from reporting.docspace.audit.dst_fold import Slice
from reporting.docspace.audit.seek import PageLength, Source
from reporting.docspace.audit.segment import Segment
from reporting.period import Window
from sandbox.portal import AuditLog
from tests.reporting.stage import DAY, NOON, SECOND, log_of, row, source

COUNTS = st.lists(st.sampled_from([0, 0, 1, 7, MOST // 2, MOST - 1, MOST, 3 * MOST]), min_size=1, max_size=12)
"""Events of neighbouring stretches, oldest first."""


def stretches(counts: list[int]) -> list[Segment]:
    found = []
    for number, events in enumerate(counts):
        start = DAY.start + number * timedelta(hours=1)
        stretch = Segment(Slice(Window(start, start + timedelta(hours=1))))
        stretch.events, stretch.reached = events, start
        if events:
            stretch.oldest, stretch.oldest_ids = start, frozenset(range(number + 1))
        found.append(stretch)
    return found


@given(COUNTS, st.integers(0, 3))
def test_groups_are_all_stretches_in_their_order_and_none_is_counted_for_its_own_sake(
    counts: list[int], at_end: int
) -> None:
    read = stretches(counts)
    found = groups(read, at_end=at_end)

    assert [stretch for group in found for stretch in group.stretches] == read
    assert all(group.events for group in found) or not any(counts)


@given(COUNTS, st.integers(0, 3))
def test_a_group_has_no_more_events_than_are_counted_at_once_unless_one_stretch_has(
    counts: list[int], at_end: int
) -> None:
    for group in groups(stretches(counts), at_end=at_end):
        assert group.events <= MOST or sum(bool(stretch.events) for stretch in group.stretches) == 1


@given(COUNTS, st.integers(0, 3))
def test_every_group_knows_what_is_shown_of_the_moment_of_its_end(counts: list[int], at_end: int) -> None:
    found = groups(stretches(counts), at_end=at_end)

    assert found[-1].at_end == at_end
    assert all(older.at_end == at_start(newer.stretches[0]) for older, newer in pairwise(found))


@given(COUNTS, st.integers(0, 3))
def test_a_group_taken_apart_is_its_stretches_with_what_each_shows_of_its_end(counts: list[int], at_end: int) -> None:
    (*_, group) = groups(stretches(counts), at_end=at_end)
    apart = list(reversed(list(one_by_one(group))))

    assert [one.stretches for one in apart] == [(stretch,) for stretch in group.stretches]
    assert [one.at_end for one in apart] == [*(at_start(one) for one in group.stretches[1:]), at_end]


def read_of(log: AuditLog, events: int, *, oldest: int = 1) -> tuple[Source, Group]:
    """What is counted where so many events of the day were read, the oldest of them being this one."""
    there = source(log)
    stretch = Segment(Slice(DAY))
    stretch.events, stretch.oldest_ids = events, frozenset({oldest} if events else ())
    longest = PageLength()
    longest.note(min(100, max(1, events)))
    counting = Source(there.fetch, there.host, longest)
    return counting, Group((stretch,), events_at_end(counting, stretch))


@pytest.mark.parametrize("at_end", [0, 1, 150])
@pytest.mark.parametrize("there", [1, 99, 100, 101, 250])
def test_the_number_that_is_there_is_the_only_one_that_is_counted(there: int, at_end: int) -> None:
    rows = [row(number, NOON + number * SECOND) for number in range(1, there + 1)]
    log = log_of([*rows, *(row(1_000 + number, DAY.end) for number in range(at_end))])

    for read in (there - 1, there, there + 1):
        assert count_matches(*read_of(log, read)) is (read == there)


def test_as_many_events_as_there_are_which_do_not_end_with_the_oldest_are_not_proven() -> None:
    log = log_of([row(number, NOON + number * SECOND) for number in range(1, 6)])

    assert count_matches(*read_of(log, 5))
    assert not count_matches(*read_of(log, 5, oldest=2))


def test_a_portal_that_answers_nothing_at_all_proves_nothing() -> None:
    silent = Source(lambda window, start: [], "portal.test", PageLength(5))
    stretch = Segment(Slice(DAY))
    stretch.events, stretch.oldest_ids = 5, frozenset({1})

    assert not count_matches(silent, Group((stretch,), 0))
