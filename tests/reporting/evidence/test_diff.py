"""What two readings of a month have different is told by their indexes: exactly, and with facts apart from labels."""

import dataclasses
import tracemalloc
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.store.database import Store
from reporting.document.event_fingerprint import ROW, fingerprint
from reporting.errors.request import NotComparable
from reporting.events import AuditEvent
from reporting.evidence import diff, event_index
from reporting.evidence.diff import BLOCK, NAMED, compare
from reporting.verification import Changes
from tests.entries import WINDOW
from tests.reporting.stage import NOON, event

RIGA = ZoneInfo("Europe/Riga")
FULL = AuditEvent(
    id=7,
    date=NOON,
    user="Zoe Miller",
    user_id="u1",
    action="File uploaded: Q3.docx",
    action_id=5011,
    ip="192.0.2.1",
    country="Germany",
    city="Berlin",
    browser="Chrome 120",
    platform="Windows 10",
    page="https://p.example/rooms/1",
    context="Rooms: Legal",
    target=["4711", "12"],
    entries=[1, 2],
)


def row(one: AuditEvent) -> bytes:
    return fingerprint(one, one.date)


def told(before: list[AuditEvent], after: list[AuditEvent]) -> Changes:
    return compare(b"".join(map(row, before)), b"".join(map(row, after)), against="r1")


def test_an_event_takes_eighteen_bytes_so_that_a_million_take_no_more_than_twenty_megabytes() -> None:
    assert len(row(FULL)) == ROW.size == 18


def test_equal_readings_have_nothing_different() -> None:
    assert told([FULL], [FULL]) == Changes("r1")
    assert not told([FULL], [FULL])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", NOON.replace(second=1)),
        ("user_id", "u2"),
        ("action_id", 5012),
        ("ip", "192.0.2.2"),
        ("country", "France"),
        ("city", "Bonn"),
        ("browser", ""),
        ("platform", "macOS"),
        ("page", ""),
        ("context", "Rooms: HR"),
        ("target", ["4711,12"]),
        ("entries", [1]),
    ],
)
def test_a_fact_that_the_portal_tells_otherwise_now_is_a_change(name: str, value: Any) -> None:
    after = msgspec.structs.replace(FULL, **{name: value})
    assert told([FULL], [after]) == Changes("r1", changed=1, changed_ids=(7,))


@pytest.mark.parametrize("changes", [{"user": "Zoe Smith"}, {"action": "Datei hochgeladen: Q3.docx"}])
def test_somebody_who_was_renamed_or_another_language_is_no_change_of_facts(changes: dict[str, str]) -> None:
    after = msgspec.structs.replace(FULL, **changes)
    assert told([FULL], [after]) == Changes("r1", relabelled=1, relabelled_ids=(7,))


def test_the_same_instant_in_another_zone_is_the_same() -> None:
    assert row(msgspec.structs.replace(FULL, date=NOON.astimezone(RIGA))) == row(FULL)


def test_a_value_that_moves_from_one_field_to_the_next_is_a_change() -> None:
    one, other = (msgspec.structs.replace(FULL, ip=ip, country=country) for ip, country in (("ab", "c"), ("a", "bc")))
    assert told([one], [other]).changed == 1


def test_ids_are_named_in_order_however_the_events_lie() -> None:
    found = told([event(3), event(1), event(2)], [event(9), event(5)])
    assert (found.vanished, found.vanished_ids) == (3, (1, 2, 3))
    assert (found.added, found.added_ids) == (2, (5, 9))


def test_of_many_the_first_hundred_are_named_and_all_are_counted() -> None:
    found = told([], [event(number) for number in range(1, NAMED + 51)])
    assert (found.added, found.added_ids) == (NAMED + 50, tuple(range(1, NAMED + 1)))


facts = st.binary(min_size=6, max_size=6) | st.just(b"same!!")
labels = st.integers(0, 2**32 - 1) | st.just(1)
readings = st.dictionaries(st.integers(0, 60), st.tuples(facts, labels), max_size=40)


def packed(reading: dict[int, tuple[bytes, int]], order: list[int]) -> bytes:
    return b"".join(ROW.pack(number, *reading[number]) for number in order)


@given(readings, readings, st.randoms())
def test_any_two_readings_differ_by_exactly_what_is_told(
    before: dict[int, tuple[bytes, int]], after: dict[int, tuple[bytes, int]], chance: Any
) -> None:
    orders = [chance.sample(sorted(one), len(one)) for one in (before, after)]
    both = before.keys() & after.keys()
    changed = sorted(number for number in both if before[number][0] != after[number][0])
    same_facts = sorted(number for number in both if before[number][0] == after[number][0])
    renamed = [number for number in same_facts if before[number][1] != after[number][1]]
    added, vanished = sorted(after.keys() - both), sorted(before.keys() - both)
    assert compare(packed(before, orders[0]), packed(after, orders[1]), against="r1") == Changes(
        "r1",
        len(added),
        len(vanished),
        len(changed),
        len(renamed),
        tuple(added),
        tuple(vanished),
        tuple(changed),
        tuple(renamed),
    )


