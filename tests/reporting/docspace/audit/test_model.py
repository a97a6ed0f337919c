"""A share of the enumerated world; ``make model`` reads all of it."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.errors.trail import RowsContradict
from reporting.period import Window
from sandbox.portal.lies import OTHER_ROWS, Lie, LieKind
from sandbox.portal.selection import Row
from tests.reporting.model import SHARES, Case, share, without_threads
from tests.reporting.tiny import read
from tests.worlds import MISSING_FOR_ALL, Month, Server, months, servers

INVENTED = frozenset({LieKind.ROW_REPLACED, LieKind.IDS_SHIFTED, LieKind.DATES_SHIFTED, LieKind.IDS_SAME})
"""Answers with rows that there never were: nothing could tell them from true ones but reading everything twice."""


@pytest.mark.parametrize("number", [17])
def test_no_tiny_server_and_no_lie_makes_an_incomplete_reading_complete(number: int) -> None:
    honest, lying = share(number, SHARES)

    assert not honest["FALSE"]
    assert not lying["FALSE"]
    assert honest["exact"] > 0.9 * honest.total()
    assert lying.total() > 3_000


@pytest.mark.parametrize(
    ("dates", "cuts", "lie"),
    [
        ((1,) * 5, (), Lie(LieKind.REPLICA_LAG, 6, None)),
        ((0, *[2] * 5), (2,), Lie(LieKind.REPLICA_HOLE, 6, None)),
        ((2, 2, -1000, -2000), (2,), Lie(LieKind.FIRST_MISSING, 8, None)),
        ((1, 1, -1000, -2000), (2,), Lie(LieKind.FIRST_MISSING, 9, None)),
    ],
    ids=[
        "lags after the probe",
        "lost a row after the probe",
        "read again in another order",
        "the same, cut elsewhere",
    ],
)
def test_what_any_answer_has_shown_is_missed_if_it_is_not_read(
    dates: tuple[int, ...], cuts: tuple[int, ...], lie: Lie
) -> None:
    """Servers of the model that a reading believed which remembered too little of what it had been shown."""
    rows = tuple(Row(id=number, date=date) for number, date in enumerate(dates, 1))
    with without_threads():
        found = Case(rows, 0, 3, "random", cuts, lie).outcome()

    assert isinstance(found.refusal, RowsContradict)


@settings(max_examples=400, deadline=None)
@given(servers(), months(), st.integers(0, 1_000))
def test_whatever_the_server_a_reading_is_exact_or_it_is_not_called_complete(
    server: Server, month: Month, seed: int
) -> None:
    invents = any(lie.kind in INVENTED for lie in server.lies)
    with without_threads():
        found = read(
            server.world(month, random.Random(seed)),
            Window(unix(month.first), unix(month.last + 1)),
            Path(),
            now=unix(month.last + 200_000),
            zero=unix(0),
        )

    if found.refusal is None and found.proven and not invents:
        missing = month.ids() - set(found.ids)
        assert set(found.ids) <= month.ids()
        assert not missing & found.shown
        if has_one_truth(server, month):
            assert set(found.ids) == server.truth(month)
    assert found.requests <= bound(len(month.rows))


def has_one_truth(server: Server, month: Month) -> bool:
    """Whether every answer is from the same rows; else nobody could miss what was never shown."""
    others = [lie for lie in server.lies if lie.kind in OTHER_ROWS and lie.answers is None]
    alike = all(lie.constant and lie.kind in MISSING_FOR_ALL for lie in others)
    return not month.moves and alike and len(others) <= 1


def bound(rows: int) -> int:
    """Requests that no server can make the reading exceed."""
    return 600 + 150 * rows


def unix(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
