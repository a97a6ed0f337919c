"""The sign-in history: walked, not proven, and never in the way of the report."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cli
from reporting.build_report import BuildContext, build_report
from reporting.docspace.api.client import Portal, connect
from reporting.docspace.api.rate_limit import RateLimit
from reporting.docspace.api.server_info import server_info
from reporting.docspace.audit import signins as module
from reporting.docspace.audit.signins import OVERLAP, SHORT, WALKS, History, signins
from reporting.docspace.audit.spool import BLOCK
from reporting.document.header import LAST
from reporting.errors.trail import EndlessHistory, PageTooLong, UnprovenWalk
from reporting.period import Month
from reporting.report import BuiltReport, Order, Progress, Verdict
from sandbox.portal import (
    Fault,
    Generation,
    Html,
    LoginEvent,
    LoginLog,
    PortalSetup,
    Reset,
    StandInPortal,
    Status,
    TooLong,
    login_events,
)
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.wire import Request, Response
from tests.reporting.stage import SECOND, Knock, row, with_background

Make = Callable[..., BuiltReport]
JANUARY = Month(2025, 1)
RIGA = ZoneInfo("Europe/Riga")
WINDOW = JANUARY.within(RIGA)
LATER = datetime(2025, 3, 1, tzinfo=UTC)
HISTORY = "login/filter"
BY_PASSWORD, FAILED, LEFT = 1029, 1002, 1006


def entry(number: int, date: datetime, *, login: str = "zoe@example.com", ip: str | None = "192.0.2.1") -> LoginEvent:
    return LoginEvent(id=number, date=date, action_id=BY_PASSWORD, user_id="u1", login=login, ip=ip)


def hourly(count: int, *, start: int = 1) -> list[LoginEvent]:
    """Entries of the month from its first second on, an hour apart."""
    return [entry(start + number, WINDOW.start + number * timedelta(hours=1)) for number in range(count)]


def before_and_after() -> list[LoginEvent]:
    """What does not belong to the month, up to its very borders."""
    return [
        *(entry(90_000 + number, WINDOW.start - SECOND - number * timedelta(hours=1)) for number in range(130)),
        *(entry(91_000 + number, WINDOW.end + number * timedelta(hours=1)) for number in range(130)),
    ]


@dataclass(frozen=True)
class Arrival:
    """People sign in just before the answer is made."""

    log: LoginLog
    entries: list[LoginEvent]

    def reply(self, request: Request, answer: Answer) -> Response:
        self.log.add_all(self.entries)
        return answer(request)


@contextmanager
def opened(setup: PortalSetup) -> Iterator[tuple[StandInPortal, Portal]]:
    with StandInPortal(setup) as there, connect(there.url, there.key) as client:
        yield there, Portal(client, RateLimit(per_minute=100_000, at_once=1), patience=30, minutes=10)


def walks(standin: StandInPortal) -> int:
    """How often the history was begun with its newest entry."""
    return sum("startIndex=0" in one.query for one in standin.requests.to(HISTORY))


def walked(portal: Portal) -> list[int]:
    return [one.id for one in signins(portal, WINDOW, file=BytesIO()).entries]


@pytest.mark.parametrize(
    "generation", [Generation.V30, Generation.V32, Generation.V35, Generation.V37, Generation.NEXT]
)
@pytest.mark.parametrize("count", [0, 1, 100, 101, 300])
def test_every_entry_of_the_month_is_read_once_and_none_from_outside(generation: Generation, count: int) -> None:
    with opened(PortalSetup(generation=generation)) as (there, portal):
        there.logins.add_all(hourly(count) + before_and_after())

        assert walked(portal) == list(range(1, count + 1))


@settings(max_examples=15)
@given(st.lists(st.integers(1, OVERLAP), min_size=15, max_size=45), st.integers(0, 1000))
def test_as_many_ties_as_pages_overlap_by_are_all_read_whatever_their_order(groups: list[int], seed: int) -> None:
    with opened(PortalSetup(seed=seed)) as (there, portal):
        moments = [WINDOW.start + second * SECOND for second, together in enumerate(groups) for _ in range(together)]
        there.logins.add_all(entry(number, moment) for number, moment in enumerate(moments))

        assert sorted(walked(portal)) == list(range(len(moments)))


@pytest.mark.parametrize("together", [OVERLAP + 1, 60, 99, 100])
def test_a_page_of_ties_that_lies_on_one_page_is_all_read(standin: StandInPortal, knock: Knock, together: int) -> None:
    standin.logins.add_all(entry(number, WINDOW.start) for number in range(together))

    assert walked(knock(standin)) == list(range(together))


@pytest.mark.parametrize("together", [OVERLAP + 1, 50, 99])
@pytest.mark.parametrize("shown", [1, OVERLAP, OVERLAP + 1, 98])
def test_ties_that_a_page_ends_within_are_all_read_whatever_their_order(together: int, shown: int) -> None:
    newer = [entry(1_000 + number, WINDOW.start + (number + 1) * SECOND) for number in range(100 - shown)]
    true = {one.id for one in newer} | set(range(together))
    for seed in range(8):
        with opened(PortalSetup(seed=seed)) as (there, portal):
            there.logins.add_all([*(entry(number, WINDOW.start) for number in range(together)), *newer])

            assert set(walked(portal)) == true


@settings(max_examples=15)
@given(st.lists(st.integers(1, 99), min_size=2, max_size=8), st.integers(0, 1000))
def test_seconds_of_less_than_a_page_are_all_read_wherever_pages_end(groups: list[int], seed: int) -> None:
    with opened(PortalSetup(seed=seed)) as (there, portal):
        moments = [WINDOW.start + second * SECOND for second, together in enumerate(groups) for _ in range(together)]
        there.logins.add_all(entry(number, moment) for number, moment in enumerate(moments))

        assert sorted(walked(portal)) == list(range(len(moments)))


def test_entries_come_oldest_first_and_then_by_id(standin: StandInPortal, knock: Knock) -> None:
    standin.logins.add_all(login_events(2025, 1, count=450, seed=3, zone=RIGA))
    found = list(signins(knock(standin), WINDOW, file=BytesIO()).entries)

    assert len(found) == 450
    assert found == sorted(found, key=lambda one: (one.date, one.id))


@pytest.mark.parametrize("together", [1, 40])
def test_entries_come_in_order_through_the_hour_that_clocks_repeat_however_many_they_are(
    standin: StandInPortal, knock: Knock, together: int
) -> None:
    first, count = datetime(2024, 10, 27, tzinfo=UTC), BLOCK + 600
    moments = [first + timedelta(hours=2) * (number // together * together / count) for number in range(count)]
    standin.logins.add_all(entry(number, moment.replace(microsecond=0)) for number, moment in enumerate(moments))
    found = list(signins(knock(standin), Month(2024, 10).within(RIGA), file=BytesIO()).entries)

    assert sorted(one.id for one in found) == list(range(count))
    assert found == sorted(found, key=lambda one: (one.date, one.id))


@pytest.mark.parametrize("together", [1, OVERLAP, OVERLAP + 1, 100, 150])
@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_people_who_sign_in_meanwhile_push_no_entry_out(
    standin: StandInPortal, knock: Knock, together: int, after: int
) -> None:
    standin.logins.add_all(hourly(250))
    newest = [entry(1_000 + number, WINDOW.end - SECOND) for number in range(together)]
    standin.faults.next(HISTORY, Arrival(standin.logins, newest), after=after)
    found = walked(knock(standin))

    assert set(range(1, 251)) <= set(found)
    assert len(found) == len(set(found))


def test_an_entry_that_only_the_second_walk_shows_stands_in_its_place(standin: StandInPortal, knock: Knock) -> None:
    standin.logins.add_all(hourly(3))
    standin.faults.next(HISTORY, Arrival(standin.logins, [entry(9, WINDOW.start + SECOND)]), after=1)

    assert walked(knock(standin)) == [1, 9, 2, 3]


def test_the_history_is_walked_until_a_walk_shows_nothing_new(standin: StandInPortal, knock: Knock) -> None:
    standin.logins.add_all(hourly(3))
    for number, after in ((8, 1), (9, 4)):
        standin.faults.next(HISTORY, Arrival(standin.logins, [entry(number, WINDOW.start)]), after=after)

    assert walked(knock(standin)) == [1, 8, 9, 2, 3]
    assert walks(standin) == 3


def test_what_happens_after_the_month_does_not_keep_its_history_unproven(standin: StandInPortal, knock: Knock) -> None:
    standin.logins.add_all(hourly(250))
    newest = [entry(1_000 + number, WINDOW.end + number * SECOND) for number in range(7)]
    standin.faults.next(HISTORY, Arrival(standin.logins, newest), times=None)

    assert walked(knock(standin)) == list(range(1, 251))


@dataclass
class Restless:
    """Every answer shows somebody new in the month."""

    log: LoginLog
    number: int = 1_000

    def reply(self, request: Request, answer: Answer) -> Response:
        self.number += 1
        self.log.add(entry(self.number, WINDOW.start))
        return answer(request)


def test_a_history_that_shows_new_entries_at_every_walk_is_given_up(standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next(HISTORY, Restless(standin.logins), times=None)

    with pytest.raises(UnprovenWalk):
        walked(knock(standin))
    assert walks(standin) <= WALKS
    assert len(standin.requests.to(HISTORY)) <= 2 * SHORT


def test_a_month_too_far_back_is_given_up(
    standin: StandInPortal, knock: Knock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FARTHEST", 180)
    standin.logins.add_all(entry(number, WINDOW.end + number * SECOND) for number in range(300))

    with pytest.raises(EndlessHistory):
        walked(knock(standin))


def test_nothing_older_than_the_month_is_walked_through(standin: StandInPortal, knock: Knock) -> None:
    standin.logins.add_all(entry(number, WINDOW.start - number * timedelta(hours=2)) for number in range(1, 1_000))
    walked(knock(standin))

    assert len(standin.requests.to(HISTORY)) == 2


def test_no_filter_of_the_portal_is_relied_on(standin: StandInPortal, knock: Knock) -> None:
    walked(knock(standin))

    assert {one.query for one in standin.requests.to(HISTORY)} == {"count=100&startIndex=0"}


def test_a_page_longer_than_asked_for_is_not_believed(standin: StandInPortal, knock: Knock) -> None:
    standin.logins.add_all(hourly(150))
    standin.faults.next(HISTORY, TooLong())

    with pytest.raises(PageTooLong):
        walked(knock(standin))


@pytest.mark.parametrize(("date", "older"), [(WINDOW.start - SECOND, True), (WINDOW.start, False), (WINDOW.end, False)])
def test_the_history_tells_whether_an_older_entry_is_left(
    standin: StandInPortal, knock: Knock, date: datetime, older: bool
) -> None:
    standin.logins.add_all([entry(1, date)])
    history: History = signins(knock(standin), WINDOW, file=BytesIO())

    assert history.older is older


@pytest.fixture
def make(knock: Knock, tmp_path: Path) -> Make:
    def making(standin: StandInPortal, *, now: datetime = LATER) -> BuiltReport:
        portal = knock(standin)
        workshop = BuildContext(folder=tmp_path, settle=timedelta(hours=24), now=lambda: now)
        return build_report(Order(JANUARY), server_info(portal), portal, workshop, watch=ignore)

    return making


def ignore(progress: Progress) -> None:
    """Nobody watches."""


def lines(report: BuiltReport) -> list[str]:
    return report.path.read_text(encoding="utf-8").split("\n")


def section(report: BuiltReport) -> list[str]:
    """The lines from the section's title on."""
    told = lines(report)
    return told[told.index("Sign-ins:") :]


