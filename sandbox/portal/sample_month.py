"""A believable month on a busy portal, the same for the same seed."""

import random
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from sandbox.portal.bodies import audit_event, crew
from sandbox.portal.dates import SECOND, moment_of
from sandbox.portal.event_weights import ACTIONS, ADMINISTRATION, BULK, MOVES, SIGN_INS, busyness
from sandbox.portal.events import AuditEvent, LoginEvent
from sandbox.portal.mixed_number import Draws

PEOPLE_WEIGHTS = (14, 10, 12, 11, 9, 8, 8, 7, 6, 5, 6, 2)
IDS_PER_MONTH = 4_000_000
"""Months do not share ids while they hold fewer than about three million events each."""


class EventSeries:
    """Generated events, oldest first: about 20 bytes each, the rest is made on demand."""

    def __init__(self, seed: int, *, hostile: bool) -> None:
        self.dates = array("q")
        self.ids = array("q")
        self.actions = array("H")
        self.users = array("B")
        self.twins: set[int] = set()
        self._seed = seed
        self._hostile = hostile
        self._crew = crew(hostile=hostile)

    def __len__(self) -> int:
        return len(self.dates)

    def __iter__(self) -> Iterator[AuditEvent]:
        return (self.event(place) for place in range(len(self)))

    def event(self, position: int) -> AuditEvent:
        twin = position in self.twins
        source = self.ids[position - 1 if twin else position]
        return audit_event(
            self.ids[position],
            moment_of(self.dates[position]),
            self.actions[position],
            self._crew[self.users[position]],
            draws=Draws(source ^ self._seed << 40),
            twin=twin,
            hostile=self._hostile,
        )

    def event_id(self, position: int) -> int:
        return self.ids[position]

    def action_id(self, position: int) -> int:
        return self.actions[position]

    def user_id(self, position: int) -> str:
        return self._crew[self.users[position]].id

    def find(self, event_id: int) -> int | None:
        return self.ids.index(event_id) if event_id in self.ids else None

    def knows_user(self, user_id: str) -> bool:
        return any(person.id == user_id for person in self._crew)


def month_of_events(
    year: int, month: int, *, count: int, seed: int, zone: ZoneInfo, hostile: bool = False
) -> EventSeries:
    """Make *count* events of a month of *zone*'s calendar."""
    chance = random.Random(f"{seed} {year}-{month}")
    series = EventSeries(seed, hostile=hostile)
    series.dates.extend(_dates(chance, year, month, count, zone))
    series.actions.extend(chance.choices(list(ACTIONS), list(ACTIONS.values()), k=count))
    series.users.extend(chance.choices(range(12), PEOPLE_WEIGHTS, k=count))
    series.ids.extend(_ids(chance, year, month, count))
    _leave_administration_to_administrators(series)
    _do_some_in_bulk(series, chance)
    _double_moves(series, chance)
    return series


def crowd(series: EventSeries, events: int, *, seed: int) -> None:
    """Let the events come in bursts of a second, as an import makes them: about so many *events* in each."""
    chance = random.Random(f"{seed} crowd")
    place = 0
    while place < len(series):
        length = chance.randrange(1, 2 * events)
        for one in range(place, min(place + length, len(series))):
            series.dates[one] = series.dates[place]
        place += length


def login_events(
    year: int, month: int, *, count: int, seed: int, zone: ZoneInfo, hostile: bool = False
) -> list[LoginEvent]:
    """Make *count* sign-ins and sign-outs, some of them failed."""
    chance = random.Random(f"{seed} {year}-{month} sign-ins")
    people = crew(hostile=hostile)
    kinds = chance.choices(list(SIGN_INS), list(SIGN_INS.values()), k=count)
    persons = chance.choices(people, PEOPLE_WEIGHTS, k=count)
    rows = zip(
        _ids(chance, year, month, count),
        _dates(chance, year, month, count, zone),
        kinds,
        persons,
        strict=True,
    )
    return [
        LoginEvent(
            id=number,
            date=moment_of(date),
            action_id=kind,
            user_id=person.id,
            user=person.name,
            login=person.email,
            ip=person.ip,
            country=person.country,
            city=person.city,
            browser=person.browser,
            platform=person.platform,
            page="https://docspace.example.com/login",
        )
        for number, date, kind, person in rows
    ]


def _dates(chance: random.Random, year: int, month: int, count: int, zone: ZoneInfo) -> Iterator[int]:
    """Yield microseconds since 1970, ascending, whole seconds, crowded in working hours."""
    start, end = _bounds(year, month, zone)
    hours = range(start, end, 3600)
    weights = list(accumulate(busyness(datetime.fromtimestamp(hour, zone)) for hour in hours))
    total = weights[-1]
    busy = Counter(bisect_right(weights, chance.random() * total) for _ in range(count))
    for place, hour in enumerate(hours):
        seconds = range(hour, min(hour + 3600, end))
        yield from (second * SECOND for second in sorted(chance.choices(seconds, k=busy[place])))


def _bounds(year: int, month: int, zone: ZoneInfo) -> tuple[int, int]:
    first = datetime(year, month, 1, tzinfo=zone)
    following = (first + timedelta(days=32)).replace(day=1)
    return int(first.timestamp()), int(following.timestamp())


def _ids(chance: random.Random, year: int, month: int, count: int) -> "array[int]":
    """Count up with gaps, for other portals share the table; here and there a few rows out of order."""
    ids = array("q")
    number = (year * 12 + month) % 500 * IDS_PER_MONTH
    for _ in range(count):
        number += 1 if chance.random() < 0.9 else 2
        ids.append(number)
    for place in range(0, count - 5, 200):
        block = ids[place : place + 5].tolist()
        chance.shuffle(block)
        ids[place : place + 5] = array("q", block)
    return ids


def _leave_administration_to_administrators(series: EventSeries) -> None:
    for place, action in enumerate(series.actions):
        if action in ADMINISTRATION or action < 5000:
            series.users[place] %= 2


def _do_some_in_bulk(series: EventSeries, chance: random.Random) -> None:
    """Let a few people do the same to many files within one second."""
    place = chance.randrange(200, 400)
    while place < len(series):
        action = chance.choice(BULK)
        for one in range(place, min(place + chance.randrange(3, 60), len(series))):
            series.dates[one] = series.dates[place]
            series.users[one] = series.users[place]
            series.actions[one] = action
        place += chance.randrange(400, 2_000)


def _double_moves(series: EventSeries, chance: random.Random) -> None:
    """Write two rows for a move across rooms: same second, person and target, another context."""
    place = 0
    while place < len(series) - 1:
        if series.actions[place] in MOVES and chance.random() < 0.6:
            follower = place + 1
            series.actions[follower] = series.actions[place]
            series.users[follower] = series.users[place]
            series.dates[follower] = series.dates[place]
            series.twins.add(follower)
            place += 1
        place += 1
