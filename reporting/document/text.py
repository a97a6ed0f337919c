"""The records of the TXT, in the form that readers of the vendor's sample know."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from reporting.actions import action
from reporting.document.secrets import without_keys
from reporting.escape import LONGEST, visible
from reporting.events import AuditEvent, SignIn
from reporting.layout import RULE

END = f"{RULE}\n"


def same_again(make: Callable[..., str]) -> Callable[..., str]:
    """*make* with a memory, for the same few people and addresses come again and again; long values are not kept."""
    known = lru_cache(maxsize=4096)(make)

    def remembered(*values: str) -> str:
        return known(*values) if len("".join(values)) <= LONGEST else make(*values)

    return remembered


def record(event: AuditEvent, local: datetime) -> str:
    """The lines of one event, ended by the rule, each with its line end; *local* is its date in the report's zone."""
    return (
        f"ID: {event.id}\n"
        f"Date: {local.isoformat()}\n"
        f"User: {named(event.user, event.user_id)}\n"
        f"Action: {acted(event.action, event.action_id)}\n"
        f"Target: {targets(event.target)}\n"
        f"{context(event.context)}"
        f"{address(event.page)}"
        f"{location(event.ip, event.country, event.city)}"
        f"{client(event.browser, event.platform)}"
        f"{END}"
    )


def signin_record(entry: SignIn, local: datetime) -> str:
    """The lines of one sign-in, ended by the rule."""
    return (
        f"Sign-in ID: {entry.id}\n"
        f"Date: {local.isoformat()}\n"
        f"User: {named(entry.user, entry.user_id)}\n"
        + (f"Login: {visible(entry.login)}\n" if entry.login else "")
        + f"Action: {acted(entry.action, entry.action_id)}\n"
        + location(entry.ip, entry.country, entry.city)
        + client(entry.browser, entry.platform)
        + END
    )


@same_again
def named(user: str, user_id: str) -> str:
    """A person by name, and by the id that outlives the name."""
    if not (user_id or "[" in user):
        return visible(user)
    return " ".join(part for part in (visible(user), f"[{visible(user_id)}]") if part)


def acted(words: str, action_id: int) -> str:
    """The portal's words for the action, or ours in parentheses where it has none; its number and its category."""
    return f"{visible(words) or f'({action(action_id).label})'} {category(action_id)}"


@lru_cache(maxsize=4096)
def category(action_id: int) -> str:
    return f"[{action_id}, {action(action_id).category.value}]"


def targets(parts: list[str]) -> str:
    """All of them with commas between; a comma within a target is escaped."""
    if len(parts) == 1 and "," not in parts[0]:
        return visible(parts[0])
    return ", ".join([visible(part).replace(",", "\\,") for part in parts])


def context(words: str) -> str:
    return f"Context: {visible(words)}\n" if words else ""


@same_again
def address(page: str) -> str:
    return f"Page: {visible(without_keys(page))}\n" if page else ""


@same_again
def location(ip: str, country: str, city: str) -> str:
    """Where from, as far as that is known."""
    between = ", " if country and city else ""
    return line("Location/IP", " | ", visible(ip), f"{visible(country)}{between}{visible(city)}")


@same_again
def client(browser: str, platform: str) -> str:
    return line("Client", " on ", visible(browser), visible(platform))


def line(label: str, between: str, first: str, second: str) -> str:
    """Both values, or the one there is, or no line at all."""
    if first and second:
        return f"{label}: {first}{between}{second}\n"
    return f"{label}: {first or second}\n" if first or second else ""