def started_by(told: list[str], label: str) -> list[str]:
    return [line for line in told if line.startswith(label)]


def test_the_section_has_every_entry_after_the_last_event(standin: StandInPortal, make: Make) -> None:
    standin.audit.add(row(1, WINDOW.start))
    standin.logins.add_all(hourly(120) + before_and_after())
    report = make(standin)

    assert started_by(section(report), "Sign-in ID: ") == [f"Sign-in ID: {number}" for number in range(1, 121)]
    assert started_by(section(report), "ID: ") == []
    assert started_by(lines(report), "ID: ") == ["ID: 1"]


def test_an_entry_is_told_with_its_date_in_the_reports_zone(standin: StandInPortal, make: Make) -> None:
    standin.logins.add(entry(7, WINDOW.start, login="zoe@example.com"))
    told = section(make(standin))
    begin = told.index("Sign-in ID: 7")

    assert told[begin + 1] == "Date: 2025-01-01T00:00:00+02:00"
    assert told[begin + 3] == "Login: zoe@example.com"


def test_entries_are_counted_by_how_they_ended_in_the_file_and_in_the_draft(standin: StandInPortal, make: Make) -> None:
    for number, action in enumerate([BY_PASSWORD] * 5 + [FAILED] * 2 + [LEFT] * 3):
        moment = WINDOW.start + number * SECOND
        standin.logins.add(LoginEvent(id=number, date=moment, action_id=action, user_id=f"u{number % 2}"))
    report = make(standin)

    assert "Sign-ins: 10 read, 10 kept, 2 failed; 5 succeeded, 3 ended; distinct people: 2" in lines(report)
    assert (report.signins.succeeded, report.signins.failed, report.signins.ended) == (5, 2, 3)


