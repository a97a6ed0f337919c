"""The rows that answer a question, by a server's semantics: a pure function of rows, question, semantics and chance."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from sandbox.portal.semantics import Question, Semantics

T = TypeVar("T")
R = TypeVar("R")

Filters: TypeAlias = Any
"""Only the table knows."""


class Chance(Protocol):
    """The part of ``random.Random`` that is used."""

    def randrange(self, stop: int, /) -> int: ...
    def sample(self, population: Sequence[T], k: int) -> list[T]: ...


class Table(Protocol[R]):
    """Rows by place, oldest first; places may change from answer to answer."""

    @property
    def ticks(self) -> int:
        """How many ticks of a date make a second."""

    @property
    def dates(self) -> Sequence[int]:
        """Ascending."""

    def settle(self, answer: int) -> None:
        """Let rows arrive and vanish that do so by the answer of that number; the first is 1."""

    def event_id(self, place: int) -> int: ...
    def row(self, place: int) -> R: ...
    def keep(self, filters: Filters, ignored: frozenset[str], places: Sequence[int]) -> Sequence[int]:
        """Return those of *places* that pass the filters, in the same order."""

    def number(self, row: R) -> int:
        """Return the id that *row* shows."""

    def shown(self, row: R, *, later: int = 0, cut: int = 0, number: int | None = None) -> R:
        """Return the row as it looks with a date so many seconds *later*, *cut* to a multiple, or with another id."""


class Row(NamedTuple):
    id: int
    date: int
    """In the table's ticks: seconds, if nothing else is said."""
    user: str = ""
    action: int = 5011
    target: str = ""
    visible_from: int = 0
    """The number of the answer by which the row is there; the first answer is 1."""
    visible_until: int | None = None
    """The number of the answer by which it is gone."""


class RowTable:
    """A few rows in memory."""

    def __init__(self, rows: Iterable[Row], ticks: int = 1) -> None:
        """The rows' dates are in *ticks*, so many of which make a second."""
        self.ticks = ticks
        self._all = sorted(rows, key=lambda row: row.date)
        self._moves = any(row.visible_from or row.visible_until is not None for row in self._all)
        self.rows: Sequence[Row] = self._all
        self.dates: Sequence[int] = [row.date for row in self._all]

    def settle(self, answer: int) -> None:
        if self._moves:
            self.rows = [
                row
                for row in self._all
                if row.visible_from <= answer and (row.visible_until is None or answer < row.visible_until)
            ]
            self.dates = [row.date for row in self.rows]

    def event_id(self, place: int) -> int:
        return self.rows[place].id

    def row(self, place: int) -> Row:
        return self.rows[place]

    def keep(self, filters: Mapping[str, object] | None, ignored: frozenset[str], places: Sequence[int]) -> list[int]:
        wanted = {name: value for name, value in (filters or {}).items() if name not in ignored}
        return [place for place in places if all(_FIELDS[name](self.rows[place]) == wanted[name] for name in wanted)]

    def number(self, row: Row) -> int:
        return row.id

    def shown(self, row: Row, *, later: int = 0, cut: int = 0, number: int | None = None) -> Row:
        date = row.date + later * self.ticks
        date -= date % (cut * self.ticks) if cut else 0
        return row._replace(date=date, id=row.id if number is None else number)


_FIELDS = {
    "userId": lambda row: row.user,
    "action": lambda row: row.action,
    "target": lambda row: row.target,
}


class Without(Generic[R]):
    """A table that lacks some of another's rows: a replica that lags behind, or lost a row."""

    def __init__(self, table: Table[R], missing: frozenset[int]) -> None:
        """*missing* are places."""
        self._table = table
        self._places = [place for place in range(len(table.dates)) if place not in missing]
        self.ticks = table.ticks
        self.dates: Sequence[int] = [table.dates[place] for place in self._places]

    def settle(self, answer: int) -> None:
        """Nothing moves: the table stands for one answer."""

    def event_id(self, place: int) -> int:
        return self._table.event_id(self._places[place])

    def row(self, place: int) -> R:
        return self._table.row(self._places[place])

    def keep(self, filters: Filters, ignored: frozenset[str], places: Sequence[int]) -> list[int]:
        own = {self._places[place]: place for place in places}
        return [own[place] for place in self._table.keep(filters, ignored, list(own))]

    def number(self, row: R) -> int:
        return self._table.number(row)

    def shown(self, row: R, *, later: int = 0, cut: int = 0, number: int | None = None) -> R:
        return self._table.shown(row, later=later, cut=cut, number=number)


