"""Read one segment of the audit trail without missing an event, whatever the portal's page size.

This is keyset pagination: pages are sought by date, newest first, and the next page ends where the last one did, so
that nothing that arrives or vanishes meanwhile can shift it. Three rules make it sure of itself:

- Each page has to bring back what is already known of the second that it begins with.
- A short page is not taken for the end. A stretch is read when a page reaches past its start; at the very start of the
  slice, where there is nothing to reach, when a page brings nothing new.
- A second that fills a page by itself is read by offset until it is proven whole.

That no event is missing is proven again at the end, by counting (``count_proof``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from reporting.docspace.audit.dst_fold import SECOND
from reporting.docspace.audit.page import retry_unreadable
from reporting.docspace.audit.segment import Segment
from reporting.docspace.audit.spool import by_date
from reporting.errors.trail import CursorStuck, OrderUnknown, OutsideWindow, UnprovenSecond
from reporting.events import AuditEvent
from reporting.period import Window, utc

PASSES = 40
"""How often a second is read again before giving up. 5,000 events in random order took 13."""
STUCK = 20
"""Pages by offset, one after the other, that show nothing new: the portal does not look at the offset."""
STANDSTILLS = 3
"""Pages that bring something new and all end in the second they began with, before it is read by offset."""
Fetch = Callable[[Window, int], list[AuditEvent]]
"""Gives a page of a window with both its ends, from an offset on."""


class PageLength:
    """The longest page that the portal gave so far: what is as long may go on behind its end."""

    def __init__(self, longest: int = 0) -> None:
        self.longest = longest

    def note(self, rows: int) -> None:
        self.longest = max(self.longest, rows)


@dataclass(frozen=True, slots=True)
class Source:
    """Where pages come from, and who is named when they are wrong."""

    fetch: Fetch
    host: str
    length: PageLength = field(default_factory=PageLength)

    def page(self, window: Window, *, late: timedelta, start: int = 0) -> list[AuditEvent]:
        """A page whose events bear their true dates, newest first.

        Raises:
            OutsideWindow: an event outside the requested window.
            OrderUnknown: an event that is newer than the one before it.
        """
        events = retry_unreadable(lambda: self._page(window, late, start))
        self.length.note(len(events))
        return events

    def _page(self, window: Window, late: timedelta, start: int) -> list[AuditEvent]:
        found = self.fetch(window, start)
        if is_page_usual(found, window):
            return found
        events = [self._dated(event, window, late) for event in found]
        for newer, older in pairwise(events):
            if newer.date < older.date:
                raise OrderUnknown(host=self.host, event=older.id, date=older.date.isoformat())
        return events

    def _dated(self, event: AuditEvent, window: Window, late: timedelta) -> AuditEvent:
        if window.start <= event.date <= window.end:
            return event
        if late and window.start <= event.date - late <= window.end:
            return msgspec.structs.replace(event, date=event.date - late)
        raise OutsideWindow(host=self.host, event=event.id, date=event.date.isoformat(), window=window)


def is_page_usual(events: list[AuditEvent], window: Window) -> bool:
    """Whether all of them are of the window, newest first: then the first and the last speak for those between them."""
    dates = [event.date for event in events]
    return not dates or (dates[0] <= window.end and window.start <= dates[-1] and dates == sorted(dates, reverse=True))


def seek(source: Source, stretch: Segment) -> Iterator[tuple[list[AuditEvent], datetime]]:
    """Yield every event of the segment once, in lists from the newest event to the oldest.

    With each list comes the moment that has been reached: nothing newer is missing. A list may hold events from before
    the stretch, since it is asked for down to the start of its slice: the page that reaches past the stretch's start
    shows by that that nothing was cut off before it.

    Raises:
        TrailError: the portal's answers contradict themselves, so the stretch cannot be proven whole.
    """
    to = end = stretch.end
    known: set[int] = set()
    standstills = 0
    while True:
        asked = Window(stretch.floor, to)
        events = source.page(asked, late=stretch.late)
        if contradicts(events, known, asked, source.length.longest):
            events = source.page(asked, late=stretch.late)  # a cache, or another server behind the same address
        new = [event for event in events if event.id not in known]
        oldest = round_up(new[-1].date) if new else to
        standstills += oldest == to
        if is_dense(events, known, asked, source.length.longest) or standstills > STANDSTILLS:
            events = read_second(source, Window(max(stretch.floor, to - SECOND), to), late=stretch.late)
            new = [event for event in events if event.id not in known]
            oldest = to - SECOND
        yield older_than(end, new), max(oldest, stretch.floor)
        if oldest < stretch.start or (oldest == to and not new):
            return
        standstills *= oldest == to
        known = {event.id for event in events if event.date <= oldest}
        to = oldest


def older_than(moment: datetime, events: list[AuditEvent]) -> list[AuditEvent]:
    """Those of the events, which come newest first, that lie before *moment*; nearly all do."""
    first = next((place for place, event in enumerate(events) if event.date < moment), len(events))
    return events[first:]


def is_dense(events: list[AuditEvent], known: set[int], window: Window, longest: int) -> bool:
    """Whether the window's last second has to be read by itself.

    It may have more events than a page shows, or the page, asked for twice, contradicts what is known of it.
    """
    full = 0 < longest <= len(events) and events[-1].date > window.end - SECOND
    return full or contradicts(events, known, window, longest)


def contradicts(events: list[AuditEvent], known: set[int], window: Window, longest: int) -> bool:
    """Whether a page lacks what is *known* of the window's last second although it had room for it."""
    if known <= {event.id for event in events}:
        return False
    return len(events) < longest or events[-1].date <= window.end - SECOND


