"""Where the audit rows lie: sorted by date, compact, the bodies of generated ones made on demand."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from sandbox.portal.dates import micros
from sandbox.portal.events import AuditEvent


class Series(Protocol):
    """Generated events, oldest first."""

    @property
    def dates(self) -> Sequence[int]:
        """Microseconds since 1970, ascending."""

    def __len__(self) -> int: ...
    def event(self, position: int) -> AuditEvent: ...
    def event_id(self, position: int) -> int: ...
    def action_id(self, position: int) -> int: ...
    def user_id(self, position: int) -> str: ...
    def find(self, event_id: int) -> int | None:
        """Return the position of *event_id*."""

    def knows_user(self, user_id: str) -> bool: ...


class Shelf:
    """About 16 bytes a row, besides what the series themselves hold.

    A row number from zero up is a position in the series laid end to end; below zero it is an event
    that was put here whole.
    """

    def __init__(self) -> None:
        self.dates = array("q")
        self._rows = array("q")
        self._series: list[Series] = []
        self._starts: list[int] = []
        self._whole: list[AuditEvent] = []

    def __len__(self) -> int:
        return len(self.dates)

    def put(self, event: AuditEvent) -> None:
        date = micros(event.date)
        place = bisect_right(self.dates, date)
        self._whole.append(event)
        self.dates.insert(place, date)
        self._rows.insert(place, -len(self._whole))

    def put_all(self, series: Series, keeps: Callable[[int], bool]) -> None:
        """Shelve what *keeps* says of each action id; an empty shelf costs no sorting."""
        start = self._starts[-1] + len(self._series[-1]) if self._series else 0
        self._series.append(series)
        self._starts.append(start)
        kept = [place for place in range(len(series)) if keeps(series.action_id(place))]
        behind = bool(self.dates)
        self.dates.extend(series.dates[place] for place in kept)
        self._rows.extend(start + place for place in kept)
        if behind:
            self._sort()

    def _sort(self) -> None:
        order = sorted(range(len(self.dates)), key=self.dates.__getitem__)
        self.dates = array("q", (self.dates[place] for place in order))
        self._rows = array("q", (self._rows[place] for place in order))

    def drop(self, event_id: int) -> bool:
        """Was there such an event? Now there is none."""
        wanted = {-1 - place for place, event in enumerate(self._whole) if event.id == event_id}
        for series, start in zip(self._series, self._starts, strict=True):
            found = series.find(event_id)
            if found is not None:
                wanted.add(start + found)
        places = [place for place, row in enumerate(self._rows) if row in wanted] if wanted else []
        for place in reversed(places):
            del self.dates[place], self._rows[place]
        return bool(places)

    def span(self, oldest: int | None, newest: int | None) -> range:
        """Return the places dated from *oldest* to *newest*, both included."""
        first = 0 if oldest is None else bisect_left(self.dates, oldest)
        last = len(self.dates) if newest is None else bisect_right(self.dates, newest)
        return range(first, max(first, last))

    def event(self, place: int) -> AuditEvent:
        row = self._rows[place]
        if row < 0:
            return self._whole[-row - 1]
        series, position = self._generated(row)
        return series.event(position)

    def event_id(self, place: int) -> int:
        row = self._rows[place]
        if row < 0:
            return self._whole[-row - 1].id
        series, position = self._generated(row)
        return series.event_id(position)

    def action_id(self, place: int) -> int:
        row = self._rows[place]
        if row < 0:
            return self._whole[-row - 1].action_id
        series, position = self._generated(row)
        return series.action_id(position)

    def user_id(self, place: int) -> str:
        row = self._rows[place]
        if row < 0:
            return self._whole[-row - 1].user_id
        series, position = self._generated(row)
        return series.user_id(position)

    def knows_user(self, user_id: str) -> bool:
        return any(series.knows_user(user_id) for series in self._series) or any(
            event.user_id == user_id for event in self._whole
        )

    def events(self, places: Sequence[int]) -> Iterator[AuditEvent]:
        return (self.event(place) for place in places)

    def _generated(self, row: int) -> tuple[Series, int]:
        which = bisect_right(self._starts, row) - 1
        return self._series[which], row - self._starts[which]
