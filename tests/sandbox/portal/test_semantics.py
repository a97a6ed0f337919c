"""Each of the core's semantics does what it says, and the default is DocSpace 3.7.2."""

import random
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.portal import Generation
from sandbox.portal.lying_trail import World, scripts
from sandbox.portal.selection import Row, RowTable, select
from sandbox.portal.semantics import (
    DAY,
    EXCLUSIVE,
    FILTERS,
    HOUR,
    IGNORED,
    INCLUSIVE,
    MINUTE,
    TO_DAY,
    TO_MINUTE,
    TO_SECOND,
    WHOLE_DAY,
    Question,
    Semantics,
    of_generation,
    shifted,
)

DATES = (0, 1, MINUTE - 1, MINUTE, MINUTE + 1, DAY - 1, DAY, DAY + 1)
"""The row's id is its place in this list."""


def ids(world: World[Row], **asked) -> list[int]:
    return [row.id for row in world.ask(Question(**asked)).rows]


def world(*dates: int, **semantics) -> World[Row]:
    return World(RowTable([Row(id=number, date=date) for number, date in enumerate(dates)]), Semantics(**semantics))


def test_the_default_is_the_server_3_7_2():
    assert Semantics() == of_generation(Generation.V37) == of_generation(Generation.V32)
    assert (Semantics().cap, Semantics().over_cap, Semantics().ties) == (100, "refused", "random")


@pytest.mark.parametrize("generation", [Generation.V26, Generation.V30])
def test_up_to_3_1_the_cap_is_1000_and_silent(generation):
    assert of_generation(generation) == Semantics(cap=1000, over_cap="clamped")


def test_the_next_server_breaks_ties_by_id():
    assert of_generation(Generation.NEXT) == Semantics(ties="reverse")


@pytest.mark.parametrize(
    ("bound", "since", "first"),
    [
        (INCLUSIVE, MINUTE, 3),
        (EXCLUSIVE, MINUTE, 4),
        (TO_SECOND, MINUTE, 3),
        (TO_MINUTE, MINUTE + 1, 3),
        (TO_MINUTE, MINUTE - 1, 0),
        (TO_DAY, DAY + 1, 6),
        (WHOLE_DAY, DAY + 1, 6),
        (IGNORED, DAY, 0),
        (shifted(24), 1, 7),
        (shifted(-24), DAY + 1, 1),
    ],
)
def test_a_lower_bound(bound, since, first):
    found = ids(world(*DATES, since=bound), since=since)
    assert found == list(range(len(DATES) - 1, first - 1, -1))


@pytest.mark.parametrize(
    ("bound", "until", "last"),
    [
        (INCLUSIVE, MINUTE, 3),
        (EXCLUSIVE, MINUTE, 2),
        (TO_SECOND, MINUTE, 3),
        (TO_MINUTE, MINUTE - 1, 0),
        (TO_MINUTE, MINUTE + 1, 3),
        (TO_DAY, DAY + 1, 6),
        (WHOLE_DAY, 1, 5),
        (IGNORED, 0, 7),
        (shifted(24), 1, 7),
        (shifted(-24), DAY + 1, 1),
    ],
)
def test_an_upper_bound(bound, until, last):
    found = ids(world(*DATES, until=bound), until=until)
    assert found == list(range(last, -1, -1))


def test_a_bound_in_finer_ticks_is_cut_to_whole_seconds():
    assert TO_SECOND.upper(1_999_999, 1_000_000) == 1_000_000
    assert EXCLUSIVE.upper(1_999_999, 1_000_000) == 1_999_998
    assert shifted(1).lower(0, 1_000_000) == HOUR * 1_000_000


def test_a_bound_without_the_other_may_be_none():
    assert ids(world(0, 1, 2, lone_bound_ignored=True), since=1) == [2, 1, 0]
    assert ids(world(0, 1, 2, lone_bound_ignored=True), since=1, until=1) == [1]


@pytest.mark.parametrize("count", [0, -1, 3, 100])
def test_a_count_beyond_the_cap_is_refused(count):
    answer = world(0, 1, 2, cap=2).ask(Question(count=count))
    assert (answer.refused, list(answer.rows), answer.readable) == ("count", [], False)


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (2, 2), (3, 2), (100, 2), (0, 2), (None, 2)])
def test_a_count_beyond_the_cap_is_clamped_without_a_word(count, rows):
    assert len(ids(world(0, 1, 2, cap=2, over_cap="clamped"), count=count)) == rows


def test_a_silent_cap_may_stand_beside_a_loud_limit():
    other = world(*range(9), cap=3, over_cap="clamped", count_limit=5)
    assert len(ids(other, count=5)) == 3
    assert other.ask(Question(count=6)).refused == "count"


def test_a_varying_page_has_any_length_up_to_the_cap():
    other = world(*range(9), cap=4, over_cap="varying")
    assert {len(ids(other, count=100)) for _ in range(200)} == {1, 2, 3, 4}
    assert {len(ids(other, count=2)) for _ in range(200)} == {1, 2}


def test_a_page_may_be_longer_than_asked():
    assert len(ids(world(*range(9), surplus=2), count=3)) == 5


@pytest.mark.parametrize(("order", "found"), [("newest", [1, 2, 0]), ("oldest", [0, 2, 1]), ("id", [2, 1, 0])])
def test_an_order(order, found):
    assert ids(world(0, 5, 3, order=order)) == found


