"""A portal's trail that counts its answers and lies in those it is told to lie in."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

from sandbox.portal.lies import IN_ROWS, READABLE, REPEATS, UNREADABLE, Lie, LieKind
from sandbox.portal.selection import Chance, Table, Without, select
from sandbox.portal.semantics import Question, Semantics, refused

R = TypeVar("R")
T = TypeVar("T")


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""The ``count`` of an envelope that has none."""


@dataclass(slots=True)
class Answer(Generic[R]):
    rows: Sequence[R]
    count: object
    """What the envelope says; any JSON value, or ``ABSENT``."""
    refused: str | None = None
    """The wire's name of the parameter for which the answer is 400."""
    damage: LieKind | None = None
    """How the bytes are broken; *rows* are what they held before."""
    amount: int = 1
    """Of the damage."""

    @property
    def readable(self) -> bool:
        """Whether a client can read it; it may refuse what comes in an odd form, ``READABLE``."""
        return self.refused is None and (self.damage is None or self.damage in READABLE)


class World(Generic[R]):
    """Not for several threads: whoever shares it holds a lock."""

    def __init__(
        self,
        table: Table[R],
        semantics: Semantics | None = None,
        lies: Sequence[Lie] = (),
        chance: Chance | None = None,
    ) -> None:
        self.table = table
        self.semantics = semantics or Semantics()
        self.answers = 0
        """How many were given; a refusal is none, as it is not one over HTTP."""
        self._chance = chance or random.Random(1)
        self._lies = tuple(lies)
        self._earlier: list[tuple[Question, Answer[R]]] = []
        self._remembers = self._needs_memory()

    def change(self, semantics: Semantics, lies: Sequence[Lie]) -> None:
        """Answer like that from now on; lies that are new are counted from the next answer."""
        self.semantics = semantics
        if tuple(lies) == self._lies:
            return
        self._lies, self.answers = tuple(lies), 0
        self._earlier.clear()
        self._remembers = self._needs_memory()

    def ask(self, question: Question) -> Answer[R]:
        complaints = refused(question.count, question.start, self.semantics)
        if complaints:
            return Answer((), 0, refused=next(iter(complaints)))
        self.answers += 1
        self.table.settle(self.answers)
        told = [lie for lie in self._lies if lie.strikes(self.answers)] if self._lies else ()
        answer = self._answer(question, told)
        if self._remembers:
            self._earlier.append((question, replace(answer, damage=None)))
        return answer

    def _needs_memory(self) -> bool:
        return any(lie.kind in REPEATS for lie in self._lies)

    def _answer(self, question: Question, lies: Sequence[Lie]) -> Answer[R]:
        table, heard = self.table, question
        for lie in lies:
            table, heard = _misled(lie, table, heard)
        places = select(table, heard, self.semantics, self._chance)
        rows = [table.row(place) for place in places]
        if self.semantics.shown_cut:
            rows = [table.shown(row, cut=self.semantics.shown_cut) for row in rows]
        answer = Answer(rows, len(rows))
        for lie in lies:
            answer = self._remembered(lie, question, answer) if lie.kind in REPEATS else self._lied(lie, answer)
        return answer

    def _lied(self, lie: Lie, answer: Answer[R]) -> Answer[R]:
        if lie.kind in UNREADABLE or lie.kind in READABLE:
            harmless = lie.kind in IN_ROWS and not answer.rows
            return answer if harmless else replace(answer, damage=lie.kind, amount=lie.amount)
        change = _CHANGES.get(lie.kind)
        if change is not None:
            rows = change(list(answer.rows), lie.amount)
            counted = lie.kind in _COUNTED
            return replace(answer, rows=rows, count=answer.count if counted else len(rows))
        count = _COUNTS.get(lie.kind)
        if count is not None:
            return replace(answer, count=count(len(answer.rows), lie.amount))
        if lie.kind in _SHOWN:
            return replace(answer, rows=[self._shown(lie, row, answer.rows[0]) for row in answer.rows])
        return answer

    def _remembered(self, lie: Lie, question: Question, answer: Answer[R]) -> Answer[R]:
        if lie.kind is LieKind.BY_QUESTION:
            return next((known for asked, known in self._earlier if asked == question), answer)
        back = len(self._earlier) if lie.kind is LieKind.CACHED else 1 if lie.kind is LieKind.PREVIOUS else lie.amount
        return self._earlier[-back][1] if 0 < back <= len(self._earlier) else answer

    def _shown(self, lie: Lie, row: R, first: R) -> R:
        match lie.kind:
            case LieKind.DATES_SHIFTED:
                return self.table.shown(row, later=lie.amount)
            case LieKind.IDS_SHIFTED:
                return self.table.shown(row, number=self.table.number(row) + lie.amount)
        return self.table.shown(row, number=self.table.number(first))


