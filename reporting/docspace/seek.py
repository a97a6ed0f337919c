"""Reading one slice of the audit trail so that no event is missed, whatever the order of events within a second.

Pages are sought by date, newest first: the next page ends where the last one did, so that nothing that arrives or
vanishes meanwhile can shift it. A second that fills a whole page is read by itself until it is proven whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from reporting.docspace.autumn import SECOND
from reporting.docspace.page import FULL
from reporting.docspace.spool import by_date
from reporting.docspace.stretch import Stretch
from reporting.errors import CursorStuck, OutsideWindow, UnprovenSecond
from reporting.events import AuditEvent
from reporting.period import Window, utc

PASSES = 40
"""How often a second is read again before giving up. 5,000 events in random order took 13."""
STUCK = 50
"""Pages by offset that show nothing but the first one again: the portal does not look at the offset."""
Fetch = Callable[[Window, int], list[AuditEvent]]
"""Gives a page of a window with both its ends, from an offset on."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where pages come from, and who is named when they are wrong."""

    fetch: Fetch
    host: str

    def page(self, window: Window, *, late: timedelta, start: int = 0) -> list[AuditEvent]:
        """A page whose events bear their true dates.

        Raises:
            OutsideWindow: an event that was not asked for.
        """
        return [self._dated(event, window, late) for event in self.fetch(window, start)]

    def _dated(self, event: AuditEvent, window: Window, late: timedelta) -> AuditEvent:
        if window.start <= event.date <= window.end:
            return event
        if late and window.start <= event.date - late <= window.end:
            return msgspec.structs.replace(event, date=event.date - late)
        raise OutsideWindow(host=self.host, event=event.id, date=event.date.isoformat(), window=window)


def seek(source: Source, stretch: Stretch) -> Iterator[tuple[list[AuditEvent], datetime]]:
    """Every event of the stretch, each once, in lists that go from its newest event to its oldest.

    With each list comes the moment that has been reached: nothing newer is missing. A list may hold events from before
    the stretch, if its start was moved while the page was under way.

    Raises:
        TrailError: the portal's answers contradict themselves, so the stretch cannot be proven whole.
    """
    to = end = stretch.end
    known: set[int] = set()
    while True:
        start = stretch.start
        events = source.page(Window(start, to), late=stretch.late)
        whole = len(events) < FULL
        oldest = start if whole else ceiling(min(event.date for event in events))
        if oldest == to and not whole:
            events = second(source, Window(max(start, to - SECOND), to), late=stretch.late)
            oldest = to - SECOND
        yield [event for event in events if event.id not in known and event.date < end], oldest
        if whole or oldest < stretch.start:
            return
        known = {event.id for event in events if event.date <= oldest}
        to = oldest


def second(source: Source, window: Window, *, late: timedelta) -> list[AuditEvent]:
    """Every event of a second that holds more than a page, and of the moment that it begins with.

    Its events come in another order at every request, so pages by offset repeat some and skip others. But the offset
    of the short last page, plus that page's length, is exactly how many there are: the second is read again until so
    many distinct ones were seen. The first pass only counts: a row that vanishes during it would stand for another.
    (One that vanishes just as another arrives leaves the number as it was; then a third can be missed.)

    Raises:
        UnprovenSecond: they were not all seen in 40 passes.
        CursorStuck: the portal gives the same page whatever the offset.
    """
    found: dict[int, AuditEvent] = {}
    rows = -1
    for _ in range(PASSES):
        seen, counted = one_pass(source, window, late=late)
        if counted != rows:  # something came or went on the way, so these rows prove nothing
            found, rows = {}, counted
            continue
        found |= seen
        if len(found) >= rows:
            return sorted(found.values(), key=by_date, reverse=True)
    raise UnprovenSecond(second=utc(window.end), rows=rows, seen=len(found), passes=PASSES)


def one_pass(source: Source, window: Window, *, late: timedelta) -> tuple[dict[int, AuditEvent], int]:
    """What one walk through the window by offset shows, and how many rows it has."""
    seen: dict[int, AuditEvent] = {}
    start = 0
    while True:
        events = source.page(window, late=late, start=start)
        seen.update((event.id, event) for event in events)
        start += len(events)
        if len(events) < FULL:
            return seen, start
        if start >= STUCK * FULL and len(seen) <= FULL:
            raise CursorStuck(host=source.host, second=utc(window.end), pages=STUCK)


def ceiling(moment: datetime) -> datetime:
    """The first whole second that is not before *moment*: what can be asked for without missing a fraction."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + SECOND
