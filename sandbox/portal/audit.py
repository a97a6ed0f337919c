"""The audit trail apart from HTTP: what is asked, what comes back."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock

from sandbox.portal.catalog import UNMAPPED, Action, audit_action
from sandbox.portal.dates import SECOND, micros, moment_of
from sandbox.portal.event_log import altered, asked, number_of
from sandbox.portal.event_store import Series, Shelf
from sandbox.portal.events import AuditEvent, Visible
from sandbox.portal.generation import Generation
from sandbox.portal.lying_trail import Answer, World
from sandbox.portal.query import AuditQuery
from sandbox.portal.refusals import NULL, Failure
from sandbox.portal.rows import Wire, audit_row
from sandbox.portal.selection import select
from sandbox.portal.semantics import Question, Semantics
from sandbox.portal.server_filters import sieve
from sandbox.portal.setup import FALLBACK, Clock, PortalSetup, utc_now


class AuditLog:
    """Safe to use from several threads. Adding a row twice is the caller's business."""

    def __init__(self, setup: PortalSetup | None = None, now: Clock = utc_now) -> None:
        self._setup = setup or PortalSetup()
        self.queries = 0
        """How many queries were answered: what a number in ``visible_from`` counts."""
        self._now = now
        self._random = random.Random(self.setup.seed)
        self._shelf = Shelf()
        self._table = _Table(self._shelf, self._shown, lambda: self.setup.generation)
        self._world = World(self._table, self._setup.audit_semantics, self._setup.lies, self._random)
        self._hidden: list[AuditEvent] = []
        self._coming: list[AuditEvent] = []
        self._leaving: list[AuditEvent] = []
        self._names: dict[str, str] = {}
        self._highest = 0
        self._lock = RLock()

    @property
    def setup(self) -> PortalSetup:
        return self._setup

    @setup.setter
    def setup(self, setup: PortalSetup) -> None:
        with self._lock:
            self._setup = setup
            self._world.change(setup.audit_semantics, setup.lies)

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
        """Return the rows of one page; newest first and those of one second in any order, if nothing else is set.

        Raises:
            Failure: 500 or 400 where the server's own code trips over the question.
            BadParameters: 400 where it refuses it.
        """
        return list(self.ask(query).rows)

    def ask(self, query: AuditQuery) -> Answer[Wire]:
        """Return the same page with what its envelope is to say, and how its bytes are to be broken."""
        with self._lock:
            self._settle()
            query = query.without(self._world.semantics.filters_ignored)
            if self.setup.shows_audit:
                self._refuse(query)
            return asked(self._world, query)

    def last(self) -> list[Wire]:
        """Return the newest rows that the portal's lifetime setting still shows."""
        oldest = micros(self._now() - timedelta(days=self.setup.audit_lifetime_days))
        with self._lock:
            self._settle()
            shown = select(self._table, Question(since=oldest, count=FALLBACK), self._plain, self._random)
            return [self._row(self._shelf.event(place), brief=True) for place in shown]

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

    @property
    def _plain(self) -> Semantics:
        return replace(self._world.semantics, cap=FALLBACK, over_cap="clamped", fallback=None)

    def _shown(self, event: AuditEvent) -> Wire:
        return self._row(event, brief=not self.setup.shows_audit)

    def _row(self, event: AuditEvent, *, brief: bool) -> Wire:
        if event.user_id in self._names:
            event = replace(event, user=self._names[event.user_id])
        return audit_row(event, self._action(event.action_id), self.setup, brief=brief)

    def _action(self, action_id: int) -> Action:
        action = audit_action(action_id, self.setup.generation)
        if action is None:
            raise LookupError(action_id)
        return action


class _Table:
    """The shelf as the core sees it; *row* prints one event."""

    ticks = SECOND

    def __init__(self, shelf: Shelf, row: Callable[[AuditEvent], Wire], generation: Callable[[], Generation]) -> None:
        self._shelf = shelf
        self._row = row
        self._generation = generation

    @property
    def dates(self) -> Sequence[int]:
        return self._shelf.dates

    def settle(self, answer: int) -> None:
        """Rows come and go by the log's own count of queries."""

    def event_id(self, place: int) -> int:
        return self._shelf.event_id(place)

    def row(self, place: int) -> Wire:
        return self._row(self._shelf.event(place))

    def keep(self, filters: AuditQuery, ignored: frozenset[str], places: Sequence[int]) -> Sequence[int]:
        return sieve(filters.without(ignored), self._shelf, places, self._generation())

    number = staticmethod(number_of)
    shown = staticmethod(altered)


_DOUBLED = "An item with the same key has already been added."


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)
