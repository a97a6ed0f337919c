"""The sign-in history, whose paging runs before its filters.

Source: DocSpace server 3.7.2, ``Repositories/LoginEventsRepository.cs:55-102``.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from sandbox.portal.dates import SECOND, micros
from sandbox.portal.event_log import altered, asked, number_of
from sandbox.portal.events import LoginEvent
from sandbox.portal.lying_trail import Answer, World
from sandbox.portal.query import AuditQuery
from sandbox.portal.rows import Wire, login_row
from sandbox.portal.selection import select
from sandbox.portal.semantics import Question
from sandbox.portal.setup import FALLBACK, Clock, PortalSetup, utc_now


class LoginLog:
    """Safe to use from several threads."""

    def __init__(self, setup: PortalSetup | None = None, now: Clock = utc_now) -> None:
        self._setup = setup or PortalSetup()
        self._now = now
        self._random = random.Random(self.setup.seed)
        self._table = _Table(lambda event: login_row(event, self.setup))
        self._world = World(self._table, self._setup.sign_in_semantics, self._setup.login_lies, self._random)
        self._lock = Lock()

    def add(self, event: LoginEvent) -> None:
        self.add_all([event])

    def add_all(self, events: Iterable[LoginEvent]) -> None:
        with self._lock:
            self._table.store([*self._table.events, *events])

    def purge(self) -> int:
        """Delete what is older than the portal keeps, as its daily job does; say how many that were."""
        oldest = self._now() - timedelta(days=self.setup.login_lifetime_days)
        with self._lock:
            before = len(self._table.events)
            self._table.store(event for event in self._table.events if event.date >= oldest)
            return before - len(self._table.events)

    @property
    def setup(self) -> PortalSetup:
        return self._setup

    @setup.setter
    def setup(self, setup: PortalSetup) -> None:
        with self._lock:
            self._setup = setup
            self._world.change(setup.sign_in_semantics, setup.login_lies)

    def filter(self, query: AuditQuery) -> list[Wire]:
        """Return the rows of one page; up to 3.8 the filters only thin out what OFFSET and LIMIT had cut."""
        return list(self.ask(query).rows)

    def ask(self, query: AuditQuery) -> Answer[Wire]:
        """Return the same page with what its envelope is to say, and how its bytes are to be broken."""
        with self._lock:
            return asked(self._world, query)

    def last(self) -> list[Wire]:
        oldest = micros(self._now() - timedelta(days=self.setup.login_lifetime_days))
        with self._lock:
            plain = replace(
                self._world.semantics, cap=FALLBACK, over_cap="clamped", fallback=None, filters_after_page=False
            )
            places = select(self._table, Question(since=oldest, count=FALLBACK), plain, self._random)
            return [self._table.row(place) for place in places]

    def count_between(self, since: datetime, until: datetime) -> int:
        with self._lock:
            return sum(since <= event.date <= until for event in self._table.events)


class _Table:
    """The sign-ins as the core sees them, oldest first."""

    ticks = SECOND

    def __init__(self, row: Callable[[LoginEvent], Wire]) -> None:
        self.events: list[LoginEvent] = []
        self.dates: Sequence[int] = []
        self._row = row

    def store(self, events: Iterable[LoginEvent]) -> None:
        """Hold these events and no others."""
        self.events = sorted(events, key=lambda event: event.date)
        self.dates = [micros(event.date) for event in self.events]

    def settle(self, answer: int) -> None:
        """Sign-ins are written at once."""

    def event_id(self, place: int) -> int:
        return self.events[place].id

    def row(self, place: int) -> Wire:
        return self._row(self.events[place])

    def keep(self, filters: AuditQuery, ignored: frozenset[str], places: Sequence[int]) -> list[int]:
        query = filters.without(ignored)
        return [place for place in places if _keeps(query, self.events[place])]

    number = staticmethod(number_of)
    shown = staticmethod(altered)


def _keeps(query: AuditQuery, event: LoginEvent) -> bool:
    return query.user_id in {None, event.user_id} and query.action in {0, event.action_id}
