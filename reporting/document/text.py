"""The TXT: what it says, in the form that readers of the vendor's sample know.

Its first three lines and every event record have the sample's form; between them stands what the sample leaves open:
which portal, which zone, which instants, and how far the reading can be relied on. It depends on the portal's data, the
month and the zone alone: no time of making, no id of a run, so that equal data gives equal bytes.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from reporting.actions import action
from reporting.document.secrets import without_keys
from reporting.escape import LONGEST, plain, visible
from reporting.events import AuditEvent, SignIn
from reporting.period import utc
from reporting.report import Judgement, Scope, SignIns, Verdict

E = TypeVar("E", bound=AuditEvent)
RULE = "-" * 80
END = f"{RULE}\n"
SIGN_INS_METHOD = (
    "Sign-ins method: the history was walked until a walk showed nothing new, since it cannot be sought by date; "
    "that is less than the proof for the events above"
)


def header(scope: Scope, judgement: Judgement, signins: SignIns, *, events: int) -> Iterator[str]:
    """The lines above the events, without line ends."""
    month = scope.month
    yield "Compliance report"
    yield f"Period: {month}-01 - {month}-{month.days}"
    yield f"Total events: {events}"
    yield from verdict("Verdict", judgement)
    yield f"Portal: {visible(scope.portal)} (DocSpace {visible(scope.version) or 'of unknown version'})"
    yield f"Time zone: {visible(scope.zone)}"
    yield f"From: {utc(scope.window.start)}"
    yield f"Until: {utc(scope.window.end)} (not included)"
    yield f"Filter: none, every event; {events} read, {events} kept"
    yield "Method: sought by date, newest first, until the portal had no older event; each event once, by id"
    yield from verdict("Sign-ins", signins.judgement)
    if signins.judgement.verdict is not Verdict.UNREAD:
        counts = f"{signins.succeeded} succeeded, {signins.failed} failed, {signins.ended} ended"
        yield f"Sign-ins total: {signins.total} ({counts}); {signins.people} people"
        yield SIGN_INS_METHOD
    yield ""
    yield "Events:" if events else "Events: none. The portal's audit trail has no event in this period."
    yield RULE


def verdict(label: str, judgement: Judgement) -> Iterator[str]:
    yield f"{label}: {judgement.verdict}"
    yield from (f"{label} reason: {visible(reason)}" for reason in judgement.reasons)


def record(event: AuditEvent, zone: ZoneInfo) -> str:
    """The lines of one event, ended by the rule, each with its line end."""
    shown = event if harmless(event) else escaped(event)
    place = ", ".join(part for part in (shown.country, shown.city) if part)
    return (
        f"ID: {event.id}\n"
        f"Date: {event.date.astimezone(zone).isoformat()}\n"
        f"User: {named(shown)}\n"
        f"Action: {shown.action or action(event.action_id).label} [{event.action_id}]\n"
        f"Target: {', '.join(shown.target)}\n"
        + (f"Context: {shown.context}\n" if shown.context else "")
        + (f"Page: {address(event.page)}\n" if event.page else "")
        + line("Location/IP", " | ", shown.ip, place)
        + line("Client", " on ", shown.browser, shown.platform)
        + END
    )


def signin_record(entry: SignIn, zone: ZoneInfo) -> str:
    """The lines of one sign-in, ended by the rule."""
    shown = entry if harmless(entry) else escaped(entry)
    place = ", ".join(part for part in (shown.country, shown.city) if part)
    return (
        f"Sign-in ID: {entry.id}\n"
        f"Date: {entry.date.astimezone(zone).isoformat()}\n"
        f"User: {named(shown)}\n"
        + (f"Login: {visible(entry.login)}\n" if entry.login else "")
        + f"Action: {action(entry.action_id).label} [{entry.action_id}]\n"
        + line("Location/IP", " | ", shown.ip, place)
        + line("Client", " on ", shown.browser, shown.platform)
        + END
    )


def named(event: AuditEvent) -> str:
    """A person by name, and by the id that outlives the name."""
    return f"{event.user} [{event.user_id}]" if event.user_id else event.user


def line(label: str, between: str, first: str, second: str) -> str:
    """Both values, or the one there is, or no line at all."""
    if first and second:
        return f"{label}: {first}{between}{second}\n"
    return f"{label}: {first or second}\n" if first or second else ""


def harmless(event: AuditEvent) -> bool:
    """Whether every text of the event can stand as it is; most can, and are not looked at one by one."""
    e = event
    told = (
        f"{e.user}{e.user_id}{e.action}{e.ip}{e.country}{e.city}{e.browser}{e.platform}{e.context}{''.join(e.target)}"
    )
    return len(told) <= LONGEST and plain(told)


def escaped(event: E) -> E:
    """The event with every text of it made visible, except its page."""
    texts = ("user", "user_id", "action", "ip", "country", "city", "browser", "platform", "context")
    changed: dict[str, Any] = {name: visible(getattr(event, name)) for name in texts}
    return msgspec.structs.replace(event, target=[visible(part) for part in event.target], **changed)


@lru_cache(maxsize=4096)
def address(page: str) -> str:
    """An address as it can be shown; the same few come again and again."""
    return visible(without_keys(page))
