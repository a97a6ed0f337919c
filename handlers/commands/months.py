"""A month as people write it: ``2025-01``, ``1/2025``, ``Jan-2025``, ``mai 2025``, ``last month``; never guessed."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from handlers.commands.month_names import ENGLISH, key, names
from handlers.errors import NoMonth
from reporting.errors.request import WrongMonth
from reporting.period import Month

YEAR = re.compile(r"20[0-9]{2}")
RELATIVE = {"this": 0, "current": 0, "last": -1, "previous": -1, "prev": -1}
SPANS = frozenset({"year", "week", "quarter", "day", "days", "weeks", "months", "years", "q"})
"""What a report cannot be of."""
RANGE = frozenset({"to", "until", "till", "through", "thru", "and"})
TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
REST = re.compile(r"[-/.,_ ]*")
"""What stands between the parts of a month."""
HANGING = "-/_"
"""Of those, what says that something is missing before or after it."""
MOST = 6
"""Words of a month at the most."""
PRIVATE = "private"
"""After a month, or after everything else: the answer is for the asker alone."""
MONTHS, DAYS = 12, 31
DAY = ": it is a day, and a report is of a whole month"
YEAR_DIGITS, MONTH_DIGITS = 4, 2
"""How many digits they have."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a phrase is made of, if it is made of what months are."""

    text: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    named: tuple[frozenset[int], ...]
    """The months that each name may mean."""

    @property
    def years(self) -> list[int]:
        return [int(one) for one in self.numbers if len(one) == YEAR_DIGITS]

    @property
    def small(self) -> list[int]:
        return [int(one) for one in self.numbers if len(one) <= MONTH_DIGITS]


def parse(text: str, this: Callable[[], Month]) -> tuple[Month, str]:
    """The month that *text* begins with, and what stands after it; no date is guessed.

    *this* gives the month that it is now, and is only asked where that matters.

    Raises:
        WrongMonth: it begins with something else, or with what may be one month or another; NoMonth if it is empty.
        ComplianceError: of *this*.
    """
    if not text.strip(" "):
        raise NoMonth(text="", why="", meant="")
    words = text.strip(" ").split(" ")
    own = next((n for n, word in enumerate(words) if ":" in word or word.casefold() == PRIVATE), len(words))
    for count in range(min(own, MOST), 0, -1):
        parts = tokenize(" ".join(words[:count]))
        month = parts and read(parts, this)
        if month:
            return month, " ".join(words[count:]).strip(" ")
    raise WrongMonth(text=" ".join(words[: max(own, 1)])[:40], why="", meant="")


def parse_whole(text: str, this: Callable[[], Month]) -> Month:
    """The month that *text* is, with nothing after it.

    Raises:
        WrongMonth: it is something else.
    """
    month, rest = parse(text, this)
    if rest:
        raise WrongMonth(text=text[:40], why=f": {month.title} is understood, what follows is not", meant=month)
    return month


def looks_like_month(text: str) -> bool:
    """Whether somebody who writes that probably means a month."""
    tokens = TOKEN.findall(unicodedata.normalize("NFC", text.casefold()))[:2]
    if not tokens or not text[0].isalnum():
        return False
    first = tokens[0] if tokens[0] != "the" else tokens[-1]
    return first[0].isdecimal() or first == "q" or first in RELATIVE or first in ENGLISH or key(first) in names().months


def tokenize(text: str) -> Parts | None:
    """The parts of a phrase; None if something in it belongs to no month."""
    composed = unicodedata.normalize("NFC", text.casefold())
    tokens = TOKEN.findall(composed)
    if not tokens or not REST.fullmatch(TOKEN.sub("", composed)) or composed[0] in HANGING or composed[-1] in HANGING:
        return None
    numbers = tuple(one for one in tokens if one[0].isdecimal())
    words, named = [], []
    for word in (one for one in tokens if not one[0].isdecimal()):
        found = frozenset({ENGLISH[word]}) if word in ENGLISH else None
        if found is None and word not in RELATIVE and word not in SPANS | RANGE | {"the", "month"}:
            found = names().months.get(key(word))
        if found:
            named.append(found)
        else:
            words.append(word)
    return Parts(text, tuple(words), numbers, tuple(named))


