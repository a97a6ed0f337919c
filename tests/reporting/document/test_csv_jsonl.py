import codecs
import csv
import io
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.actions import action, catalogue
from reporting.build_report import BuildContext, build_report, file_report
from reporting.docspace.api.server_info import server_info
from reporting.docspace.audit import parallel_reader, trail
from reporting.docspace.audit.segment import Segment
from reporting.document.csv_jsonl import COLUMNS, csv_head, csv_line, jsonl
from reporting.document.formats import Format
from reporting.document.records import targets
from reporting.document.redact_tokens import redact_tokens
from reporting.escape import escape_untrusted
from reporting.events import AuditEvent
from reporting.filters import parse
from reporting.period import Month
from reporting.report import BuiltReport, Order
from sandbox.portal import StandInPortal, month_of_events
from tests.reporting.paper import RIGA
from tests.reporting.stage import NOON, ORIGIN, Knock

LOCAL = NOON.astimezone(RIGA)
TEXTS = ("user", "user_id", "action", "context", "ip", "country", "city", "browser", "platform")
SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NASTY = st.text(st.characters() | st.sampled_from("=+-@\t\r\n\x85\u2028\"',;|\\ ＝\ud800\x00"), max_size=12)
EVENTS = st.builds(
    AuditEvent,
    id=st.integers(1, 2**53),
    date=st.just(NOON),
    action_id=st.integers(0, 10_000),
    target=st.lists(NASTY, max_size=3),
    page=NASTY | st.just("https://docspace.example.com/s/b0a1c2d3e4f5?folder=12&key=b0a1"),
    **dict.fromkeys(TEXTS, NASTY),
)
Make = Callable[..., BuiltReport]


def cells(lines: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(lines.decode("utf-8-sig"), newline=""), strict=True))


def told(event: AuditEvent) -> dict[str, str]:
    """One event's cells by their column."""
    (row,) = cells(csv_line(event, LOCAL).encode())
    return dict(zip(COLUMNS, row, strict=True))


def shown(event: AuditEvent) -> dict[str, str]:
    """What the TXT shows of the same event."""
    return {
        "id": str(event.id),
        "date": "2025-01-15T14:00:00+02:00",
        "action_id": str(event.action_id),
        "category": action(event.action_id).category.value,
        "label": action(event.action_id).label,
        "target": targets(event.target),
        "page": escape_untrusted(redact_tokens(event.page)),
        **{name: escape_untrusted(getattr(event, name)) for name in TEXTS},
    }


def test_the_first_line_of_the_csv_names_the_columns() -> None:
    assert cells(csv_head()) == [list(COLUMNS)]


def test_the_csv_begins_with_the_mark_by_which_spreadsheets_know_utf_8() -> None:
    assert csv_head().startswith(codecs.BOM_UTF8 + b'"id"')


@given(EVENTS)
def test_every_cell_of_the_csv_is_quoted(event: AuditEvent) -> None:
    # A reader that takes everything without quotes for a number.
    reader = csv.reader(io.StringIO(csv_line(event, LOCAL), newline=""), quoting=csv.QUOTE_NONNUMERIC)

    assert [type(cell) for (*row,) in reader for cell in row] == [str] * len(COLUMNS)


@given(EVENTS)
def test_the_csv_gives_back_what_the_txt_shows(event: AuditEvent) -> None:
    assert {name: cell.removeprefix("'") for name, cell in told(event).items()} == {
        name: cell.removeprefix("'") for name, cell in shown(event).items()
    }


@given(EVENTS)
def test_a_cell_is_changed_only_where_a_spreadsheet_would_calculate_it(event: AuditEvent) -> None:
    for name, cell in told(event).items():
        assert cell in {shown(event)[name], f"'{shown(event)[name]}"}
        assert cell == shown(event)[name] or cell[1:].lstrip().startswith(SIGNS)


@given(EVENTS)
def test_no_cell_of_the_csv_is_a_formula(event: AuditEvent) -> None:
    assert not [cell for cell in told(event).values() if cell.lstrip().startswith(SIGNS)]


@pytest.mark.parametrize("column", [*TEXTS, "target", "page"])
def test_a_formula_is_text_in_every_column(column: str) -> None:
    for before, sign in product(["", " ", "\u00a0", "\u3000 "], SIGNS):
        value = f"{before}{sign}HYPERLINK(1)"
        event = AuditEvent(id=1, date=NOON, **{column: [value] if column == "target" else value})  # type: ignore[arg-type]

        assert not told(event)[column].lstrip().startswith(SIGNS), ascii(value)


@given(EVENTS)
def test_one_event_is_one_line_in_either_table(event: AuditEvent) -> None:
    for text, end in [(csv_line(event, LOCAL), "\r\n"), (jsonl(event, LOCAL).decode(), "\n")]:
        assert text.splitlines() == [text.removesuffix(end)]
        assert text.endswith(end)


@given(EVENTS)
def test_a_line_of_the_jsonl_gives_back_what_the_txt_shows(event: AuditEvent) -> None:
    found = json.loads(jsonl(event, LOCAL))

    assert list(found) == list(COLUMNS)
    numbers = {"id": event.id, "action_id": event.action_id}
    assert found == shown(event) | numbers | {"target": [escape_untrusted(part) for part in event.target]}


@given(EVENTS)
def test_targets_stay_apart_in_the_jsonl(event: AuditEvent) -> None:
    assert json.loads(jsonl(event, LOCAL))["target"] == [escape_untrusted(part) for part in event.target]