def test_sign_ins_are_no_events(standin: StandInPortal, make: Make) -> None:
    standin.logins.add_all(hourly(120))

    assert make(standin).read == 0


def test_the_section_says_that_its_proof_is_weaker(standin: StandInPortal, make: Make) -> None:
    assert started_by(lines(make(standin)), "Sign-ins method: ")


def judged(report: BuiltReport) -> tuple[Verdict, Verdict]:
    """The verdict on the report, and the one on its sign-ins."""
    return report.judgement.verdict, report.signins.judgement.verdict


def test_where_the_portal_deletes_sign_ins_the_section_has_gaps_and_the_report_has_none(make: Make) -> None:
    with StandInPortal(PortalSetup(login_lifetime_days=30)) as standin:
        standin.logins.add_all(hourly(5))
        report = make(with_background(standin))

    assert judged(report) == (Verdict.COMPLETE, Verdict.GAPS)
    assert "Sign-ins verdict: GAPS" in lines(report)
    assert "30 days" in report.signins.judgement.reasons[0]


def test_an_older_entry_proves_that_no_sign_in_of_the_month_was_deleted(make: Make) -> None:
    with StandInPortal(PortalSetup(login_lifetime_days=30)) as standin:
        standin.logins.add_all([entry(1, WINDOW.start - SECOND), entry(2, WINDOW.start)])

        assert judged(make(with_background(standin))) == (Verdict.COMPLETE, Verdict.COMPLETE)


