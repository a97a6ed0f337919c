import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.document.csv_jsonl import csv_head
from reporting.document.header import LAST
from reporting.document.split import ROOM, split
from reporting.errors.filing import TooLargeForParts
from reporting.layout import RULE

NAME = "compliance-report-2025-01.txt"
HEAD = [
    "Compliance report",
    "Period: 2025-01-01 - 2025-01-31",
    "Total events: 4",
    "Zone: Europe/Riga",
    "",
    "Events:",
    RULE,
]
TAKEN = len("".join(f"{line}\n" for line in HEAD).encode()) + ROOM
LINES = st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=30).filter(lambda line: line != RULE)
RECORDS = st.lists(st.lists(LINES, min_size=1, max_size=4), min_size=1, max_size=12)


def block(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in [*lines, RULE]).encode()


def whole_of(folder: Path, records: list[bytes]) -> Path:
    path = folder / "made.txt"
    path.write_bytes(block(HEAD[:-1]) + b"".join(records))
    return path


def header_of(number: int, of: int) -> bytes:
    return block([*HEAD[:3], f"Part {number} of {of}", *HEAD[3:-1]])


def table_of(folder: Path, suffix: str, lines: list[bytes]) -> tuple[Path, bytes]:
    """A table of those records, and what stands above them in each of its parts."""
    whole, head = folder / f"made{suffix}", csv_head() if suffix == ".csv" else b""
    whole.write_bytes(head + b"".join(lines))
    return whole, head


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parts")


@given(RECORDS, st.data())
def test_the_parts_together_hold_the_records_of_the_whole_and_none_is_cut(
    folder: Path, records: list[list[str]], data: st.DataObject
) -> None:
    blocks = [block(lines) for lines in records]
    whole = whole_of(folder, blocks)
    limit = data.draw(st.integers(TAKEN + max(map(len, blocks)) + 1, whole.stat().st_size + ROOM + 1))
    parts = split(whole, name=NAME, limit=limit, folder=folder)
    bodies = [part.read_bytes() for part in parts]
    heads = [header_of(number, len(parts)) for number in range(1, len(parts) + 1)]

    assert all(len(body) < limit for body in bodies)
    assert all(body.startswith(head) for body, head in zip(bodies, heads, strict=True))
    records_told = [body.removeprefix(head) for body, head in zip(bodies, heads, strict=True)]
    assert b"".join(records_told) == b"".join(blocks)
    assert all(told and told.endswith(f"{RULE}\n".encode()) for told in records_told)


@given(RECORDS)
def test_each_part_is_as_full_as_whole_records_make_it(folder: Path, records: list[list[str]]) -> None:
    blocks = [block(lines) for lines in records]
    limit = TAKEN + 2 * max(map(len, blocks))
    parts = split(whole_of(folder, blocks), name=NAME, limit=limit, folder=folder)
    bodies = [part.read_bytes().split(f"{RULE}\n".encode(), 1)[1] for part in parts]

    for body, following in pairwise(bodies):
        first = following.partition(f"{RULE}\n".encode())
        assert TAKEN + len(body) + len(first[0]) + len(first[1]) >= limit


def test_parts_are_named_and_told_in_their_order(tmp_path: Path) -> None:
    whole = whole_of(tmp_path, [block([f"ID: {number}", "x" * 200]) for number in range(4)])
    parts = split(whole, name=NAME, limit=TAKEN + 400, folder=tmp_path)

    assert [part.name for part in parts] == [f"compliance-report-2025-01.part-{n}-of-4.txt" for n in range(1, 5)]
    assert [part.read_text().splitlines()[3] for part in parts] == [f"Part {n} of 4" for n in range(1, 5)]


def test_the_first_three_lines_of_a_part_are_those_of_the_whole(tmp_path: Path) -> None:
    whole = whole_of(tmp_path, [block(["ID: 1"])] * 9)
    (first, *_) = split(whole, name=NAME, limit=TAKEN + 200, folder=tmp_path)

    assert first.read_text().splitlines()[:3] == HEAD[:3]


def test_a_record_with_lines_that_almost_look_like_the_rule_is_not_cut(tmp_path: Path) -> None:
    lines = [f"{RULE}-", RULE[1:], f" {RULE}", f"{RULE}\r", f"Events:{RULE}"]
    blocks = [block(lines)] * 3
    parts = split(whole_of(tmp_path, blocks), name=NAME, limit=TAKEN + len(blocks[0]) + 1, folder=tmp_path)

    assert [part.read_bytes().removeprefix(header_of(n, 3)) for n, part in enumerate(parts, 1)] == blocks