def test_readings_larger_than_what_is_sorted_at_a_time_are_compared_whole() -> None:
    before = b"".join(ROW.pack(number, b"facts!", 1) for number in reversed(range(2 * BLOCK + 3)))
    after = b"".join(ROW.pack(number, b"facts!", number == 17) for number in range(1, 2 * BLOCK + 3))
    found = compare(before, after, against="r1")
    assert (found.vanished_ids, found.added, found.relabelled) == ((0,), 0, 2 * BLOCK + 1)


def test_comparing_takes_little_more_memory_than_the_readings() -> None:
    reading = b"".join(ROW.pack(number, b"facts!", 1) for number in range(200_000))
    tracemalloc.start()
    try:
        compare(reading, reading, against="r1")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5 * len(reading)


# -- as they are kept --


def test_an_index_is_kept_with_its_run_and_replaced_by_what_is_kept_again(store: Store) -> None:
    for rows in (row(FULL) * 2, row(FULL)):
        store.write(lambda c, rows=rows: event_index.keep(c, "r1", WINDOW, rows))  # type: ignore[misc]
    assert store.write(event_index.comparable, "r1", str(WINDOW)) == row(FULL)
    assert store.write(event_index.find_index, "r1")["events"] == 1


def test_two_readings_of_one_window_make_a_pair(store: Store) -> None:
    def keep(c: Any) -> None:
        event_index.keep(c, "r1", WINDOW, row(FULL))
        event_index.keep(c, "r2", WINDOW, b"")

    store.write(keep)
    assert store.write(event_index.pair, "r1", "r2") == (row(FULL), b"")


def test_readings_of_different_zones_cannot_be_compared(store: Store) -> None:
    other = dataclasses.replace(WINDOW, start=datetime.fromisoformat("2024-12-31T22:00:00Z"))

    def keep(c: Any) -> None:
        event_index.keep(c, "r1", WINDOW, b"")
        event_index.keep(c, "r2", other, b"")

    store.write(keep)
    with pytest.raises(NotComparable, match="2024-12-31T22:00:00Z"):
        store.write(event_index.pair, "r1", "r2")


def test_a_run_of_an_earlier_release_has_no_index_to_compare_with(store: Store) -> None:
    with pytest.raises(NotComparable, match="a release that kept no index"):
        store.write(event_index.pair, "r1", "r2")


ROWS = st.lists(st.integers(0, 40), max_size=60).map(
    lambda ids: [ROW.pack(one, bytes(6), place) for place, one in enumerate(ids)]
)


@given(ROWS)
def test_rows_come_sorted_in_whatever_order_they_lie(rows: list[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diff, "BLOCK", 5)
        assert list(diff.sort_rows(b"".join(rows))) == sorted(rows)


def test_of_rows_that_lie_nearly_in_order_two_blocks_are_in_memory() -> None:
    rows = [ROW.pack(number ^ 3, bytes(6), 0) for number in range(30 * BLOCK)]
    index = b"".join(rows)
    del rows
    tracemalloc.start()
    try:
        assert sum(1 for _ in diff.sort_rows(index)) == 30 * BLOCK
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 3 * BLOCK * 90  # a row is an object of 51 bytes in a list


def test_an_index_is_read_piece_by_piece_as_it_was_kept_from_a_file(store: Store, tmp_path: Path) -> None:
    reading = b"".join(ROW.pack(number, b"facts!", 1) for number in range(40_000))
    path = tmp_path / "index"
    path.write_bytes(reading)
    store.write(event_index.keep, "r1", WINDOW, event_index.FileRows(path))

    def look(c: Connection) -> tuple[int, bytes, Changes]:
        with event_index.opened(c, "r1", str(WINDOW)) as rows:
            return len(rows), rows[18:54], compare(rows, event_index.FileRows(path), against="r1")

    assert store.read(look) == (len(reading), reading[18:54], Changes("r1"))
    assert store.read(event_index.comparable, "r1", str(WINDOW)) == reading


@pytest.mark.parametrize(("run", "window"), [("r1", "another"), ("r2", str(WINDOW))], ids=["window", "no index"])
def test_an_index_of_another_window_or_none_cannot_be_opened(store: Store, run: str, window: str) -> None:
    store.write(event_index.keep, "r1", WINDOW, row(FULL))

    def look(c: Connection) -> None:
        with event_index.opened(c, run, window):
            raise AssertionError

    with pytest.raises(NotComparable):
        store.read(look)


def test_a_large_index_is_not_in_memory_while_it_is_kept_and_compared(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "index"
    path.write_bytes(b"".join(ROW.pack(number, b"facts!", 1) for number in range(300_000)))
    rows = event_index.FileRows(path)

    def look(c: Connection) -> Changes:
        with event_index.opened(c, "r1", str(WINDOW)) as before:
            return compare(before, rows, against="r1")

    tracemalloc.start()
    try:
        sqlite_store.write(event_index.keep, "r1", WINDOW, rows)
        kept_with = tracemalloc.get_traced_memory()[1]
        assert not sqlite_store.read(look)
        compared_with = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert kept_with < len(rows) / 4
    assert compared_with < 2 * len(rows)