def read(parts: Parts, this: Callable[[], Month]) -> Month | None:
    """The month that the parts are; None if they are none, and may be one with something after it.

    Raises:
        WrongMonth: it is clear what was meant, and that it is not one month.
    """
    words = [word for word in parts.words if word not in ("the", "month")]
    relative = [word for word in words if word in RELATIVE]
    if relative and relative == words and not parts.numbers and len(relative) == 1:
        if parts.named:
            raise refusal(parts, ": it does not say the year")
        return this().plus(RELATIVE[relative[0]])
    if words and set(words) <= SPANS | RANGE | set(RELATIVE) and (set(words) & (SPANS | RANGE)):
        raise refusal(parts, ": a report is of one month")
    if not only_fillers(parts, words) or "month" in parts.words:
        return None
    if len(parts.named) > 1 or len(parts.years) > 1:
        raise refusal(parts, ": a report is of one month, and this names several")
    return by_name(parts) if parts.named else by_numbers(parts)


def only_fillers(parts: Parts, words: list[str]) -> bool:
    """Whether the words besides month and year say nothing: ``de``, ``of``; between numbers only ``年`` and ``月``."""
    return not words or all(key(word) in names().fillers and (parts.named or word in "年月") for word in words)


def by_name(parts: Parts) -> Month | None:
    (meant,) = parts.named
    if not parts.numbers:
        raise refusal(parts, ": it does not say the year")
    if not parts.years and len(parts.numbers) == 1 and parts.small:
        year = parts.small[0]
        readings = [Month(2000 + year, month).title for month in sorted(meant)]
        days = [f"{year} {title.split()[0]}" for title in readings if 0 < year <= DAYS]
        raise refusal(parts, f": it could be {' or '.join(readings + days)}" if days else ": the year has four digits")
    if len(parts.years) != 1 or len(parts.numbers) > 1 + len(parts.small):
        return None
    found = [in_year(parts, parts.years[0], month) for month in sorted(meant)]
    if len(found) > 1:
        raise refusal(parts, f": it could be {' or '.join(month.title for month in found)}")
    if parts.small:
        raise refusal(parts, DAY, found[0])
    return found[0]


def by_numbers(parts: Parts) -> Month | None:
    match [len(number) for number in parts.numbers]:
        case [4]:
            raise refusal(parts, ": it does not say the month")
        case [1 | 2] if parts.words:
            raise refusal(parts, ": it does not say the year")
        case [6]:
            return in_year(parts, int(parts.numbers[0][:4]), int(parts.numbers[0][4:]))
        case [8]:
            raise refusal(parts, DAY, in_year(parts, int(parts.numbers[0][:4]), int(parts.numbers[0][4:6])))
        case [4, 1 | 2] | [1 | 2, 4]:
            return in_year(parts, parts.years[0], parts.small[0])
        case [4, 1 | 2, 1 | 2]:
            raise refusal(parts, DAY, in_year(parts, parts.years[0], parts.small[0]))
        case [1 | 2, 1 | 2, 4]:
            raise date_refusal(parts)
        case [1 | 2, 1 | 2]:
            raise year_refusal(parts)
    return None


def date_refusal(parts: Parts) -> WrongMonth:
    """A day, whose month comes first in one country and second in another."""
    one, other = parts.small
    pairs = {month for month, day in ((one, other), (other, one)) if 0 < month <= MONTHS and 0 < day <= DAYS}
    found = [in_year(parts, parts.years[0], month) for month in sorted(pairs)]
    if len(found) > 1:
        return refusal(parts, f": it could be a day in {' or in '.join(month.title for month in found)}")
    return refusal(parts, DAY, *found)


def year_refusal(parts: Parts) -> WrongMonth:
    """Two numbers, of which each may be the year, or neither."""
    one, other = parts.small
    found = [Month(2000 + year, month).title for year, month in ((one, other), (other, one)) if 0 < month <= MONTHS]
    for month, day in ((other, one), (one, other)):
        if 0 < month <= MONTHS and 0 < day <= DAYS:
            found.append(f"{day} {Month(2000, month).title.split()[0]}")
    readings = list(dict.fromkeys(found))
    return refusal(
        parts, f": it could be {' or '.join(readings[:3])}" if len(readings) > 1 else ": the year has four digits"
    )


def in_year(parts: Parts, year: int, month: int) -> Month:
    """That month.

    Raises:
        WrongMonth: there is no such month, or the year is of another century.
    """
    if not YEAR.fullmatch(str(year)):
        raise refusal(parts, ": the year has to be from 2000 to 2099")
    if not 0 < month <= MONTHS:
        raise refusal(parts, f": there is no month {month}")
    return Month(year, month)


def refusal(parts: Parts, why: str, meant: Month | None = None) -> WrongMonth:
    """What is the matter with a phrase, and what was probably meant."""
    return WrongMonth(text=parts.text[:40], why=why, meant=str(meant or ""))
