"""What a message shows of a report is whole, and nothing that is not there."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from reporting.document.excerpt import LINES, RECORDS, excerpt
from reporting.events import AuditEvent, SignIn
from reporting.layout import INDENT, RULE
from tests.reporting.paper import document, scope

MIDDAY = datetime(2025, 10, 15, 9, tzinfo=UTC)
DELETED, SHARED, UPLOADED, FAILED = 5018, 5088, 5011, 1002
KINDS = [DELETED, SHARED, 5061, 6009, 4005, 4009, 5009]


def did(action_id: int, *numbers: int) -> list[AuditEvent]:
    return [AuditEvent(id=n, date=MIDDAY + timedelta(seconds=n), user="Ann", action_id=action_id) for n in numbers]


def shown(events: Iterable[AuditEvent], entries: list[SignIn] | None = None) -> list[str]:
    return list(excerpt(document(events, entries, about=scope()).splitlines()))


def test_two_of_each_kind_and_the_first_three_events_are_shown() -> None:
    told = shown([*did(UPLOADED, 1, 2), *did(DELETED, *range(3, 9)), *did(UPLOADED, 9)], [])

    assert told[:2] == ["Highlights:", "6 deletions:"]
    assert [line.split(" | ")[1] for line in told if line.startswith(INDENT)] == ["ID 3", "ID 4"]
    assert told[told.index("Events:") - 1] == ""
    assert [line for line in told if line.startswith("ID: ")] == ["ID: 1", "ID: 2", "ID: 3"]


@pytest.mark.parametrize("events", [1, RECORDS - 1, RECORDS, RECORDS + 1])
@pytest.mark.parametrize("entries", [None, [], [SignIn(id=9, date=MIDDAY, action_id=1000)]])
def test_a_record_is_shown_wholly_and_a_sign_in_never(events: int, entries: list[SignIn] | None) -> None:
    told = shown(did(UPLOADED, *range(events)), entries)

    assert told.count(RULE) == sum(line.startswith("ID: ") for line in told) == min(events, RECORDS)
    assert told[-1].startswith("Target:")
    assert not [line for line in told if line.startswith("Sign-in")]


def test_no_heading_is_without_a_line_below_it() -> None:
    events = [one for place, kind in enumerate(KINDS * 3) for one in did(kind, place)]
    told = shown(events)

    assert sum(line.startswith(INDENT) for line in told) <= LINES
    assert all(below.startswith(INDENT) for line, below in pairwise(told) if line[:1].isdigit())


def test_of_a_month_without_events_and_highlights_nothing_is_shown() -> None:
    assert shown([], None) == shown([], []) == []


def test_failed_sign_ins_of_a_month_without_events_are_shown() -> None:
    failed = SignIn(id=9, date=MIDDAY, user="Ann", action_id=FAILED)

    assert shown([], [failed])[:2] == ["Highlights:", "1 failed sign-in:"]
    assert "Events:" not in shown([], [failed])


def test_a_report_of_an_earlier_release_shows_its_first_events() -> None:
    earlier = ["Compliance report", "", "Highlights:", "  1 deletions", "", "Events:", RULE, "ID: 1", RULE, "", "End."]

    assert excerpt(earlier) == ("Events:", RULE, "ID: 1")