def read_second(source: Source, window: Window, *, late: timedelta) -> list[AuditEvent]:
    """Every event of a second that holds more than a page, and of the moment that it begins with.

    A pass by offset whose every page begins with the last event of the one before was not shifted by anything; if it
    showed as many different events as it has rows, it is a proof by itself.

    Where events come in another order at every request, pages repeat some and skip others. But the offset at which
    there is nothing more is exactly how many there are: the second is read again until so many distinct ones were
    seen. The first such pass only counts: a row that vanishes during it would stand for another. (One that vanishes
    just as another arrives leaves the number as it was; then a third can be missed.) What has vanished meanwhile is
    given too, so that counting shows that it did.

    Raises:
        UnprovenSecond: they were not all seen in 40 passes.
        CursorStuck: the portal gives the same page whatever the offset.
    """
    found: dict[int, AuditEvent] = {}
    ever: dict[int, AuditEvent] = {}
    rows = -1
    for _ in range(PASSES):
        seen, counted, steady = one_pass(source, window, late=late)
        ever |= seen
        if steady and len(seen) == counted:
            found, rows = seen, counted
        elif counted != rows:  # events changed meanwhile, so these rows prove nothing
            found, rows = {}, counted
            continue
        found |= seen
        if len(found) >= rows:
            return sorted(ever.values(), key=by_date, reverse=True)
    raise UnprovenSecond(second=utc(window.end), rows=rows, seen=len(found), passes=PASSES)


def one_pass(source: Source, window: Window, *, late: timedelta) -> tuple[dict[int, AuditEvent], int, bool]:
    """What one walk through the window by offset shows, how many rows it has, and whether it was steady.

    Each page begins with the last row of the one before, so that the one at the end has something to show. It is over
    where that row is the only one, and behind it there is nothing.
    """
    events = source.page(window, late=late)
    seen = {event.id: event for event in events}
    rows, last, steady, idle = len(events), events[-1].id if events else 0, True, 0
    while rows:
        events = source.page(window, late=late, start=rows - 1)
        if len(events) <= 1:
            steady &= [event.id for event in events] == [last]
            seen |= {event.id: event for event in events}
            beyond = source.page(window, late=late, start=rows)
            if not beyond:
                break
            events = [*events[:1], *beyond]
        steady &= events[0].id == last
        before = len(seen)
        seen |= {event.id: event for event in events}
        rows, last = rows - 1 + len(events), events[-1].id
        idle = 0 if len(seen) > before else idle + 1
        if idle == STUCK:
            raise CursorStuck(host=source.host, second=utc(window.end), pages=STUCK)
    return seen, rows, steady


def round_up(moment: datetime) -> datetime:
    """The first whole second that is not before *moment*: what can be asked for without missing a fraction."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + SECOND
