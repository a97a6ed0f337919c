"""Months, and their time window in a named zone."""

import calendar
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

from reporting.errors.request import UnknownZone, WrongMonth
from reporting.time_zones import EXAMPLE, is_of_machine

MONTH = re.compile(r"(?P<year>20[0-9]{2})-(?P<month>0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, written ``2025-01``."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``YYYY-MM`` of this century.

        Raises:
            WrongMonth: anything else; no date is guessed.
        """
        found = MONTH.fullmatch(text)
        if found is None:
            raise WrongMonth(text=text[:40], why="", meant="")
        return cls(int(found["year"]), int(found["month"]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def title(self) -> str:
        """``January 2025``."""
        return f"{calendar.month_name[self.month]} {self.year}"

    @property
    def days(self) -> int:
        return calendar.monthrange(self.year, self.month)[1]

    def plus(self, months: int) -> "Month":
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    def within(self, zone: ZoneInfo) -> "Window":
        """The month as it is lived in *zone*: from its first midnight to the next month's first midnight."""
        after = self.plus(1)
        return Window(
            start=datetime(self.year, self.month, 1, tzinfo=zone).astimezone(UTC),
            end=datetime(after.year, after.month, 1, tzinfo=zone).astimezone(UTC),
        )


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open window of time: it includes *start* but not *end*. Both are UTC and whole seconds."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def __str__(self) -> str:
        return f"{utc(self.start)} to {utc(self.end)}"


def utc(moment: datetime) -> str:
    """The form every generation of DocSpace reads as an absolute instant: UTC, whole seconds, ``Z``.

    Source: ``ApiDateTime.cs`` of DocSpace server 3.7.2; dates without a time are refused there, and microseconds too.
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name, as the portal or a setting has it.

    What people type is read by :mod:`reporting.time_zones`.

    Raises:
        UnknownZone: the time zone database has no such name, or each machine takes it for another.
    """
    if not is_of_machine(name):
        with suppress(KeyError, ValueError, OSError):
            return ZoneInfo(name)
    raise UnknownZone(zone=name[:80], why=": the time zone database has no such name", nearest="", example=EXAMPLE)