def _misled(lie: Lie, table: Table[R], question: Question) -> tuple[Table[R], Question]:
    """Return the rows that are looked at and the question that is heard."""
    if lie.kind in _LOST:
        lost = _LOST[lie.kind](len(table.dates), lie.amount)
        return Without(table, frozenset(lost)), question
    match lie.kind:
        case LieKind.OTHER_WINDOW:
            back = lie.amount * table.ticks
            since = None if question.since is None else question.since - back
            until = None if question.until is None else question.until - back
            return table, replace(question, since=since, until=until)
        case LieKind.NO_WINDOW:
            return table, replace(question, since=None, until=None)
        case LieKind.LONGER:
            return table, replace(question, surplus=question.surplus + lie.amount)
    return table, question


_LOST: dict[LieKind, Callable[[int, int], range]] = {
    LieKind.REPLICA_LAG: lambda rows, amount: range(max(0, rows - amount), rows),
    LieKind.REPLICA_HOLE: lambda rows, amount: range(rows - amount, rows - amount + 1),
    LieKind.OLDEST_MISSING: lambda _, amount: range(amount),
}
"""The places that a replica lacks."""
_SHOWN = frozenset({LieKind.DATES_SHIFTED, LieKind.IDS_SHIFTED, LieKind.IDS_SAME})
_COUNTED = frozenset(
    {
        LieKind.FIRST_MISSING_COUNTED,
        LieKind.MIDDLE_MISSING_COUNTED,
        LieKind.LAST_MISSING_COUNTED,
        LieKind.EMPTY_COUNTED,
    }
)
_CHANGES: dict[LieKind, Callable[[list[Any], int], list[Any]]] = {
    LieKind.EMPTY: lambda _, __: [],
    LieKind.EMPTY_COUNTED: lambda _, __: [],
    LieKind.ROW_TWICE: lambda rows, _: rows + rows[-1:],
    LieKind.ALL_TWICE: lambda rows, _: rows + rows,
    LieKind.ROW_REPLACED: lambda rows, _: rows[:-1] + rows[-2:-1] if len(rows) > 1 else rows,
    LieKind.FIRST_MISSING: lambda rows, _: rows[1:],
    LieKind.FIRST_MISSING_COUNTED: lambda rows, _: rows[1:],
    LieKind.MIDDLE_MISSING: lambda rows, _: rows[: len(rows) // 2] + rows[len(rows) // 2 + 1 :],
    LieKind.MIDDLE_MISSING_COUNTED: lambda rows, _: rows[: len(rows) // 2] + rows[len(rows) // 2 + 1 :],
    LieKind.LAST_MISSING: lambda rows, _: rows[:-1],
    LieKind.LAST_MISSING_COUNTED: lambda rows, _: rows[:-1],
    LieKind.REVERSED: lambda rows, _: rows[::-1],
    LieKind.MANY_ROWS: lambda rows, thousands: (
        (rows * (thousands * 1_000 // len(rows) + 1))[: thousands * 1_000] if rows else rows
    ),
}
_COUNTS: dict[LieKind, Callable[[int, int], object]] = {
    LieKind.COUNT_MORE: lambda rows, amount: rows + amount,
    LieKind.COUNT_FEWER: lambda rows, amount: max(0, rows - amount),
    LieKind.COUNT_DOUBLE: lambda rows, _: rows * 2,
    LieKind.COUNT_ABSENT: lambda _, __: ABSENT,
    LieKind.COUNT_NULL: lambda _, __: None,
    LieKind.COUNT_TEXT: lambda rows, _: str(rows),
    LieKind.COUNT_NEGATIVE: lambda _, __: -1,
}


class Script:
    """A chance that is told its choices and finds out which there are, so that all of them can be tried."""

    def __init__(self, choices: Sequence[int] = ()) -> None:
        self._choices = list(choices)
        self.options: list[int] = []
        """How many there were at each choice that was made."""

    def randrange(self, stop: int, /) -> int:
        made = len(self.options)
        self.options.append(stop)
        if made == len(self._choices):
            self._choices.append(0)
        return self._choices[made]

    def sample(self, population: Sequence[T], k: int) -> list[T]:
        left = list(population)
        return [left.pop(self.randrange(len(left)) if len(left) > 1 else 0) for _ in range(k)]

    def following(self) -> list[int] | None:
        """Return the next choices after these, None after the last."""
        for place in range(len(self.options) - 1, -1, -1):
            if self._choices[place] + 1 < self.options[place]:
                return [*self._choices[:place], self._choices[place] + 1]
        return None


def scripts() -> Iterator[Script]:
    """Yield a script for every course that chance can take in what is done with each before the next is asked for.

    ``for chance in scripts(): read(World(table, semantics, lies, chance))`` reads every world there is.
    """
    choices: list[int] | None = []
    while choices is not None:
        script = Script(choices)
        yield script
        choices = script.following()