def test_a_portal_that_does_not_say_how_long_it_keeps_sign_ins_is_not_trusted_to_have_them(
    standin: StandInPortal, make: Make
) -> None:
    standin.audit.add(row(1, WINDOW.start - SECOND))
    standin.logins.add_all(hourly(5))
    standin.faults.next("/lifetime", Status(404))
    report = make(standin)

    assert judged(report) == (Verdict.COMPLETE, Verdict.GAPS)
    assert "an unknown time" in report.signins.judgement.reasons[0]


def test_sign_ins_of_a_month_that_is_not_settled_are_provisional_too(standin: StandInPortal, make: Make) -> None:
    for number in (1, 2):
        standin.audit.add(row(number, WINDOW.start - number * SECOND))
    standin.logins.add_all(hourly(5))

    assert judged(make(standin, now=WINDOW.end)) == (Verdict.PROVISIONAL, Verdict.PROVISIONAL)


def test_a_portal_that_shows_no_sign_in_of_any_time_is_not_believed_to_have_none(
    standin: StandInPortal, make: Make
) -> None:
    report = make(standin)

    assert judged(report) == (Verdict.COMPLETE, Verdict.GAPS)
    assert "no sign-ins at all" in report.signins.judgement.reasons[0]


FAULTS: list[tuple[Fault, str]] = [
    (Status(500), "HTTP 500"),
    (Status(401), "401"),
    (Status(402), "402"),
    (Status(403), "403"),
    (Status(404), "404"),
    (Status(429), "429"),
    (Html(), "a web page"),
    (Reset(), "could not be reached"),
    (TooLong(), "101 events where 100 were requested"),
]


@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=[words for _, words in FAULTS])
def test_a_history_that_cannot_be_read_is_said_to_be_unread_and_why(
    standin: StandInPortal, make: Make, fault: Fault, words: str
) -> None:
    standin.audit.add(row(1, WINDOW.start))
    standin.logins.add_all(hourly(150))
    standin.faults.next(HISTORY, fault, times=None)
    report = make(standin)

    assert judged(report) == (Verdict.COMPLETE, Verdict.UNREAD)
    assert words in started_by(lines(report), "Sign-ins verdict reason: ")[0]


