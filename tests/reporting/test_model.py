"""A share of the enumerated world; ``make model`` reads all of it."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.portal.lies import LieKind
from reporting.period import Window
from tests.reporting.model import SHARES, share, without_threads
from tests.reporting.tiny import read
from tests.worlds import Month, Server, months, servers

INVENTED = frozenset({LieKind.ROW_REPLACED, LieKind.IDS_SHIFTED, LieKind.DATES_SHIFTED, LieKind.IDS_SAME})
"""Answers with rows that there never were: nothing could tell them from true ones but reading everything twice."""
HIDING = frozenset({LieKind.REPLICA_HOLE, LieKind.REPLICA_LAG, LieKind.LAST_MISSING, LieKind.FIRST_MISSING})
"""In every answer from the first one on: a portal that has fewer events, or shows fewer."""


@pytest.mark.parametrize("number", [17])
def test_no_tiny_server_and_no_lie_makes_an_incomplete_reading_complete(number: int) -> None:
    honest, lying = share(number, SHARES)

    assert not honest["FALSE"]
    assert not lying["FALSE"]
    assert honest["exact"] > 0.9 * honest.total()
    assert lying.total() > 5_000


@settings(max_examples=400, deadline=None)
@given(servers(), months(), st.integers(0, 1_000))
def test_whatever_the_server_a_reading_is_exact_or_it_is_not_called_complete(
    server: Server, month: Month, seed: int
) -> None:
    invents = any(lie.kind in INVENTED for lie in server.lies)
    hides = any(lie.kind in HIDING and lie.answers is None for lie in server.lies)
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
        assert not (missing & found.shown if hides else missing)
    assert found.requests <= bound(len(month.rows))


def bound(rows: int) -> int:
    """Requests that no server can make the reading exceed."""
    return 600 + 150 * rows


def unix(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
