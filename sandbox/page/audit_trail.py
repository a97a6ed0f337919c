"""The portal's audit trail as its administrator would look through it, and more of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.page.session import Playing, number, said
from sandbox.portal import AuditEvent, StandInPortal, login_events, month_of_events
from sandbox.portal.catalog import audit_action
from sandbox.portal.rows import audit_row
from sandbox.portal.setup import Clock
from sandbox.slack.wire import Json

PAGE = 50
MOST = 20_000
"""Events that can be added at once."""
LATE = 30
"""Seconds until late events are there."""
SECOND = timedelta(seconds=1)


def months(portal: StandInPortal, now: Clock) -> list[Json]:
    """Return the months that have events, the newest first."""
    oldest = next(portal.audit.events_between(None, None), None)
    found: list[Json] = []
    last = now().astimezone(portal.setup.zone)
    while oldest is not None and bounds(portal, last)[1] >= oldest.date:
        count = portal.audit.count_between(*bounds(portal, last))
        found += [{"month": f"{last:%Y-%m}", "events": count}] if count else []
        last = last.replace(day=1) - timedelta(days=1)
    return found


def events(playing: Playing, asked: Json) -> Json:
    """Return one page of a month's events, newest first, of those that have all the words."""
    words = said(asked, "words").casefold().split()
    span = bounds(playing.portal, month_of(said(asked, "month"), playing.portal))
    rows = [row for row in _rows(playing.portal, span) if all(word in row["found_by"] for word in words)]
    start = number(asked, "start")
    shown = [{name: value for name, value in row.items() if name != "found_by"} for row in rows[start : start + PAGE]]
    return {"total": len(rows), "start": start, "page": PAGE, "events": shown}


def add(playing: Playing, asked: Json) -> Json:
    """Let more happen in a month: at once, or some of it late; with ``hostile``, of people who mean harm.

    Raises:
        ValueError: the month has not begun, or the number is out of bounds.
    """
    portal, count, now = playing.portal, number(asked, "count"), playing.now()
    month = month_of(said(asked, "month"), portal)
    if month > now or month < portal.setup.created:
        raise ValueError("events belong to a month between the portal's first and this one")
    if not 0 < count <= MOST:
        raise ValueError(f"from 1 to {MOST} events")
    fill(portal, month, count, now=now, hostile=bool(asked.get("hostile")), late=bool(asked.get("late")))
    playing.watch.wake()
    return {}


def fill(portal: StandInPortal, month: datetime, count: int, *, now: datetime, hostile: bool, late: bool) -> None:
    """Add that many events of a month; of this month, those that can have happened by *now*."""
    seed, zone = portal.audit.next_id(), portal.setup.zone
    due = now + timedelta(seconds=LATE) if late else None
    for event in month_of_events(month.year, month.month, count=count, seed=seed, zone=zone, hostile=hostile):
        if event.date <= now:
            portal.audit.add(replace(event, id=portal.audit.next_id(), visible_from=due))
    if late:
        return
    signed_in = login_events(month.year, month.month, count=count // 10, seed=seed, zone=zone, hostile=hostile)
    portal.logins.add_all(replace(one, id=portal.audit.next_id()) for one in signed_in if one.date <= now)


def month_of(text: str, portal: StandInPortal) -> datetime:
    """Return when the month *YYYY-MM* begins.

    Raises:
        ValueError: that is none.
    """
    return datetime.strptime(f"{text}-01", "%Y-%m-%d").replace(tzinfo=portal.setup.zone)


def bounds(portal: StandInPortal, moment: datetime) -> tuple[datetime, datetime]:
    """Return the first and the last second of the moment's month."""
    first = moment.astimezone(portal.setup.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first, (first + timedelta(days=32)).replace(day=1) - SECOND


def _rows(portal: StandInPortal, span: tuple[datetime, datetime]) -> Iterator[Json]:
    return (_row(portal, event) for event in reversed(list(portal.audit.events_between(*span))))


def _row(portal: StandInPortal, event: AuditEvent) -> Json:
    action = audit_action(event.action_id, portal.setup.generation)
    words = str(audit_row(event, action, portal.setup, brief=False)["action"]) if action else ""
    shown = {
        "id": event.id,
        "date": event.date.isoformat(),
        "user": event.user,
        "action": words or (action.name if action else str(event.action_id)),
        "name": action.name if action else "",
        "context": event.context or "",
        "ip": event.ip or "",
    }
    return {**shown, "found_by": " ".join(str(value) for value in shown.values()).casefold()}