def test_what_follows_the_last_rule_is_not_lost(tmp_path: Path) -> None:
    whole = whole_of(tmp_path, [block(["ID: 1", "x" * 200]), block(["ID: 2", "x" * 200]), LAST])
    parts = split(whole, name=NAME, limit=TAKEN + 400, folder=tmp_path)

    assert [part.read_bytes().endswith(f"{RULE}\n".encode() + LAST) for part in parts] == [False, True]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_record_that_fills_a_file_by_itself_is_refused_in_words(tmp_path: Path, place: int) -> None:
    blocks = [block(["ID: 1"])] * 3
    blocks[place] = block(["x" * 500])
    limit = TAKEN + len(blocks[place])

    with pytest.raises(TooLargeForParts, match=f"less than {limit} bytes: one record with the header takes {limit}"):
        split(whole_of(tmp_path, blocks), name=NAME, limit=limit, folder=tmp_path)


def test_a_record_that_is_refused_leaves_no_part_behind(tmp_path: Path) -> None:
    whole = whole_of(tmp_path, [block(["ID: 1"]), block(["x" * 500])])

    with pytest.raises(TooLargeForParts):
        split(whole, name=NAME, limit=TAKEN + 200, folder=tmp_path)
    assert list(tmp_path.iterdir()) == [whole]


@pytest.mark.parametrize("limit", [1, TAKEN - ROOM - 1, TAKEN - ROOM])
def test_a_header_that_fills_a_file_by_itself_is_refused_in_words(tmp_path: Path, limit: int) -> None:
    with pytest.raises(TooLargeForParts):
        split(whole_of(tmp_path, [block(["ID: 1"])]), name=NAME, limit=limit, folder=tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"Compliance report\n", block(HEAD[:-2])], ids=["empty", "short", "no events"]
)
def test_what_has_no_records_cannot_be_divided(tmp_path: Path, content: bytes) -> None:
    whole = tmp_path / "made.txt"
    whole.write_bytes(content)

    with pytest.raises(TooLargeForParts):
        split(whole, name=NAME, limit=10_000, folder=tmp_path)


ROWS = st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=30), min_size=1, max_size=12)
tables = pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".ocsf"])


@tables
@given(rows=ROWS, data=st.data())
def test_the_parts_of_a_table_together_hold_its_lines_and_none_is_cut(
    folder: Path, suffix: str, rows: list[str], data: st.DataObject
) -> None:
    lines = [f"{row}\r\n".encode() for row in rows]
    whole, head = table_of(folder, suffix, lines)
    least = len(head) + max(map(len, lines)) + 1
    limit = data.draw(st.integers(least, max(least, whole.stat().st_size)))
    bodies = [part.read_bytes() for part in split(whole, name=f"report{suffix}", limit=limit, folder=folder)]

    assert all(len(body) < limit and body.startswith(head) for body in bodies)
    told = [body.removeprefix(head) for body in bodies]
    assert b"".join(told) == b"".join(lines)
    assert all(one.endswith(b"\n") for one in told)


@tables
def test_parts_of_a_table_are_numbered_in_their_names_alone(tmp_path: Path, suffix: str) -> None:
    lines = [b"1\n", f"{RULE}\n".encode(), b"Events:\n"]
    whole, head = table_of(tmp_path, suffix, lines)
    limit = len(head) + len(lines[0] + lines[1]) + 1
    parts = split(whole, name=f"report{suffix}", limit=limit, folder=tmp_path)

    assert [part.name for part in parts] == [f"report.part-{n}-of-2{suffix}" for n in (1, 2)]
    assert [part.read_bytes() for part in parts] == [head + lines[0] + lines[1], head + lines[2]]


@tables
def test_a_line_of_a_table_that_fills_a_file_by_itself_is_refused_in_words(tmp_path: Path, suffix: str) -> None:
    whole, head = table_of(tmp_path, suffix, [b"1\n", b"x" * 500, b"\n"])

    with pytest.raises(TooLargeForParts):
        split(whole, name=f"report{suffix}", limit=len(head) + 500, folder=tmp_path)
    assert list(tmp_path.iterdir()) == [whole]


def test_memory_stays_flat_however_large_the_whole_is(tmp_path: Path) -> None:
    whole = whole_of(tmp_path, [block(["ID: 1", "x" * 4_000])] * 4_000)
    tracemalloc.start()
    try:
        parts = split(whole, name=NAME, limit=6_000_000, folder=tmp_path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(parts) == 3
    assert peak < 4_000_000
