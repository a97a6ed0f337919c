"""A month as people write it: ``2025-01``, ``01/2025``, ``jan 2025``, ``January 2025``, ``this`` or ``last``."""

import calendar
import re
from collections.abc import Callable

from reporting.errors import WrongMonth
from reporting.period import Month

YEAR = re.compile(r"20[0-9]{2}")
SLASHED = re.compile(r"(0[1-9]|1[0-2])/(20[0-9]{2})")
NAMES = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if number
}
"""Numbers of months by their English names, whole or of three letters."""
RELATIVE = {"this": 0, "last": -1}
OFFERED = 24
"""Months that a form offers."""


def parse(text: str, this: Callable[[], Month]) -> tuple[Month, str]:
    """The month that *text* begins with, and what stands after it; no date is guessed.

    *this* gives the month that it is now, and is only asked where that matters.

    Raises:
        WrongMonth: it begins with something else.
        ComplianceError: of *this*.
    """
    first, _, rest = text.strip().partition(" ")
    word, rest = first.casefold(), rest.strip()
    if word in RELATIVE:
        return this().plus(RELATIVE[word]), rest
    if word in NAMES:
        year, _, rest = rest.partition(" ")
        if not YEAR.fullmatch(year):
            raise WrongMonth(text=f"{first} {year}".strip()[:40])
        return Month.parse(f"{year}-{NAMES[word]:02}"), rest.strip()
    slashed = SLASHED.fullmatch(first)
    return Month.parse(f"{slashed[2]}-{slashed[1]}" if slashed else first), rest


def alone(text: str, this: Callable[[], Month]) -> Month:
    """The month that *text* is, with nothing after it.

    Raises:
        WrongMonth: it is something else.
    """
    month, rest = parse(text, this)
    if rest:
        raise WrongMonth(text=text[:40])
    return month


def seems(word: str) -> bool:
    """Whether somebody who writes that word probably means a month."""
    return word[:1].isdecimal() or word in NAMES or word in RELATIVE


def offered(this: Month) -> list[Month]:
    """The months that a form lets people choose from, newest first."""
    return [this.plus(-n) for n in range(OFFERED)]
