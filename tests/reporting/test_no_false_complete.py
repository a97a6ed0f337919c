"""Portals with one behaviour changed, each asked for a whole report: exact and COMPLETE, or no such verdict."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reporting.build_report import BuildContext, build_report
from reporting.docspace.api.server_info import server_info
from reporting.errors.base import ComplianceError
from reporting.errors.portal import AnswerUnreadable
from reporting.errors.trail import AuditEmpty, CountContradicts, OffsetIgnored, PageTooLong, RowsContradict, TrailError
from reporting.period import Month
from reporting.report import BuiltReport, Order, Progress, Verdict
from sandbox.portal import DateHeader, Lie, LieKind, PortalSetup, Semantics, StandInPortal, month_of_events
from sandbox.portal.semantics import EXCLUSIVE
from tests.reporting.stage import NOON, Knock, held, row

JANUARY = Month(2025, 1)
RIGA = ZoneInfo("Europe/Riga")
WINDOW = JANUARY.within(RIGA)
LATER = datetime(2025, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EVENTS = 600
DENSE = 120
"""Events of one second among them."""
Report = Callable[..., tuple[BuiltReport, list[int]]]


def ignore(progress: Progress) -> None:
    """Nobody watches."""


@pytest.fixture
def report(knock: Knock, tmp_path: Path) -> Iterator[Report]:
    """Makes a report of January on a portal with such a setup; and the ids that are right."""
    with ExitStack() as portals:

        def made(
            setup: PortalSetup, *, portal_s: datetime = LATER, ours: datetime = LATER, others: bool = True
        ) -> tuple[BuiltReport, list[int]]:
            standin = portals.enter_context(StandInPortal(setup, now=lambda: portal_s))
            months = (JANUARY.plus(-1), JANUARY, JANUARY.plus(1)) if others else (JANUARY,)
            for month in months:
                standin.audit.add_all(month_of_events(month.year, month.month, count=EVENTS - DENSE, seed=1, zone=RIGA))
            for number in range(1, DENSE + 1):
                standin.audit.add(row(number, NOON))
            portal = knock(standin)
            workshop = BuildContext(folder=tmp_path, settle=DAY, now=lambda: ours)
            return build_report(Order(JANUARY), server_info(portal), portal, workshop, watch=ignore), held(
                standin.audit, WINDOW
            )

        yield made


def told(made: BuiltReport) -> list[int]:
    lines = made.path.read_text(encoding="utf-8").splitlines()
    return sorted(int(line.removeprefix("ID: ")) for line in lines if line.startswith("ID: "))


@pytest.mark.parametrize(
    "semantics",
    [
        Semantics(cap=50, over_cap="clamped"),
        Semantics(cap=99, over_cap="clamped"),
        Semantics(cap=50),
        Semantics(until=EXCLUSIVE),
        Semantics(since=EXCLUSIVE),
        Semantics(since=EXCLUSIVE, until=EXCLUSIVE, cap=33, over_cap="clamped"),
    ],
    ids=["50 rows", "99 rows", "50 or 400", "exclusive to", "exclusive from", "all at once"],
)
def test_pages_and_bounds_of_another_kind_cost_no_event(report: Report, semantics: Semantics) -> None:
    made, right = report(PortalSetup(semantics=semantics))

    assert told(made) == right
    assert len(right) == made.read == EVENTS
    assert made.judgement.verdict is Verdict.COMPLETE


def test_pages_of_any_length_cost_no_event_or_there_is_no_report(report: Report) -> None:
    try:
        made, right = report(PortalSetup(semantics=Semantics(over_cap="varying")))
    except ComplianceError as refusal:
        assert isinstance(refusal, TrailError)
    else:
        assert told(made) == right


@pytest.mark.parametrize("first", [2, 4, 6, 8, 10, 12, 16, 20, 24])
def test_a_portal_that_shows_nothing_from_some_answer_on_gets_no_report(
    report: Report, tmp_path: Path, first: int
) -> None:
    with pytest.raises(ComplianceError) as caught:
        report(PortalSetup(lies=(Lie(LieKind.EMPTY, first=first, answers=None),)))
    assert isinstance(caught.value, AuditEmpty | RowsContradict | CountContradicts | OffsetIgnored) or (
        "does not return event" in str(caught.value)
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "refusal", "words"),
    [
        (LieKind.EMPTY, AuditEmpty, "no audit events at all"),
        (LieKind.COUNT_DOUBLE, RowsContradict, "says that it has"),
        (LieKind.COUNT_MORE, RowsContradict, "says that it has"),
        (LieKind.KEY_TWICE, AnswerUnreadable, "a key twice"),
        (LieKind.CUT, AnswerUnreadable, "cut"),
        (LieKind.TWO_DOCUMENTS, AnswerUnreadable, "unreadable"),
        (LieKind.ID_TWICE, AnswerUnreadable, "a key twice"),
        (LieKind.ROW_REPLACED, RowsContradict, "same event twice"),
        (LieKind.ROW_TWICE, PageTooLong, "101 events where 100"),
    ],
)
def test_a_lie_in_every_answer_is_refused_with_its_reason(
    report: Report, tmp_path: Path, kind: LieKind, refusal: type[ComplianceError], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        report(PortalSetup(lies=(Lie(kind, answers=None),)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [LieKind.COUNT_DOUBLE, LieKind.KEY_TWICE, LieKind.CUT, LieKind.HTML, LieKind.GZIP_CUT])
@pytest.mark.parametrize("first", [1, 4, 9])
def test_a_lie_that_passes_costs_no_report_and_no_event(report: Report, kind: LieKind, first: int) -> None:
    made, right = report(PortalSetup(lies=(Lie(kind, first=first),)))

    assert told(made) == right
    assert made.judgement.verdict is Verdict.COMPLETE


def test_a_bot_whose_clock_is_nine_days_fast_does_not_call_the_running_month_complete(report: Report) -> None:
    made, _ = report(PortalSetup(), portal_s=WINDOW.end - 7 * DAY, ours=WINDOW.end + 2 * DAY, others=False)

    assert made.judgement.verdict is Verdict.PROVISIONAL
    assert "the month is not over yet" in made.judgement.reasons
    assert any("clock" in reason for reason in made.judgement.reasons)


def test_a_bot_whose_clock_is_nine_days_slow_reads_the_whole_month_and_does_not_call_it_complete(
    report: Report,
) -> None:
    made, right = report(PortalSetup(), portal_s=WINDOW.end + 2 * DAY, ours=WINDOW.end - 7 * DAY)

    assert told(made) == right
    assert made.judgement.verdict is Verdict.PROVISIONAL
    assert any("clock" in reason for reason in made.judgement.reasons)


def test_a_portal_that_does_not_tell_the_time_is_not_called_complete(report: Report) -> None:
    made, right = report(PortalSetup(semantics=Semantics(date_header=DateHeader(kind="missing"))))

    assert told(made) == right
    assert made.judgement.verdict is Verdict.PROVISIONAL
