"""The sign-in history, whose paging runs before its filters.

Source: DocSpace server 3.7.2, ``Repositories/LoginEventsRepository.cs:55-102``.
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock

from bot.sandbox.portal.dates import micros
from bot.sandbox.portal.events import LoginEvent
from bot.sandbox.portal.generation import Generation
from bot.sandbox.portal.paging import page
from bot.sandbox.portal.query import AuditQuery
from bot.sandbox.portal.rows import Wire, login_row
from bot.sandbox.portal.setup import Clock, PortalSetup, utc_now

FALLBACK = 20


class LoginLog:
    """Safe to use from several threads."""

    def __init__(self, setup: PortalSetup | None = None, now: Clock = utc_now) -> None:
        self.setup = setup or PortalSetup()
        self._now = now
        self._random = random.Random(self.setup.seed)
        self._events: list[LoginEvent] = []
        self._lock = Lock()

    def add(self, event: LoginEvent) -> None:
        self.add_all([event])

    def add_all(self, events: Iterable[LoginEvent]) -> None:
        with self._lock:
            self._events.extend(events)
            self._events.sort(key=lambda event: event.date)

    def purge(self) -> int:
        """Delete what is older than the portal keeps, as its daily job does; say how many that were."""
        oldest = self._now() - timedelta(days=self.setup.login_lifetime_days)
        with self._lock:
            before = len(self._events)
            self._events = [event for event in self._events if event.date >= oldest]
            return before - len(self._events)

    def filter(self, query: AuditQuery) -> list[Wire]:
        """One page; up to 3.8 the filters only thin out the page that OFFSET and LIMIT had cut."""
        with self._lock:
            events = self._events
            if not self.setup.shows_audit:
                return self._rows(self._page(events, 0, FALLBACK))
            if self.setup.generation is Generation.NEXT:
                kept = [event for event in events if _keeps(query, event)]
                return self._rows(self._page(kept, query.start, query.count))
            cut = self._page(events, query.start, query.count)
            return self._rows([event for event in cut if _keeps(query, event)])

    def last(self) -> list[Wire]:
        oldest = self._now() - timedelta(days=self.setup.login_lifetime_days)
        with self._lock:
            kept = [event for event in self._events if event.date >= oldest]
            return self._rows(self._page(kept, 0, FALLBACK))

    def count_between(self, since: datetime, until: datetime) -> int:
        with self._lock:
            return sum(since <= event.date <= until for event in self._events)

    def _page(self, events: list[LoginEvent], start: int, count: int) -> list[LoginEvent]:
        def arrange(ties: Iterable[int], skip: int, take: int) -> list[int]:
            if self.setup.generation is Generation.NEXT:
                return sorted(ties, key=lambda place: events[place].id, reverse=True)[skip : skip + take]
            if self.setup.shuffle_ties:
                return self._random.sample(list(ties), take)
            return sorted(ties, reverse=True)[skip : skip + take]

        places = page(range(len(events)), lambda place: micros(events[place].date), start, count, arrange)
        return [events[place] for place in places]

    def _rows(self, events: Iterable[LoginEvent]) -> list[Wire]:
        return [login_row(event, self.setup) for event in events]


def _keeps(query: AuditQuery, event: LoginEvent) -> bool:
    return (
        (query.user_id is None or query.user_id == event.user_id)
        and query.action in {0, event.action_id}
        and (query.since is None or query.since <= event.date)
        and (query.until is None or event.date <= query.until)
    )