def test_what_was_read_before_the_history_failed_is_not_told_as_if_it_were_all(
    standin: StandInPortal, make: Make
) -> None:
    standin.logins.add_all(hourly(150))
    standin.faults.next(HISTORY, Status(500), times=None, after=3)
    report = make(standin)

    assert report.signins.total == 0
    assert "Sign-in ID" not in report.path.read_text(encoding="utf-8")


def test_one_entry_without_an_address_leaves_the_sign_ins_unread_and_the_report_complete(
    standin: StandInPortal, make: Make
) -> None:
    standin.audit.add(row(1, WINDOW.start))
    standin.logins.add_all([*hourly(30), entry(99, WINDOW.start, ip=None)])
    report = make(standin)

    assert judged(report) == (Verdict.COMPLETE, Verdict.UNREAD)
    assert started_by(lines(report), "ID: ") == ["ID: 1"]
    assert "HTTP 500" in report.signins.judgement.reasons[0]


def test_an_entry_without_an_address_that_nobody_comes_by_does_no_harm(standin: StandInPortal, make: Make) -> None:
    old = [entry(1_000 + number, WINDOW.start - number * timedelta(hours=3)) for number in range(1, 200)]
    standin.logins.add_all([*old, entry(99, WINDOW.start - timedelta(days=300), ip=None), entry(1, WINDOW.start)])

    assert judged(make(standin)) == (Verdict.COMPLETE, Verdict.COMPLETE)


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    """What the command line does to logging ends with the test."""
    before = logging.root.handlers, logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers, logging.root.level = before


@pytest.mark.usefixtures("_logging_as_before")
def test_unread_sign_ins_do_not_change_how_the_command_line_ends(
    standin: StandInPortal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    standin.audit.add(row(1, WINDOW.start - SECOND))
    standin.logins.add(entry(99, WINDOW.start, ip=None))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCSPACE_API_HOST", standin.url)
    monkeypatch.setenv("DOCSPACE_API_KEY", standin.key)
    monkeypatch.setenv("COMPLIANCE_ROOM_FOLDER_ID", str(standin.folder_id))
    monkeypatch.setattr(sys, "argv", ["bot", "report", "2025-01", "--json"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = json.loads(capsys.readouterr().out)

    assert (ended.value.code or 0, told["verdict"], told["signins_verdict"]) == (0, "COMPLETE", "UNREAD")
    assert "HTTP 500" in told["signins_reasons"][0]


HOSTILE = [
    "eve\nSign-in ID: 666",
    "eve\r\nID: 666\r\nDate: 2025-01-01T00:00:00+02:00",
    "eve\u2028Sign-in ID: 666",
    "eve\u0085Verdict: GAPS",
    "eve\n" + "-" * 80 + "\n\nSign-ins:",
    "\u202eeve\x1b[2J\x00",
]


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_no_value_of_an_entry_forges_a_line(standin: StandInPortal, make: Make, text: str) -> None:
    plain = {"user": "E", "user_id": "u", "login": "e", "browser": "B", "platform": "P", "country": "C", "city": "D"}
    for number, place in enumerate(("", *plain)):
        values = plain | {place: text} if place else plain
        standin.logins.add(LoginEvent(id=number, date=WINDOW.start, action_id=BY_PASSWORD, **values))
    whole = make(standin).path.read_text(encoding="utf-8").removesuffix(LAST.decode())
    told = whole.partition("\nSign-ins:\n")[2].splitlines()[1:]
    size = len(told) // (len(plain) + 1)
    labels = [line.partition(":")[0] for line in told]

    assert labels == labels[:size] * (len(plain) + 1)


def test_equal_sign_ins_give_equal_bytes_though_ties_come_in_another_order(standin: StandInPortal, make: Make) -> None:
    moments = [WINDOW.start + number // OVERLAP * SECOND for number in range(240)]
    standin.logins.add_all(entry(number, moment, login=f"{number}@a.test") for number, moment in enumerate(moments))
    first = make(standin).path.read_bytes()

    assert make(standin).path.read_bytes() == first
