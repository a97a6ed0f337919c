"""Servers and months for properties about reading: what a portal may do about a question, and what may be in its trail.

``servers()`` draws a ``Server``, ``months()`` a ``Month``. ``server.world(month)`` answers without HTTP;
``setup_of(server)`` and ``events_of(month)`` are the same for an ``AuditLog`` or a whole portal.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from hypothesis import strategies as st

from sandbox.portal import AuditEvent, PortalSetup
from sandbox.portal.lies import MISCOUNTS, PLAUSIBLE, READABLE, UNREADABLE, Lie, LieKind
from sandbox.portal.lying_trail import World
from sandbox.portal.selection import Chance, Row, RowTable
from sandbox.portal.semantics import (
    DAY,
    EXCLUSIVE,
    FILTERS,
    HOUR,
    IGNORED,
    INCLUSIVE,
    MINUTE,
    TO_DAY,
    TO_MINUTE,
    TO_SECOND,
    WHOLE_DAY,
    Bound,
    Offset,
    Order,
    OverCap,
    Semantics,
    Ties,
    shifted,
)

JANUARY = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
LENGTH = 31 * DAY
BOUNDS: tuple[Bound, ...] = (
    INCLUSIVE,
    EXCLUSIVE,
    TO_SECOND,
    TO_MINUTE,
    TO_DAY,
    WHOLE_DAY,
    IGNORED,
    shifted(2),
    shifted(-5.5),
    Bound(included=False, cut=MINUTE),
)
CAPS = (1, 2, 3, 5, 7, 50, 99, 100, 101, 1000)
HEAVY = frozenset({LieKind.GZIP_BOMB, LieKind.DEEP, LieKind.MANY_ROWS})
"""Slow to make and to read: tried once each, not drawn."""


MISSING_FOR_ALL: dict[LieKind, Callable[[int], slice]] = {
    LieKind.REPLICA_LAG: lambda amount: slice(-amount, None),
    LieKind.OLDEST_MISSING: slice,
    LieKind.REPLICA_HOLE: lambda amount: slice(-amount, -amount + 1 or None),
}
"""The rows, by date, that such a portal does not have; right where no row moves and there is no second such lie."""


@dataclass(frozen=True, slots=True)
class Server:
    semantics: Semantics
    lies: tuple[Lie, ...] = ()

    def truth(self, month: "Month") -> set[int]:
        """The ids that the month has for this portal: what a constant lie keeps back is not there for anybody."""
        places = sorted(month.rows, key=lambda row: row.date)
        gone: set[int] = set()
        for lie in self.lies:
            if lie.constant and lie.kind in MISSING_FOR_ALL:
                gone |= {row.id for row in places[MISSING_FOR_ALL[lie.kind](lie.amount)]}
        return month.ids() - gone

    def world(self, month: "Month", chance: Chance | None = None) -> World[Row]:
        return World(RowTable(month.rows), self.semantics, self.lies, chance)


@dataclass(frozen=True, slots=True)
class Month:
    """*first* and *last* are its first and its last second, since 1970; rows lie before and after it too."""

    rows: tuple[Row, ...]
    first: int
    last: int

    @property
    def moves(self) -> bool:
        """Whether a row arrives or vanishes while the month is read."""
        return any(row.visible_from or row.visible_until is not None for row in self.rows)

    def ids(self) -> set[int]:
        """The true set; of a month that moves, all that are there at some time."""
        return {row.id for row in self.rows if self.first <= row.date <= self.last}


@st.composite
def semantics(draw: st.DrawFn) -> Semantics:
    """One server; most of what it does is what DocSpace does, for else no reading gets anywhere."""

    def seldom(usual: Any, others: st.SearchStrategy[Any]) -> Any:
        return draw(st.one_of(st.just(usual), st.just(usual), others))

    return Semantics(
        cap=draw(st.sampled_from(CAPS)),
        over_cap=draw(st.sampled_from(get_args(OverCap))),
        count_limit=seldom(None, st.sampled_from(CAPS)),
        since=seldom(INCLUSIVE, st.sampled_from(BOUNDS)),
        until=seldom(INCLUSIVE, st.sampled_from(BOUNDS)),
        lone_bound_ignored=seldom(False, st.just(True)),
        order=seldom("newest", st.sampled_from(get_args(Order))),
        ties=draw(st.sampled_from(get_args(Ties))),
        offset=seldom("honoured", st.sampled_from(get_args(Offset))),
        offset_limit=draw(st.integers(0, 6)),
        filters_ignored=seldom(frozenset(), st.sets(st.sampled_from(sorted(FILTERS))).map(frozenset)),
        filters_after_page=seldom(False, st.just(True)),
        fallback=seldom(None, st.integers(0, 20)),
        surplus=seldom(0, st.integers(1, 3)),
        shown_cut=seldom(0, st.sampled_from((MINUTE, HOUR))),
    )


@st.composite
def told(draw: st.DrawFn, kinds: Iterable[LieKind] = ()) -> Lie:
    """One lie, of any kind that is not ``HEAVY`` unless *kinds* are given; the families are equally likely."""
    families = [sorted(family - HEAVY) for family in (PLAUSIBLE, MISCOUNTS, UNREADABLE, READABLE)]
    chosen = sorted(kinds)
    kind = draw(st.sampled_from(chosen) if chosen else st.sampled_from(families).flatmap(st.sampled_from))
    return Lie(
        kind,
        first=draw(st.integers(1, 12)),
        answers=draw(st.sampled_from((1, 1, 2, None))),
        every=draw(st.sampled_from((1, 1, 2, 3))),
        amount=draw(st.sampled_from((1, 2, 3, HOUR))) if kind not in HEAVY else 1,
    )


def servers(*, lies: bool = True) -> st.SearchStrategy[Server]:
    """Any server; without *lies*, one that does the same at each request but for its chances."""
    told_lies = st.lists(told(), max_size=2).map(tuple) if lies else st.just(())
    return st.builds(Server, semantics(), told_lies)


def months(most: int = 14, *, moving: bool = True) -> st.SearchStrategy[Month]:
    """A month of up to *most* rows: none at all, none within, sparse, dense, at its ends, on full minutes.

    If *moving*, rows of some arrive or vanish between two answers.
    """
    return st.one_of(_nothing(), *(_month(kind, most, moving) for kind in _DATES))


def _nothing() -> st.SearchStrategy[Month]:
    return st.builds(lambda first: Month((), first, first + LENGTH - 1), _firsts())


def _firsts() -> st.SearchStrategy[int]:
    """The first second of a month in UTC, two hours east of it, or half an hour off."""
    return st.sampled_from((JANUARY, JANUARY - 2 * HOUR, JANUARY - 5 * HOUR - 30 * MINUTE))


_DATES = {
    "sparse": st.integers(0, LENGTH - 1),
    "dense": st.sampled_from((LENGTH // 2, LENGTH // 2 + 1)),
    "one second": st.just(LENGTH // 3),
    "first second": st.sampled_from((-1, 0, 1)),
    "last second": st.sampled_from((LENGTH - 2, LENGTH - 1, LENGTH)),
    "minutes": st.integers(0, LENGTH // MINUTE - 1).map(lambda minute: minute * MINUTE),
    "outside": st.sampled_from((-DAY, -1, LENGTH, LENGTH + DAY)),
    "mixed": st.one_of(
        st.integers(-DAY, LENGTH + DAY), st.sampled_from((-1, 0, 1, LENGTH // 2, LENGTH - 2, LENGTH - 1, LENGTH))
    ),
}
"""Seconds after the first one."""


@st.composite
def _month(draw: st.DrawFn, kind: str, most: int, moving: bool) -> Month:
    first = draw(_firsts())
    dates = draw(st.lists(_DATES[kind], min_size=1, max_size=most))
    ids = draw(st.permutations(range(1, len(dates) + 1)))
    moving = moving and draw(st.sampled_from((False, False, True)))
    rows = []
    for number, date in zip(ids, dates, strict=True):
        arrives = draw(st.sampled_from((0, 0, 2, 5))) if moving else 0
        leaves = draw(st.sampled_from((None, None, 3, 6))) if moving else None
        rows.append(Row(id=number, date=first + date, visible_from=arrives, visible_until=leaves))
    return Month(tuple(rows), first, first + LENGTH - 1)


def setup_of(server: Server, **fields) -> PortalSetup:
    """The setup of a stand-in that answers like *server*."""
    return PortalSetup(semantics=server.semantics, lies=server.lies, **fields)


def events_of(month: Month) -> list[AuditEvent]:
    """The month's rows as a stand-in stores them."""
    return [
        AuditEvent(
            id=row.id,
            date=datetime.fromtimestamp(row.date, UTC),
            action_id=row.action,
            user_id=row.user or "11111111-1111-1111-1111-111111111111",
            arguments=("Q3.docx",),
            visible_from=row.visible_from or None,
            visible_until=row.visible_until,
        )
        for row in month.rows
    ]
