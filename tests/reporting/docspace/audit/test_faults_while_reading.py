"""What goes wrong in the middle of a month: it passes and costs nothing, or the month ends with its own error."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import stamina
import tenacity
import tenacity.nap
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.config.settings import PortalSettings
from bot.docspace.clients import now, portal_clients
from reporting.api_call import LONGEST_PAUSE, LONGEST_WAIT
from reporting.build_report import BuildContext, build_report
from reporting.docspace.api import client, rate_limit
from reporting.docspace.api.client import Portal, connect
from reporting.docspace.api.rate_limit import RateLimit
from reporting.docspace.api.server_info import server_info
from reporting.errors.base import ComplianceError
from reporting.errors.portal import PortalBusy, PortalFailing, PortalUnreachable
from reporting.errors.trail import OutOfTime
from reporting.period import Month
from reporting.report import BuiltReport, Order, Progress
from sandbox.portal import (
    Fault,
    Hang,
    PortalSetup,
    Reset,
    Slow,
    StandInPortal,
    Status,
    Truncated,
    login_events,
    month_of_events,
    too_many,
)
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.wire import Request, Response
from tests.reporting.stage import held

Make = Callable[[Portal], BuiltReport]
Open = Callable[..., Portal]
JANUARY = Month(2025, 1)
LATER = datetime(2025, 3, 1, tzinfo=UTC)
FILTER = "audit/events/filter"
HISTORY = "login/filter"
SHORT = 0.4
"""Seconds until a client of these tests stops waiting for an answer."""
QUIET = 0.005
"""Seconds without anybody falling asleep or waking up, after which a made-up clock goes on."""


def filled(there: StandInPortal, count: int = 1_200) -> StandInPortal:
    for month in (JANUARY.plus(-1), JANUARY, JANUARY.plus(1)):
        there.audit.add_all(month_of_events(month.year, month.month, count=count, seed=1, zone=there.setup.zone))
    there.logins.add_all(login_events(2025, 1, count=150, seed=1, zone=there.setup.zone))
    return there


def ignore(progress: Progress) -> None:
    """Nobody watches."""


def making(folder: Path) -> Make:
    workshop = BuildContext(folder=folder, settle=timedelta(hours=24), now=lambda: LATER)
    return lambda source: build_report(Order(JANUARY), server_info(source), source, workshop, watch=ignore)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return making(tmp_path)


@pytest.fixture(scope="module")
def shared() -> Iterator[StandInPortal]:
    with StandInPortal() as there:
        yield filled(there)


@pytest.fixture
def busy(shared: StandInPortal) -> Iterator[StandInPortal]:
    """A portal with a busy January that nothing is wrong with, yet."""
    yield shared
    shared.faults.clear()


@pytest.fixture(scope="module")
def whole(shared: StandInPortal, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The report of the shared portal when nothing goes wrong."""
    with connect(shared.url, shared.key) as client:
        source = Portal(client, RateLimit(per_minute=100_000, at_once=8), patience=30, minutes=10)
        return making(tmp_path_factory.mktemp("whole"))(source).path.read_bytes()


@pytest.fixture
def reach() -> Iterator[Open]:
    """Makes a Portal that is as the bot's, but waits less long for an answer."""
    with ExitStack() as doors:

        def open_door(there: StandInPortal, *, at_once: int = 8, patience: float = 30, minutes: float = 10) -> Portal:
            client = doors.enter_context(connect(there.url, there.key))
            client.timeout = httpx.Timeout(SHORT, pool=None)
            return Portal(client, RateLimit(per_minute=100_000, at_once=at_once), patience=patience, minutes=minutes)

        yield open_door


PASSING: list[Fault] = [
    too_many(),
    too_many(7),
    Status(500),
    Status(502),
    Status(503),
    Reset(),
    Reset(processed=True),
    Truncated(),
    Slow(0.05),
]
HANGING: list[Fault] = [Hang("accept"), Hang("first byte"), Hang("first byte", processed=True), Hang("body")]