def test_no_order_is_another_one_each_time():
    other = world(*range(4), order="random")
    assert len({tuple(ids(other)) for _ in range(500)}) == 24


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize(("ties", "found"), [("id", [1, 4, 7]), ("reverse", [7, 4, 1])])
def test_rows_of_one_second_by_id(order, ties, found):
    table = RowTable([Row(id=number, date=0) for number in (4, 7, 1)])
    assert ids(World(table, Semantics(order=order, ties=ties))) == found


@pytest.mark.parametrize(("order", "found"), [("newest", [1, 7, 4]), ("oldest", [4, 7, 1])])
def test_rows_of_one_second_as_they_were_written(order, found):
    table = RowTable([Row(id=number, date=0) for number in (4, 7, 1)])
    assert ids(World(table, Semantics(order=order, ties="stored"))) == found


def test_rows_of_one_second_in_another_order_each_time():
    other = world(0, 0, 0)
    assert len({tuple(ids(other)) for _ in range(200)}) == 6


@pytest.mark.parametrize(
    ("offset", "start", "found"),
    [
        ("honoured", 2, [2, 1]),
        ("honoured", 9, []),
        ("honoured", -3, [4, 3]),
        ("ignored", 2, [4, 3]),
        ("capped", 1, [3, 2]),
        ("capped", 4, [2, 1]),
        ("empty", 2, [2, 1]),
        ("empty", 3, []),
        ("refused", 2, [2, 1]),
        ("page number", 1, [2, 1]),
        ("from one", 1, [4, 3]),
        ("from one", 2, [3, 2]),
    ],
)
def test_an_offset(offset, start, found):
    assert ids(world(*range(5), offset=offset, offset_limit=2), count=2, start=start) == found


def test_an_offset_may_be_refused():
    assert world(0, 1, offset="refused", offset_limit=2).ask(Question(start=3)).refused == "startIndex"


def test_filters_are_honoured_or_ignored_one_by_one():
    table = RowTable([Row(id=1, date=0, user="a", action=1), Row(id=2, date=1, user="b", action=1)])
    asked = {"userId": "a", "action": 2}
    assert ids(World(table), filters=asked) == []
    assert ids(World(table, Semantics(filters_ignored=frozenset({"action"}))), filters=asked) == [1]
    assert ids(World(table, Semantics(filters_ignored=FILTERS)), filters=asked) == [2, 1]


def test_filters_may_thin_out_a_page_that_was_cut_before():
    assert ids(world(*range(9), filters_after_page=True), count=3, until=7) == [7, 6]
    assert ids(world(*range(9), filters_after_page=True), count=3, start=3, until=7) == [5, 4, 3]


def test_a_plan_without_the_trail_shows_the_newest_whatever_is_asked():
    assert ids(world(*range(9), fallback=2), count=1, start=5, until=0) == [8, 7]


def test_a_date_may_be_shown_coarser_than_it_is_compared():
    table = RowTable([Row(id=1, date=16), Row(id=2, date=12)], ticks=10)
    coarse = World(table, Semantics(shown_cut=1))
    assert [row.date for row in coarse.ask(Question()).rows] == [10, 10]
    assert ids(coarse, until=15) == [2]


def test_rows_arrive_and_vanish_by_the_number_of_the_answer():
    table = RowTable([Row(id=1, date=0, visible_until=3), Row(id=2, date=1, visible_from=2)])
    moving = World(table)
    assert [ids(moving) for _ in range(4)] == [[1], [2, 1], [2], [2]]


@given(
    dates=st.lists(st.integers(0, 5), max_size=14),
    cap=st.integers(1, 15),
    order=st.sampled_from(["newest", "oldest", "id"]),
    ties=st.sampled_from(["id", "reverse", "stored"]),
)
def test_pages_of_a_steady_order_make_up_the_whole_in_that_order(dates, cap, order, ties):
    steady = {"order": order, "ties": ties, "over_cap": "clamped"}
    whole = ids(world(*dates, cap=1000, **steady))
    cut = world(*dates, cap=cap, **steady)
    pages = [ids(cut, start=start) for start in range(0, len(dates) + 1, cap)]
    assert [number for page in pages for number in page] == whole
    assert sorted(whole) == list(range(len(dates)))


@given(
    dates=st.lists(st.integers(0, 5), max_size=14),
    start=st.integers(0, 15),
    count=st.integers(1, 15),
    order=st.sampled_from(["newest", "oldest"]),
)
def test_a_page_with_random_ties_has_the_dates_of_a_steady_one_and_no_row_twice(dates, start, count, order):
    table = RowTable([Row(id=number, date=date) for number, date in enumerate(dates)])
    asked = Question(count=count, start=start)
    chance = random.Random(1)
    loose = select(table, asked, Semantics(order=order), chance)
    steady = select(table, asked, Semantics(order=order, ties="id"), chance)
    assert [table.dates[place] for place in loose] == [table.dates[place] for place in steady]
    assert max(Counter(loose).values(), default=1) == 1


def test_scripts_take_every_course_that_chance_can_take_once():
    table = RowTable([Row(id=number, date=0) for number in range(3)])
    seen = []
    for chance in scripts():
        asked = World(table, chance=chance)
        seen.append((tuple(ids(asked)), tuple(ids(asked, count=1))))
    assert len(seen) == len(set(seen)) == 18
    assert {first for first, _ in seen} == set(permutations(range(3)))