def select(table: Table[Any], question: Question, semantics: Semantics, chance: Chance) -> Sequence[int]:
    """Return the places of one page, in the order of the wire; ``semantics.refused`` is for the caller to ask first."""
    everything = range(len(table.dates))
    if semantics.fallback is not None:
        return _page(table, everything, 0, semantics.fallback, semantics, chance)
    length = _length(question.count, semantics, chance)
    start = _start(question.start, length, semantics)
    length += semantics.surplus + question.surplus
    if start is None:
        return ()
    inside = _inside(table, question, semantics)
    if semantics.filters_after_page:
        cut = _page(table, everything, start, length, semantics, chance)
        return _filtered(table, question, semantics, [place for place in cut if place in inside])
    return _page(table, _filtered(table, question, semantics, inside), start, length, semantics, chance)


def _length(count: int | None, semantics: Semantics, chance: Chance) -> int:
    longest = semantics.cap if count is None or count < 1 else min(count, semantics.cap)
    return chance.randrange(longest) + 1 if semantics.over_cap == "varying" else longest


def _start(start: int, length: int, semantics: Semantics) -> int | None:
    """Return how many rows to leave out, None for an empty page."""
    match semantics.offset:
        case "ignored":
            return 0
        case "capped":
            return min(start, semantics.offset_limit)
        case "empty" if start > semantics.offset_limit:
            return None
        case "page number":
            return start * length
        case "from one":
            return max(0, start - 1)
    return max(0, start)


def _inside(table: Table[Any], question: Question, semantics: Semantics) -> range:
    dates, since, until = table.dates, question.since, question.until
    if semantics.lone_bound_ignored and (since is None or until is None):
        since = until = None
    oldest = semantics.since.lower(since, table.ticks)
    newest = semantics.until.upper(until, table.ticks)
    first = 0 if oldest is None else bisect_left(dates, oldest)
    last = len(dates) if newest is None else bisect_right(dates, newest)
    return range(first, max(first, last))


def _filtered(table: Table[Any], question: Question, semantics: Semantics, places: Sequence[int]) -> Sequence[int]:
    if question.filters is None:
        return places
    return table.keep(question.filters, semantics.filters_ignored, places)


def _page(
    table: Table[Any], places: Sequence[int], start: int, count: int, semantics: Semantics, chance: Chance
) -> Sequence[int]:
    if semantics.order == "random":
        return chance.sample(places, min(count, max(0, len(places) - start)))
    if semantics.order == "id":
        return sorted(places, key=table.event_id, reverse=True)[start : start + count]
    newest_first = semantics.order == "newest"
    found: list[int] = []
    place, end = start, min(start + count, len(places))
    while place < end:
        first, last = _ties(table.dates, places, place if not newest_first else len(places) - 1 - place)
        skip = place - first if not newest_first else place - (len(places) - last)
        take = min(last - first - skip, end - place)
        found += _arranged(table, places[first:last], skip, take, semantics, chance)
        place += take
    return found


def _ties(dates: Sequence[int], places: Sequence[int], at: int) -> tuple[int, int]:
    """Return where the rows of that date begin and end; *places* are ascending by date."""
    date, first, last = dates[places[at]], at, at + 1
    if first > 0 and dates[places[first - 1]] == date:
        first = bisect_left(places, date, key=dates.__getitem__)
    if last < len(places) and dates[places[last]] == date:
        last = bisect_right(places, date, key=dates.__getitem__)
    return first, last


def _arranged(
    table: Table[Any], ties: Sequence[int], skip: int, take: int, semantics: Semantics, chance: Chance
) -> Sequence[int]:
    if len(ties) == 1:
        return ties
    match semantics.ties:
        case "random":
            return chance.sample(ties, take)
        case "stored":
            ties = ties[::-1] if semantics.order == "newest" else ties
        case "id":
            ties = sorted(ties, key=table.event_id)
        case "reverse":
            ties = sorted(ties, key=table.event_id, reverse=True)
    return ties[skip : skip + take]
