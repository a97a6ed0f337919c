"""The records of the TXT, in the form that readers of the vendor's sample know."""

from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from reporting.actions import action
from reporting.document.secrets import without_keys
from reporting.escape import LONGEST, plain, visible
from reporting.events import AuditEvent, SignIn

E = TypeVar("E", bound=AuditEvent)
RULE = "-" * 80
END = f"{RULE}\n"


def record(event: AuditEvent, local: datetime) -> str:
    """The lines of one event, ended by the rule, each with its line end; *local* is its date in the report's zone."""
    shown = event if harmless(event) else escaped(event)
    place = ", ".join(part for part in (shown.country, shown.city) if part)
    return (
        f"ID: {event.id}\n"
        f"Date: {local.isoformat()}\n"
        f"User: {named(shown)}\n"
        f"Action: {acted(shown)}\n"
        f"Target: {targets(shown.target)}\n"
        + (f"Context: {shown.context}\n" if shown.context else "")
        + (f"Page: {address(event.page)}\n" if event.page else "")
        + line("Location/IP", " | ", shown.ip, place)
        + line("Client", " on ", shown.browser, shown.platform)
        + END
    )


def signin_record(entry: SignIn, local: datetime) -> str:
    """The lines of one sign-in, ended by the rule."""
    shown = entry if harmless(entry) else escaped(entry)
    place = ", ".join(part for part in (shown.country, shown.city) if part)
    return (
        f"Sign-in ID: {entry.id}\n"
        f"Date: {local.isoformat()}\n"
        f"User: {named(shown)}\n"
        + (f"Login: {visible(entry.login)}\n" if entry.login else "")
        + f"Action: {acted(shown)}\n"
        + line("Location/IP", " | ", shown.ip, place)
        + line("Client", " on ", shown.browser, shown.platform)
        + END
    )


def named(event: AuditEvent) -> str:
    """A person by name, and by the id that outlives the name."""
    if event.user_id or "[" in event.user:
        return f"{event.user} [{event.user_id}]".lstrip()
    return event.user


def acted(event: AuditEvent) -> str:
    """The portal's words for the action, or ours in parentheses where it has none; its number and its category."""
    known = action(event.action_id)
    return f"{event.action or f'({known.label})'} [{event.action_id}, {known.category.value}]"


def targets(parts: list[str]) -> str:
    """All of them with commas between; a comma within a target is escaped."""
    return ", ".join([part.replace(",", "\\,") if "," in part else part for part in parts])


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