def test_keys_are_in_neither_table() -> None:
    event = AuditEvent(id=1, date=NOON, page="https://docspace.example.com/s/b0a1c2d3?key=e4f5a6")

    for table in (csv_line(event, LOCAL).encode(), jsonl(event, LOCAL)):
        assert b"/s/***" in table
        assert b"b0a1c2d3" not in table
        assert b"e4f5a6" not in table


@pytest.fixture
def make(standin: StandInPortal, knock: Knock, tmp_path: Path) -> Make:
    standin.audit.add_all(month_of_events(2025, 1, count=700, seed=5, zone=RIGA, hostile=True))

    def making(only: str, extras: Sequence[Format] = (Format.CSV, Format.JSONL, Format.OCSF)) -> BuiltReport:
        portal = knock(standin)
        now = datetime(2025, 3, 1, tzinfo=UTC)
        shop = BuildContext(folder=tmp_path, settle=timedelta(hours=24), now=lambda: now, extras=tuple(extras))
        order = Order(Month(2025, 1), only=parse(only))
        return build_report(order, server_info(portal), portal, shop, watch=lambda _: None)

    return making


def txt_ids(made: BuiltReport) -> list[int]:
    lines = made.path.read_text(encoding="utf-8").splitlines()
    return [int(line.removeprefix("ID: ")) for line in lines if line.startswith("ID: ")]


@pytest.mark.parametrize("only", ["", "type:delete,share", "-type:download", "file:999999"])
def test_the_tables_hold_exactly_the_events_of_the_txt_in_its_order(make: Make, only: str) -> None:
    made = make(only)
    table, lines, events = made.extras
    head, *rows = cells(table.read_bytes())

    assert tuple(head) == COLUMNS
    assert [int(row[0]) for row in rows] == txt_ids(made)
    assert [json.loads(line)["id"] for line in lines.read_bytes().splitlines()] == txt_ids(made)
    assert [int(json.loads(line)["metadata"]["uid"]) for line in events.read_bytes().splitlines()] == txt_ids(made)
    assert len(rows) == made.kept
    assert table.read_bytes().count(codecs.BOM_UTF8) == 1


def test_the_tables_are_named_like_the_txt(make: Make) -> None:
    made = make("type:delete")

    assert [path.name for path in made.extras] == [f"{made.path.stem}.{form}" for form in ("csv", "jsonl", "ocsf")]


@pytest.mark.parametrize("extras", [(), (Format.CSV,), (Format.JSONL, Format.CSV), (Format.OCSF,)])
def test_only_what_was_ordered_is_made_and_filed(
    make: Make, extras: tuple[Format, ...], standin: StandInPortal, knock: Knock, tmp_path: Path
) -> None:
    made = make("", extras)
    names = {made.path.name, *(f"{made.path.stem}.{form}" for form in extras)}
    filed = file_report(made, knock(standin), standin.folder_id, known={}, origin=ORIGIN)
    beside = {f".{made.path.stem}.index", f"{made.path.stem}.manifest.json"}

    assert {path.name for path in tmp_path.iterdir()} == names | beside
    assert {one.title for one in filed.files} == names
    for one in filed.files:
        assert standin.files.content(one.id) == (tmp_path / one.title).read_bytes()


def test_equal_data_gives_equal_tables(make: Make) -> None:
    first = [path.read_bytes() for path in make("").extras]

    assert [path.read_bytes() for path in make("").extras] == first


def by_the_module(event: AuditEvent) -> bytes:
    """The same line as the module ``csv`` writes it."""
    values = {**shown(event), "id": event.id, "action_id": event.action_id}
    buffer = io.StringIO(newline="")
    row = [guarded(values[name]) for name in COLUMNS]
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerow(row)
    return buffer.getvalue().encode()


def guarded(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.lstrip().startswith(SIGNS) else value


@given(st.lists(EVENTS, min_size=1, max_size=4))
def test_the_csv_is_what_the_module_csv_writes(events: list[AuditEvent]) -> None:
    for event in [*events, *events]:  # the second time much of it is remembered
        assert csv_line(event, LOCAL).encode() == by_the_module(event)


@given(st.lists(EVENTS, min_size=1, max_size=4))
def test_a_line_of_json_is_what_the_module_json_reads_in_the_order_of_the_columns(events: list[AuditEvent]) -> None:
    for event in [*events, *events]:
        read = json.loads(jsonl(event, LOCAL))
        txt = {**shown(event), "id": event.id, "action_id": event.action_id}
        assert list(read) == list(COLUMNS)
        assert read == {**txt, "target": [escape_untrusted(part) for part in event.target]}


def test_no_label_of_ours_is_a_formula() -> None:
    for number in (*catalogue(), 999_999, -1):
        assert not any(
            cell.lstrip().startswith(SIGNS)
            for cell in told(AuditEvent(id=1, date=NOON, action_id=number)).values()
            if not cell.lstrip("-").isdecimal()
        )


def test_open_files_do_not_grow_with_the_events_nor_with_the_forms(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    most = 0

    class Counting(Segment):
        def split_read(self) -> "Counting":
            nonlocal most
            most = max(most, open_in(tmp_path))
            return super().split_read()

    monkeypatch.setattr(parallel_reader, "LARGE", 10)  # a part for nearly every page
    monkeypatch.setattr(trail, "Segment", Counting)
    make("")

    assert 0 < most <= len(Format) + 8 + 2  # the forms, what each reader sorts, the sign-ins


def open_in(folder: Path) -> int:
    """How many files this process has open there, those without a name among them."""
    found = 0
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found += str(link.readlink()).startswith(str(folder))
    return found
