"""When a schedule is due: a rule, as people write it and as the calendar understands it. Pure arithmetic."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.errors import UnreadableRule
from reporting.period import Month
from reporting.time_zones import label

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
WRITTEN = re.compile(
    r"monthly on (?P<on>[a-z0-9 ]+) at (?P<at>(?:[01][0-9]|2[0-3]):[0-5][0-9])(?: (?P<zone>[^ :]+)(?= |$))?(?= |$)"
)
"""How a rule says itself."""
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
        return f"every month on {self.spoken()} at {self.at:%H:%M} ({label(self.zone)})"

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


def parse_canonical(text: str) -> tuple[Rule, str]:
    """The rule that *text* begins with, as a rule says itself, and what stands after it.

    Raises:
        UnreadableRule: it was written by something else.
    """
    found = WRITTEN.match(text)
    if not found or found["on"] not in DAYS:
        raise UnreadableRule(text=text[:80], why="it was written by something else", example=EXAMPLE)
    return Rule(found["on"], time.fromisoformat(found["at"]), found["zone"] or ""), text[found.end() :].lstrip(" ")
