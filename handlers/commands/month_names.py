"""Names of months in the languages that people ask in, from the data of Unicode's CLDR."""

import calendar
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

LANGUAGES = ("en", "en_GB", "de", "fr", "es", "it", "pt", "pl", "nl", "ru", "ja")
ENGLISH: Mapping[str, int] = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if number
}
"""Numbers of months by their English names, whole or of three letters; known without loading any data."""
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
"""How German is written on keyboards without them."""
LITERAL = re.compile(r"'([^']+)'|([^\W\da-zA-Z]+)")
"""Words of a date pattern that are no field: quoted, or in letters that no field has."""


@dataclass(frozen=True, slots=True)
class Names:
    months: Mapping[str, frozenset[int]]
    """By `key`; more than one where two languages differ."""
    fillers: frozenset[str]
    """Words that stand between or after month and year and say nothing: ``de``, ``年``."""


def key(word: str) -> str:
    """*word* without case, accents and dots."""
    bare = (one for one in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(one))
    return "".join(bare).strip(".")


@cache
def names() -> Names:
    """The names of the months in every language; takes about 0.2 seconds the first time.

    Source: CLDR, ``dates/calendars/gregorian/months`` (wide and abbreviated, in a date and alone) and the skeletons
    ``yMMM`` and ``yMMMM``, as Babel carries it.
    """
    from babel import Locale

    months: dict[str, set[int]] = defaultdict(set)
    fillers = {"of"}
    for language in LANGUAGES:
        locale = Locale.parse(language)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    months[key(name)].add(number)
                    months[key(name.casefold().translate(UMLAUTS))].add(number)
        for skeleton in ("yMMM", "yMMMM"):
            pattern = str(locale.datetime_skeletons[skeleton].pattern)
            fillers |= {key(found[1] or found[2]) for found in LITERAL.finditer(pattern)}
    lettered = {name: frozenset(numbers) for name, numbers in months.items() if name and not name[0].isdecimal()}
    return Names(lettered, frozenset(filter(None, (filler.strip() for filler in fillers))) | {"月"})
