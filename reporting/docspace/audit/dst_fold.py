"""Handle the hour that repeats when daylight saving time ends, in which the portal misdates events.

The portal keeps events in UTC and filters them rightly, but turns the first of two equal local hours into the second:
an event of the first comes back late by the hour. It is told apart by what it was asked with: a window that ends
before the clock changed.

Source: ``TenantUtil.cs`` and ``ApiDateTime.cs`` of DocSpace server 3.7.2 (UTC to local to UTC, standard time assumed).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from reporting.period import Window

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Fold:
    """The clocks went back by *late* at *change* (UTC); events of the *late* before it are misdated."""

    change: datetime
    late: timedelta


@dataclass(frozen=True, slots=True)
class Slice:
    """A segment of time that is read in one go, and how late its events may be dated."""

    window: Window
    late: timedelta = timedelta()


def folds(window: Window, zone: ZoneInfo) -> Iterator[Fold]:
    """The moments around *window* at which the clocks of *zone* went back."""
    moment = window.start - HOUR
    while moment < window.end + HOUR:
        late = offset(moment, zone) - offset(moment + HOUR, zone)
        if late > timedelta():
            yield Fold(change(moment, moment + HOUR, zone), late)
        moment += HOUR


def change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the offset of *zone* is no longer what it was at *before*."""
    while after - before > SECOND:
        middle = before + ((after - before) // 2 // SECOND) * SECOND
        before, after = (middle, after) if offset(middle, zone) == offset(before, zone) else (before, middle)
    return after


def offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def slices(window: Window, zone: ZoneInfo) -> list[Slice]:
    """*window* cut so that in every slice each date has one meaning, oldest first, without gap or overlap.

    The last second before a change stands alone, since a slice is asked for with both its ends: an event of the
    change itself could not be told from one of an hour before.
    """
    found = list(folds(window, zone))
    cuts = {cut for r in found for cut in (r.change - r.late, r.change - SECOND, r.change)}
    ends = [
        window.start,
        *sorted(cut for cut in cuts if window.holds(cut) and cut > window.start),
        window.end,
    ]
    windows = [Window(start, end) for start, end in pairwise(ends)]
    return [Slice(w, late=shift(w, found)) for w in windows]


def shift(window: Window, found: list[Fold]) -> timedelta:
    touched = (r.late for r in found if window.start < r.change and r.change - r.late <= window.end)
    return max(touched, default=timedelta())
