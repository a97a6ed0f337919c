"""One page of the audit trail, asked for with nothing but what the server is known to honour."""

from collections.abc import Mapping

from reporting.docspace.lenient import rows
from reporting.docspace.portal import Portal
from reporting.errors import AuditClosed, ComplianceError, KeyTooWeak, PageTooLong
from reporting.events import AuditEvent
from reporting.period import Window, utc

PATH = "/security/audit/events/filter"
FULL = 100
"""Rows of a full page: what every generation of the server allows (3.2 and later refuse more)."""


def page(
    portal: Portal, window: Window, *, start: int = 0, count: int = FULL, patience: float | None = None
) -> list[AuditEvent]:
    """Up to *count* events from the *start*-th on, newest first, of *window* with BOTH its ends.

    Events of one second come in any order, and in another one at the next request.

    Raises:
        PageTooLong: more came than was asked for.
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
    found = portal.get(
        PATH, list[AuditEvent], params=params, meaning=meaning(portal.host), rescue=rescued, patience=patience
    )
    if len(found) > count:
        raise PageTooLong(host=portal.host, rows=len(found), asked=count)
    return found


def rescued(body: bytes) -> list[AuditEvent] | None:
    return rows(body, AuditEvent)


def meaning(host: str) -> Mapping[int, ComplianceError]:
    return {402: AuditClosed(host=host), 403: KeyTooWeak(host=host, act="read the audit trail")}
