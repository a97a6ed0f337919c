import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reporting.build_report import BuildContext, build_report, file_report, preflight
from reporting.docspace.api.server_info import server_info
from reporting.errors.base import ComplianceError, DiskTrouble
from reporting.errors.filing import FolderForbidden, FolderMissing
from reporting.errors.portal import KeyRejected, NotAnAnswer, PortalUnreachable
from reporting.errors.request import MonthAhead, UnknownZone
from reporting.errors.trail import AuditNotInPlan
from reporting.layout import RULE
from reporting.period import Month
from reporting.report import BuiltReport, Order, Progress, Verdict
from sandbox.portal import Fault, FolderSetup, Html, PortalSetup, Reset, StandInPortal, Status, month_of_events
from tests.reporting.stage import NOON, ORIGIN, SECOND, Knock, held, row

Make = Callable[..., BuiltReport]
JANUARY = Month(2025, 1)
RIGA = ZoneInfo("Europe/Riga")
WHOLE = Order(JANUARY)
WINDOW = JANUARY.within(RIGA)
LATER = datetime(2025, 3, 1, tzinfo=UTC)
FILTER = "audit/events/filter"
NAME = "compliance-report-2025-01.txt"


@pytest.fixture
def make(knock: Knock, tmp_path: Path) -> Make:
    def making(
        standin: StandInPortal, *, order: Order = WHOLE, now: datetime = LATER, folder: Path = tmp_path
    ) -> BuiltReport:
        portal = knock(standin)
        workshop = BuildContext(folder=folder, settle=timedelta(hours=24), now=lambda: now)
        return build_report(order, server_info(portal), portal, workshop, watch=ignore)

    return making


@pytest.fixture
def busy(standin: StandInPortal) -> StandInPortal:
    """350 events in January, 120 of them in one second, and others before and after."""
    for month in (Month(2024, 12), JANUARY, Month(2025, 2)):
        series = month_of_events(month.year, month.month, count=230, seed=1, zone=RIGA, hostile=True)
        standin.audit.add_all(series)
    for number in range(120):
        standin.audit.add(row(number + 1, NOON, user=f"User {number}"))
    return standin


def ignore(progress: Progress) -> None:
    """Nobody watches."""


def told_ids(made: BuiltReport) -> list[int]:
    told = made.path.read_text(encoding="utf-8").splitlines()
    return [int(line.removeprefix("ID: ")) for line in told if line.startswith("ID: ")]


def test_the_report_has_every_event_of_the_month_once(busy: StandInPortal, make: Make) -> None:
    assert sorted(told_ids(make(busy))) == held(busy.audit, WINDOW)


def test_the_third_line_counts_what_is_there(busy: StandInPortal, make: Make) -> None:
    made = make(busy)

    assert made.path.read_text(encoding="utf-8").splitlines()[2] == f"Total events: {len(told_ids(made))}"


@pytest.mark.parametrize("fault", [None, Status(500)], ids=["whole", "sign-ins unread"])
def test_the_last_line_says_that_nothing_was_cut_off(busy: StandInPortal, make: Make, fault: Fault | None) -> None:
    if fault:
        busy.faults.next("login/filter", fault, times=None)

    assert make(busy).path.read_text(encoding="utf-8").endswith(f"{RULE}\n\nEnd of report.\n")


def test_the_draft_tells_what_was_read_and_what_is_in_the_report(busy: StandInPortal, make: Make) -> None:
    made = make(busy)

    assert made.read == made.kept == sum(one.events for one in made.categories) == 350


def test_the_draft_vouches_for_the_bytes_of_the_file(busy: StandInPortal, make: Make) -> None:
    made = make(busy)
    whole = made.path.read_bytes()

    assert (made.size, made.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())


def test_the_draft_tells_how_many_requests_it_took(busy: StandInPortal, make: Make) -> None:
    assert make(busy).requests == busy.requests.total


def test_equal_data_gives_equal_bytes_though_ties_come_in_another_order(
    busy: StandInPortal, make: Make, tmp_path: Path
) -> None:
    first = make(busy, folder=tmp_path / "first")
    second = make(busy, folder=tmp_path / "second", now=LATER + timedelta(days=9))

    assert first.path.read_bytes() == second.path.read_bytes()


def test_an_empty_month_is_a_report_that_says_so(standin: StandInPortal, make: Make) -> None:
    made = make(standin)

    assert (made.read, made.judgement.verdict, told_ids(made)) == (0, Verdict.COMPLETE, [])


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (WINDOW.start, Verdict.PROVISIONAL),
        (WINDOW.end - SECOND, Verdict.PROVISIONAL),
        (WINDOW.end + timedelta(hours=23), Verdict.PROVISIONAL),
        (WINDOW.end + timedelta(hours=24), Verdict.COMPLETE),
    ],
)
def test_the_report_says_itself_how_far_it_can_be_relied_on(
    busy: StandInPortal, make: Make, now: datetime, verdict: Verdict
) -> None:
    made = make(busy, now=now)

    assert made.judgement.verdict is verdict
    assert made.path.read_text(encoding="utf-8").splitlines()[3] == f"Verdict: {verdict}"


def test_a_month_that_has_not_begun_is_refused_with_one_that_has(standin: StandInPortal, make: Make) -> None:
    with pytest.raises(MonthAhead, match="January 2025 has not begun yet in Europe/Riga") as caught:
        make(standin, now=WINDOW.start - SECOND)
    assert "2024-12" in caught.value.advice