@pytest.mark.parametrize("fault", [*PASSING, *HANGING], ids=repr)
def test_what_passes_in_the_middle_of_a_month_leaves_no_trace_in_the_report(
    busy: StandInPortal, whole: bytes, make: Make, reach: Open, fault: Fault
) -> None:
    busy.faults.next(FILTER, fault, times=2, after=4)

    assert make(reach(busy)).path.read_bytes() == whole


@pytest.mark.parametrize("fault", [Reset(), too_many(1), Status(503)], ids=repr)
@pytest.mark.parametrize("place", ["/settings", FILTER, "/lifetime", "/api/2.0/portal", HISTORY])
def test_it_leaves_no_trace_wherever_it_happens(
    busy: StandInPortal, whole: bytes, make: Make, reach: Open, place: str, fault: Fault
) -> None:
    busy.faults.next(place, fault, times=2)

    assert make(reach(busy)).path.read_bytes() == whole


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(PASSING)), max_size=25), st.integers(1, 8))
def test_a_bad_hour_of_every_kind_leaves_no_trace(
    busy: StandInPortal, whole: bytes, make: Make, storm: list[tuple[int, Fault]], workers: int
) -> None:
    busy.faults.clear()
    for spared, fault in storm:
        busy.faults.next("/api/", fault, after=spared)
    with connect(busy.url, busy.key) as client, stamina.set_testing(True, attempts=30):
        source = Portal(client, RateLimit(per_minute=100_000, at_once=workers), patience=30, minutes=10)

        assert make(source).path.read_bytes() == whole


class Clock:
    """Time that passes only while somebody sleeps; those who sleep side by side do not make it pass twice."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self._changed = threading.Condition()
        self._ends: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._changed:
            end = self.now + seconds
            self._ends.append(end)
            self._changed.notify_all()
            while self.now < end:
                news = self._changed.wait(QUIET)
                if not news and end == min(self._ends):
                    self.now = max(self.now, end)
            self._ends.remove(end)
            self._changed.notify_all()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The time of pauses and of the budget; pauses are as they really are."""
    found = Clock()
    for module in (tenacity, tenacity.nap, rate_limit, client):
        monkeypatch.setattr(module, "time", found)
    with stamina.set_testing(False):
        yield found


LASTING: list[tuple[Fault, type[ComplianceError], float]] = [
    (too_many(), PortalBusy, LONGEST_WAIT),
    (too_many(2), PortalBusy, LONGEST_WAIT),
    (too_many(86_400), PortalBusy, LONGEST_PAUSE),
    (Status(500), PortalFailing, LONGEST_WAIT),
    (Status(502), PortalFailing, LONGEST_WAIT),
    (Status(503), PortalFailing, LONGEST_WAIT),
    (Reset(), PortalUnreachable, LONGEST_WAIT),
    (Truncated(), PortalUnreachable, LONGEST_WAIT),
    (Hang("first byte"), PortalUnreachable, LONGEST_WAIT),
    (Hang("body"), PortalUnreachable, LONGEST_WAIT),
]


@pytest.mark.parametrize(("fault", "kind", "pause"), LASTING, ids=[repr(fault) for fault, _, _ in LASTING])
def test_a_portal_that_never_recovers_ends_the_month_with_its_own_error_when_patience_is_over(
    busy: StandInPortal,
    make: Make,
    reach: Open,
    clock: Clock,
    tmp_path: Path,
    fault: Fault,
    kind: type[ComplianceError],
    pause: float,
) -> None:
    busy.faults.next(FILTER, fault, times=None, after=4)
    began, patience = clock.now, 3.0

    with pytest.raises(kind) as caught:
        make(reach(busy, at_once=1, patience=patience))
    assert caught.value.transient
    assert patience <= clock.now - began <= patience + pause
    assert list(tmp_path.iterdir()) == []


@dataclass(frozen=True)
class Ticking:
    """Every answer takes its seconds by the clock."""

    clock: Clock
    seconds: float

    def reply(self, request: Request, answer: Answer) -> Response:
        self.clock.sleep(self.seconds)
        return answer(request)


