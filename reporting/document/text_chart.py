"""Draw a month's chart as text, and describe it for screen readers."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from reporting.document.chart_data import Band, bands, demand_same, events_in_words, title, weekday
from reporting.escape import escape_untrusted
from reporting.report import Counted, Day, Scope, Verdict

WIDTH = 60
SHADES = "█▓▒░"
NAMED = 3
"""Categories that the words name."""
NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def bars(scope: Scope, days: Sequence[Day], categories: Sequence[Counted], *, verdict: Verdict) -> str:
    """Events per day, stacked by category: at most 33 lines of at most 60 characters.

    Raises:
        ChartFailed: the days and the categories have different events.
    """
    demand_same(days, categories)
    shown = list(bands(days, categories, length=scope.month.days, most=len(SHADES) - 1))
    head = title(scope, days, verdict=verdict) + (", filtered" if scope.only else "")
    placed = f"{head}, {escape_untrusted(scope.zone)}"
    return "\n".join(
        [placed if len(placed) <= WIDTH else head, *([legend(shown), *lines(scope, shown)] if days else [])]
    )


def legend(shown: Sequence[Band]) -> str:
    return "  ".join(f"{shade} {band.name}" for shade, band in zip(SHADES, shown, strict=False))


def lines(scope: Scope, shown: Sequence[Band]) -> Iterator[str]:
    """One for each day: its weekday, its number of events, its bar."""
    daily = list(zip(*(band.events for band in shown), strict=True))
    most = max(map(sum, daily))
    digits = len(f"{most:,}")
    room = WIDTH - len(f"31 Mo {most:,} ")
    for day, counts in enumerate(daily, start=1):
        events = f"{day:2} {NAMES[weekday(scope, day)]} {sum(counts):>{digits},}"
        yield f"{events} {bar(counts, most=most, room=room)}".rstrip()


def bar(counts: Sequence[int], *, most: int, room: int) -> str:
    """A bar in proportion to the busiest day's; every day with events has one."""
    ends = [round(total * room / most) for total in accumulate(counts)]
    drawn = "".join(shade * (end - begin) for shade, begin, end in zip(SHADES, [0, *ends], ends, strict=False))
    largest = max(range(len(counts)), key=counts.__getitem__)
    return drawn or SHADES[largest] * any(counts)


def description(scope: Scope, days: Sequence[Day], categories: Sequence[Counted], *, verdict: Verdict) -> str:
    """A description of the chart for screen readers; at most 1,000 characters.

    Raises:
        ChartFailed: the days and the categories have different events.
    """
    demand_same(days, categories)
    filtered = " that fit the report's filter" if scope.only else ""
    told = [f"Chart of the events per day by category{filtered}, in the time zone {escape_untrusted(scope.zone)}."]
    told.append(f"{title(scope, days, verdict=verdict)}.")
    if days:
        busiest = max(days, key=lambda day: day.events)
        told.append(f"The busiest day is {busiest.day} {scope.month.title} with {events_in_words(busiest.events)}.")
        told.append(f"Days without events: {no_events_description(scope, days)}.")
        named = ", ".join(f"{category.name} {category.events:,}" for category in categories[:NAMED])
        told.append(f"Most frequent: {named}.")
    return " ".join(told)


def no_events_description(scope: Scope, days: Iterable[Day]) -> str:
    """The days without events, as ``1, 4 to 5``."""
    busy = {day.day for day in days}
    ranges: list[list[int]] = []
    for day in range(1, scope.month.days + 1):
        if day in busy:
            continue
        if ranges and ranges[-1][-1] == day - 1:
            ranges[-1].append(day)
        else:
            ranges.append([day])
    return ", ".join(str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}" for found in ranges) or "none"
