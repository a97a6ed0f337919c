"""What a portal does with a question about its audit trail, tried out before anything is believed.

Nothing in an answer says which rules hold, and DocSpace has changed them before: how long a page may be, how a date is
read, whether a bound is included. So each rule is tried with a question whose answer is known, and one question is asked
whose answer cannot be empty.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from reporting.docspace.autumn import SECOND, slices
from reporting.docspace.page import FULL, PATH, TRIES, meaning, page
from reporting.docspace.portal import Portal
from reporting.errors import (
    AuditEmpty,
    AuditNotInPlan,
    BoundsUnreliable,
    Declined,
    OffsetIgnored,
    OldestFirst,
    OrderUnknown,
)
from reporting.events import AuditEvent
from reporting.period import Window

LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
"""No DocSpace portal has events of then."""
BEFORE_ALL = Window(LONG_AGO, LONG_AGO + timedelta(days=1))
AHEAD = timedelta(days=2)
"""How far beyond now events may lie, whatever either clock shows."""
SHORTER = (50, 20, 10, 5, 2, 1)
"""Lengths of pages that are asked for where the portal refuses the usual one, until it takes one."""
FEW = 5
"""Events that are tried as bounds; one of them has to fit."""
AROUND = timedelta(hours=3)
"""How near the hour that comes twice a date is not to be taken at its word."""


@dataclass(frozen=True, slots=True)
class PortalView:
    """What a portal was seen to do."""

    page_length: int
    """Events of a page that it takes to be asked for."""
    newest: tuple[AuditEvent, ...]
    """Its newest events, newest first, as many as one page shows; at least one."""
    horizon: Window
    """In which all of its events lie."""
    from_included: bool
    to_included: bool
    """Whether an event of the very second of the bound is shown."""
    minutes_tried: bool
    """Whether a bound within a minute was tried, or all events that it shows bear full minutes."""
    offset_moves: bool
    """Whether an offset was seen to move the page; if not, too few events could be told apart."""

    def asked(self, window: Window) -> Window:
        """What to ask for to see *window* with both its ends."""
        start, end = timedelta(seconds=not self.from_included), timedelta(seconds=not self.to_included)
        return Window(window.start - start, window.end + end)

    def outside(self, window: Window) -> int:
        """How many of its newest events lie outside of *window*."""
        return sum(not window.holds(event.date) for event in self.newest)

    def facts(self) -> dict[str, object]:
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


def probe(portal: Portal, zone: ZoneInfo, *, nobody: UUID, now: datetime) -> PortalView:
    """Try out what the portal does; *zone* is its own, and *nobody* is not one of its users.

    Raises:
        AuditNotInPlan: an event came back of 1990, or of *nobody*: it shows its newest 20 whatever it is asked.
        AuditEmpty: it shows no event of any time.
        OldestFirst, OrderUnknown, BoundsUnreliable, OffsetIgnored: it does not do what reading relies on.

    Source: ``SecurityController.cs`` of DocSpace server 3.7.2: without ``audit`` in the plan, or with the section
    hidden, the answer is HTTP 200 with the 20 newest events and all filters ignored.
    """
    check_filters(portal, nobody)
    horizon = Window(LONG_AGO, now.replace(microsecond=0) + AHEAD)
    length, newest = newest_page(portal, horizon)
    check_order(newest, zone, portal.host)
    tried = [event for event in newest if event.date.microsecond == 0 and is_unambiguous(event.date, zone)]
    within = [event for event in tried if event.date.second] or tried
    from_included, to_included = bounds(portal, within[:FEW], length) if within else (True, True)
    until = within[0].date + SECOND * (not to_included) if within else horizon.end
    moves = offset_moves(portal, Window(LONG_AGO, until), length)
    minutes = any(event.date.second for event in within)
    return PortalView(length, tuple(newest), horizon, from_included, to_included, minutes, moves)


def check_filters(portal: Portal, nobody: UUID) -> None:
    """Ask for events that cannot exist: of 1990, and of the user *nobody*.

    Raises:
        AuditNotInPlan
    """
    params: dict[str, str | int] = {"userId": str(nobody), "count": 1}
    if page(portal, BEFORE_ALL, count=1) or portal.get(
        PATH, list[AuditEvent], params=params, meaning=meaning(portal.host)
    ):
        raise AuditNotInPlan(host=portal.host)


def newest_page(portal: Portal, horizon: Window) -> tuple[int, list[AuditEvent]]:
    """How many events may be asked for at once, and the newest ones.

    Raises:
        AuditEmpty: there is none.
        Declined: not even one may be asked for.
    """
    length = FULL
    for shorter in (*SHORTER, None):
        try:
            newest = page(portal, horizon, count=length) or page(portal, horizon, count=length)
        except Declined:  # 400; if it was for something else, the shortest page is refused too
            if shorter is None:
                raise
            length = shorter
            continue
        break
    if not newest:
        raise AuditEmpty(host=portal.host)
    return length, newest


def check_order(events: list[AuditEvent], zone: ZoneInfo, host: str) -> None:
    """Make sure that the events come newest first.

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


def is_unambiguous(date: datetime, zone: ZoneInfo) -> bool:
    """Whether a date is certainly true: in autumn's repeated hour the portal tells it an hour late."""
    return len(slices(Window(date - AROUND, date + AROUND), zone)) == 1


def bounds(portal: Portal, events: list[AuditEvent], length: int) -> tuple[bool, bool]:
    """Whether the start and the end of a period are included, tried on the very seconds of some events.

    Raises:
        BoundsUnreliable: none of them is shown whichever way it is asked for.
    """
    for event in events:
        for start, end in ((True, True), (True, False), (False, True), (False, False)):
            asked = Window(event.date - SECOND * (not start), event.date + SECOND * (not end))
            dates = [one.date for one in page(portal, asked, count=length)]
            if event.date in dates and all(asked.start <= date <= asked.end for date in dates):
                return start, end
    raise BoundsUnreliable(host=portal.host, event=events[0].id, date=events[0].date.isoformat())


def offset_moves(portal: Portal, window: Window, length: int) -> bool:
    """Whether an offset of one moves the page by one event; False where too few can be told apart.

    Events of one second come in any order, so only their dates are compared.

    Raises:
        OffsetIgnored: it does not.
    """
    first = [event.date for event in page(portal, window, count=length)]
    if first == first[::-1]:  # of one second, or alone
        return False
    for _ in range(TRIES):
        moved = [event.date for event in page(portal, window, count=length, start=1)]
        common = min(len(first) - 1, len(moved))
        stayed, shifted = moved[:common] == first[:common], moved[:common] == first[1 : common + 1]
        if moved and not (stayed and not shifted):
            return shifted and not stayed
    raise OffsetIgnored(host=portal.host)
