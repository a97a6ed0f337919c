"""What the bot filed during a month has to be in that month's audit trail; where it is not, the trail lost events."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.database import Store
from reporting.build_report import BuildContext, build_report, file_report
from reporting.docspace.api.server_info import server_info
from reporting.document.writer import write_events
from reporting.events import AuditEvent
from reporting.evidence import ledger
from reporting.evidence.manifest import facts
from reporting.evidence.own_uploads import bot_uploads
from reporting.filters import parse
from reporting.matcher import Matcher, MatchRule
from reporting.period import Month, Window
from reporting.recording_check import MARGIN, MOST_NAMED, BotUpload, RecordingCheck, check_recording, required, targets
from reporting.report import BuiltReport, Change, Order, UploadResult, Verdict
from reporting.run import Run, State
from sandbox.portal import StandInPortal, month_of_events
from tests.entries import entry, filed
from tests.reporting.paper import RIGA
from tests.reporting.stage import ORIGIN, Knock

DECEMBER, JANUARY = Month(2024, 12), Month(2025, 1)
WINDOW = JANUARY.within(RIGA)
LATER = datetime(2025, 3, 1, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
MIDDLE = datetime(2025, 1, 10, 9, tzinfo=UTC)
NOTHING = Matcher((MatchRule(),))


def upload(number: int = 1, at: datetime = MIDDLE, *, version: int = 1, title: str = "a.txt") -> BotUpload:
    return BotUpload(number, version, title, began=at - MINUTE, filed_at=at)


def test_what_the_trail_shows_of_the_bot_s_uploads_is_no_reason() -> None:
    assert check_recording((upload(1), upload(2)), {"1": 1, "2": 3}) == (RecordingCheck(uploads=2, missing=0), ())


def test_a_lost_upload_is_named_with_title_id_and_time() -> None:
    result, reasons = check_recording((upload(7, title="report.txt"),), {})

    assert (result.uploads, result.missing) == (1, 1)
    said = "which the bot filed by 2025-01-10T09:00:00Z: “report.txt”"
    assert reasons == (f"the audit trail lacks the upload of file 7, {said}",)


def test_each_upload_of_a_file_needs_an_event_of_its_own() -> None:
    twice = (upload(7), upload(7, MIDDLE + HOUR, version=2))
    result, [reason] = check_recording(twice, {"7": 1})

    assert (result.uploads, result.missing) == (2, 1)
    assert "lacks 1 of the 2 uploads of file 7" in reason
    assert "2025-01-10T10:00:00Z" in reason


@pytest.mark.parametrize("more", [0, 1, 7])
def test_of_many_lost_uploads_some_are_named_and_all_are_counted(more: int) -> None:
    lost = tuple(upload(number) for number in range(MOST_NAMED + more))
    result, reasons = check_recording(lost, {})

    assert result.missing == len(lost)
    assert len(reasons) == MOST_NAMED + bool(more)
    assert not more or f" {more} more file{'s' if more > 1 else ''} " in reasons[-1]


@given(st.lists(st.integers(1, 4)), st.dictionaries(st.integers(1, 4).map(str), st.integers(0, 4)))
def test_there_is_a_reason_exactly_where_a_file_has_fewer_events_than_uploads(
    files: list[int], seen: Mapping[str, int]
) -> None:
    uploads = tuple(upload(number, version=version) for version, number in enumerate(files))
    result, reasons = check_recording(uploads, seen)
    lacking = [max(0, times - seen.get(str(number), 0)) for number, times in Counter(files).items()]

    assert result.missing == sum(lacking)
    assert bool(reasons) == any(lacking)


@pytest.mark.parametrize(
    ("began", "ended", "wanted"),
    [
        (WINDOW.start + MARGIN, WINDOW.start + MARGIN, True),
        (WINDOW.start + MARGIN - SECOND, WINDOW.start + MARGIN + HOUR, False),
        (WINDOW.end - 2 * HOUR, WINDOW.end - MARGIN, True),
        (WINDOW.end - 2 * HOUR, WINDOW.end - MARGIN + SECOND, False),
        (WINDOW.start - HOUR, WINDOW.end + HOUR, False),
    ],
)
def test_an_upload_within_an_hour_of_the_month_s_ends_is_not_required(
    began: datetime, ended: datetime, wanted: bool
) -> None:
    assert bool(required([BotUpload(1, 1, "a.txt", began, ended)], WINDOW, now=LATER)) == wanted


@pytest.mark.parametrize(("late", "wanted"), [(MARGIN - SECOND, False), (MARGIN, True)])
def test_an_upload_of_the_last_hour_of_a_month_that_goes_on_is_not_required(late: timedelta, wanted: bool) -> None:
    assert bool(required([upload()], WINDOW, now=MIDDLE + late)) == wanted


@given(st.lists(st.integers(-48, 40 * 24)))
def test_once_a_month_is_over_neither_time_nor_later_uploads_change_what_is_required(
    hours: list[int],
) -> None:
    moments = [WINDOW.start + one * HOUR for one in hours]
    uploads = [upload(number, at) for number, at in enumerate(moments)]
    after = [upload(99, WINDOW.end + HOUR), *reversed(uploads)]

    assert required(uploads, WINDOW, now=WINDOW.end) == required(after, WINDOW, now=LATER)


@pytest.mark.parametrize(
    ("action", "target", "counted"), [(5011, "7", 1), (5099, "7", 1), (5009, "7", 0), (5011, "77", 0)]
)
def test_only_uploads_of_that_very_file_are_counted_whatever_the_filter_keeps(
    action: int, target: str, counted: int
) -> None:
    row = AuditEvent(id=1, date=MIDDLE, action_id=action, target=[target])
    for sieve in (Matcher(), NOTHING):
        tally = write_events([row], sieve, {}, RIGA, files=targets([upload(7)]))
        assert tally.uploads["7"] == counted


def ran(store: Store, run: str, **changes: Any) -> None:
    columns: dict[str, Any] = {
        "state": State.DONE,
        "began": MIDDLE - MINUTE,
        "ended": MIDDLE,
        "portal": "https://p.example",
    }
    one = entry(run, **{**columns, "files": (filed(),), **changes})
    store.write(ledger.accept, one)


def uploads(store: Store, window: Window = WINDOW, portal: str = "https://p.example") -> list[tuple[int, int]]:
    found = store.read(bot_uploads, portal=portal, window=window)
    return [(one.file, one.version) for one in found]


def test_the_ledger_knows_every_file_that_was_uploaded_the_manifest_too(store: Store) -> None:
    files = (filed(number=1), filed(Change.VERSION, number=2, version=5), filed(Change.TWIN, number=3))
    ran(store, "r1", files=files, manifest=filed(number=4))

    assert uploads(store) == [(1, 1), (2, 5), (3, 1), (4, 1)]


@pytest.mark.parametrize(
    "changes",
    [
        {"files": (filed(Change.UNCHANGED),)},
        {"files": (replace(filed(), uploaded=False),)},
        {"files": ()},
        {"portal": "https://other.example"},
        {"began": WINDOW.start - SECOND},
        {"ended": WINDOW.end},
        {"began": None},
        {"ended": None},
    ],
)
def test_what_was_not_uploaded_there_and_then_is_not_expected(store: Store, changes: dict[str, object]) -> None:
    ran(store, "r1", **changes)

    assert uploads(store) == []


def test_a_version_that_two_runs_know_was_uploaded_once(store: Store) -> None:
    ran(store, "r1")
    ran(store, "r2", month="2025-02")

    assert uploads(store) == [(1, 1)]


class Clock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock(MIDDLE)


@pytest.fixture
def portal(clock: Clock) -> Iterator[StandInPortal]:
    with StandInPortal(now=clock) as there:
        for month in (DECEMBER, JANUARY, Month(2025, 2)):
            there.audit.add_all(month_of_events(month.year, month.month, count=40, seed=1, zone=RIGA))
        yield there


class Office:
    """Makes reports of the stand-in portal and keeps a ledger of them."""

    def __init__(self, portal: StandInPortal, knock: Knock, clock: Clock, store: Store, folder: Path) -> None:
        self.portal, self.knock, self.clock, self.store, self.folder = portal, knock, clock, store, folder

    def draft(self, month: Month, only: str = "") -> BuiltReport:
        there, order = self.knock(self.portal), Order(month, only=parse(only))
        workshop = BuildContext(folder=self.folder, settle=timedelta(hours=24), now=self.clock)
        told = server_info(there)
        known = self.store.read(bot_uploads, portal=told.address, window=month.within(RIGA))
        return build_report(order, told, there, workshop, watch=lambda _: None, uploads=known)

    def file(self, month: Month) -> UploadResult:
        made, began = self.draft(month), self.clock()
        filing = file_report(made, self.knock(self.portal), self.portal.folder_id, known={}, origin=ORIGIN)
        one: Run = entry(f"r{began:%m%d%H%M}", str(month), state=State.DONE, began=began, ended=began + MINUTE)
        one = replace(one, portal=made.scope.portal, name=made.scope.name, files=filing.files, manifest=filing.manifest)
        self.store.write(ledger.accept, one)
        return filing


@pytest.fixture
def office(portal: StandInPortal, knock: Knock, clock: Clock, store: Store, tmp_path: Path) -> Office:
    return Office(portal, knock, clock, store, tmp_path)


def line(made: BuiltReport) -> str:
    [found] = [one for one in made.path.read_text().splitlines() if one.startswith("Recording check: ")]
    return found.removeprefix("Recording check: ")


def lose_uploads(portal: StandInPortal, file_id: int) -> None:
    """Remove from the trail what it says of that file."""
    for one in list(portal.audit.events_between(None, None)):
        if one.target == (str(file_id),):
            assert portal.audit.remove(one.id)


@pytest.mark.parametrize("only", ["", "type:delete"])
def test_a_month_in_which_the_bot_filed_shows_that_and_is_complete(office: Office, clock: Clock, only: str) -> None:
    office.file(DECEMBER)
    clock.moment = LATER
    made = office.draft(JANUARY, only)

    assert (made.judgement.verdict, made.judgement.reasons) == (Verdict.COMPLETE, ())
    assert line(made) == "the audit trail shows 2 of the 2 uploads by the bot in this period"


@pytest.mark.parametrize("only", ["", "type:delete"])
def test_a_trail_that_lost_what_the_bot_filed_has_gaps_and_the_file_is_named(
    office: Office, portal: StandInPortal, clock: Clock, only: str
) -> None:
    filing = office.file(DECEMBER)
    lose_uploads(portal, filing.first.id)
    clock.moment = LATER
    made = office.draft(JANUARY, only)

    assert made.judgement.verdict is Verdict.GAPS
    [reason] = made.judgement.reasons
    said = f"file {filing.first.id}, which the bot filed by 2025-01-10T09:01:00Z: “{filing.first.title}”"
    assert reason == f"the audit trail lacks the upload of {said}"
    assert f"Verdict reason: {reason}" in made.path.read_text().splitlines()
    assert line(made) == "the audit trail shows 1 of the 2 uploads by the bot in this period"
    assert facts(made, ORIGIN)["recording_check"] == {"uploads": 2, "missing": 1, "result": line(made)}


def test_a_lost_manifest_is_missed_as_well(office: Office, portal: StandInPortal, clock: Clock) -> None:
    filing = office.file(DECEMBER)
    assert filing.manifest is not None
    lose_uploads(portal, filing.manifest.id)
    clock.moment = LATER

    assert "compliance-report-2024-12.manifest.json" in office.draft(JANUARY).judgement.reasons[0]


def test_where_the_bot_filed_nothing_it_says_that_there_was_nothing_to_check_against(
    office: Office, clock: Clock
) -> None:
    clock.moment = LATER
    made = office.draft(JANUARY)

    assert made.judgement.verdict is Verdict.COMPLETE
    assert line(made) == "the bot filed nothing in this period, so there was nothing to check"


def test_what_is_filed_in_a_later_month_changes_no_byte_of_a_report(office: Office, clock: Clock) -> None:
    office.file(DECEMBER)
    clock.moment = LATER
    before = office.draft(JANUARY).sha256
    office.file(JANUARY)
    clock.moment = LATER + 10 * HOUR

    assert office.draft(JANUARY).sha256 == before


def test_what_lay_there_already_is_not_told_as_uploaded(office: Office, portal: StandInPortal, clock: Clock) -> None:
    clock.moment = LATER
    first = office.file(JANUARY)
    clock.moment += HOUR
    again = office.file(JANUARY)

    assert first.first.uploaded
    assert (again.first.id, again.first.version, again.first.uploaded) == (first.first.id, 1, False)
