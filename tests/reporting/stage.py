"""What the tests of reporting play with: events in both their shapes, and a source that needs no socket."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import strategies as st

from reporting.docspace.api.client import Portal
from reporting.docspace.audit.dst_fold import Slice
from reporting.docspace.audit.page import endpoint
from reporting.docspace.audit.parallel_reader import OnProgress
from reporting.docspace.audit.probe import probe
from reporting.docspace.audit.seek import PageLength, Source, seek
from reporting.docspace.audit.segment import Segment
from reporting.docspace.audit.trail import Reading, Trail
from reporting.events import AuditEvent
from reporting.period import Month, Window, utc
from reporting.run import Origin
from reporting.verification import Provenance
from sandbox.portal import AuditEvent as Row
from sandbox.portal import AuditLog, PortalSetup, StandInPortal
from sandbox.portal.query import read_query

R = TypeVar("R")
SECOND = timedelta(seconds=1)
NOBODY = UUID("11111111-2222-4333-8444-555555555555")
"""No user of any portal."""
UPLOADED = 5011
NOON = datetime(2025, 1, 15, 12, tzinfo=UTC)
DAY = Window(datetime(2025, 1, 15, tzinfo=UTC), datetime(2025, 1, 16, tzinfo=UTC))
ORIGIN = Provenance(
    "bot 1.0", "r1", Origin.COMMAND, place="C1", asker="U1", asked=NOON, began=NOON, head=None, supersedes=""
)
"""Of a report that nobody has asked for."""
ZONES = (
    "UTC",
    "Europe/Riga",
    "Europe/Dublin",
    "America/New_York",
    "America/Havana",
    "America/Asuncion",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "Pacific/Niue",
)
MONTHS = st.builds(Month, st.integers(2000, 2037), st.integers(1, 12))


class Knock(Protocol):
    def __call__(self, there: StandInPortal, *, at_once: int = 8) -> Portal: ...


BACKGROUND = (datetime(2025, 2, 24, 10, 0, 7, tzinfo=UTC), datetime(2025, 2, 25, 11, 30, 42, tzinfo=UTC))
"""When something happened on a portal that is otherwise empty."""


def row(number: int, date: datetime, *, visible_from: int | None = None, user: str = "Zoe Miller") -> Row:
    """An upload as the portal stores it."""
    return Row(
        id=number,
        date=date,
        action_id=UPLOADED,
        user_id="u1",
        user=user,
        arguments=("Q3.docx",),
        visible_from=visible_from,
    )


def with_background(standin: StandInPortal) -> StandInPortal:
    """The portal with two events besides, for one that shows none of any time is refused."""
    for number, moment in enumerate(BACKGROUND, 9_000_001):
        standin.audit.add(row(number, moment))
    return standin


def event(number: int, date: datetime = NOON) -> AuditEvent:
    """An upload as the portal tells it."""
    return AuditEvent(id=number, date=date, user="Zoe Miller", user_id="u1", action_id=UPLOADED)


def log_of(rows: Iterable[Row], setup: PortalSetup | None = None) -> AuditLog:
    log = AuditLog(setup or PortalSetup())
    for one in rows:
        log.add(one)
    return log


def source(log: AuditLog) -> Source:
    """The portal's own logic for queries and rows, without HTTP."""

    def fetch(window: Window, start: int) -> list[AuditEvent]:
        asked = {"from": utc(window.start), "to": utc(window.end), "count": "100", "startindex": str(start)}
        rows = log.filter(read_query(asked, log.setup.generation))
        return msgspec.convert(rows, list[AuditEvent])

    return Source(fetch, "portal.test", PageLength(100))


def trail_of(
    portal: Portal,
    window: Window,
    zone: ZoneInfo,
    *,
    folder: Path,
    finish: Callable[[Iterator[AuditEvent]], R],
    watch: OnProgress,
    errands: Sequence[Callable[[], None]] = (),
) -> Reading[R]:
    """What is read of the window by who asks a hundred days after its end."""
    audit = endpoint(portal)
    view = probe(audit, zone, nobody=NOBODY, now=window.end + timedelta(days=100))
    trail = Trail(audit, view, zone, at_once=portal.at_once, watch=watch, halt=portal.halt)
    return trail.read(window, folder=folder, finish=finish, errands=errands)


def sought(log: AuditLog, piece: Slice) -> list[AuditEvent]:
    return [found for batch, _ in seek(source(log), Segment(piece)) for found in batch]


def ids(events: Iterable[AuditEvent]) -> list[int]:
    return [one.id for one in events]


def held(log: AuditLog, window: Window) -> list[int]:
    """The true set: ids of what lies in the half-open window."""
    return sorted(log.ids_between(window.start, window.end - timedelta(microseconds=1)))
