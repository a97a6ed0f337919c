"""Servers without a socket: the stand-in's own rules for questions, answers and lies, read by the real reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from reporting.docspace.api.responses import Envelope
from reporting.docspace.audit.dst_fold import Slice
from reporting.docspace.audit.page import AuditEndpoint
from reporting.docspace.audit.probe import probe
from reporting.docspace.audit.segment import Segment
from reporting.docspace.audit.trail import Trail
from reporting.errors.base import ComplianceError
from reporting.errors.portal import AnswerUnreadable, Declined
from reporting.events import AuditEvent
from reporting.period import Window
from reporting.report import Progress
from sandbox.portal.lying_trail import ABSENT, World
from sandbox.portal.selection import Row
from sandbox.portal.semantics import Question
from tests.reporting.stage import NOBODY

ZERO = datetime(2025, 1, 1, tzinfo=UTC)
"""Second 0 of a tiny world."""
MOST = 20_000
"""Requests after which a reading of a tiny world is out of hand."""
AGAIN = 3
"""Tries at an answer that cannot be read, as a client without patience has."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a reading."""

    ids: tuple[int, ...]
    proven: bool
    refusal: ComplianceError | None
    requests: int
    shown: frozenset[int]
    """Ids in any answer."""


def at(second: int) -> datetime:
    return ZERO + timedelta(seconds=second)


def endpoint_of(world: World[Row], shown: set[int], zero: datetime) -> AuditEndpoint:
    """The endpoint of a portal whose rows count their seconds from *zero*; ids in answers are noted in *shown*."""

    def seconds(name: str, params: Mapping[str, str | int]) -> int | None:
        said = params.get(name)
        return None if said is None else round((datetime.fromisoformat(str(said)) - zero).total_seconds())

    def once(params: Mapping[str, str | int]) -> Envelope[list[AuditEvent]] | None:
        if world.answers > MOST:
            raise AssertionError(f"more than {MOST} requests")
        filters = {"userId": params["userId"]} if "userId" in params else None
        since, until = seconds("from", params), seconds("to", params)
        answer = world.ask(Question(since, until, int(params["count"]), int(params.get("startIndex", 0)), filters))
        if answer.refused:
            raise Declined(host="portal.test", path="filter", reason=answer.refused)
        count = None if answer.count is ABSENT or answer.count is None else answer.count
        if not answer.readable or not isinstance(count, int | None):
            return None
        shown.update(row.id for row in answer.rows)
        events = [AuditEvent(id=row.id, date=zero + timedelta(seconds=row.date)) for row in answer.rows]
        return Envelope(events, count=count)

    def ask(params: Mapping[str, str | int]) -> Envelope[list[AuditEvent]]:
        for _ in range(AGAIN):
            found = once(params)
            if found is not None:
                return found
        raise AnswerUnreadable(host="portal.test", path="filter", found="damage")

    return AuditEndpoint(ask, "portal.test")


def read(
    world: World[Row], window: Window, folder: Path, *, now: datetime, cuts: Sequence[int] = (), zero: datetime = ZERO
) -> Outcome:
    """What the reading makes of a portal, one request after the other."""
    shown: set[int] = set()
    audit, zone = endpoint_of(world, shown, zero), ZoneInfo("UTC")
    try:
        view = probe(audit, zone, nobody=NOBODY, now=now)
        trail = Cut(audit, view, zone, at_once=1, watch=ignore, halt=lambda: None)
        trail.cuts = cuts
        reading = trail.read(window, folder=folder, finish=lambda events: [event.id for event in events])
    except ComplianceError as refusal:
        return Outcome((), proven=False, refusal=refusal, requests=world.answers, shown=frozenset(shown))
    ids = tuple(one for _, found in reading.parts for one in found)
    return Outcome(ids, reading.counted, None, world.answers, frozenset(shown))


class Cut(Trail):
    """Begins with a window that is divided already, as workers do while they read."""

    cuts: Sequence[int] = ()
    """Seconds of the tiny world."""

    def _stretches(self, window: Window) -> list[Segment]:
        (whole,) = super()._stretches(window)
        found: list[Segment] = []
        for cut in sorted(self.cuts, reverse=True):
            moment = at(cut)
            if window.start < moment < whole.end:
                newer = Segment(Slice(Window(moment, whole.end)))
                newer.floor = window.start
                found.append(newer)
                whole.end = whole.reached = moment
        return [whole, *reversed(found)]


def ignore(progress: Progress) -> None:
    """Nobody watches."""
