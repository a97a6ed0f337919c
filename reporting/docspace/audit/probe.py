"""Probe how the portal answers questions about its audit trail, before its answers are trusted.

Nothing in an answer says which rules hold, and DocSpace has changed them before: how long a page may be, how a date is
read, whether a bound is included. So each rule is tried with a question whose answer is known, and one question is
asked whose answer cannot be empty.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from reporting.docspace.audit.dst_fold import SECOND, slices
from reporting.docspace.audit.page import FULL, TRIES, AuditEndpoint
from reporting.errors.portal import Declined
from reporting.errors.trail import (
    AuditEmpty,
    AuditNotInPlan,
    BoundsUnreliable,
    OffsetIgnored,
    OldestFirst,
    OrderUnknown,
    PageTooLong,
)
from reporting.events import AuditEvent
from reporting.period import Window

LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
"""No DocSpace portal has events of then."""
BEFORE_ALL = Window(LONG_AGO, LONG_AGO + timedelta(days=1))
AHEAD = timedelta(days=2)
"""How far beyond now events may lie, whatever either clock shows."""
SHORTER = (50, 20, 10, 5, 2, 1)
"""Page lengths to try if the portal refuses the usual one."""
FEW = 5
"""Events that are tried as bounds; one of them has to fit."""
AROUND = timedelta(hours=3)
"""How near the hour that comes twice a date is not to be taken at its word."""


@dataclass(frozen=True, slots=True)
class PortalView:
    """The portal's observed behavior."""

    page_length: int
    """Events of a page that it takes to be asked for."""
    newest: tuple[AuditEvent, ...]
    """Its newest events, newest first, as many as one page shows; at least one."""
    horizon: Window
    """In which all of its events lie."""
    seen: tuple[AuditEvent, ...]
    """Every event that was in any of its answers, each once."""
    from_included: bool
    to_included: bool
    """Whether an event of the very second of the bound is shown."""
    minutes_tried: bool
    """Whether a bound within a minute was tried, or all events that it shows bear full minutes."""
    offset_moves: bool
    """Whether an offset was seen to move the page; if not, there were too few distinct events."""

    def asked(self, window: Window) -> Window:
        """What to ask for to see *window* with both its ends."""
        start, end = timedelta(seconds=not self.from_included), timedelta(seconds=not self.to_included)
        return Window(window.start - start, window.end + end)

    def shown(self, window: Window) -> set[int]:
        """Ids of the events that it showed of *window*."""
        return {event.id for event in self.seen if window.holds(event.date)}

    def shown_outside(self, window: Window) -> int:
        """How many events it showed that lie outside of *window*."""
        return len(self.seen) - len(self.shown(window))

    def facts(self) -> dict[str, str | int | bool]:
        """For the manifest and for programs."""
        return {
            "page_length": self.page_length,
            "longest_page": len(self.newest),
            "order": "newest first",
            "from_included": self.from_included,
            "to_included": self.to_included,
            "offset": "honoured" if self.offset_moves else "not tried, too few events",
            "filters": "honoured",
        }

    def __str__(self) -> str:
        bounds = {
            (True, True): "both bounds included",
            (True, False): "the end of a period not included",
            (False, True): "the start of a period not included",
            (False, False): "neither bound included",
        }[self.from_included, self.to_included]
        offset = "offset and filters honoured" if self.offset_moves else "filters honoured, offset not tried yet"
        return f"pages of {self.page_length}, newest first, {bounds}, {offset}"


def probe(audit: AuditEndpoint, zone: ZoneInfo, *, nobody: UUID, now: datetime) -> PortalView:
    """Probe the portal; *zone* is its own, and *nobody* is not one of its users.

    Raises:
        AuditNotInPlan: an event came back of 1990, or of *nobody*: it shows its newest 20 whatever it is asked.
        AuditEmpty: it shows no event of any time.
        OldestFirst, OrderUnknown, BoundsUnreliable, OffsetIgnored: it does not do what reading relies on.

    Source: ``SecurityController.cs`` of DocSpace server 3.7.2: without ``audit`` in the plan, or with the section
    hidden, the answer is HTTP 200 with the 20 newest events and all filters ignored.
    """
    seen: dict[int, AuditEvent] = {}
    audit = replace(audit, note=lambda events: seen.update((event.id, event) for event in events))
    horizon = Window(LONG_AGO, now.replace(microsecond=0) + AHEAD)
    length, newest = newest_page(audit, horizon)
    check_filters(audit, nobody, length)
    check_order(newest, zone, audit.host)
    tried = [event for event in newest if is_exact(event.date, zone)]
    within = [event for event in tried if event.date.second] or tried
    included = bounds(audit, within[:FEW], length) if within else (True, True)
    until = within[0].date + SECOND * (not included[1]) if within else horizon.end
    behind, moves = check_offset(audit, Window(LONG_AGO, until), length)
    older = [event for event in behind if is_exact(event.date, zone)]
    if older and bounds(audit, older[-1:], length) != included:
        raise BoundsUnreliable(host=audit.host, event=older[-1].id, date=older[-1].date.isoformat())
    minutes = any(event.date.second for event in within)
    return PortalView(
        length, tuple(newest), horizon, tuple(seen.values()), *included, minutes_tried=minutes, offset_moves=moves
    )


