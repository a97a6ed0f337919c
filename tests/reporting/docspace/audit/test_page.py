from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from reporting.docspace.audit.page import endpoint
from reporting.errors.portal import KeyTooWeak
from reporting.errors.trail import AuditClosed, PageTooLong
from sandbox.portal import Generation, PortalSetup, StandInPortal, Status, TooLong
from tests.reporting.stage import DAY, NOON, SECOND, Knock, ids, row

GENERATIONS = [Generation.V30, Generation.V32, Generation.V35, Generation.V36, Generation.V37, Generation.NEXT]


def filled(standin: StandInPortal, count: int) -> StandInPortal:
    for number in range(1, count + 1):
        standin.audit.add(row(number, NOON + number * SECOND))
    return standin


@pytest.mark.parametrize(("there", "came"), [(0, 0), (1, 1), (100, 100), (101, 100)])
def test_a_page_holds_up_to_a_hundred_events(standin: StandInPortal, knock: Knock, there: int, came: int) -> None:
    assert len(endpoint(knock(filled(standin, there))).page(DAY)) == came


def test_a_page_begins_where_it_is_told(standin: StandInPortal, knock: Knock) -> None:
    assert ids(endpoint(knock(filled(standin, 5))).page(DAY, start=3)) == [2, 1]


def test_both_ends_of_the_window_belong_to_a_page(standin: StandInPortal, knock: Knock) -> None:
    for number, moment in enumerate([DAY.start - SECOND, DAY.start, DAY.end, DAY.end + SECOND]):
        standin.audit.add(row(number, moment))

    assert ids(endpoint(knock(standin)).page(DAY)) == [2, 1]


def test_only_what_the_server_is_known_to_honour_is_asked(standin: StandInPortal, knock: Knock) -> None:
    endpoint(knock(standin)).page(DAY)
    (asked,) = standin.requests

    assert parse_qs(asked.query) == {
        "from": ["2025-01-15T00:00:00Z"],
        "to": ["2025-01-16T00:00:00Z"],
        "count": ["100"],
        "startIndex": ["0"],
    }


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_generation_understands_the_question(generation: Generation, knock: Knock) -> None:
    with StandInPortal(PortalSetup(generation=generation)) as standin:
        assert ids(endpoint(knock(filled(standin, 3))).page(DAY)) == [3, 2, 1]


@pytest.mark.parametrize("name", ["Europe/Riga", "Asia/Kolkata", "Pacific/Niue"])
def test_a_date_is_the_same_instant_whatever_the_portals_zone(name: str, knock: Knock) -> None:
    with StandInPortal(PortalSetup(timezone=name)) as standin:
        standin.audit.add(row(1, NOON))
        (found,) = endpoint(knock(standin)).page(DAY)

    assert (found.date - NOON) == timedelta()


def test_more_rows_than_were_asked_for_end_the_reading(standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next("audit/events/filter", TooLong(), times=None)

    with pytest.raises(PageTooLong, match="returned 101 events where 100"):
        endpoint(knock(filled(standin, 101))).page(DAY)


def test_a_key_of_somebody_who_is_no_administrator_may_not_read_the_audit_trail(knock: Knock) -> None:
    with (
        StandInPortal(PortalSetup(is_admin=False)) as standin,
        pytest.raises(KeyTooWeak, match="may not read the audit trail"),
    ):
        endpoint(knock(standin)).page(DAY)


def test_a_plan_that_refuses_its_audit_trail_is_told_as_that(standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next("audit/events/filter", Status(402))

    with pytest.raises(AuditClosed):
        endpoint(knock(standin)).page(DAY)
