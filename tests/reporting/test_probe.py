import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bot.sandbox.portal import PortalSetup, StandInPortal
from bot.sandbox.portal.mishaps import Answer
from bot.sandbox.portal.wire import Request, Response, json_response
from reporting.docspace.probe import probe
from reporting.errors import AuditClosed, AuditNotInPlan, KeyRejected, KeyTooWeak
from tests.reporting.stage import NOON, SECOND, Knock, row

NOBODY = UUID("11111111-2222-4333-8444-555555555555")


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


def test_a_portal_that_gives_what_it_is_asked_passes(standin: StandInPortal, knock: Knock) -> None:
    probe(knock(full(standin)), nobody=NOBODY)


def test_an_honest_portal_without_any_event_passes(standin: StandInPortal, knock: Knock) -> None:
    probe(knock(standin), nobody=NOBODY)


def test_the_probe_takes_two_requests(standin: StandInPortal, knock: Knock) -> None:
    probe(knock(full(standin)), nobody=NOBODY)

    assert standin.requests.total == 2


def test_the_probe_asks_for_a_year_before_docspace_and_for_a_user_who_does_not_exist(
    standin: StandInPortal, knock: Knock
) -> None:
    probe(knock(full(standin)), nobody=NOBODY)
    first, second = standin.requests

    assert "from=1990-01-01" in first.query
    assert f"userId={NOBODY}" in second.query


@pytest.mark.parametrize(
    "setup",
    [PortalSetup(plan_has_audit=False), PortalSetup(section_hidden=True, standalone=True)],
    ids=["plan without audit", "hidden section on a server of one's own"],
)
def test_a_portal_that_shows_its_newest_events_instead_is_found_out(setup: PortalSetup, knock: Knock) -> None:
    with StandInPortal(setup) as standin, pytest.raises(AuditNotInPlan):
        probe(knock(full(standin)), nobody=NOBODY)


@pytest.mark.parametrize("honest", [0, 1])
def test_one_unasked_event_in_either_answer_is_enough(standin: StandInPortal, knock: Knock, honest: int) -> None:
    standin.faults.next("audit/events/filter", OneRow(), after=honest)

    with pytest.raises(AuditNotInPlan):
        probe(knock(standin), nobody=NOBODY)


def test_a_portal_with_an_event_of_1990_is_not_believed(standin: StandInPortal, knock: Knock) -> None:
    standin.audit.add(row(1, datetime(1990, 1, 1, 12, tzinfo=UTC)))

    with pytest.raises(AuditNotInPlan):
        probe(knock(standin), nobody=NOBODY)


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
        probe(knock(full(standin)), nobody=NOBODY)
