"""What a portal is seen to do before anything that it says is believed."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reporting.docspace.api.client import Portal
from reporting.docspace.audit.page import endpoint
from reporting.docspace.audit.probe import PortalView, probe
from reporting.errors.base import ComplianceError
from reporting.errors.portal import Declined, KeyRejected, KeyTooWeak
from reporting.errors.trail import (
    AuditClosed,
    AuditEmpty,
    AuditNotInPlan,
    BoundsUnreliable,
    OffsetIgnored,
    OldestFirst,
    OrderUnknown,
    PageTooLong,
)
from sandbox.portal import PortalSetup, StandInPortal
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.lying_trail import World
from sandbox.portal.selection import Row, RowTable
from sandbox.portal.semantics import EXCLUSIVE, IGNORED, TO_DAY, TO_MINUTE, TO_SECOND, Semantics, shifted
from sandbox.portal.wire import Request, Response, json_response
from tests.reporting.stage import NOBODY, NOON, SECOND, Knock, row
from tests.reporting.tiny import ZERO, at, endpoint_of

RIGA = ZoneInfo("Europe/Riga")
MANY = tuple(Row(id=number, date=number * 997 + 5) for number in range(1, 31))
"""Thirty events of different minutes, none of which is full."""


@dataclass(frozen=True)
class OneRow:
    """A portal that answers with an event whatever it is asked."""

    def reply(self, request: Request, answer: Answer) -> Response:
        envelope = json.loads(answer(request).body)
        shown = {"id": 1, "date": "1990-01-01T12:00:00.0000000Z"}
        return json_response(envelope | {"response": [shown], "count": 1})


def full(standin: StandInPortal) -> StandInPortal:
    for number in range(1, 31):
        standin.audit.add(row(number, NOON + number * SECOND))
    return standin


def probed(portal: Portal) -> PortalView:
    return probe(endpoint(portal), RIGA, nobody=NOBODY, now=NOON + timedelta(days=90))


def seen(semantics: Semantics, rows: Iterable[Row] = MANY) -> PortalView:
    """What is seen of a portal without a socket."""
    world = World(RowTable(rows), semantics, (), random.Random(1))
    return probe(endpoint_of(world, set(), ZERO), ZoneInfo("UTC"), nobody=NOBODY, now=at(86_400))


def test_a_portal_that_gives_what_it_is_asked_is_seen_to(standin: StandInPortal, knock: Knock) -> None:
    view = probed(knock(full(standin)))

    assert view.facts() == {
        "page_length": 100,
        "longest_page": 32,
        "order": "newest first",
        "from_included": True,
        "to_included": True,
        "offset": "honoured",
        "filters": "honoured",
    }
    assert str(view) == "pages of 100, newest first, both bounds included, offset and filters honoured"


def test_a_portal_that_shows_no_event_of_any_time_is_not_believed(knock: Knock) -> None:
    with StandInPortal() as standin, pytest.raises(AuditEmpty, match="no audit events at all"):
        probed(knock(standin))


def test_the_probe_takes_few_requests(standin: StandInPortal, knock: Knock) -> None:
    probed(knock(full(standin)))

    assert standin.requests.total == 7


def test_the_probe_asks_for_a_year_before_docspace_and_for_a_user_who_does_not_exist(
    standin: StandInPortal, knock: Knock
) -> None:
    probed(knock(full(standin)))
    asked = [one.query for one in standin.requests]

    assert any("from=1990-01-01" in query and "to=1990-01-02" in query for query in asked)
    assert any(f"userId={NOBODY}" in query for query in asked)


@pytest.mark.parametrize(
    ("semantics", "length", "longest"),
    [
        (Semantics(cap=7, over_cap="clamped"), 100, 7),
        (Semantics(cap=7), 5, 5),
        (Semantics(cap=1), 1, 1),
        (Semantics(cap=1000, count_limit=50), 50, 30),
        (Semantics(cap=20), 20, 20),
    ],
    ids=["clamped to 7", "no more than 7", "no more than 1", "no more than 50", "no more than 20"],
)
def test_the_length_of_a_page_is_what_the_portal_takes_and_shows(
    semantics: Semantics, length: int, longest: int
) -> None:
    view = seen(semantics)

    assert (view.page_length, len(view.newest)) == (length, longest)


@pytest.mark.parametrize("since", [True, False])
@pytest.mark.parametrize("until", [True, False])
def test_whether_a_bound_is_included_is_seen_and_told(since: bool, until: bool) -> None:
    usual = Semantics()
    view = seen(
        Semantics(since=usual.since if since else EXCLUSIVE, until=usual.until if until else EXCLUSIVE),
    )
    words = {
        (True, True): "both bounds included",
        (True, False): "the end of a period not included",
        (False, True): "the start of a period not included",
        (False, False): "neither bound included",
    }

    assert (view.from_included, view.to_included) == (since, until)
    assert words[since, until] in str(view)


@pytest.mark.parametrize(
    ("semantics", "kind", "words"),
    [
        (Semantics(until=TO_MINUTE), BoundsUnreliable, "asked for that exact second"),
        (Semantics(until=TO_DAY), BoundsUnreliable, "asked for that exact second"),
        (Semantics(since=IGNORED), BoundsUnreliable, "asked for that exact second"),
        (Semantics(since=TO_DAY), BoundsUnreliable, "asked for that exact second"),
        (Semantics(since=shifted(2)), BoundsUnreliable, "asked for that exact second"),
        (Semantics(until=shifted(-2)), BoundsUnreliable, "asked for that exact second"),
        (Semantics(until=IGNORED), AuditNotInPlan, "not requested"),
        (Semantics(filters_ignored=frozenset({"userId"})), AuditNotInPlan, "not requested"),
        (Semantics(fallback=20), AuditNotInPlan, "not requested"),
        (Semantics(order="oldest"), OldestFirst, "oldest first"),
        (Semantics(order="random"), OrderUnknown, "in no order"),
        (Semantics(offset="ignored"), OffsetIgnored, "startIndex"),
        (Semantics(offset="empty"), OffsetIgnored, "startIndex"),
        (Semantics(offset="page number"), OffsetIgnored, "startIndex"),
        (Semantics(offset="from one"), OffsetIgnored, "startIndex"),
        (Semantics(offset="refused"), Declined, "declined"),
        (Semantics(surplus=2), PageTooLong, "where"),
    ],
    ids=repr,
)
def test_what_no_reading_can_rely_on_is_refused_with_its_reason(
    semantics: Semantics, kind: type[ComplianceError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        seen(semantics, [Row(id=number, date=number * 997 + 5) for number in range(1, 151)])


@pytest.mark.parametrize("semantics", [Semantics(since=TO_SECOND, until=TO_SECOND), Semantics(ties="reverse")])
def test_what_does_not_matter_for_whole_seconds_passes(semantics: Semantics) -> None:
    assert seen(semantics) == seen(Semantics())


def test_events_of_full_minutes_alone_do_not_show_that_seconds_are_read() -> None:
    assert seen(Semantics()).minutes_tried
    assert not seen(Semantics(until=TO_MINUTE), [Row(id=one, date=one * 60) for one in range(1, 9)]).minutes_tried


def test_an_event_that_stands_alone_does_not_show_what_an_offset_does() -> None:
    view = seen(Semantics(), MANY[:1])

    assert not view.offset_moves
    assert str(view).endswith("filters honoured, offset not tried yet")


@pytest.mark.parametrize(
    "setup",
    [PortalSetup(plan_has_audit=False), PortalSetup(section_hidden=True, standalone=True)],
    ids=["plan without audit", "hidden section on a server of one's own"],
)
def test_a_portal_that_shows_its_newest_events_instead_is_found_out(setup: PortalSetup, knock: Knock) -> None:
    with StandInPortal(setup) as standin, pytest.raises(AuditNotInPlan):
        probed(knock(full(standin)))


def test_a_portal_that_shows_an_event_whatever_it_is_asked_is_found_out(standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next("audit/events/filter", OneRow(), times=None)

    with pytest.raises(AuditNotInPlan):
        probed(knock(standin))


def test_a_portal_with_an_event_of_1990_is_not_believed(standin: StandInPortal, knock: Knock) -> None:
    standin.audit.add(row(1, datetime(1990, 1, 1, 12, tzinfo=UTC)))

    with pytest.raises(AuditNotInPlan):
        probed(knock(standin))


@pytest.mark.parametrize(
    ("setup", "kind"),
    [
        (PortalSetup(section_hidden=True, standalone=False), AuditClosed),
        (PortalSetup(tenant="unpaid"), AuditClosed),
        (PortalSetup(is_admin=False), KeyTooWeak),
        (PortalSetup(scopes=("files:write",)), KeyTooWeak),
        (PortalSetup(key_valid=False), KeyRejected),
    ],
    ids=["hidden section in the cloud", "unpaid", "no administrator", "weak key", "expired key"],
)
def test_a_portal_that_refuses_the_audit_trail_is_told_apart_from_one_that_lies(
    setup: PortalSetup, kind: type[Exception], knock: Knock
) -> None:
    with StandInPortal(setup) as standin, pytest.raises(kind):
        probed(knock(full(standin)))
