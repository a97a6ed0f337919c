from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reporting.docspace.api.client import Portal
from reporting.errors.base import ComplianceError
from reporting.errors.portal import KeyRejected, NotAnAnswer, PortalFailing
from reporting.errors.trail import PageTooLong
from reporting.events import AuditEvent
from reporting.period import Month, Window
from reporting.report import Progress
from sandbox.portal import (
    Fault,
    Generation,
    Html,
    PortalSetup,
    Reset,
    StandInPortal,
    Status,
    TooLong,
    month_of_events,
)
from tests.reporting.stage import SECOND, Knock, held, ids, row, trail_of

Read = Callable[[StandInPortal, Window], list[AuditEvent]]
RIGA = ZoneInfo("Europe/Riga")
JANUARY = Month(2025, 1).within(RIGA)
FILTER = "audit/events/filter"


def ignore(progress: Progress) -> None:
    """Nobody watches."""


def busy(standin: StandInPortal, month: Month, count: int) -> StandInPortal:
    """The month and its two neighbours, whose events must not come."""
    for one in (month.plus(-1), month, month.plus(1)):
        zone = standin.setup.zone
        standin.audit.add_all(month_of_events(one.year, one.month, count=count, seed=1, zone=zone))
    return standin


def found(
    standin: StandInPortal, window: Window, portal: Portal, folder: Path, watch: Callable[[Progress], None]
) -> list[AuditEvent]:
    """The events of every stretch, one stretch after the other."""
    reading = trail_of(portal, window, standin.setup.zone, folder=folder, finish=list, watch=watch)
    return [one for _, stretch in reading.parts for one in stretch]


@pytest.fixture
def read(knock: Knock, tmp_path: Path) -> Read:
    def reading(standin: StandInPortal, window: Window) -> list[AuditEvent]:
        return found(standin, window, knock(standin), tmp_path, ignore)

    return reading


@pytest.mark.parametrize("count", [0, 1, 100, 1_234])
def test_a_month_is_read_whole(standin: StandInPortal, read: Read, count: int) -> None:
    busy(standin, Month(2025, 1), count)

    assert sorted(ids(read(standin, JANUARY))) == held(standin.audit, JANUARY)


@pytest.mark.parametrize("at_once", [1, 2, 3, 32])
def test_a_month_is_read_whole_however_many_requests_are_under_way(
    standin: StandInPortal, knock: Knock, tmp_path: Path, at_once: int
) -> None:
    busy(standin, Month(2025, 1), 2_500)
    events = found(standin, JANUARY, knock(standin, at_once=at_once), tmp_path, ignore)

    assert sorted(ids(events)) == held(standin.audit, JANUARY)


@pytest.mark.parametrize("at_once", [1, 8])
def test_events_that_arrive_meanwhile_push_no_other_out(
    standin: StandInPortal, knock: Knock, tmp_path: Path, at_once: int
) -> None:
    before = held(busy(standin, Month(2025, 1), 1_500).audit, JANUARY)
    for number in range(60):
        moment = JANUARY.start + timedelta(hours=12 * number)
        standin.audit.add(row(number + 1, moment, visible_from=2 + number // 4))
    events = ids(found(standin, JANUARY, knock(standin, at_once=at_once), tmp_path, ignore))

    assert set(before) <= set(events)
    assert len(events) == len(set(events))


def test_events_come_oldest_first_and_then_by_id(standin: StandInPortal, read: Read) -> None:
    events = read(busy(standin, Month(2025, 1), 900), JANUARY)

    assert events == sorted(events, key=lambda one: (one.date, one.id))


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("Europe/Riga", "2025-10"),
        ("Europe/Riga", "2025-03"),
        ("America/New_York", "2025-11"),
        ("Australia/Lord_Howe", "2025-04"),
        ("Asia/Kolkata", "2025-02"),
        ("Pacific/Kiritimati", "2024-02"),
        ("Pacific/Niue", "2025-12"),
    ],
)
def test_a_month_is_read_whole_wherever_the_portal_is(read: Read, name: str, month: str) -> None:
    with StandInPortal(PortalSetup(timezone=name)) as standin:
        busy(standin, Month.parse(month), 250)
        window = Month.parse(month).within(ZoneInfo(name))

        assert sorted(ids(read(standin, window))) == held(standin.audit, window)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"])
