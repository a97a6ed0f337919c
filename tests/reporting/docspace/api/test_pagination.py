"""A list that is read page by page, whatever the portal takes for a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.api.pagination import paginate
from reporting.errors.trail import RowsContradict


def walked(rows: list[int], *, cap: int, total: int, most: int = 1_000) -> list[int]:
    return paginate(
        lambda start: (rows[start : start + cap], total), identity=lambda row: row, most=most, host="portal.test"
    )


@given(st.integers(0, 60), st.integers(1, 70), st.booleans())
def test_every_row_is_read_once_however_short_the_pages_are(rows: int, cap: int, told: bool) -> None:
    there = list(range(rows))

    assert walked(there, cap=cap, total=rows if told else 0) == there


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9))
def test_pages_of_different_lengths_are_read_to_their_end(lengths: list[int]) -> None:
    there, turns = list(range(sum(lengths))), iter([*lengths, 1, 1])

    found = paginate(
        lambda start: (there[start : start + next(turns)], 0), identity=lambda row: row, most=1_000, host="portal.test"
    )
    assert found == there


def test_a_list_that_gives_less_than_it_says_is_not_taken_for_whole() -> None:
    with pytest.raises(RowsContradict, match="of 9 rows it gives only 5"):
        walked([1, 2, 3, 4, 5], cap=100, total=9)


def test_a_portal_that_gives_its_first_page_for_ever_is_noticed_where_it_says_how_many_there_are() -> None:
    with pytest.raises(RowsContradict, match="of 30 rows it gives only 10"):
        paginate(lambda start: (list(range(10)), 30), identity=lambda row: row, most=1_000, host="portal.test")


@given(st.integers(1, 50), st.integers(1, 20))
def test_no_more_is_looked_through_than_is_worth_it(most: int, cap: int) -> None:
    asked: list[int] = []

    def fetch(start: int) -> tuple[list[int], int]:
        asked.append(start)
        return list(range(start, start + cap)), 0

    found = paginate(fetch, identity=lambda row: row, most=most, host="portal.test")
    assert most <= len(found) < most + cap
    assert max(asked) < most


def test_a_row_that_comes_again_where_rows_moved_is_kept_once() -> None:
    pages = iter([[1, 2, 3], [3, 4], []])

    assert paginate(lambda start: (next(pages), 0), identity=lambda row: row, most=100, host="h") == [1, 2, 3, 4]
