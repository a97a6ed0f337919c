"""The whole promise at once: whatever the portal, the zone, the month and the ties, the TXT has the month, all of it.

The stand-in portal answers without a socket here, so that many portals can be tried.
"""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from reporting.build_report import BuildContext, build_report
from reporting.docspace.api.client import Portal
from reporting.docspace.api.rate_limit import RateLimit
from reporting.docspace.api.server_info import server_info
from reporting.errors.trail import TrailError
from reporting.period import Month
from reporting.report import Order, Progress, Verdict
from sandbox.portal import AuditEvent as Row
from sandbox.portal import Generation, PortalSetup, StandInPortal, month_of_events
from sandbox.portal.wire import Request
from tests.reporting import stage
from tests.reporting.stage import SECOND, row

DAY = timedelta(days=1)
HALF = timedelta(minutes=30)
GENERATIONS = [one for one in Generation if one is not Generation.V26]
ZONES = (
    *stage.ZONES,
    "Etc/GMT+12",
    "America/St_Johns",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Chatham",
)
MONTHS = st.builds(Month, st.integers(2023, 2027), st.integers(1, 12))
SHIFTS = (-3_601, -3_600, -3_599, -1_801, -1_800, -1, 0, 1, 1_800, 3_599, 3_600)
"""Seconds from an edge at which something may happen."""
APART = (7, 13, 600, -900)
"""Seconds from an edge at which nothing of the above happens, nor in the second next to it."""
TIES = (1, 2, 99, 100, 101, 199, 200)
"""How much may happen in one second."""


@dataclass(frozen=True)
class Case:
    """A portal, a month that is asked for, and when things happened around it."""

    setup: PortalSetup
    month: Month
    shown_in: str
    """The zone that the report is ordered for; empty for the portal's."""
    moments: list[datetime]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.shown_in or self.setup.timezone)

    @property
    def rows(self) -> list[Row]:
        return [row(number, moment) for number, moment in enumerate(self.moments, 1)]

    def ours(self, moment: datetime) -> bool:
        """Whether it is of the month, as a calendar on the wall of that zone has it."""
        local = moment.astimezone(self.zone)
        return (local.year, local.month) == (self.month.year, self.month.month)


