"""The records of the TXT, in the form that readers of the vendor's sample know."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from reporting.actions import action
from reporting.document.redact_tokens import without_keys
from reporting.escape import LONGEST, visible
from reporting.events import AuditEvent, SignIn
from reporting.layout import RULE

END = f"{RULE}\n"
MOST = 4096
"""Texts of a kind that are kept in mind."""


class Memory(dict[tuple[str, ...], str]):
    """What *make* makes of texts, for the same few people and places come again and again; long texts are not kept."""

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
        f"Action: {acted(event.action, event.action_id)}\n"
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
        + (f"Login: {visible(entry.login)}\n" if entry.login else "")
        + f"Action: {acted(entry.action, entry.action_id)}\n"
        + origins[entry.ip, entry.country, entry.city, entry.browser, entry.platform]
        + END
    )


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


def address(page: str) -> str:
    return f"Page: {visible(without_keys(page))}\n" if page else ""


def location(ip: str, country: str, city: str) -> str:
    """Where from, as far as that is known."""
    between = ", " if country and city else ""
    return line("Location/IP", " | ", visible(ip), f"{visible(country)}{between}{visible(city)}")


def client(browser: str, platform: str) -> str:
    return line("Client", " on ", visible(browser), visible(platform))


def origin(ip: str, country: str, city: str, browser: str, platform: str) -> str:
    """Where from, and with what."""
    return location(ip, country, city) + client(browser, platform)


def line(label: str, between: str, first: str, second: str) -> str:
    """Both values, or the one there is, or no line at all."""
    if first and second:
        return f"{label}: {first}{between}{second}\n"
    return f"{label}: {first or second}\n" if first or second else ""


people, contexts, addresses, origins = Memory(named), Memory(context), Memory(address), Memory(origin)
