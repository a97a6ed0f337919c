"""The records of the TXT, in the form that readers of the vendor's sample know."""

from datetime import datetime
from functools import lru_cache

from reporting.actions import action
from reporting.document.secrets import without_keys
from reporting.escape import visible
from reporting.events import AuditEvent, SignIn

RULE = "-" * 80
END = f"{RULE}\n"


def record(event: AuditEvent, local: datetime) -> str:
    """The lines of one event, ended by the rule, each with its line end; *local* is its date in the report's zone."""
    return (
        f"ID: {event.id}\n"
        f"Date: {local.isoformat()}\n"
        f"User: {named(event)}\n"
        f"Action: {acted(event)}\n"
        f"Target: {targets(event.target)}\n"
        + (f"Context: {visible(event.context)}\n" if event.context else "")
        + (f"Page: {address(event.page)}\n" if event.page else "")
        + line("Location/IP", " | ", visible(event.ip), place(event))
        + line("Client", " on ", visible(event.browser), visible(event.platform))
        + END
    )


def signin_record(entry: SignIn, local: datetime) -> str:
    """The lines of one sign-in, ended by the rule."""
    return (
        f"Sign-in ID: {entry.id}\n"
        f"Date: {local.isoformat()}\n"
        f"User: {named(entry)}\n"
        + (f"Login: {visible(entry.login)}\n" if entry.login else "")
        + f"Action: {acted(entry)}\n"
        + line("Location/IP", " | ", visible(entry.ip), place(entry))
        + line("Client", " on ", visible(entry.browser), visible(entry.platform))
        + END
    )


def named(event: AuditEvent) -> str:
    """A person by name, and by the id that outlives the name."""
    if not (event.user_id or "[" in event.user):
        return visible(event.user)
    return " ".join(part for part in (visible(event.user), f"[{visible(event.user_id)}]") if part)


def acted(event: AuditEvent) -> str:
    """The portal's words for the action, or ours in parentheses where it has none; its number and its category."""
    known = action(event.action_id)
    return f"{visible(event.action) or f'({known.label})'} [{event.action_id}, {known.category.value}]"


def targets(parts: list[str]) -> str:
    """All of them with commas between; a comma within a target is escaped."""
    if len(parts) == 1 and "," not in parts[0]:
        return visible(parts[0])
    return ", ".join([visible(part).replace(",", "\\,") for part in parts])


def place(event: AuditEvent) -> str:
    """Country and city, as far as they are known."""
    if event.country and event.city:
        return f"{visible(event.country)}, {visible(event.city)}"
    return visible(event.country or event.city)


def line(label: str, between: str, first: str, second: str) -> str:
    """Both values, or the one there is, or no line at all."""
    if first and second:
        return f"{label}: {first}{between}{second}\n"
    return f"{label}: {first or second}\n" if first or second else ""


@lru_cache(maxsize=4096)
def address(page: str) -> str:
    """An address as it can be shown; the same few come again and again."""
    return visible(without_keys(page))
