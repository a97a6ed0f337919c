"""What was written can be read back: by a reader that knows the form of the TXT and nothing of how it is made."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reporting.actions import action
from reporting.document.redact_tokens import redact_tokens
from reporting.escape import LONGEST
from reporting.events import AuditEvent, SignIn
from reporting.report import Assessment, Verdict
from tests.reporting.paper import RIGA, document, scope

RULE = "-" * 80
LAST = ["", "End of report."]
ESCAPE = re.compile(r"\\(?:([\\nrt,])|u([0-9a-f]{4})|U([0-9a-f]{8})|(\[\d+ more characters\]))")
BACK = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t", ",": ","}
BETWEEN = re.compile(r"\\.|(, )")
"""The comma between two targets, which no backslash stands before but a doubled one."""
# Of the place where lone surrogates are put aside nothing is drawn here: see test_escape.
ANY = st.characters(exclude_characters=[chr(code) for code in range(0x10D800, 0x10E000)])
PIECES = st.sampled_from(
    [
        *("\r", "\n", "\r\n", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x00", "\x1b[31m", "\x7f", "\t"),
        *("\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\xad", "\u2800", "\ud800", "\udfff", "\U000e0041"),
        *(RULE, f"\n{RULE}\nID: 1\n", "ID: 1", "Sign-in ID: 1", "Events:", "\n\nSign-ins:\n", "Total events: 0"),
        *("\n\nEnd of report.\n", "End of report."),
        *(
            ", ",
            ",",
            "\\,",
            " [",
            "]",
            "[5011]",
            "\\",
            "\\n",
            "\\u202e",
            "\\[3 more characters]",
            " | ",
            " on ",
            ": ",
            "Date:",
        ),
    ]
)
NASTY = st.lists(PIECES | st.text(ANY, max_size=4), max_size=5).map("".join)
LONG = st.builds(lambda piece, times: piece * times, PIECES, st.integers(1_000, 4_000))
TEXTS = NASTY | NASTY | NASTY | LONG
FIELDS = ("user", "user_id", "action", "ip", "country", "city", "browser", "platform", "page", "context")
FIRST = datetime(2025, 10, 1, tzinfo=UTC)
DATES = st.datetimes(datetime(2025, 10, 1), datetime(2025, 10, 31), timezones=st.just(UTC))  # noqa: DTZ001
COMMON = {"id": st.integers(0, 2**53), "date": DATES, "action_id": st.integers(-1, 10_000)}
EVENTS = st.lists(
    st.builds(AuditEvent, **COMMON, target=st.lists(TEXTS, max_size=3), **dict.fromkeys(FIELDS, TEXTS)), max_size=4
)
SIGN_INS = st.lists(st.builds(SignIn, **COMMON, **dict.fromkeys((*FIELDS, "login"), TEXTS)), max_size=3)
Record = list[tuple[str, str]]
E = TypeVar("E", bound=AuditEvent)


def read_back(text: str) -> tuple[list[str], list[Record], list[Record] | None]:
    """The header's lines, the events and the sign-ins; every line ends with a plain line feed."""
    assert text.splitlines() == text.removesuffix("\n").split("\n")
    lines = iter(text.removesuffix("\n").split("\n"))
    head = list(until(lines, "Events:"))
    assert next(lines) == RULE
    events, last = records(lines)
    if last == LAST:
        return head, events, None
    assert last == ["", "Sign-ins:"]
    signins, last = records(lines)
    assert last == LAST
    return head, events, signins


def until(lines: Iterator[str], end: str) -> Iterator[str]:
    for line in lines:
        if line == end:
            return
        yield line
    raise AssertionError(f"there is no {end}")


def records(lines: Iterator[str]) -> tuple[list[Record], list[str]]:
    """The records, and what follows them up to the next rule."""
    found: list[Record] = []
    block: list[str] = []
    for line in lines:
        if line != RULE:
            block.append(line)
        elif block[:1] == [""]:
            return found, block
        else:
            found.append([value for one in block for value in values_of(one)])
            block = []
    return found, block


def values_of(line: str) -> Record:
    """What the line says of its label; once for each target."""
    label, colon, value = line.partition(": ")
    assert colon
    parts = (
        BETWEEN.sub(lambda found: "\n" if found[1] else found[0], value).split("\n") if label == "Target" else [value]
    )
    return [(label, unescaped(part)) for part in parts]


def unescaped(value: str) -> str:
    return ESCAPE.sub(lambda found: BACK[found[1]] if found[1] else found[4] or code(found), value)


def code(found: re.Match[str]) -> str:
    return chr(int(found[2] or found[3], 16))


def short(value: str) -> str:
    return value if len(value) <= LONGEST else f"{value[:LONGEST]}[{len(value) - LONGEST} more characters]"


def shortened(one: E) -> dict[str, str]:
    return {name: short(getattr(one, name)) for name in FIELDS}


