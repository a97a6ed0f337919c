"""Count events as they are written."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from reporting.actions import Highlight, action
from reporting.document.highlights import count_acts
from reporting.events import AuditEvent, SignIn
from reporting.report import Assessment, Counted, Day, SignIns

MOST = 20
"""People that a message can choose from, and places that the report names; the rest is counted."""
ENDS = frozenset({1006, 1017})
"""Actions of the sign-in history that end a session."""


@dataclass(slots=True)
class Tally:
    """The counts of a report's events. Memory grows with people, rooms and highlights."""

    read: int = 0
    """Events that came, kept or not."""
    uploads: Counter[str] = field(default_factory=Counter)
    """Upload events of the given files, matching the filter or not; by file id."""
    events: int = 0
    acts: Counter[tuple[int, int]] = field(default_factory=Counter)
    """By day of the month in the report's zone, and action id."""
    users: Counter[str] = field(default_factory=Counter)
    """By user id."""
    names: dict[str, str] = field(default_factory=dict)
    """Of users, as their last event has it."""
    rooms: Counter[str] = field(default_factory=Counter)
    """By context."""

    def add(self, events: Sequence[AuditEvent], days: Iterable[int]) -> None:
        """Count events of those days of the month, many at a time, since that takes half as long for each."""
        users = [event.user_id for event in events]
        self.events += len(events)
        self.acts.update(zip(days, [event.action_id for event in events], strict=True))
        self.users.update(users)
        self.names.update(zip(users, [event.user for event in events], strict=True))
        self.rooms.update([event.context for event in events])

    @classmethod
    def of(cls, parts: Iterable[Self]) -> Self:
        """Combine several tallies, those of older events first."""
        whole = cls()
        for part in parts:
            whole.read += part.read
            whole.uploads += part.uploads
            whole.events += part.events
            whole.acts += part.acts
            whole.users += part.users
            whole.names |= part.names
            whole.rooms += part.rooms
        return whole

    def categories(self) -> tuple[Counted, ...]:
        """Most frequent first, by name where equal."""
        sums: Counter[str] = Counter()
        for (_, action_id), events in self.acts.items():
            sums[action(action_id).category.value] += events
        return ranked(sums)

    @property
    def days(self) -> Counter[int]:
        """By day of the month in the report's zone."""
        sums: Counter[int] = Counter()
        for (day, _), events in self.acts.items():
            sums[day] += events
        return sums

    def daily(self) -> tuple[Day, ...]:
        """The days that have events, first to last."""
        sums: dict[int, Counter[str]] = {}
        for (day, action_id), events in self.acts.items():
            sums.setdefault(day, Counter())[action(action_id).category.value] += events
        return tuple(Day(day, dict(sorted(counts.items()))) for day, counts in sorted(sums.items()))

    def most_active(self) -> tuple[Counted, ...]:
        """The 20 most active, by the name that their last event bears."""
        return tuple(Counted(self.names[user.name] or user.name, user.events) for user in ranked(self.users)[:MOST])

    def people(self) -> tuple[Counted, ...]:
        """Everybody with their ids, which distinguish people of the same name."""
        named = [
            (" ".join(part for part in (self.names[user.name], f"[{user.name}]") if part), user.events)
            for user in ranked(self.users)
        ]
        return tuple(Counted(name, events) for name, events in named)

    def busiest(self) -> tuple[Counted, ...]:
        """The 20 places with most events, as the events' contexts name them."""
        return ranked(self.rooms)[:MOST]

    @property
    def other_users(self) -> int:
        return max(0, len(self.users) - MOST)

    @property
    def other_rooms(self) -> int:
        return max(0, len(self.rooms) - MOST)

    def highlights(self) -> Mapping[Highlight, int]:
        """How many events each kind of highlight has, zeros included."""
        sums: Counter[int] = Counter()
        for (_, action_id), events in self.acts.items():
            sums[action_id] += events
        found = count_acts(sums)
        return {kind: found[kind] for kind in Highlight if kind is not Highlight.FAILED_SIGN_IN}


@dataclass(slots=True)
class SignInTally:
    """How many sign-ins succeeded, failed and ended, and of how many people."""

    read: int = 0
    """Entries that came, kept or not."""
    actions: Counter[int] = field(default_factory=Counter)
    """By action id."""
    people: set[str] = field(default_factory=set)
    """Ids of those who signed in."""

    def add(self, entry: SignIn) -> None:
        self.actions[entry.action_id] += 1
        came = kind(entry.action_id)
        if came == "succeeded":
            self.people.add(entry.user_id)

    def as_signins(self, judgement: Assessment) -> SignIns:
        sums: Counter[str] = Counter()
        for action_id, entries in self.actions.items():
            sums[kind(action_id)] += entries
        return SignIns(
            judgement,
            succeeded=sums["succeeded"],
            failed=sums["failed"],
            ended=sums["ended"],
            people=len(self.people),
            read=self.read,
        )


def kind(action_id: int) -> str:
    """Whether that action is a sign-in that failed, the end of one, or one that succeeded."""
    if Highlight.FAILED_SIGN_IN in action(action_id).highlights:
        return "failed"
    return "ended" if action_id in ENDS else "succeeded"


def ranked(counts: Counter[str]) -> tuple[Counted, ...]:
    return tuple(Counted(name, n) for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
