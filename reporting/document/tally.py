"""Counting events while they pass."""

from collections import Counter

from reporting.actions import action
from reporting.events import AuditEvent
from reporting.report import Counted

MOST_ACTIVE = 20


class Tally:
    """How many events of each category and of each user; memory grows with users, not with events."""

    def __init__(self) -> None:
        self.events = 0
        self._actions: Counter[int] = Counter()
        self._users: Counter[str] = Counter()
        self._names: dict[str, str] = {}

    def add(self, event: AuditEvent) -> None:
        self.events += 1
        self._actions[event.action_id] += 1
        self._users[event.user_id] += 1
        self._names[event.user_id] = event.user

    def categories(self) -> tuple[Counted, ...]:
        """Most frequent first, by name where equal."""
        sums: Counter[str] = Counter()
        for action_id, events in self._actions.items():
            sums[action(action_id).category.value] += events
        return ranked(sums)

    def users(self) -> tuple[Counted, ...]:
        """The 20 most active, by the name that their last event bears."""
        return tuple(Counted(self._names[u.name] or u.name, u.events) for u in ranked(self._users)[:MOST_ACTIVE])

    @property
    def other_users(self) -> int:
        return max(0, len(self._users) - MOST_ACTIVE)


def ranked(counts: Counter[str]) -> tuple[Counted, ...]:
    return tuple(Counted(name, n) for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
