"""The TXT: what it says, in the form that readers of the vendor's sample know.

Its first three lines and every event record have the sample's form; between them stands what the sample leaves open:
which portal, which zone, which instants, and how far the reading can be relied on. It depends on the portal's data, the
month and the zone alone: no time of making, no id of a run, so that equal data gives equal bytes.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from reporting.actions import action
from reporting.document.escape import visible
from reporting.document.secrets import without_keys
from reporting.events import AuditEvent
from reporting.period import utc
from reporting.report import Judgement, Scope

RULE = "-" * 80


def header(scope: Scope, judgement: Judgement, *, events: int) -> Iterator[str]:
    """The lines above the events, without line ends."""
    month = scope.month
    yield "Compliance report"
    yield f"Period: {month}-01 - {month}-{month.days}"
    yield f"Total events: {events}"
    yield f"Verdict: {judgement.verdict}"
    yield from (f"Reason: {visible(reason)}" for reason in judgement.reasons)
    yield f"Portal: {visible(scope.portal)} (DocSpace {visible(scope.version) or 'of unknown version'})"
    yield f"Time zone: {visible(scope.zone)}"
    yield f"From: {utc(scope.window.start)}"
    yield f"Until: {utc(scope.window.end)} (not included)"
    yield f"Filter: none, every event; {events} read, {events} kept"
    yield "Method: sought by date, newest first, until the portal had no older event; each event once, by id"
    yield ""
    yield "Events:" if events else "Events: none. The portal's audit trail has no event in this period."
    yield RULE


def record(event: AuditEvent, zone: ZoneInfo) -> str:
    """The lines of one event, ended by the rule, each with its line end."""
    lines = [
        f"ID: {event.id}",
        f"Date: {event.date.astimezone(zone).isoformat()}",
        f"User: {named(event.user, event.user_id)}",
        f"Action: {visible(event.action) or action(event.action_id).label} [{event.action_id}]",
        f"Target: {', '.join(visible(part) for part in event.target)}",
    ]
    if event.context:
        lines.append(f"Context: {visible(event.context)}")
    if event.page:
        lines.append(f"Page: {visible(without_keys(event.page))}")
    place = ", ".join(visible(part) for part in (event.country, event.city) if part)
    if event.ip or place:
        lines.append(f"Location/IP: {' | '.join(part for part in (visible(event.ip), place) if part)}")
    if event.browser or event.platform:
        lines.append(f"Client: {' on '.join(visible(part) for part in (event.browser, event.platform) if part)}")
    lines.append(RULE)
    return "\n".join(lines) + "\n"


def named(name: str, user_id: str) -> str:
    """A person by name and by the id that outlives the name."""
    return f"{visible(name)} [{visible(user_id)}]" if user_id else visible(name)
