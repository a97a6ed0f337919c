"""One page of the audit trail, asked for with nothing but what the server is known to honour."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from reporting.docspace.answers import Envelope
from reporting.docspace.lenient import rows
from reporting.docspace.portal import Portal
from reporting.errors import (
    AuditClosed,
    ComplianceError,
    KeyTooWeak,
    OrderUnknown,
    OutsideWindow,
    PageTooLong,
    RowsContradict,
)
from reporting.events import AuditEvent
from reporting.period import Window, utc

T = TypeVar("T")
PATH = "/security/audit/events/filter"
FULL = 100
"""Rows of a full page: what every generation of the server allows (3.2 and later refuse more)."""
CONTRADICTIONS = (OutsideWindow, OrderUnknown, PageTooLong, RowsContradict)
"""What is wrong with an answer that can be read. A cache or a server that restarts gives one of them, once."""
TRIES = 3
"""How often a question is asked whose answers contradict themselves."""


def page(
    portal: Portal, window: Window, *, start: int = 0, count: int = FULL, patience: float | None = None
) -> list[AuditEvent]:
    """Up to *count* events from the *start*-th on, newest first, of *window* with BOTH its ends.

    Events of one second come in any order, and in another one at the next request.

    Raises:
        PageTooLong: more came than was asked for.
        RowsContradict: the page says that it has another number of rows, or has one twice.
        PortalError: refused or not understood.

    Source: ``GET /api/2.0/security/audit/events/filter``, DocSpace server 3.7.2. Every parameter but these four is a
    trap there: ignored, matched loosely, or a crash.
    """
    params: dict[str, str | int] = {
        "from": utc(window.start),
        "to": utc(window.end),
        "count": count,
        "startIndex": start,
    }

    def ask() -> list[AuditEvent]:
        found = portal.page(
            PATH, list[AuditEvent], params=params, meaning=meaning(portal.host), rescue=rescued, patience=patience
        )
        check_rows(found, asked=count, host=portal.host)
        return found.response

    return repeated(ask)


def repeated(ask: Callable[[], T]) -> T:
    """What *ask* gives; where the portal contradicts itself, again at once, *TRIES* times in all."""
    for _ in range(TRIES - 1):
        try:
            return ask()
        except CONTRADICTIONS:
            continue
    return ask()


def check_rows(found: Envelope[list[AuditEvent]], *, asked: int, host: str) -> None:
    """Hold the page against what it says of itself.

    Source: ``count`` is the length of ``response`` (``CommonApiResponse.cs``, DocSpace server 3.7.2).

    Raises:
        PageTooLong, RowsContradict
    """
    events = found.response
    if len(events) > asked:
        raise PageTooLong(host=host, rows=len(events), asked=asked)
    if found.count is not None and found.count != len(events):
        raise RowsContradict(host=host, found=f"a page of {len(events)} events says that it has {found.count}")
    if len({event.id for event in events}) < len(events):
        raise RowsContradict(host=host, found="a page has the same event twice")


def rescued(body: bytes) -> Envelope[list[AuditEvent]] | None:
    return rows(body, AuditEvent)


def meaning(host: str) -> Mapping[int, ComplianceError]:
    return {402: AuditClosed(host=host), 403: KeyTooWeak(host=host, act="read the audit trail")}
