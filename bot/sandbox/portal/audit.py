"""The audit trail apart from HTTP: what is asked, what comes back."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock

from bot.sandbox.portal.catalog import UNMAPPED, Action, audit_action
from bot.sandbox.portal.dates import SECOND, micros, moment_of
from bot.sandbox.portal.events import AuditEvent, Visible
from bot.sandbox.portal.generation import Generation
from bot.sandbox.portal.paging import page
from bot.sandbox.portal.query import AuditQuery
from bot.sandbox.portal.refusals import NULL, Failure
from bot.sandbox.portal.rows import Wire, audit_row
from bot.sandbox.portal.setup import Clock, PortalSetup, utc_now
from bot.sandbox.portal.shelf import Series, Shelf
from bot.sandbox.portal.sieve import sieve

FALLBACK = 20
"""Rows a portal shows whose plan has no audit trail."""


class AuditLog:
    """Safe to use from several threads. Adding a row twice is the caller's business."""

    def __init__(self, setup: PortalSetup | None = None, now: Clock = utc_now) -> None:
        self.setup = setup or PortalSetup()
        self.queries = 0
        """How many queries were answered: what a number in ``visible_from`` counts."""
        self._now = now
        self._random = random.Random(self.setup.seed)
        self._shelf = Shelf()
        self._hidden: list[AuditEvent] = []
        self._coming: list[AuditEvent] = []
        self._leaving: list[AuditEvent] = []
        self._names: dict[str, str] = {}
        self._highest = 0
        self._lock = RLock()

    def next_id(self) -> int:
        with self._lock:
            self._highest += 1
            return self._highest

    def add(self, event: AuditEvent) -> None:
        """Store *event*, at once or when its ``visible_from`` comes."""
        with self._lock:
            self._highest = max(self._highest, event.id)
            self._place(event, due=event.visible_from is None)

    def add_all(self, series: Series) -> None:
        """Store a generated series; its rows cost a few bytes each."""
        generation = self.setup.generation
        with self._lock:
            self._shelf.put_all(series, lambda action_id: audit_action(action_id, generation) is not None)
            highest = max((series.event_id(place) for place in range(len(series))), default=0)
            self._highest = max(self._highest, highest)

    def remove(self, event_id: int) -> bool:
        """Was there such an event? Now there is none."""
        with self._lock:
            for waiting in (self._coming, self._leaving, self._hidden):
                waiting[:] = [event for event in waiting if event.id != event_id]
            return self._shelf.drop(event_id)

    def rename_user(self, user_id: str, name: str) -> None:
        """Change a name: the trail shows names as they are now."""
        with self._lock:
            self._names[user_id] = name

    def filter(self, query: AuditQuery) -> list[Wire]:
        """One page, newest first, rows of one second in any order.

        Raises:
            Failure: 500 or 400 where the server's own code trips over the question.
        """
        with self._lock:
            self._settle()
            if not self.setup.shows_audit:
                return self._wire(self._page(self._shelf.span(None, None), 0, FALLBACK), brief=True)
            self._refuse(query)
            rows = self._shelf.span(_micros(query.since), _micros(query.until))
            chosen = sieve(query, self._shelf, rows, self.setup.generation)
            return self._wire(self._page(chosen, query.start, query.count), brief=False)

    def last(self) -> list[Wire]:
        """Return the newest rows that the portal's lifetime setting still shows."""
        oldest = micros(self._now() - timedelta(days=self.setup.audit_lifetime_days))
        with self._lock:
            self._settle()
            return self._wire(self._page(self._shelf.span(oldest, None), 0, FALLBACK), brief=True)

    def count_between(self, since: datetime | None, until: datetime | None) -> int:
        """How many visible rows lie between the two, both included."""
        with self._lock:
            return len(self._shelf.span(_micros(since), _micros(until)))

    def ids_between(self, since: datetime | None, until: datetime | None) -> list[int]:
        """Return the visible rows' ids, oldest first."""
        with self._lock:
            return [self._shelf.event_id(place) for place in self._shelf.span(_micros(since), _micros(until))]

    def ends(self) -> tuple[int, int] | None:
        """Return the ids of the oldest and the newest visible row, None if there is no row."""
        with self._lock:
            rows = self._shelf.span(None, None)
            return (self._shelf.event_id(rows[0]), self._shelf.event_id(rows[-1])) if rows else None

    def events_between(self, since: datetime | None, until: datetime | None) -> Iterator[AuditEvent]:
        """Yield the visible rows as stored, oldest first."""
        with self._lock:
            yield from self._shelf.events(self._shelf.span(_micros(since), _micros(until)))

    def _place(self, event: AuditEvent, *, due: bool) -> None:
        if not due:
            self._coming.append(event)
            return
        if audit_action(event.action_id, self.setup.generation) is None:
            self._hidden.append(event)
            return
        if event.visible_until is not None:
            self._leaving.append(event)
        self._shelf.put(replace(event, date=moment_of(self._stored(event.date))))

    def _stored(self, date: datetime) -> int:
        exact = micros(date)
        return exact if self.setup.subsecond else (exact + SECOND // 2) // SECOND * SECOND

    def arrive(self) -> int:
        """Let rows come that are due by the clock; return how many are still to come."""
        with self._lock:
            self._come()
            return len(self._coming)

    def _settle(self) -> None:
        """Let rows arrive and vanish that were to do so by this query."""
        self.queries += 1
        self._come()
        for event in [event for event in self._leaving if self._due(event.visible_until)]:
            self._leaving.remove(event)
            self._shelf.drop(event.id)

    def _come(self) -> None:
        arrived = [event for event in self._coming if self._due(event.visible_from)]
        for event in arrived:
            self._coming.remove(event)
            self._place(event, due=True)

    def _due(self, moment: Visible) -> bool:
        if isinstance(moment, datetime):
            return self._now() >= moment
        return moment is None or self.queries >= moment

    def _refuse(self, query: AuditQuery) -> None:
        generation = self.setup.generation
        if query.place and generation.reached(Generation.V35):
            raise Failure(500, NULL, "System.NullReferenceException")
        doubled = query.entry_type in {25, 26} and query.target and generation.reached(Generation.V36)
        if doubled and not query.action:
            raise Failure(400, _DOUBLED, "System.ArgumentException")
        if query.action in UNMAPPED and any(event.action_id == query.action for event in self._hidden):
            raise Failure(500, NULL, "System.NullReferenceException")

    def _page(self, rows: Sequence[int], start: int, count: int) -> list[int]:
        return page(rows, self._shelf.dates.__getitem__, start, count, self._arrange())

    def _arrange(self) -> Callable[[Sequence[int], int, int], Sequence[int]]:
        if self.setup.generation is Generation.NEXT:
            by_id = self._shelf.event_id
            return lambda ties, skip, take: sorted(ties, key=by_id, reverse=True)[skip : skip + take]
        if self.setup.shuffle_ties:
            return lambda ties, _, take: self._random.sample(ties, take)
        return lambda ties, skip, take: ties[::-1][skip : skip + take]

    def _wire(self, places: Sequence[int], *, brief: bool) -> list[Wire]:
        return [self._row(self._shelf.event(place), brief=brief) for place in places]

    def _row(self, event: AuditEvent, *, brief: bool) -> Wire:
        if event.user_id in self._names:
            event = replace(event, user=self._names[event.user_id])
        return audit_row(event, self._action(event.action_id), self.setup, brief=brief)

    def _action(self, action_id: int) -> Action:
        action = audit_action(action_id, self.setup.generation)
        if action is None:
            raise LookupError(action_id)
        return action


_DOUBLED = "An item with the same key has already been added."


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)
