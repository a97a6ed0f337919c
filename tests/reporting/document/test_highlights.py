"""What deserves a look stands above the events, one line an event."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.actions import TITLES, Highlight, action
from reporting.document.highlights import HEADING, LISTED, section, spooled_event
from reporting.events import AuditEvent, SignIn
from reporting.layout import BETWEEN, RULE
from tests.reporting.paper import RIGA, document, scope

MIDDAY = datetime(2025, 10, 15, 9, tzinfo=UTC)
DELETED, SHARED, UPLOADED, FAILED = 5018, 5088, 5011, 1002
HOSTILE = st.text(st.characters() | st.sampled_from("|\\\r\n\x85\u2028\u202e -:…"), max_size=150)
EVENTS = st.lists(
    st.builds(
        AuditEvent,
        id=st.integers(1, 2**40),
        date=st.just(MIDDAY),
        user=HOSTILE,
        user_id=HOSTILE,
        action=HOSTILE,
        action_id=st.sampled_from([UPLOADED, DELETED, SHARED, 5061, 6009]),
        target=st.lists(HOSTILE, max_size=7),
        context=HOSTILE,
    ),
    max_size=12,
)


def deleted(number: int, **said: object) -> AuditEvent:
    return AuditEvent(id=number, date=MIDDAY, user="Ann", user_id="u1", action_id=DELETED, **said)  # type: ignore[arg-type]


def lines(events: Iterable[AuditEvent], entries: list[SignIn] | None = None) -> list[str]:
    """The section, up to the empty line below it; none if there is no section."""
    told = document(events, entries, about=scope()).splitlines()
    if HEADING not in told:
        return []
    below = told[told.index(HEADING) + 1 :]
    return below[: below.index("")]


def test_each_tells_when_who_what_and_of_which_object() -> None:
    one = deleted(7, action="Deleted: plan.docx", target=["4711", "4712"], context="Rooms: Legal")

    assert lines([one]) == [
        "1 deletion:",
        "  2025-10-15T12:00:00+03:00 | ID 7 | Ann [u1] | Deleted: plan.docx [5018, delete] | 4711, 4712 | Rooms: Legal",
    ]


def test_a_failed_sign_in_tells_what_was_typed_and_from_where() -> None:
    one = SignIn(
        id=9, date=MIDDAY, user="Unknown", action="No", action_id=FAILED, login="root", ip="192.0.2.1", city="Riga"
    )

    assert lines([], [one]) == [
        "1 failed sign-in:",
        "  2025-10-15T12:00:00+03:00 | Sign-in ID 9 | Unknown | No [1002, sign-in] | root | 192.0.2.1, Riga",
    ]


def test_the_rarest_kind_comes_first_and_all_of_each_are_told() -> None:
    shared = AuditEvent(id=1_000, date=MIDDAY, action_id=SHARED)
    told = lines([*map(deleted, range(1, 151)), shared])

    assert [line for line in told if not line.startswith("  ")] == [
        "1 grant or change of access:",
        "1 public link created or changed:",
        "150 deletions:",
    ]
    assert [int(line.split(BETWEEN)[1].removeprefix("ID ")) for line in told if "u1" in line] == list(range(1, 151))


def test_nothing_that_deserves_a_look_needs_no_section() -> None:
    assert lines([AuditEvent(id=1, date=MIDDAY, action_id=UPLOADED)], []) == []


@given(EVENTS)
def test_every_event_is_told_once_for_each_of_its_kinds_whatever_its_values(events: list[AuditEvent]) -> None:
    told = [line for line in lines(events) if line.startswith("  ")]

    assert sorted(int(line.split(BETWEEN)[1].removeprefix("ID ")) for line in told) == sorted(
        one.id for one in events for _ in action(one.action_id).highlights
    )
    assert all(4 <= len(line.split(BETWEEN)) <= 6 for line in told)


@given(EVENTS)
def test_no_value_forges_a_line_or_a_rule(events: list[AuditEvent]) -> None:
    text = document(events, [], about=scope())

    assert text.splitlines() == text.removesuffix("\n").split("\n")
    assert text.count(f"\n{RULE}\n") == len(events) + 2


@pytest.mark.parametrize(("value", "told"), [("x" * 120, "x" * 120), ("x" * 121, "x" * 119 + "…")])
def test_a_long_value_is_cut_for_its_record_has_all_of_it(value: str, told: str) -> None:
    assert lines([deleted(1, context=value)])[1].split(BETWEEN)[-1] == told


def test_of_many_objects_the_first_are_told_and_the_rest_is_counted() -> None:
    [_, line] = lines([deleted(1, target=[str(number) for number in range(8)])])

    assert line.endswith(" | 0, 1, 2, 3, 4, and 3 more")


@pytest.mark.parametrize(("events", "more"), [(LISTED, 0), (LISTED + 1, 1)])
def test_one_kind_has_an_end_and_says_how_many_more_there_are(events: int, more: int) -> None:
    line = spooled_event(deleted(1), MIDDAY.astimezone(RIGA))
    told = list(section({Highlight.DELETION: events}, BytesIO(line * events)))

    assert len(told) == 1 + LISTED + more
    assert told[-1].startswith(b"  \xe2\x80\xa6 and 1 more") == bool(more)


def test_every_kind_has_a_name_for_one_and_for_several() -> None:
    assert set(TITLES) == set(Highlight)