def test_for_a_month_that_has_not_begun_no_event_is_asked_for(standin: StandInPortal, make: Make) -> None:
    with pytest.raises(MonthAhead):
        make(standin, now=WINDOW.start - SECOND)
    assert standin.requests.to(FILTER) == []


def test_a_month_begins_where_the_report_is_for(standin: StandInPortal, make: Make) -> None:
    for number in (1, 2):
        standin.audit.add(row(number, WINDOW.start - number * timedelta(days=9)))
    made = make(standin, order=Order(JANUARY, zone="Pacific/Kiritimati"), now=WINDOW.start - SECOND)

    assert made.scope.window == JANUARY.within(ZoneInfo("Pacific/Kiritimati"))


@pytest.mark.parametrize(("zone", "chosen"), [("", "Europe/Riga"), ("Asia/Kolkata", "Asia/Kolkata")])
def test_the_zone_is_the_one_that_was_ordered_or_else_the_portals(
    busy: StandInPortal, make: Make, zone: str, chosen: str
) -> None:
    made = make(busy, order=Order(JANUARY, zone=zone))

    assert made.scope.zone == chosen
    assert sorted(told_ids(made)) == held(busy.audit, JANUARY.within(ZoneInfo(chosen)))


def test_autumns_repeated_hour_is_told_truly_in_another_zone(standin: StandInPortal, make: Make) -> None:
    order = Order(Month(2025, 10), zone="Asia/Kolkata")
    standin.audit.add(row(1, datetime(2025, 10, 26, 0, 30, tzinfo=UTC)))
    told = (
        make(standin, order=order, now=datetime(2026, 1, 1, tzinfo=UTC)).path.read_text(encoding="utf-8").splitlines()
    )

    assert "Date: 2025-10-26T06:00:00+05:30" in told


def test_a_zone_nobody_knows_is_refused(standin: StandInPortal, make: Make) -> None:
    with pytest.raises(UnknownZone):
        make(standin, order=Order(JANUARY, zone="Mars/Phobos"))


def test_the_report_lies_alone_under_its_name(busy: StandInPortal, make: Make, tmp_path: Path) -> None:
    made = make(busy)
    assert made.index is not None
    made.index.unlink()

    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_report_takes_the_place_of_an_older_one(busy: StandInPortal, make: Make, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("older")

    assert len(told_ids(make(busy))) == 350


@pytest.mark.parametrize(
    ("fault", "kind"), [(Status(401), KeyRejected), (Html(), NotAnAnswer), (Reset(), PortalUnreachable)], ids=repr
)
@pytest.mark.parametrize("after", [0, 2, 4])
def test_a_report_that_fails_leaves_nothing_behind_and_the_older_one_alone(
    busy: StandInPortal, make: Make, tmp_path: Path, after: int, fault: Fault, kind: type[ComplianceError]
) -> None:
    (tmp_path / NAME).write_text("older")
    busy.faults.next(FILTER, fault, times=None, after=after)

    with pytest.raises(kind):
        make(busy)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {NAME: "older"}


def test_a_portal_without_audit_trail_gets_no_report(make: Make, tmp_path: Path) -> None:
    with StandInPortal(PortalSetup(plan_has_audit=False)) as standin:
        standin.audit.add(row(1, NOON))
        with pytest.raises(AuditNotInPlan):
            make(standin)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_made_where_there_is_none(standin: StandInPortal, make: Make, tmp_path: Path) -> None:
    assert make(standin, folder=tmp_path / "reports" / "run").path.exists()


def test_a_folder_that_is_a_file_is_trouble_with_the_disk(standin: StandInPortal, make: Make, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file")

    with pytest.raises(DiskTrouble, match="reports"):
        make(standin, folder=tmp_path / "reports")


def test_a_name_that_is_taken_by_a_folder_is_trouble_with_the_disk_and_leaves_nothing(
    standin: StandInPortal, make: Make, tmp_path: Path
) -> None:
    (tmp_path / NAME).mkdir()

    with pytest.raises(DiskTrouble):
        make(standin)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_what_was_made_is_what_is_filed(busy: StandInPortal, make: Make, knock: Knock) -> None:
    made = make(busy)
    found = file_report(made, knock(busy), busy.folder_id, known={}, origin=ORIGIN).first

    assert busy.files.content(found.id) == made.path.read_bytes()
    assert (found.title, found.version, found.folder) == (NAME, 1, busy.folder_id)


def test_meeting_a_portal_tells_who_it_is(standin: StandInPortal, knock: Knock) -> None:
    assert preflight(knock(standin), folder=standin.folder_id).timezone == "Europe/Riga"


def test_meeting_a_portal_finds_out_whether_a_report_could_be_filed(standin: StandInPortal, knock: Knock) -> None:
    with pytest.raises(FolderMissing):
        preflight(knock(standin), folder=12)


def test_a_report_that_is_not_to_be_filed_needs_no_folder(knock: Knock) -> None:
    with StandInPortal(PortalSetup(folder=FolderSetup(may_create=False))) as standin:
        portal = knock(standin)
        with pytest.raises(FolderForbidden):
            preflight(portal, folder=standin.folder_id)
        assert preflight(portal, folder=None).version == "3.7.2"