@pytest.mark.parametrize("at_once", [1, 8])
def test_a_month_that_takes_longer_than_a_run_may_is_given_up(
    busy: StandInPortal, make: Make, reach: Open, clock: Clock, tmp_path: Path, at_once: int
) -> None:
    busy.requests.clear()
    busy.faults.next("/api/", Ticking(clock, 10.0), times=None)

    with pytest.raises(OutOfTime, match="longer than 1 minutes"):
        make(reach(busy, at_once=at_once, minutes=1))
    assert busy.requests.total <= 4 + 3 * at_once  # four one by one, and what begins at 40, 50 and 60 seconds
    assert list(tmp_path.iterdir()) == []


def test_a_run_whose_time_is_over_while_sign_ins_are_read_is_given_up_too(
    busy: StandInPortal, make: Make, reach: Open, clock: Clock, tmp_path: Path
) -> None:
    busy.faults.next(HISTORY, Ticking(clock, 70.0), times=None)

    with pytest.raises(OutOfTime):
        make(reach(busy, at_once=1, minutes=1))
    assert list(tmp_path.iterdir()) == []


def test_pauses_count_towards_what_a_run_may_take(busy: StandInPortal, make: Make, reach: Open, clock: Clock) -> None:
    busy.faults.next(FILTER, too_many(60), times=None, after=4)

    with pytest.raises(OutOfTime):
        make(reach(busy, at_once=1, patience=600, minutes=2))


@dataclass
class Gauge:
    """Counts the requests that the portal is answering, each of which takes a moment."""

    now: int = 0
    most: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _never: threading.Event = field(default_factory=threading.Event)

    def reply(self, request: Request, answer: Answer) -> Response:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self._never.wait(0.01)
        response = answer(request)
        with self._lock:
            self.now -= 1
        return response


def configured(there: StandInPortal, *, at_once: int = 8, per_minute: int = 100_000) -> PortalSettings:
    return PortalSettings(
        docspace_api_host=there.url,
        docspace_api_key=SecretStr(there.key),
        compliance_room_folder_id=there.folder_id,
        docspace_concurrency=at_once,
        docspace_requests_per_minute=per_minute,
    )


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_no_more_requests_are_under_way_than_the_settings_allow_though_some_are_repeated(
    busy: StandInPortal, whole: bytes, make: Make, at_once: int
) -> None:
    gauge = Gauge()
    for spared in (3, 5, 8):
        busy.faults.next(FILTER, Status(503), after=spared)
    busy.faults.next("/api/", gauge, times=None)
    with portal_clients(configured(busy, at_once=at_once)) as source:
        text = make(source(now())).path.read_bytes()

    assert text == whole
    assert gauge.most <= at_once
    assert gauge.most > 1 or at_once == 1


def test_two_runs_at_once_share_what_may_be_under_way(busy: StandInPortal, tmp_path: Path) -> None:
    gauge = Gauge()
    busy.faults.next("/api/", gauge, times=None)
    with portal_clients(configured(busy, at_once=3)) as source:
        folders = [tmp_path / "one", tmp_path / "other"]
        runs = [threading.Thread(target=making(folder), args=(source(now()),)) for folder in folders]
        for run in runs:
            run.start()
        for run in runs:
            run.join()

    assert gauge.most <= 3
    assert len({next(folder.glob("*.txt")).read_bytes() for folder in folders}) == 1


def test_a_portal_that_allows_what_the_settings_say_never_has_to_refuse(make: Make, clock: Clock) -> None:
    setup = PortalSetup(rate_limit_per_minute=9)
    with StandInPortal(setup, seconds=clock.monotonic) as there:
        filled(there)
        with portal_clients(configured(there, at_once=1, per_minute=9)) as source:
            made = make(source(now()))

        assert {one.status for one in there.requests} == {200}
        assert made.read == len(held(there.audit, made.scope.window))
        assert clock.now - 1_000 >= (there.requests.total - 1) // 9 * 60


def test_a_portal_that_allows_less_is_waited_for(make: Make, clock: Clock) -> None:
    setup = PortalSetup(rate_limit_per_minute=9)
    with StandInPortal(setup, seconds=clock.monotonic) as there:
        filled(there)
        with portal_clients(configured(there, at_once=1)) as source:
            made = make(source(now()))

        assert {one.status for one in there.requests} == {200, 429}
        assert made.read == len(held(there.audit, made.scope.window))
