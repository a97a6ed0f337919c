"""Does the portal do what it is asked? Some answer with other events instead of refusing."""

from datetime import UTC, datetime
from uuid import UUID

from reporting.docspace.page import PATH, meaning, page
from reporting.docspace.portal import Portal
from reporting.errors import AuditNotInPlan
from reporting.events import AuditEvent
from reporting.period import Window

LONG_AGO = Window(datetime(1990, 1, 1, tzinfo=UTC), datetime(1990, 1, 2, tzinfo=UTC))
"""No DocSpace portal has events of then."""


def probe(portal: Portal, *, nobody: UUID) -> None:
    """Ask twice for events that cannot exist: of 1990, and of the user *nobody*.

    Raises:
        AuditNotInPlan: an event came back, so the portal shows its newest 20 whatever it is asked.

    Source: ``SecurityController.cs`` of DocSpace server 3.7.2: without ``audit`` in the plan, or with the section
    hidden, the answer is HTTP 200 with the 20 newest events and all filters ignored.
    """
    params: dict[str, str | int] = {"userId": str(nobody), "count": 1}
    if page(portal, LONG_AGO) or portal.get(PATH, list[AuditEvent], params=params, meaning=meaning(portal.host)):
        raise AuditNotInPlan(host=portal.host)
