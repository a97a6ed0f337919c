import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.audit.spool import Spool
from reporting.events import AuditEvent
from tests.reporting.stage import NOON, SECOND, event, ids

MOMENTS = st.lists(st.integers(0, 8).map(lambda second: NOON + second * SECOND), max_size=60)
FRACTIONS = st.lists(st.integers(0, 4_000).map(lambda ms: NOON + timedelta(milliseconds=ms)), max_size=60)


def newest_first(events: Iterable[AuditEvent], chance: random.Random) -> list[AuditEvent]:
    """As the portal's pages come: newest first, within a second in any order."""
    mixed = chance.sample(list(events), len(list(events)))
    return sorted(mixed, key=lambda one: one.date.replace(microsecond=0), reverse=True)


def spooled(events: list[AuditEvent], sizes: Iterable[int]) -> Spool[AuditEvent]:
    """Added by those numbers, four of which fill a block."""
    spool = Spool(BytesIO(), AuditEvent, block=4)
    for size in sizes:
        spool.add(events[:size])
        events = events[size:]
    spool.add(events)
    return spool


@given(
    st.one_of(MOMENTS, FRACTIONS),
    st.lists(st.integers(0, 9), max_size=20),
    st.randoms(use_true_random=False),
)
def test_what_was_added_newest_first_comes_out_by_date_and_then_by_id(
    moments: list[datetime], sizes: list[int], chance: random.Random
) -> None:
    events = [event(number, moment) for number, moment in enumerate(moments)]
    spool = spooled(newest_first(events, chance), sizes)

    assert list(spool.oldest_first()) == sorted(events, key=lambda one: (one.date, one.id))


@pytest.mark.parametrize("count", [0, 1, 99, 1_999, 2_000, 2_001, 4_001])
def test_any_number_of_events_comes_out_whole(count: int) -> None:
    events = [event(number, NOON - number // 3 * SECOND) for number in range(count)]
    spool = Spool(BytesIO(), AuditEvent)
    for place in range(0, count, 100):
        spool.add(events[place : place + 100])

    assert list(spool.oldest_first()) == sorted(events, key=lambda one: (one.date, one.id))


def test_a_second_larger_than_a_block_comes_out_in_the_order_of_ids() -> None:
    events = [event(number) for number in range(4_500)]
    spool = spooled(newest_first(events, random.Random(1)), [700] * 6)

    assert ids(spool.oldest_first()) == list(range(4_500))


def test_a_spool_can_be_read_again() -> None:
    spool = spooled([event(2, NOON + SECOND), event(1)], [1])

    assert list(spool.oldest_first()) == list(spool.oldest_first())


def test_an_event_comes_out_with_all_that_it_told() -> None:
    full = AuditEvent(
        id=2**40,
        date=NOON + timedelta(microseconds=123_456),
        user="Łukasz \u202e\n",
        user_id="u1",
        action="File Uploaded: \x00.docx",
        action_id=-1,
        ip="192.0.2.1",
        country="Latvia",
        city="Rīga",
        browser="Firefox 133",
        platform="Linux",
        page="https://portal.test/?share=x",
        context="Rooms: 法務 🏛",
        target=["4711", "", "a,b"],
    )
    (found,) = spooled([full], []).oldest_first()

    assert msgspec.structs.asdict(found) == msgspec.structs.asdict(full)