def test_autumn_events_bear_their_true_dates_in_a_report_of_another_zone(
    standin: StandInPortal, read: Read, zone: str
) -> None:
    window = Month(2025, 10).within(ZoneInfo(zone))
    busy(standin, Month(2025, 10), 200)
    for number in range(200):
        standin.audit.add(row(number + 1, Month(2025, 10).within(RIGA).end - timedelta(days=6, seconds=60 * number)))
    true = {one.id: one.date for one in standin.audit.events_between(window.start, window.end - SECOND)}

    assert {one.id: one.date for one in read(standin, window)} == true


@pytest.mark.parametrize("generation", [Generation.V30, Generation.V32, Generation.V35, Generation.NEXT])
def test_a_month_is_read_whole_from_every_generation(read: Read, generation: Generation) -> None:
    with StandInPortal(PortalSetup(generation=generation)) as standin:
        busy(standin, Month(2025, 1), 250)

        assert sorted(ids(read(standin, JANUARY))) == held(standin.audit, JANUARY)


def test_a_dense_second_in_a_month_is_read_whole(standin: StandInPortal, read: Read) -> None:
    busy(standin, Month(2025, 1), 300)
    for number in range(350):
        standin.audit.add(row(number + 1, JANUARY.start + timedelta(days=9)))

    assert sorted(ids(read(standin, JANUARY))) == held(standin.audit, JANUARY)


@pytest.mark.parametrize("fault", [Status(500), Status(429), Status(503), Reset()], ids=repr)
def test_a_passing_fault_does_not_cost_an_event(standin: StandInPortal, read: Read, fault: Fault) -> None:
    busy(standin, Month(2025, 1), 350)
    for spared in (0, 2):
        standin.faults.next(FILTER, fault, after=spared)

    assert sorted(ids(read(standin, JANUARY))) == held(standin.audit, JANUARY)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(Status(401), KeyRejected), (Status(500), PortalFailing), (Html(), NotAnAnswer), (TooLong(), PageTooLong)],
    ids=repr,
)
def test_a_fault_in_the_middle_ends_the_reading(
    standin: StandInPortal, read: Read, fault: Fault, kind: type[ComplianceError]
) -> None:
    busy(standin, Month(2025, 1), 450)
    standin.faults.next(FILTER, fault, times=None, after=2)

    with pytest.raises(kind):
        read(standin, JANUARY)


def test_progress_never_goes_backwards(standin: StandInPortal, knock: Knock, tmp_path: Path) -> None:
    october = Month(2025, 10).within(RIGA)
    told: list[Progress] = []
    found(busy(standin, Month(2025, 10), 900), october, knock(standin), tmp_path, told.append)

    assert [one.share for one in told] == sorted(one.share for one in told)
    assert [one.events for one in told] == sorted(one.events for one in told)


@pytest.mark.parametrize("count", [0, 1, 450])
def test_progress_is_a_share_between_nothing_and_all(
    standin: StandInPortal, knock: Knock, tmp_path: Path, count: int
) -> None:
    told: list[Progress] = []
    found(busy(standin, Month(2025, 1), count), JANUARY, knock(standin), tmp_path, told.append)

    assert all(0 <= one.share <= 1 for one in told)


@pytest.mark.parametrize("count", [0, 1, 100, 450])
def test_progress_ends_with_the_whole_month_and_every_event(
    standin: StandInPortal, knock: Knock, tmp_path: Path, count: int
) -> None:
    told: list[Progress] = []
    found(busy(standin, Month(2025, 1), count), JANUARY, knock(standin), tmp_path, told.append)

    assert (told[-1].share, told[-1].events) == (1, len(held(standin.audit, JANUARY)))


def test_nothing_stays_on_the_disk(standin: StandInPortal, read: Read, tmp_path: Path) -> None:
    read(busy(standin, Month(2025, 1), 350), JANUARY)

    assert list(tmp_path.iterdir()) == []


def test_nothing_stays_on_the_disk_when_the_reading_fails(standin: StandInPortal, read: Read, tmp_path: Path) -> None:
    busy(standin, Month(2025, 1), 450)
    standin.faults.next(FILTER, Status(401), after=2)

    with pytest.raises(KeyRejected):
        read(standin, JANUARY)
    assert list(tmp_path.iterdir()) == []
