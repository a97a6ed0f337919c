"""The data of a month's chart: events per day, stacked by category."""

import calendar
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reporting.actions import Category
from reporting.errors.base import ChartFailed
from reporting.escape import escape_untrusted
from reporting.plurals import number_of
from reporting.report import Counted, Day, Scope, Verdict

MOST = 8
"""Categories that are shown by themselves; the rest is shown together."""
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Look:
    """A category's look, the same every month and recognizable without colors."""

    colour: str
    hatch: str = ""
    """As matplotlib writes it."""


LOOKS = MappingProxyType(
    {
        Category.DOWNLOAD.value: Look("#0072B2"),
        Category.CREATE.value: Look("#009E73", "//"),
        Category.UPDATE.value: Look("#56B4E9"),
        Category.SHARE.value: Look("#CC79A7", "\\\\"),
        Category.DELETE.value: Look("#D55E00", "--"),
        Category.MOVE.value: Look("#E69F00", "xx"),
        Category.ROOM.value: Look("#F0E442"),
        Category.USER.value: Look("#000000"),
        Category.SETTINGS.value: Look("#000000", "////"),
        Category.SIGN_IN.value: Look("#0072B2", ".."),
    }
)
"""Colours that people with any colour vision tell apart; of those alike in grey, one has a hatch.

Source: Okabe and Ito, "Color Universal Design", https://jfly.uni-koeln.de/color/
"""
OTHER = Look("#999999", "..")


@dataclass(frozen=True, slots=True)
class Band:
    """A category through the month."""

    name: str
    look: Look
    events: tuple[int, ...]
    """For each day of the month."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw; it has no untrusted text."""

    title: str
    subtitle: str
    days: int
    weekends: tuple[int, ...]
    bands: tuple[Band, ...]
    """Most frequent first; what is shown together comes last."""


def picture(scope: Scope, days: Sequence[Day], categories: Sequence[Counted], *, verdict: Verdict) -> Picture:
    """The month of a report, with *categories* most frequent first.

    Raises:
        ChartFailed: the days and the categories have different events.
    """
    demand_same(days, categories)
    filtered = ", filtered" if scope.only else ""
    return Picture(
        title=title(scope, days, verdict=verdict),
        subtitle=f"Events per day by category{filtered}, {escape_untrusted(scope.zone)}",
        days=scope.month.days,
        weekends=tuple(day for day in range(1, scope.month.days + 1) if weekday(scope, day) >= SATURDAY),
        bands=tuple(bands(days, categories, length=scope.month.days)),
    )


def demand_same(days: Iterable[Day], categories: Iterable[Counted]) -> None:
    """Refuse a report without daily counts (from an old release), which would look like an empty month."""
    told = sum((Counter(day.counts) for day in days), Counter())
    if told != Counter({category.name: category.events for category in categories}):
        raise ChartFailed(reason="its days are not known")


def title(scope: Scope, days: Iterable[Day], *, verdict: Verdict) -> str:
    """The month, its verdict if not COMPLETE, and the number of events."""
    mark = "" if verdict is Verdict.COMPLETE else f" ({verdict})"
    return f"{scope.month.title}{mark}: {events_in_words(sum(day.events for day in days))}"


def events_in_words(events: int) -> str:
    return number_of(events, "event") if events else "no events"


def weekday(scope: Scope, day: int) -> int:
    return calendar.weekday(scope.month.year, scope.month.month, day)


def bands(days: Sequence[Day], categories: Iterable[Counted], *, length: int, most: int = MOST) -> Iterator[Band]:
    """The most frequent categories, and all others in one."""
    counts = {day.day: day.counts for day in days}
    known = [category.name for category in categories if category.name in LOOKS][:most]
    for name in known:
        yield Band(name, LOOKS[name], tuple(counts.get(day, {}).get(name, 0) for day in range(1, length + 1)))
    rest = tuple(
        sum(events for name, events in counts.get(day, {}).items() if name not in known) for day in range(1, length + 1)
    )
    if any(rest):
        yield Band(Category.OTHER.value, OTHER, rest)
