"""The records of the TXT, in the form that readers of the vendor's sample know."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from reporting.actions import action
from reporting.document.redact_tokens import redact_tokens
from reporting.escape import LONGEST, escape_untrusted
from reporting.events import AuditEvent, SignIn
from reporting.layout import RULE

END = f"{RULE}\n"
MOST = 4096
"""Texts of a kind that are kept in mind."""


class Memory(dict[tuple[str, ...], str]):
    """A cache of *make*'s results, because the same people and places recur; long texts are not kept."""

    def __init__(self, make: Callable[..., str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, values: tuple[str, ...]) -> str:
        found = self._make(*values)
        if sum(map(len, values)) <= LONGEST:
            if len(self) >= MOST:
                self.clear()
            self[values] = found
        return found


def record(event: AuditEvent, local: datetime) -> str:
    """The lines of one event, ended by the rule, each with its line end; *local* is its date in the report's zone."""
    return (
        f"ID: {event.id}\n"
        f"Date: {local.isoformat()}\n"
        f"User: {people[event.user, event.user_id]}\n"
        f"Action: {action_words(event.action, event.action_id)}\n"
        f"Target: {targets(event.target)}\n"
        f"{contexts[event.context,]}"
        f"{addresses[event.page,]}"
        f"{origins[event.ip, event.country, event.city, event.browser, event.platform]}"
        f"{END}"
    )


def signin_record(entry: SignIn, local: datetime) -> str:
    """The lines of one sign-in, ended by the rule."""
    return (
        f"Sign-in ID: {entry.id}\n"
        f"Date: {local.isoformat()}\n"
        f"User: {people[entry.user, entry.user_id]}\n"
        + (f"Login: {escape_untrusted(entry.login)}\n" if entry.login else "")
        + f"Action: {action_words(entry.action, entry.action_id)}\n"
        + origins[entry.ip, entry.country, entry.city, entry.browser, entry.platform]
        + END
    )


def person(user: str, user_id: str) -> str:
    """A person's name and permanent id."""
    if not (user_id or "[" in user):
        return escape_untrusted(user)
    return " ".join(part for part in (escape_untrusted(user), f"[{escape_untrusted(user_id)}]") if part)


def action_words(words: str, action_id: int) -> str:
    """The portal's words for the action, or ours in parentheses where it has none; its number and its category."""
    return f"{escape_untrusted(words) or f'({action(action_id).label})'} {category(action_id)}"


@lru_cache(maxsize=4096)
def category(action_id: int) -> str:
    return f"[{action_id}, {action(action_id).category.value}]"


def targets(parts: list[str]) -> str:
    """All of them with commas between; a comma within a target is escaped."""
    if len(parts) == 1 and "," not in parts[0]:
        return escape_untrusted(parts[0])
    return ", ".join([escape_untrusted(part).replace(",", "\\,") for part in parts])


def context(words: str) -> str:
    return f"Context: {escape_untrusted(words)}\n" if words else ""


def address(page: str) -> str:
    return f"Page: {escape_untrusted(redact_tokens(page))}\n" if page else ""


def location(ip: str, country: str, city: str) -> str:
    """Where from, as far as that is known."""
    between = ", " if country and city else ""
    return line(
        "Location/IP", " | ", escape_untrusted(ip), f"{escape_untrusted(country)}{between}{escape_untrusted(city)}"
    )


def client(browser: str, platform: str) -> str:
    return line("Client", " on ", escape_untrusted(browser), escape_untrusted(platform))


def origin(ip: str, country: str, city: str, browser: str, platform: str) -> str:
    """Where from, and with what."""
    return location(ip, country, city) + client(browser, platform)


def line(label: str, between: str, first: str, second: str) -> str:
    """Both values, or the one there is, or no line at all."""
    if first and second:
        return f"{label}: {first}{between}{second}\n"
    return f"{label}: {first or second}\n" if first or second else ""


people, contexts, addresses, origins = Memory(person), Memory(context), Memory(address), Memory(origin)