def edges(month: Month, *zones: ZoneInfo) -> list[datetime]:
    """Where months meet, and where clocks are changed, in any of the zones."""
    found = [edge for zone in zones for edge in (month.within(zone).start, month.within(zone).end)]
    start, end = min(found) - DAY, max(found) + DAY
    halves = [start + number * HALF for number in range((end - start) // HALF)]
    changes = [one for one in halves for zone in zones if offset(one, zone) != offset(one - HALF, zone)]
    return [*found, *changes]


def offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()


@st.composite
def cases(draw: st.DrawFn, *, ties: tuple[int, ...] = TIES) -> Case:
    setup = PortalSetup(
        generation=draw(st.sampled_from(GENERATIONS)),
        timezone=draw(st.sampled_from(ZONES)),
        seed=draw(st.integers(0, 1_000)),
        shuffle_ties=draw(st.booleans()),
    )
    month, shown_in = draw(MONTHS), draw(st.sampled_from(["", *ZONES]))
    places = edges(month, setup.zone, ZoneInfo(shown_in or setup.timezone))
    pattern = draw(
        st.lists(st.tuples(st.sampled_from(places), st.sampled_from(SHIFTS), st.sampled_from(ties)), max_size=6)
    )
    return Case(
        setup, month, shown_in, [at + shift * SECOND for at, shift, together in pattern for _ in range(together)]
    )


def socketless(there: StandInPortal, *, at_once: int) -> Portal:
    """A Portal whose requests go to *there* by hand."""

    def answer(asked: httpx.Request) -> httpx.Response:
        request = Request(
            method=asked.method,
            path=asked.url.path,
            query=asked.url.query.decode(),
            headers={name.lower(): value for name, value in asked.headers.items()},
            params={name.lower(): value for name, value in asked.url.params.items()},
        )
        found = there.answer(request)
        return httpx.Response(found.status, headers=dict(found.headers), stream=httpx.ByteStream(found.body))

    client = httpx.Client(
        base_url="http://portal.test",
        headers={"Authorization": f"Bearer {there.key}"},
        transport=httpx.MockTransport(answer),
    )
    return Portal(client, RateLimit(per_minute=1_000_000, at_once=at_once), patience=30, minutes=10)


@dataclass(frozen=True)
class Told:
    """What the TXT says."""

    text: bytes
    verdict: Verdict
    records: list[tuple[int, str]]
    """Id and date of every event, in their order."""

    @property
    def ids(self) -> list[int]:
        return [number for number, _ in self.records]


def report(case: Case, rows: Iterable[Row], *, at_once: int = 4) -> Told:
    """The report of the case's month, once it has settled, from a portal with these rows."""
    now = case.month.within(case.zone).end + 2 * DAY
    with StandInPortal(case.setup, now=lambda: now) as there, tempfile.TemporaryDirectory() as folder:
        there.audit.add_all(month_of_events(2020, 1, count=30, seed=1, zone=case.setup.zone))
        for one in rows:
            there.audit.add(one)
        portal = socketless(there, at_once=at_once)
        workshop = BuildContext(folder=Path(folder), settle=DAY, now=lambda: now)
        made = build_report(Order(case.month, zone=case.shown_in), server_info(portal), portal, workshop, watch=ignore)
        text = made.path.read_bytes()
    return Told(text, made.judgement.verdict, list(records(text.decode())))


def report_unless_refused(case: Case, rows: Iterable[Row]) -> Told:
    """The report; a portal that gets or loses events at every request may be refused, which proves nothing here."""
    try:
        return report(case, rows)
    except TrailError:
        reject()


def records(text: str) -> Iterator[tuple[int, str]]:
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if line.startswith("ID: "):
            yield int(line.removeprefix("ID: ")), lines[place + 1].removeprefix("Date: ")


def ignore(progress: Progress) -> None:
    """Nobody watches."""


def true(case: Case) -> list[tuple[int, str]]:
    """What the TXT must say: oldest first and then by id, in the report's zone."""
    ours = sorted((one for one in case.rows if case.ours(one.date)), key=lambda one: (one.date, one.id))
    return [(one.id, one.date.astimezone(case.zone).isoformat()) for one in ours]


@settings(max_examples=25)
@given(cases(), st.integers(1, 8))
def test_the_report_has_every_event_of_the_month_once_at_its_true_time_and_no_other(case: Case, workers: int) -> None:
    told = report(case, case.rows, at_once=workers)

    assert told.records == true(case)
    assert told.verdict is Verdict.COMPLETE


CHANGES = [
    ("Europe/Riga", "2025-10", datetime(2025, 10, 26, 1, tzinfo=UTC)),
    ("Europe/Riga", "2025-03", datetime(2025, 3, 30, 1, tzinfo=UTC)),
    ("America/New_York", "2025-11", datetime(2025, 11, 2, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", "2025-04", datetime(2025, 4, 5, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", "2025-10", datetime(2025, 10, 4, 15, 30, tzinfo=UTC)),
    ("America/Havana", "2026-10", datetime(2026, 11, 1, 5, tzinfo=UTC)),
    ("America/Havana", "2026-11", datetime(2026, 11, 1, 5, tzinfo=UTC)),
]


@pytest.mark.parametrize("shown_in", ["", "UTC", "Asia/Kolkata", "America/New_York"])
@pytest.mark.parametrize(("name", "month", "change"), CHANGES)
def test_the_hour_that_comes_twice_or_never_is_told_truly_second_by_second_at_its_edges(
    name: str, month: str, change: datetime, shown_in: str
) -> None:
    moments = [change + (hour * 1_800 + second) * SECOND for hour in range(-4, 5) for second in (-2, -1, 0, 1, 2)]
    case = Case(PortalSetup(timezone=name), Month.parse(month), shown_in, moments)

    assert report(case, case.rows).records == true(case)


@pytest.mark.parametrize("second", [-3_601, -3_600, -3_599, -1_801, -1_800, -1_799, -2, -1, 0, 1, 3_599, 3_600])
@pytest.mark.parametrize(("name", "month", "change"), CHANGES[:1] + CHANGES[3:4] + CHANGES[-1:])
def test_an_import_in_any_second_around_the_change_of_clocks_is_told_whole(
    name: str, month: str, change: datetime, second: int
) -> None:
    moment = change + second * SECOND
    moments = [*([moment] * 101), moment - SECOND, moment + SECOND]
    case = Case(PortalSetup(timezone=name), Month.parse(month), "", moments)

    assert report(case, case.rows).records == true(case)


@pytest.mark.parametrize("name", ["Etc/GMT+12", "Pacific/Niue", "Asia/Kolkata", "UTC", "Pacific/Kiritimati"])
@pytest.mark.parametrize("month", ["2024-02", "2025-02", "2025-04", "2025-12"])
def test_every_day_of_the_month_is_there_from_its_first_second_to_its_last(name: str, month: str) -> None:
    zone, asked = ZoneInfo(name), Month.parse(month)
    midnights = [datetime(asked.year, asked.month, 1, tzinfo=zone) + number * DAY for number in range(-2, 34)]
    moments = [edge.astimezone(UTC) for midnight in midnights for edge in (midnight - SECOND, midnight)]
    case = Case(PortalSetup(timezone=name), asked, "", moments)
    told = report(case, case.rows)

    assert told.records == true(case)
    assert len(told.records) == 2 * asked.days


@pytest.mark.parametrize(
    ("generation", "together"),
    [*((one, 101) for one in GENERATIONS), *((Generation.V37, together) for together in (100, 199, 200))],
)
@pytest.mark.parametrize("place", ["first", "last", "next"])
def test_an_import_within_one_second_at_the_months_border_is_told_once_in_its_own_month(
    generation: Generation, together: int, place: str
) -> None:
    case = bordering(PortalSetup(generation=generation), together, place)

    assert report(case, case.rows).records == true(case)


@pytest.mark.parametrize(
    ("place", "generation"), [("first", Generation.NEXT), ("last", Generation.V37), ("next", Generation.NEXT)]
)
def test_an_import_of_five_thousand_within_one_second_at_the_months_border_is_told_once(
    place: str, generation: Generation
) -> None:
    case = bordering(PortalSetup(generation=generation), 5_000, place)

    assert report(case, case.rows, at_once=1).records == true(case)


def bordering(setup: PortalSetup, together: int, place: str) -> Case:
    """Many events within the first or the last second of a month, or the first of the next one, and some around."""
    window = Month(2025, 1).within(setup.zone)
    second = {"first": window.start, "last": window.end - SECOND, "next": window.end}[place]
    around = [edge + shift * SECOND for edge in (window.start, window.end) for shift in (-2, -1, 0, 1)]
    return Case(setup, Month(2025, 1), "", [*([second] * together), *around])


CHANCES = st.lists(st.tuples(st.sampled_from(APART), st.integers(0, 7), st.integers(2, 40)), max_size=30)
"""Seconds from an edge, which edge, and the portal's query at which something comes or goes."""


@settings(max_examples=15)
@given(cases(), CHANCES, CHANCES)
def test_what_arrives_or_vanishes_meanwhile_takes_nothing_with_it(
    case: Case, coming: list[tuple[int, int, int]], going: list[tuple[int, int, int]]
) -> None:
    places = edges(case.month, case.setup.zone, case.zone)
    arriving = [
        row(10_000 + number, places[at % len(places)] + shift * SECOND, visible_from=query)
        for number, (shift, at, query) in enumerate(coming)
    ]
    vanishing = [
        Row(
            id=20_000 + number,
            date=places[at % len(places)] + shift * SECOND,
            action_id=stage.UPLOADED,
            user_id="u1",
            visible_until=query,
        )
        for number, (shift, at, query) in enumerate(going)
    ]
    told = report_unless_refused(case, [*case.rows, *arriving, *vanishing])

    assert {number for number, _ in true(case)} <= set(told.ids)
    assert len(told.ids) == len(set(told.ids))
    assert set(told.ids) <= {one.id for one in (*case.rows, *arriving, *vanishing) if case.ours(one.date)}


@settings(max_examples=10)
@given(cases(), st.lists(st.tuples(st.integers(2, 60), st.integers(0, 5)), max_size=30))
def test_what_arrives_within_an_import_that_is_being_read_takes_nothing_with_it(
    case: Case, coming: list[tuple[int, int]]
) -> None:
    dense = case.moments or [case.month.within(case.zone).start]
    late = [
        row(10_000 + number, dense[at % len(dense)], visible_from=query) for number, (query, at) in enumerate(coming)
    ]
    told = report_unless_refused(case, [*case.rows, *late])

    assert {number for number, _ in true(case)} <= set(told.ids)
    assert len(told.ids) == len(set(told.ids))


@settings(max_examples=10)
@given(cases(), st.lists(st.tuples(st.integers(2, 30), st.integers(0, 5)), max_size=15))
def test_what_vanishes_from_an_import_that_is_being_read_takes_nothing_with_it(
    case: Case, going: list[tuple[int, int]]
) -> None:
    dense = case.moments or [case.month.within(case.zone).start]
    vanishing = [
        Row(
            id=10_000 + number,
            date=dense[at % len(dense)],
            action_id=stage.UPLOADED,
            user_id="u1",
            visible_until=query,
        )
        for number, (query, at) in enumerate(going)
    ]
    told = report_unless_refused(case, [*case.rows, *vanishing])

    assert {number for number, _ in true(case)} <= set(told.ids)
    assert len(told.ids) == len(set(told.ids))


@settings(max_examples=12)
@given(cases(ties=(1, 60, 130)), st.integers(0, 1_000), st.integers(2, 12))
def test_the_bytes_are_the_same_whatever_the_order_of_ties_and_the_number_of_workers(
    case: Case, seed: int, workers: int
) -> None:
    month = case.month
    busy = [*case.rows, *month_of_events(month.year, month.month, count=600, seed=seed, zone=case.zone)]
    shuffled = PortalSetup(generation=case.setup.generation, timezone=case.setup.timezone, seed=seed)
    other = Case(shuffled, month, case.shown_in, case.moments)

    assert report(other, busy, at_once=workers).text == report(case, reversed(busy), at_once=1).text
