"""Match events against a filter whose words are resolved to ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from reporting.actions import action
from reporting.events import AuditEvent, SignIn

E = TypeVar("E", bound=AuditEvent)
FILE = 1
"""Source: ``EntryType`` of DocSpace server 3.7.2."""
CONTAINERS = frozenset({2, 25, 27})
"""Folders, rooms and agents, which are folders to the API."""


@dataclass(frozen=True, slots=True)
class MatchRule:
    """One word of the filter: an event that has anything of this fits."""

    negated: bool = False
    actions: frozenset[int] = frozenset()
    users: frozenset[str] = frozenset()
    """Ids, in lower case."""
    files: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    """Ids of folders and of rooms, as the portal writes targets."""
    events: frozenset[int] = frozenset()
    """Ids of audit events that a room's own log names; sign-ins are numbered apart."""
    rooms: frozenset[str] = frozenset()
    """Titles of rooms, in lower case."""
    categories: frozenset[str] = frozenset()

    def matches(self, event: AuditEvent) -> bool:
        return (
            event.action_id in self.actions
            or (bool(self.categories) and action(event.action_id).category.value in self.categories)
            or event.user_id.casefold() in self.users
            or (event.id in self.events and not isinstance(event, SignIn))
            or (bool(self.files or self.folders) and self._aims(event))
            or (bool(self.rooms) and place(event.context) in self.rooms)
        )

    def _aims(self, event: AuditEvent) -> bool:
        """Whether a target of the event is one of ours: exactly it, and of the right kind."""
        kinds = event.entries or [FILE]
        for position, target in enumerate(event.target):
            kind = kinds[min(position, len(kinds) - 1)]
            if target in (self.files if kind == FILE else self.folders if kind in CONTAINERS else ()):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Matcher:
    """All words of a filter; without any it matches every event."""

    rules: tuple[MatchRule, ...] = ()
    notes: tuple[str, ...] = ()
    """How the words were understood and what they cannot see, for the report."""

    def matches(self, event: AuditEvent) -> bool:
        return all(rule.matches(event) != rule.negated for rule in self.rules)

    def matching(self, events: Iterable[E]) -> list[E]:
        """The matching events, in order."""
        return [event for event in events if self.matches(event)] if self.rules else [*events]


def place(context: str) -> str:
    """The room's title in ``Rooms: Legal``, whose first part is in the language of the key's owner."""
    return context.partition(": ")[2].strip().casefold()
