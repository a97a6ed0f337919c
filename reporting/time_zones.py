"""Parse time zones as people write them, or refuse them with a suggestion.

The database has names that are no place: what the machine is set to (``localtime``), files for special clocks
(``right/…``), and abbreviations, which are one thing in winter and another in summer, or mean three parts of the world.
"""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from reporting.errors.request import UnknownZone

MACHINE = frozenset({"localtime", "posixrules", "factory"})
"""What the machine says, or nobody has said yet; it differs between two hosts."""
SPECIAL = ("right/", "posix/")
"""Files that only some machines have; the clocks of the first count leap seconds."""
LEGACY = frozenset(["EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "CET", "MET", "EET", "WET"])
"""Abbreviations that the database keeps for old programs. Source: ``backward`` of the database, release 2024b."""
OFFSET = re.compile(
    r"(?P<prefix>utc|gmt)? ?(?P<sign>[+-]) ?(?P<hours>[0-9]{1,2})(?P<minutes>:?[0-9]{2})?", re.IGNORECASE
)
FIXED = re.compile(r"Etc/GMT(?P<sign>[+-])(?P<hours>[1-9][0-9]?)")
"""A fixed offset as the database names it, with the sign of POSIX: west of Greenwich is positive."""
ABBREVIATION = re.compile("[A-Za-z]{2,5}")
WEST, EAST = 12, 14
"""The largest offsets that the database has names for, in hours."""
CUTOFF = 0.8
"""How much alike a hint is to what was typed, from 0 to 1: a wrong letter or two, and not another city."""
CUTOFF_IN_REGION = 0.7
"""The same where the region is right."""
SHORTEST = 5
"""Letters of a city that may be taken for a typing error."""
EXAMPLE = "Europe/Riga or America/New_York"
FEW = 4
REGIONS = frozenset(
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"]
)


def find(text: str) -> str:
    """The name in the database of the zone that *text* means: a name, a city, or a fixed offset such as UTC+2.

    Raises:
        UnknownZone: there is none, or several, or it is no place; with what to write instead.
    """
    name = " ".join(text.split())[:80]
    known = names().get(name.casefold().replace(" ", "_"))
    if known and known not in LEGACY:
        return known
    offset = OFFSET.fullmatch(name)
    if offset and (offset["prefix"] or ":" in name):
        return fixed_offset(name, offset)
    if is_of_machine(name):
        raise UnknownZone(zone=name, why=": it means something else on each machine", nearest="", example=EXAMPLE)
    city = cities().get(letters(name))
    if city:
        return city
    if ABBREVIATION.fullmatch(name) or name.upper() in LEGACY:
        raise abbreviation(name)
    raise unknown(name)


def label(name: str) -> str:
    """A zone's name as a person reads it; of a fixed offset, that it is one."""
    found = FIXED.fullmatch(name)
    if not found:
        return name
    return f"UTC{'+' if found['sign'] == '-' else '-'}{found['hours']}, a fixed offset without summer time"


def name_and_label(name: str) -> str:
    """The name in the database, and what `label` says if that is more."""
    return name if label(name) == name else f"{name} ({label(name)})"


def is_of_machine(name: str) -> bool:
    """Whether that name means different things on different machines."""
    return name.casefold() in MACHINE or name.casefold().startswith(SPECIAL)


def fixed_offset(name: str, offset: re.Match[str]) -> str:
    hours, minutes = int(offset["hours"]), int((offset["minutes"] or "0").removeprefix(":"))
    if minutes:
        why = ": fixed offsets are whole hours here"
        raise UnknownZone(zone=name, why=why, nearest="", example=at_offset(offset["sign"], hours, minutes))
    if hours > (EAST if offset["sign"] == "+" else WEST):
        raise UnknownZone(zone=name, why=": no clocks are that far from UTC", nearest="", example=EXAMPLE)
    return f"Etc/GMT{'-' if offset['sign'] == '+' else '+'}{hours}" if hours else "UTC"


def at_offset(sign: str, hours: int, minutes: int) -> str:
    """Places whose clocks are that far from UTC all year round, or an example of how places are written."""
    wanted = timedelta(hours=hours, minutes=minutes) * (1 if sign == "+" else -1)
    there = [name for name in places() if {rules(name)[0][0], rules(name)[1][0]} == {wanted}]
    return join_or(there[:FEW]) or EXAMPLE


def abbreviation(name: str) -> UnknownZone:
    """What to say of letters such as CEST, which clocks show in many places, or in one for a part of the year."""
    groups: dict[object, list[str]] = defaultdict(list)
    wanted = name.upper()[:3].replace("MET", "CET") if name.upper() in LEGACY else name.upper()
    for place in places():
        if any(shown == wanted for _, shown in rules(place)):
            groups[rules(place)].append(place)
    if not groups:
        return unknown(name)
    best = [known_best(group) for group in sorted(groups.values(), key=len, reverse=True)]
    why = ": it is an abbreviation, which does not say where, or whether there is summer time"
    nearest = best[0] if len(best) == 1 else ""
    return UnknownZone(zone=name, why=why, nearest=nearest, example=join_or(best[:FEW]))


def known_best(group: Iterable[str]) -> str:
    """The place of *group* that most people know: one that Windows lists, and that has most other names.

    Source: CLDR's ``windowsZones.xml``, in Babel; the links of the database.
    """
    from babel.core import get_global

    chosen = set(get_global("windows_zone_mapping").values())

    def rank(name: str) -> tuple[bool, bool, int, str]:
        others = links().get(name, [])
        return name not in chosen, not any(other.startswith("US/") for other in others), -len(others), name

    return min(group, key=rank)


def unknown(name: str) -> UnknownZone:
    """What to say of what is no zone: one that looks like it, if there is one, and how places are written."""
    found = alike(name)
    nearest = found[0] if len(found) == 1 else ""
    why = ": the time zone database has no such name"
    return UnknownZone(zone=name, why=why, nearest=nearest, example=join_or(found[:FEW]) or EXAMPLE)


def alike(name: str) -> list[str]:
    """Zones that may be meant: of which a part was written, or that are a typing error away. Never one hours away."""
    said = [letters(part) for part in re.split("[/,]", name)]
    whole = [one for one in names().values() if letters(one.rpartition("/")[2]) == said[-1] and one not in LEGACY]
    if whole or len(said) > 1:
        parts = whole or [cities()[part] for part in said if part in cities()]
        if parts:
            return parts
    region = [city for city, zone in cities().items() if len(said) == 1 or letters(zone.partition("/")[0]) == said[0]]
    typos = [city for city in region if city[:1] == said[-1][:1] and abs(len(city) - len(said[-1])) <= 1]
    near = difflib.get_close_matches(said[-1], typos, n=1, cutoff=CUTOFF) if len(said[-1]) >= SHORTEST else []
    if not near and len(said) > 1:
        near = difflib.get_close_matches(said[-1], typos, n=1, cutoff=CUTOFF_IN_REGION)
    return [cities()[city] for city in near]


def join_or(found: list[str]) -> str:
    """``A, B or C``."""
    return " or ".join(filter(None, (", ".join(found[:-1]), found[-1]))) if found else ""


def letters(name: str) -> str:
    """*name* without case, accents, blanks and marks: ``São Paulo`` is ``saopaulo``."""
    return "".join(one for one in unicodedata.normalize("NFKD", name).casefold() if one.isalnum())


@cache
def names() -> Mapping[str, str]:
    """Every name of the database that may be written, by itself in lower case."""
    return {name.casefold(): name for name in sorted(available_timezones()) if not is_of_machine(name)}


@cache
def places() -> tuple[str, ...]:
    """The names that stand for a place today, one for each stretch of land with rules of its own in a country.

    Source: ``zone.tab`` of the database, in the package tzdata.
    """
    lines = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines()
    found = (line.split("\t")[2] for line in lines if not line.startswith("#"))
    return tuple(sorted(name for name in found if name.casefold() in names()))


@cache
def links() -> Mapping[str, list[str]]:
    """The other names of each zone. Source: ``tzdata.zi`` of the database, in the package tzdata."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in files("tzdata.zoneinfo").joinpath("tzdata.zi").read_text(encoding="utf-8").splitlines():
        if line.startswith("L "):
            _, name, other = line.split(" ")
            found[name].append(other)
    return found


@cache
def cities() -> Mapping[str, str]:
    """Names by their city; those of today's places, and older ones where no two have the same and differ."""
    found = {letters(name.rpartition("/")[2]): name for name in places()}
    older: dict[str, set[str]] = defaultdict(set)
    for name in names().values():
        region, _, city = name.partition("/")
        if region in REGIONS:
            older[letters(city.rpartition("/")[2])].add(name)
    return {city: min(of) for city, of in older.items() if len(of) == 1} | found


@cache
def rules(name: str) -> tuple[tuple[timedelta | None, str | None], ...]:
    """How far a zone's clocks are from UTC, and what they show, in January and in July of a year gone by."""
    moments = (datetime(2025, month, 15, 12, tzinfo=UTC).astimezone(ZoneInfo(name)) for month in (1, 7))
    return tuple((moment.utcoffset(), moment.tzname()) for moment in moments)
