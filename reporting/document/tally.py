"""Counting events while they pass."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from reporting.actions import Highlight, action
from reporting.events import AuditEvent, SignIn
from reporting.report import Counted, Judgement, SignIns

MOST_ACTIVE = 20
ENDS = frozenset({1006, 1017})
"""Actions of the sign-in history that end a session."""


@dataclass(slots=True)
class Tally:
    """How many events of each category and of each user; memory grows with users, not with events."""

    events: int = 0
    actions: Counter[int] = field(default_factory=Counter)
    """By action id."""
    users: Counter[str] = field(default_factory=Counter)
    """By user id."""
    names: dict[str, str] = field(default_factory=dict)
    """Of users, as their last event has it."""

    def add(self, event: AuditEvent) -> None:
        self.events += 1
        self.actions[event.action_id] += 1
        self.users[event.user_id] += 1
        self.names[event.user_id] = event.user

    @classmethod
    def of(cls, parts: Iterable[Self]) -> Self:
        """All of them together; those of older events first."""
        whole = cls()
        for part in parts:
            whole.events += part.events
            whole.actions += part.actions
            whole.users += part.users
            whole.names |= part.names
        return whole

    def categories(self) -> tuple[Counted, ...]:
        """Most frequent first, by name where equal."""
        sums: Counter[str] = Counter()
        for action_id, events in self.actions.items():
            sums[action(action_id).category.value] += events
        return ranked(sums)

    def most_active(self) -> tuple[Counted, ...]:
        """The 20 most active, by the name that their last event bears."""
        return tuple(
            Counted(self.names[user.name] or user.name, user.events) for user in ranked(self.users)[:MOST_ACTIVE]
        )

    @property
    def other_users(self) -> int:
        return max(0, len(self.users) - MOST_ACTIVE)


@dataclass(slots=True)
class SignInTally:
    """How many sign-ins succeeded, failed and ended, and of how many people."""

    actions: Counter[int] = field(default_factory=Counter)
    """By action id."""
    people: set[str] = field(default_factory=set)
    """Ids of those who signed in."""

    def add(self, entry: SignIn) -> None:
        self.actions[entry.action_id] += 1
        if kind(entry.action_id) == "succeeded":
            self.people.add(entry.user_id)

    def told(self, judgement: Judgement) -> SignIns:
        sums: Counter[str] = Counter()
        for action_id, entries in self.actions.items():
            sums[kind(action_id)] += entries
        return SignIns(
            judgement,
            succeeded=sums["succeeded"],
            failed=sums["failed"],
            ended=sums["ended"],
            people=len(self.people),
        )


def kind(action_id: int) -> str:
    """Whether that action is a sign-in that failed, the end of one, or one that succeeded."""
    if Highlight.FAILED_SIGN_IN in action(action_id).highlights:
        return "failed"
    return "ended" if action_id in ENDS else "succeeded"


def ranked(counts: Counter[str]) -> tuple[Counted, ...]:
    return tuple(Counted(name, n) for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
