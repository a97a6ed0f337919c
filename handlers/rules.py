"""When a schedule is due: a rule, as people write it and as the calendar understands it. Pure arithmetic."""

import calendar
import difflib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reporting.errors import UnreadableRule
from reporting.period import Month, zone

NINE = time(9)
"""When a schedule is due that names no time."""
WEEKDAYS = tuple(name.casefold() for name in calendar.day_name)
ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
DAYS = (
    *(str(number) for number in range(1, 32)),
    *("first", "last", "first day", "last day"),
    *(f"{ordinal} {day}" for ordinal in ORDINALS for day in ("weekday", *WEEKDAYS)),
)
"""Every day that can be written; some say the same."""
SPOKEN = {"first": "1", "first day": "1", "last day": "last"}
NUMBERED = re.compile(r"(\d+)(?:st|nd|rd|th)")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
SHORTEST = 28
"""Days that every month has."""
EXAMPLE = "monthly on first weekday at 09:00 Europe/Riga"


@dataclass(frozen=True, slots=True)
class Rule:
    """Once in every month: on a day, at a time, in a zone."""

    on: str
    """One of DAYS: ``1``, ``last``, ``first weekday``, ``second friday``."""
    at: time
    zone: str = ""
    """IANA name."""

    def __str__(self) -> str:
        return f"monthly on {self.on} at {self.at:%H:%M} {self.zone}".rstrip()

    def day(self, month: Month) -> date:
        """The rule's day in that month; the last one, if the month is too short for its number."""
        last = date(month.year, month.month, month.days)
        if self.on.isdecimal():
            return last.replace(day=min(int(self.on), month.days))
        if self.on == "last":
            return last
        ordinal, _, kind = self.on.partition(" ")
        days = [last.replace(day=number) for number in range(1, month.days + 1)]
        return [day for day in days if fits(day, kind)][ORDINALS[ordinal]]

    def due(self, month: Month) -> datetime:
        """The moment in that month, in UTC.

        A time that the clocks skip in spring is taken as much later; of one that comes twice, the first.
        """
        return datetime.combine(self.day(month), self.at, ZoneInfo(self.zone)).astimezone(UTC)

    def first(self, after: datetime) -> Month:
        """The first month whose moment is later than *after*."""
        here = after.astimezone(ZoneInfo(self.zone)) - timedelta(days=SHORTEST)
        month = Month(here.year, here.month)
        while self.due(month) <= after:
            month = month.plus(1)
        return month

    def words(self) -> str:
        """The rule as a person would say it."""
        return f"every month on {self.spoken()} at {self.at:%H:%M} ({self.zone})"

    def spoken(self) -> str:
        if not self.on.isdecimal():
            return "the last day" if self.on == "last" else f"the {self.on}"
        number = int(self.on)
        return f"the {ordinal(number)}" + (", or the last day of shorter months" if number > SHORTEST else "")


def fits(day: date, kind: str) -> bool:
    if kind == "weekday":
        return day.weekday() < WEEKDAYS.index("saturday")
    return day.weekday() == WEEKDAYS.index(kind)


def ordinal(number: int) -> str:
    """``1st``, ``22nd``, ``13th``."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number in {11, 12, 13} else ending}"


def parse(text: str) -> tuple[Rule, str]:
    """The rule that *text* begins with, and what stands after it, as it was written.

    Raises:
        UnreadableRule: with the nearest that can be read, or an example.
        UnknownZone: something like a zone that is none.
    """
    words = text.split()
    if [word.casefold() for word in words[:2]] != ["monthly", "on"]:
        raise UnreadableRule(text=shown(words), why="it has to begin with “monthly on”", example=EXAMPLE)
    on, rest = day_of(words[2:])
    at, rest = time_of(on, rest)
    named, rest = zone_of(rest)
    taken = len(words) - len(rest)
    return Rule(on, at, named), "".join(text.split(maxsplit=taken)[taken:])


def day_of(words: list[str]) -> tuple[str, list[str]]:
    the = 1 if words[:1] == ["the"] else 0
    first, second = (*(word.casefold() for word in words[the : the + 2]), "", "")[:2]
    alone = NUMBERED.sub(r"\1", first)
    if f"{first} {second}" in DAYS:
        on, taken = f"{first} {second}", 2
    elif alone in DAYS and (alone.isdecimal() or not second or ends_day(second)):
        on, taken = alone, 1
    else:
        said = first if ends_day(second) else f"{first} {second}".strip()
        near = difflib.get_close_matches(said, [day for day in DAYS if not day.isdecimal()], n=1, cutoff=0.5)
        example = f"monthly on {near[0]} at 09:00" if near else EXAMPLE
        raise UnreadableRule(text=shown(words), why=f"“{said}” is no day of a month that I know", example=example)
    return SPOKEN.get(on, on), words[the + taken :]


def ends_day(word: str) -> bool:
    """Whether that word no longer belongs to the day."""
    return word in {"", "at", "utc"} or "/" in word or ":" in word


def time_of(on: str, words: list[str]) -> tuple[time, list[str]]:
    if not words or words[0].casefold() != "at":
        return NINE, words
    found = CLOCK.fullmatch(words[1]) if len(words) > 1 else None
    if found is None:
        why = "after “at” there has to be a time such as 09:00 or 17:30"
        raise UnreadableRule(text=shown(words), why=why, example=f"monthly on {on} at 09:00")
    return time(int(found[1]), int(found[2])), words[2:]


def zone_of(words: list[str]) -> tuple[str, list[str]]:
    """A zone, if the next word can be one: what belongs to a filter has a colon."""
    if not words or ":" in words[0]:
        return "", words
    return zone(words[0]).key, words[1:]


def shown(words: list[str]) -> str:
    return " ".join(words)[:80]