def record_of(event: AuditEvent) -> Record:
    """What the reader must find, made of the values as they came."""
    of = shortened(event)
    page = short(redact_tokens(event.page))
    return [
        ("ID", str(event.id)),
        *dated(event),
        ("Action", acted(event)),
        *[("Target", short(part)) for part in event.target or [""]],
        *([("Context", of["context"])] if of["context"] else []),
        *([("Page", page)] if event.page else []),
        *origin(event),
    ]


def signin_of(entry: SignIn) -> Record:
    return [
        ("Sign-in ID", str(entry.id)),
        *dated(entry),
        *([("Login", short(entry.login))] if entry.login else []),
        ("Action", acted(entry)),
        *origin(entry),
    ]


def dated(one: AuditEvent) -> Record:
    of = shortened(one)
    name = " ".join(part for part in (of["user"], f"[{of['user_id']}]") if part)
    # An id is told where there is one, and an empty one where the name could pass for one.
    told = name if one.user_id or "[" in one.user else of["user"]
    return [("Date", one.date.astimezone(RIGA).isoformat()), ("User", told)]


def acted(one: AuditEvent) -> str:
    known = action(one.action_id)
    return f"{short(one.action) or f'({known.label})'} [{one.action_id}, {known.category}]"


def origin(one: AuditEvent) -> Record:
    of = shortened(one)
    place = ", ".join(part for part in (of["country"], of["city"]) if part)
    where = " | ".join(part for part in (of["ip"], place) if part)
    client = " on ".join(part for part in (of["browser"], of["platform"]) if part)
    return [(label, value) for label, value in [("Location/IP", where), ("Client", client)] if value]


def written(events: Sequence[AuditEvent], entries: Sequence[SignIn] | None, hostile: str = "") -> str:
    about = scope(portal=f"https://{hostile}", version=hostile, zone=f"Europe/Riga{hostile}")
    return document(events, entries, about=about, judgement=Assessment(Verdict.GAPS, (hostile,)))


@given(EVENTS, SIGN_INS, NASTY)
@example([AuditEvent(id=1, date=FIRST, user=" Ann", user_id="u1")], [], "")
@example([], [SignIn(id=1, date=FIRST, user=" Ann", user_id="u1")], "")
def test_what_was_written_is_read_back_whatever_it_says(
    events: list[AuditEvent], entries: list[SignIn], hostile: str
) -> None:
    head, read, signins = read_back(written(events, entries, hostile))

    assert head[2] == f"Total events: {len(events)}"
    assert read == [record_of(one) for one in events]
    assert signins == [signin_of(one) for one in entries]


@given(EVENTS, NASTY)
def test_without_sign_ins_the_document_ends_below_the_last_event(events: list[AuditEvent], hostile: str) -> None:
    assert read_back(written(events, None, hostile))[1:] == ([record_of(one) for one in events], None)


@given(EVENTS, SIGN_INS, NASTY)
def test_only_the_whole_document_says_that_it_ends(
    events: list[AuditEvent], entries: list[SignIn], hostile: str
) -> None:
    lines = written(events, entries, hostile).splitlines()

    assert lines.index("End of report.") == len(lines) - 1


@given(EVENTS)
def test_ids_are_those_that_were_written_in_their_order(events: list[AuditEvent]) -> None:
    found = re.findall(r"^ID: (.*)$", written(events, None), re.MULTILINE)

    assert found == [str(one.id) for one in events]


@given(EVENTS, SIGN_INS)
def test_the_document_can_be_written_to_a_file(events: list[AuditEvent], entries: list[SignIn]) -> None:
    text = written(events, entries)

    assert text.encode().decode() == text
    assert "\r" not in text


@pytest.mark.parametrize("field", [*FIELDS, "target"])
@pytest.mark.parametrize("piece", ["x", "\n", RULE, f"\n{RULE}\nID: 1\n", "\u202e", "\\"], ids=ascii)
def test_a_megabyte_in_a_value_is_cut_with_a_mark_and_harms_no_other(field: str, piece: str) -> None:
    long = piece * (1_000_000 // len(piece))
    one = AuditEvent(id=1, date=datetime(2025, 10, 2, tzinfo=UTC), **{field: [long] if field == "target" else long})  # type: ignore[arg-type]
    other = AuditEvent(id=2, date=datetime(2025, 10, 3, tzinfo=UTC), user="Ann")
    text = written([one, other], [])

    assert read_back(text)[1:] == ([record_of(one), record_of(other)], [])
    assert len(text) < 40_000
    assert " more characters]" in text


@given(EVENTS.filter(bool), st.data())
def test_events_that_differ_in_a_text_are_told_differently(events: list[AuditEvent], data: st.DataObject) -> None:
    """The name alone: a value that is a part of a line is told by that line."""
    first = data.draw(st.sampled_from(events)).user[:LONGEST]
    second = data.draw(NASTY)
    told = [
        read_back(written([AuditEvent(id=1, date=datetime(2025, 10, 2, tzinfo=UTC), user=name)], None))[1]
        for name in (first, second)
    ]

    assert (told[0] == told[1]) == (first == second)
