"""Request one page of the audit trail, using only parameters that the server honors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from reporting.docspace.api.client import Portal
from reporting.docspace.api.lenient import rows
from reporting.docspace.api.responses import Envelope
from reporting.errors.portal import KeyTooWeak
from reporting.errors.trail import AuditClosed, OrderUnknown, OutsideWindow, PageTooLong, RowsContradict
from reporting.events import AuditEvent
from reporting.period import Window, utc

T = TypeVar("T")
PATH = "/security/audit/events/filter"
FULL = 100
"""Rows of a full page: what every generation of the server allows (3.2 and later refuse more)."""
CONTRADICTIONS = (OutsideWindow, OrderUnknown, PageTooLong, RowsContradict)
"""What is wrong with an answer that can be read. A cache or a server that restarts gives one of them, once."""
TRIES = 3
"""How often a request is sent if its answers contradict themselves."""


@dataclass(frozen=True, slots=True)
class AuditEndpoint:
    """The audit trail's endpoint; tests can replace where its answers come from."""

    ask: Callable[[Mapping[str, str | int]], Envelope[list[AuditEvent]]]
    """Gives the answer to a question's parameters."""
    host: str
    """Who is named when the answers are wrong."""
    note: Callable[[Sequence[AuditEvent]], object] = lambda _: None
    """Receives the rows of every page that is consistent with itself."""

    def page(self, window: Window, *, start: int = 0, count: int = FULL) -> list[AuditEvent]:
        """Up to *count* events from offset *start*, newest first, of *window* with BOTH its ends.

        Events of one second come in any order, and in another one at the next request.

        Raises:
            PageTooLong: more came than was requested.
            RowsContradict: the page says that it has another number of rows, or has one twice.
            PortalError: refused or not understood.

        Source: ``GET /api/2.0/security/audit/events/filter``, DocSpace server 3.7.2. Every parameter but these four is
        a trap there: ignored, matched loosely, or a crash.
        """
        asked: dict[str, str | int] = {
            "from": utc(window.start),
            "to": utc(window.end),
            "count": count,
            "startIndex": start,
        }
        return self._rows(asked, count)

    def of_user(self, user: UUID) -> list[AuditEvent]:
        """One event that this user has caused, if there is any."""
        return self._rows({"userId": str(user), "count": 1}, 1)

    def _rows(self, asked: Mapping[str, str | int], count: int) -> list[AuditEvent]:
        events = retry_unreadable(lambda: check_page(self.ask(asked), asked=count, host=self.host))
        self.note(events)
        return events


def endpoint(portal: Portal, *, patience: float | None = None) -> AuditEndpoint:
    """The portal's own endpoint; *patience* in seconds instead of the usual one."""
    meaning = {402: AuditClosed(host=portal.host), 403: KeyTooWeak(host=portal.host, act="read the audit trail")}

    def ask(params: Mapping[str, str | int]) -> Envelope[list[AuditEvent]]:
        return portal.page(
            PATH, list[AuditEvent], params=params, meaning=meaning, rescue=lenient_page, patience=patience
        )

    return AuditEndpoint(ask, portal.host)


def retry_unreadable(ask: Callable[[], T]) -> T:
    """The result of *ask*; if the portal contradicts itself, it is repeated at once, *TRIES* times in all."""
    for _ in range(TRIES - 1):
        try:
            return ask()
        except CONTRADICTIONS:
            continue
    return ask()


def check_page(found: Envelope[list[AuditEvent]], *, asked: int, host: str) -> list[AuditEvent]:
    """The rows of a page, checked against the page's own count.

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
    return events


def lenient_page(body: bytes) -> Envelope[list[AuditEvent]] | None:
    return rows(body, AuditEvent)