def check_filters(audit: AuditEndpoint, nobody: UUID, length: int) -> None:
    """Ask for events that cannot exist: of 1990, and of the user *nobody*.

    Raises:
        AuditNotInPlan
    """
    try:
        shown = audit.page(BEFORE_ALL, count=length) or audit.of_user(nobody)
    except PageTooLong:  # more rows than requested, where there must be none
        raise AuditNotInPlan(host=audit.host) from None
    if shown:
        raise AuditNotInPlan(host=audit.host)


def newest_page(audit: AuditEndpoint, horizon: Window) -> tuple[int, list[AuditEvent]]:
    """Find the largest page length, and read the newest events.

    Raises:
        AuditEmpty: there is none.
        Declined: the portal refuses even a page of one event.
    """
    length = FULL
    for shorter in (*SHORTER, None):
        try:
            newest = audit.page(horizon, count=length) or audit.page(horizon, count=length)
        except Declined:  # 400; if it was for something else, the shortest page is refused too
            if shorter is None:
                raise
            length = shorter
            continue
        break
    if not newest:
        raise AuditEmpty(host=audit.host)
    return length, newest


def check_order(events: list[AuditEvent], zone: ZoneInfo, host: str) -> None:
    """Check that the events come newest first.

    Raises:
        OldestFirst, OrderUnknown
    """
    told = [event for event in events if is_unambiguous(event.date, zone)]
    rising = [older for newer, older in pairwise(told) if older.date > newer.date]
    falling = any(older.date < newer.date for newer, older in pairwise(told))
    if rising and falling:
        raise OrderUnknown(host=host, event=rising[0].id, date=rising[0].date.isoformat())
    if rising:
        raise OldestFirst(host=host)


def is_exact(date: datetime, zone: ZoneInfo) -> bool:
    """Whether a date can be requested exactly: a whole second, and not in the repeated hour, dated an hour late."""
    return not date.microsecond and is_unambiguous(date, zone)


def is_unambiguous(date: datetime, zone: ZoneInfo) -> bool:
    return len(slices(Window(date - AROUND, date + AROUND), zone)) == 1


def bounds(audit: AuditEndpoint, events: list[AuditEvent], length: int) -> tuple[bool, bool]:
    """Whether the start and the end of a period are included, tried on the very seconds of some events.

    Raises:
        BoundsUnreliable: none of them is shown whichever way it is asked for.
    """
    for event in events:
        for start, end in ((True, True), (True, False), (False, True), (False, False)):
            asked = Window(event.date - SECOND * (not start), event.date + SECOND * (not end))
            dates = [one.date for one in audit.page(asked, count=length)]
            if event.date in dates and all(asked.start <= date <= asked.end for date in dates):
                return start, end
    raise BoundsUnreliable(host=audit.host, event=events[0].id, date=events[0].date.isoformat())


def check_offset(audit: AuditEndpoint, window: Window, length: int) -> tuple[list[AuditEvent], bool]:
    """The page that begins with the last event of the first one, and whether that shows that an offset moves a page.

    Events of one second come in any order, so only their dates are compared; where all are of one second, or there is
    one event alone, nothing is shown.

    Raises:
        OffsetIgnored: the page begins elsewhere.
    """
    for _ in range(TRIES):
        first = [event.date for event in audit.page(window, count=length)]
        telling = len(set(first)) > 1
        page = audit.page(window, count=length, start=max(1, len(first) - 1))
        if page and (not telling or page[0].date == first[-1]):
            return page, telling
    if telling:
        raise OffsetIgnored(host=audit.host)
    return [], False
