"""Read the sign-in history of a window, as reliably as the portal's API allows.

Its endpoint cuts the page first and filters it afterwards, so nothing can be sought: the history is walked by offset
from its newest entry, without any filter, until it is older than the window. Pages overlap, since entries move when new
ones arrive and entries of one second come in any order; and the walk is repeated until it shows nothing new. That is
less than a proof, and the report says so.

Source: ``LoginEventsRepository.cs`` of DocSpace server 2.0 to 3.7.2, which skips rows before it filters them.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import BinaryIO

from reporting.docspace.api import lenient
from reporting.docspace.api.client import Portal
from reporting.docspace.api.responses import Envelope
from reporting.docspace.audit.page import FULL
from reporting.docspace.audit.spool import Spool, by_date
from reporting.errors.trail import EndlessHistory, OrderUnknown, PageTooLong, RowsContradict, UnprovenWalk
from reporting.events import SignIn
from reporting.period import Window

PATH = "/security/audit/login/filter"
OVERLAP = 10
"""Rows that a page shares with the one before, at the least."""
WALKS = 6
"""How often the history is walked before giving up on a walk that shows nothing new."""
SHORT = 50
"""Pages of a walk that may be shorter than others, since the end is near, before it is given up."""
FARTHEST = 200_000
"""Rows from the newest one that are walked at the most."""
TOLERANCE = timedelta(hours=1)
"""How late the portal dates an entry of autumn's repeated hour."""
PATIENCE = 15.0
"""Seconds that a request is repeated for. The report does not depend on it; one entry without an address fails all."""


@dataclass(frozen=True, slots=True)
class History:
    """The sign-in history that was read."""

    entries: Iterator[SignIn]
    """Oldest first and then by id."""
    older: bool
    """Whether an entry from before the window is still there, so that nothing of the window was deleted."""
    empty: bool
    """Whether the portal shows no entry of any time."""


def signins(portal: Portal, window: Window, *, file: BinaryIO) -> History:
    """Read the sign-in history of *window*; its entries are buffered in *file*.

    Raises:
        RowsContradict, OrderUnknown: the answers do not fit each other.
        UnprovenWalk: every walk showed something new.
        EndlessHistory: the window lies too far back.
        PortalError: refused or not understood.

    Source: ``GET /api/2.0/security/audit/login/filter``, DocSpace server 3.0 to 3.7.2.
    """
    spool, late = Spool(file, SignIn), []
    known: set[int] = set()
    older, empty, reached = False, True, window.end
    for number in range(WALKS):
        before = len(known)
        for entry in walk(portal, window):
            empty = False
            older |= entry.date < window.start
            if window.holds(entry.date) and entry.id not in known:
                known.add(entry.id)
                if number or entry.date > reached:
                    late.append(entry)
                else:
                    spool.add([entry])
                    reached = entry.date
        if number and len(known) == before:
            return History(heapq.merge(spool.oldest_first(), sorted(late, key=by_date), key=by_date), older, empty)
    raise UnprovenWalk(host=portal.host, walks=WALKS)


def step(rows: list[SignIn]) -> int:
    """The offset from this page to the next: to the first entry of this page's last second, if possible.

    It begins at this one's last entry at the latest, so that even the page behind the end has something to show; only
    a page of a single entry leaves nothing to overlap with.
    """
    second = sum(row.date == rows[-1].date for row in rows)
    overlap = max(second, OVERLAP) if second < len(rows) else OVERLAP
    return max(1, len(rows) - overlap)


def lenient_signins(body: bytes) -> Envelope[list[SignIn]] | None:
    return lenient.rows(body, SignIn)


def walk(portal: Portal, window: Window) -> Iterator[SignIn]:
    """Entries from the newest one until *window* is passed, newest first; some perhaps twice, some perhaps not.

    A short page is not taken for the end, for a portal may cut pages: the history is over where a page shows nothing
    that the one before has not, and the page behind it neither.

    Raises:
        RowsContradict: entries have disappeared, so the end is unknown.
        OrderUnknown: they do not come newest first.
        UnprovenWalk: the end moves away at every request.
    """
    start, longest, short, before = 0, 0, 0, set[int]()
    while start < FARTHEST and short < SHORT:
        rows = page(portal, start)
        if not rows and len(before) > 1:  # a single entry leaves nothing to overlap with
            raise RowsContradict(host=portal.host, found="sign-ins that it showed before are missing")
        yield from rows
        if rows and rows[-1].date < window.start - TOLERANCE:
            return
        if before.issuperset(row.id for row in rows):
            start += len(rows)
            rows = page(portal, start)
            yield from rows
            if before.issuperset(row.id for row in rows):
                return
        longest, short = max(longest, len(rows)), short + (len(rows) < longest)
        before = {row.id for row in rows}
        start += step(rows)
    if short == SHORT:
        raise UnprovenWalk(host=portal.host, walks=1)
    raise EndlessHistory(host=portal.host, rows=FARTHEST)


def page(portal: Portal, start: int) -> list[SignIn]:
    """Up to a hundred entries from the *start*-th on."""
    params: dict[str, str | int] = {"count": FULL, "startIndex": start}
    rows = portal.get(PATH, list[SignIn], params=params, patience=PATIENCE, rescue=lenient_signins)
    if len(rows) > FULL:
        raise PageTooLong(host=portal.host, rows=len(rows), asked=FULL)
    for newer, older in pairwise(rows):
        if older.date > newer.date + TOLERANCE:
            raise OrderUnknown(host=portal.host, event=older.id, date=older.date.isoformat())
    return rows
