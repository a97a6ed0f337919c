"""How a portal reads a question about its trail, as values: the space of servers a client may meet.

``Semantics()`` is DocSpace 3.7.2, ``of_generation`` every other one, and each field is one thing that another server,
a proxy before it or a later release does otherwise. Four modules, none of which knows HTTP; the HTTP stand-in answers
from the same code:

- ``semantics``: ``Semantics``, ``Bound``, ``DateHeader``, ``Question``, ``of_generation(generation)``
- ``selection``: ``Row(id, date)``, ``RowTable(rows)``, ``select(table, question, semantics, chance) -> places``
- ``lies``: ``Lie(kind, first=1, answers=1, every=1, amount=1)`` and ``LieKind``
- ``world``: ``World(table, semantics, lies, chance).ask(question) -> Answer(rows, count, refused, damage)``

A world of seven rows in two seconds, whose ninth answer is empty and whose pages are cut to two::

    table = RowTable([Row(id=n, date=n // 4) for n in range(7)])
    world = World(table, Semantics(cap=2, over_cap="clamped"), [Lie(LieKind.EMPTY, first=9)], random.Random(1))
    answer = world.ask(Question(since=0, until=1, count=100, start=0))
    answer.refused   # None, or the wire's name of the parameter that was answered with 400
    answer.damage    # None, or the LieKind whose bytes no client can read as a page
    answer.rows      # two rows, newest first
    answer.count     # what the envelope says: 2; a text, None or ABSENT where that is the lie
    world.answers    # 1

Dates are whole ticks since any zero: seconds in a ``RowTable``, microseconds in the stand-in's own store. *chance* is a
``random.Random``, or a ``Script`` of ``world``, by which every choice of a world is enumerated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.portal.generation import Generation

OverCap = Literal["refused", "clamped", "varying"]
"""What is done about a ``count`` above the cap: 400, as many rows as the cap has, or any number of rows up to the cap,
another one each time; "varying" makes every page vary, a shorter ``count`` being the upper end."""
Order = Literal["newest", "oldest", "random", "id"]
"""Of a page: by date either way, in any order at each request, or the highest id first whatever its date."""
Ties = Literal["random", "id", "reverse", "stored"]
"""Rows of one second: in any order at each request, lowest id first, highest id first, or as they were written (the
later first where the newest is first)."""
Offset = Literal["honoured", "ignored", "capped", "refused", "empty", "page number", "from one"]
"""``startIndex``. Above ``offset_limit``, "capped" takes the limit instead, "refused" is 400 and "empty" an empty page.
It may also be read as the number of a page, or be counted from one."""

FILTERS = frozenset({"userId", "action", "actionType", "entryType", "target", "moduleType", "productType"})

MINUTE = 60
HOUR = 3_600
DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What ``from`` or ``to`` does. It is shifted first, then cut, then compared."""

    included: bool = True
    cut: int = 0
    """Seconds: the bound falls back to the last full multiple of them; 0 leaves it."""
    whole: bool = False
    """Cut, and the whole unit counts: ``to`` is the unit's last moment."""
    shift: int = 0
    """Seconds by which the server takes the bound for later: a time zone that was not read."""
    ignored: bool = False

    def lower(self, moment: int | None, ticks: int) -> int | None:
        """Return the earliest date that passes; *ticks* make a second."""
        found = self._cut(moment, ticks)
        return found if found is None or self.included else found + 1

    def upper(self, moment: int | None, ticks: int) -> int | None:
        """Return the latest date that passes."""
        found = self._cut(moment, ticks)
        if found is None:
            return None
        if self.cut and self.whole:
            found += self.cut * ticks - 1
        return found if self.included else found - 1

    def _cut(self, moment: int | None, ticks: int) -> int | None:
        if moment is None or self.ignored:
            return None
        moment += self.shift * ticks
        return moment // (self.cut * ticks) * (self.cut * ticks) if self.cut else moment


INCLUSIVE = Bound()
EXCLUSIVE = Bound(included=False)
IGNORED = Bound(ignored=True)
TO_SECOND = Bound(cut=1)
TO_MINUTE = Bound(cut=MINUTE)
TO_DAY = Bound(cut=DAY)
WHOLE_DAY = Bound(cut=DAY, whole=True)


def shifted(hours: float) -> Bound:
    """Return the bound of a server that does not read the time zone and whose own is *hours* off."""
    return Bound(shift=round(hours * HOUR))


@dataclass(frozen=True, slots=True, kw_only=True)
class DateHeader:
    """The ``Date`` of each answer."""

    kind: Literal["right", "missing", "stale", "unparsable", "jumping"] = "right"
    """A stale one is that of the first answer, again and again; a jumping one is off in every other answer."""
    offset: int = 0
    """Seconds that the portal's clock is ahead of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Semantics:
    """The default is DocSpace 3.7.2."""

    cap: int = 100
    """Rows of the longest page, and of one whose length was not asked for."""
    over_cap: OverCap = "refused"
    count_limit: int | None = None
    """A ``count`` above it is 400, besides a silent cap."""
    since: Bound = INCLUSIVE
    until: Bound = INCLUSIVE
    lone_bound_ignored: bool = False
    """``from`` without ``to`` is no bound, nor is ``to`` without ``from``."""
    order: Order = "newest"
    ties: Ties = "random"
    offset: Offset = "honoured"
    offset_limit: int = 0
    filters_ignored: frozenset[str] = frozenset()
    """Names of ``FILTERS``."""
    filters_after_page: bool = False
    """The page is cut from all rows, and bounds and filters thin it out: how sign-ins are read up to 3.8."""
    fallback: int | None = None
    """Whatever is asked, so many of the newest rows: a plan without the audit trail shows 20."""
    surplus: int = 0
    """Rows beyond what was asked for."""
    shown_cut: int = 0
    """Seconds: dates are compared as they are stored and shown cut to a multiple of them; 0 shows them whole."""
    date_header: DateHeader = field(default_factory=DateHeader)


@dataclass(frozen=True, slots=True)
class Question:
    """Bounds are in ticks; None is what was not asked."""

    since: int | None = None
    until: int | None = None
    count: int | None = None
    start: int = 0
    filters: Any = None
    """What the table understands: a mapping by wire name in a ``RowTable``."""
    surplus: int = 0


def of_generation(generation: Generation) -> Semantics:
    """Return what the server of that generation does. Source: docspace.md sections 1.1 and 1.3."""
    if generation.clamps_count:
        return Semantics(cap=generation.largest_page, over_cap="clamped")
    return Semantics(cap=generation.largest_page, ties="reverse" if generation is Generation.NEXT else "random")


def refused(count: int | None, start: int, semantics: Semantics) -> Mapping[str, str]:
    """Return the vendor's complaint by parameter; nothing about a question that will be answered."""
    complaints = {}
    limit = semantics.cap if semantics.over_cap == "refused" else None
    if semantics.count_limit is not None:
        limit = semantics.count_limit if limit is None else min(limit, semantics.count_limit)
    if limit is not None and count is not None and not 1 <= count <= limit:
        complaints["count"] = f"The field count must be between 1 and {limit}."
    if semantics.offset == "refused" and start > semantics.offset_limit:
        complaints["startIndex"] = f"The field startIndex must be between 0 and {semantics.offset_limit}."
    return complaints
