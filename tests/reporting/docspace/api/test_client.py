from pathlib import Path

import pytest
import stamina
import tenacity.nap

from reporting.docspace.api.client import Portal, connect, pause
from reporting.docspace.api.rate_limit import RateLimit
from reporting.errors.base import ComplianceError, Stopped
from reporting.errors.portal import (
    AnswerUnknown,
    AnswerUnreadable,
    Declined,
    KeyRejected,
    NotAnAnswer,
    PortalBusy,
    PortalFailing,
    PortalRedirects,
    PortalUnreachable,
)
from reporting.errors.trail import OutOfTime
from sandbox.portal import (
    Damaged,
    ErrorBody,
    Fault,
    Garbage,
    Html,
    LieKind,
    NoResponse,
    Redirect,
    Reset,
    StandInPortal,
    Status,
    Truncated,
    too_many,
)
from tests.reporting.stage import Knock

BUILD = "/settings/version/build"


def ask(portal: Portal) -> dict[str, str]:
    return portal.get(BUILD, dict[str, str])


PASSING: list[Fault] = [
    Status(500),
    Status(502),
    Status(503),
    too_many(),
    too_many(0),
    too_many(30),
    Reset(),
    Truncated(),
]
PASSING += [
    Html(),
    NoResponse(),
    NoResponse(null=True),
    Garbage(),
    *map(Damaged, (LieKind.GZIP_CUT, LieKind.KEY_TWICE)),
]
LASTING = [
    (Status(400), Declined),
    (Status(401), KeyRejected),
    (ErrorBody(), Declined),
    (Garbage(b'{"response":[5],"status":0}'), AnswerUnknown),
    (Garbage(b"[]"), AnswerUnknown),
    (Redirect("https://elsewhere.test/"), PortalRedirects),
]


@pytest.mark.parametrize("times", [0, 1, 2])
@pytest.mark.parametrize("fault", PASSING, ids=repr)
def test_a_request_that_meets_a_passing_fault_is_repeated(
    standin: StandInPortal, knock: Knock, fault: Fault, times: int
) -> None:
    if times:
        standin.faults.next(BUILD, fault, times=times)

    assert ask(knock(standin))["docSpace"] == "3.7.2"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Status(503), PortalFailing),
        (too_many(), PortalBusy),
        (Reset(), PortalUnreachable),
        (Html(), NotAnAnswer),
        (NoResponse(), AnswerUnreadable),
        (NoResponse(null=True), AnswerUnreadable),
        (Garbage(), AnswerUnreadable),
        (Damaged(LieKind.GZIP_CUT), AnswerUnreadable),
    ],
    ids=["503", "429", "reset", "web page", "no response", "null", "cut", "cut gzip"],
)
def test_a_fault_that_does_not_pass_is_told_as_transient(
    standin: StandInPortal, knock: Knock, fault: Fault, kind: type[ComplianceError]
) -> None:
    standin.faults.next(BUILD, fault, times=None)

    with pytest.raises(kind) as caught:
        ask(knock(standin))
    assert caught.value.transient


@pytest.mark.parametrize(("fault", "kind"), LASTING, ids=[repr(fault) for fault, _ in LASTING])
def test_a_fault_that_would_stay_is_not_asked_about_again(
    standin: StandInPortal, knock: Knock, fault: Fault, kind: type[ComplianceError]
) -> None:
    standin.faults.next(BUILD, fault, times=None)

    with pytest.raises(kind):
        ask(knock(standin))
    assert standin.requests.total == 1


def test_a_request_is_not_repeated_when_patience_is_over(standin: StandInPortal) -> None:
    standin.faults.next(BUILD, Status(503), times=None)

    with connect(standin.url, standin.key) as client, stamina.set_testing(False), pytest.raises(PortalFailing):
        ask(Portal(client, RateLimit(per_minute=10, at_once=1), patience=0.001, minutes=10))
    assert standin.requests.total == 1


def test_a_run_that_took_too_long_sends_nothing_more(standin: StandInPortal) -> None:
    with connect(standin.url, standin.key) as client, pytest.raises(OutOfTime):
        ask(Portal(client, RateLimit(per_minute=10, at_once=1), patience=30, minutes=0))
    assert standin.requests.total == 0


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("", True),
        ("0", 0),
        ("7", 7),
        ("60", 60),
        ("61", 60),
        ("86400", 60),
        ("-1", True),
        ("1.5", True),
        ("Wed, 21 Oct 2026 07:28:00 GMT", True),
    ],
)
def test_a_busy_portal_is_asked_again_when_it_says_but_within_a_minute(asked: str, seconds: float) -> None:
    assert pause(PortalBusy(host="portal.test", pause=asked)) == seconds


@pytest.mark.parametrize(("asked", "least", "most"), [(7, 7, 7), (3_600, 60, 60), (None, 0, 10)])
def test_between_two_tries_the_wait_is_what_the_portal_asked_for_or_a_short_one(
    standin: StandInPortal, monkeypatch: pytest.MonkeyPatch, asked: int | None, least: float, most: float
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(tenacity.nap, "time", type("Time", (), {"sleep": staticmethod(waits.append)}))
    standin.faults.next(BUILD, too_many(asked))
    with connect(standin.url, standin.key) as client, stamina.set_testing(False):
        ask(Portal(client, RateLimit(per_minute=10, at_once=1), patience=300, minutes=10))

    assert least <= waits[0] <= most


@pytest.mark.parametrize("fault", [Status(500), too_many(1), Reset(), Reset(processed=True)], ids=repr)
def test_what_changes_something_is_never_repeated(
    standin: StandInPortal, knock: Knock, tmp_path: Path, fault: Fault
) -> None:
    report = tmp_path / "report.txt"
    report.write_bytes(b"x")
    standin.faults.next("/upload", fault, times=None)

    with pytest.raises((PortalFailing, PortalBusy, PortalUnreachable)):
        knock(standin).upload("/files/4711/upload", list[int], file=report, name="a.txt", meaning={})
    assert len(standin.requests.to("/upload", "POST")) == 1


def test_every_request_is_counted_and_so_are_repeated_ones(standin: StandInPortal, knock: Knock) -> None:
    portal = knock(standin)
    standin.faults.next(BUILD, Status(503), times=2)
    ask(portal)

    assert portal.requests == 3


def test_the_key_opens_the_portal(standin: StandInPortal, knock: Knock) -> None:
    assert "id" in knock(standin).get("/people/@self", dict[str, object])


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_the_key_is_never_taken_where_a_redirect_leads(standin: StandInPortal, knock: Knock, code: int) -> None:
    with StandInPortal() as elsewhere:
        standin.faults.next(BUILD, Redirect(f"{elsewhere.url}/api/2.0{BUILD}", code))
        with pytest.raises(PortalRedirects):
            ask(knock(standin))
        assert elsewhere.requests.total == 0


def test_the_key_is_in_no_message(standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next(BUILD, Status(401))

    with pytest.raises(KeyRejected) as caught:
        ask(knock(standin))
    assert standin.key not in f"{caught.value} {caught.value.advice} {caught.value.facts}"


def test_a_portal_is_named_by_its_host_and_shown_by_its_address(standin: StandInPortal, knock: Knock) -> None:
    assert (knock(standin).host, knock(standin).address) == ("127.0.0.1", standin.url)


def test_a_run_that_was_given_up_sends_nothing_more(standin: StandInPortal, knock: Knock) -> None:
    portal = knock(standin)
    portal.halt()

    with pytest.raises(Stopped):
        ask(portal)
    assert standin.requests.total == 0
