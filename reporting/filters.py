"""Parse filter words, which select a report's events, or refuse them.

``type:delete,share user:ann@example.com -room:"Legal"``: several values of a word are "or", several words are "and",
and a word with ``-`` before it (or ``!``) is "not".
"""

import difflib
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from reporting.actions import Category, action, catalogue
from reporting.errors.request import (
    ProfileMisused,
    UnknownFilterValue,
    UnknownProfile,
    UnknownWord,
    UnreadableFilter,
    error_context,
)
from reporting.normalize_text import fold, unusual_characters

WORDS = ("type", "user", "room", "folder", "file", "action", "profile")
HALF = re.compile("[\ud800-\udfff]")
"""Halves of characters, which a shell makes of bytes that are no text."""
LONGEST = 1_000
"""Characters of a filter."""
WORD = re.compile(r"""(?P<not>[-!])?(?P<word>[^\s:"]+):(?P<values>(?:"[^"]*"|[^\s"])+)(?:\s+|$)""")
VALUES = re.compile(r'(?:"[^"]*"|[^,"]+)(?:,(?:"[^"]*"|[^,"]+))*')
VALUE = re.compile(r'"([^"]*)"|([^,"]+)')
NUMBER = re.compile("[1-9][0-9]{0,18}")
UNQUOTED = re.compile(r'(?P<word>user|room|profile):(?P<value>[^\s",]+)\s+$', re.IGNORECASE)
LOOSE = re.compile(r'[^\s":,]+(?: [^\s":,]+(?= |$))*(?= |$)')
"""Words without a colon, which may be the rest of a name."""
NAMED = f"[-!]?(?:{'|'.join(WORDS)}):"
BARE = re.compile(rf'(?!{NAMED})[^\s,"]+', re.IGNORECASE)
JOINED = re.compile(rf'^(?:[^"]|"[^"]*")*?(?P<comma>,)(?P<next>{NAMED})', re.IGNORECASE)
"""A comma between two words of a filter, which would make the second one a value of the first."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One word of a filter. *values* are as people wrote them, sorted, each once."""

    word: str
    values: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        values = ",".join(value if BARE.fullmatch(value) else f'"{value}"' for value in self.values)
        return f"{'-' if self.negated else ''}{self.word}:{values}"


@dataclass(frozen=True, slots=True)
class EventFilter:
    """A whole filter; without clauses it keeps every event. Equal filters are written equally."""

    clauses: tuple[Clause, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.clauses)

    def __str__(self) -> str:
        return " ".join(map(str, self.clauses))

    @property
    def slug(self) -> str:
        """For a file name: the filter's words as far as they fit, and eight hex digits that tell filters apart."""
        words = re.sub(r"[^a-z0-9]+", "-", str(self).casefold()).strip("-")[:40].rstrip("-")
        return f"{words}-{hashlib.sha256(str(self).encode()).hexdigest()[:8]}"


ALL_EVENTS = EventFilter()


def parse(text: str) -> EventFilter:
    """The filter that *text* describes, in the plain form that `typed_text.normalize` gives.

    Raises:
        UnreadableFilter: it is not made of words and values.
        UnknownWord: a word that is none of ours.
        UnknownFilterValue: a value that its word cannot have.
    """
    if len(text) > LONGEST or HALF.search(text):
        raise UnreadableFilter(text=text[:60], wrong="", right="")
    joined = JOINED.match(text)
    if joined:
        rest = text[joined.start("comma") :]
        raise UnreadableFilter(text=rest[:60], wrong=f",{joined['next']}", right=f" {joined['next']}")
    return of_clauses(text.strip(), checked)


def parse_stored(text: str) -> EventFilter:
    """The filter stored as *text* by any release; its words and values were checked then."""
    return of_clauses(text, lambda _word, value: value)


def of_clauses(text: str, check: Callable[[str, str], str]) -> EventFilter:
    clauses: list[Clause] = []
    rest = text
    while rest:
        with error_context(*map(str, clauses)):
            found = WORD.match(rest)
            if found is None:
                raise unreadable(text, rest)
            clauses.append(clause(found["word"].casefold(), found["values"], check, negated=bool(found["not"])))
        rest = rest[found.end() :]
    return EventFilter(tuple(sorted(set(clauses), key=str)))


def unreadable(text: str, rest: str) -> UnreadableFilter:
    """The error for *rest*; after an unquoted name, it suggests that the rest belongs to the name."""
    name = UNQUOTED.search(text[: len(text) - len(rest)])
    more = LOOSE.match(rest)
    if not name or not more:
        return UnreadableFilter(text=rest[:60], wrong="", right="")
    wrong = f"{name[0]}{more[0]}".strip()
    right = f'{name["word"]}:"{name["value"]} {more[0].strip()}"'
    return UnreadableFilter(text=rest[:60], wrong=wrong, right=right)


def expanded(only: EventFilter, profiles: Mapping[str, "EventFilter"]) -> EventFilter:
    """*only* with each ``profile:`` replaced by the filter that it stands for.

    Raises:
        UnknownProfile: nothing of that name is known.
        ProfileMisused: a profile cannot be negated, be one of several values, or name another.
    """
    found = [one for one in only.clauses if one.word != "profile"]
    for named in (one for one in only.clauses if one.word == "profile"):
        for name in named.values:
            if fold(name) not in profiles:
                near = nearest(name, profiles) if profiles else "none"
                raise UnknownProfile(name=name, nearest=near, odd=unusual_hint(name, near))
            found += profiles[fold(name)].clauses
        if named.negated or len(named.values) > 1 or any(one.word == "profile" for one in found):
            raise ProfileMisused(text=str(named))
    return EventFilter(tuple(sorted(set(found), key=str)))


def clause(word: str, text: str, check: Callable[[str, str], str], *, negated: bool) -> Clause:
    values = [quoted or bare for quoted, bare in VALUE.findall(text)]
    if not VALUES.fullmatch(text) or not all(value.strip() for value in values):
        raise UnreadableFilter(text=f"{word}:{text[:60]}", wrong="", right="")
    return Clause(word, tuple(sorted({check(word, value.strip()) for value in values})), negated)


def checked(word: str, value: str) -> str:
    """*value* in the spelling that is known, or as it is where only the portal knows."""
    if word not in WORDS:
        near = nearest(word, WORDS)
        raise UnknownWord(word=f"{word[:40]}:", nearest=f"{near}:", odd=unusual_hint(word, near))
    if word == "type":
        return known(word, value, [category.value for category in Category])
    if word == "action":
        if NUMBER.fullmatch(value):
            return action(int(value)).name or value
        return known(word, value, [one.name for one in catalogue().values()])
    if word in {"folder", "file"} and not NUMBER.fullmatch(value):
        near = "a number, as in the address in the browser"
        raise UnknownFilterValue(word=word, value=value[:60], nearest=near, odd="")
    if word == "user" and value.startswith("@"):  # a Slack name, which DocSpace does not know
        near = "an e-mail address, a display name in quotes or an id of DocSpace"
        raise UnknownFilterValue(word=word, value=value[:60], nearest=near, odd="")
    return value


def known(word: str, value: str, names: Iterable[str]) -> str:
    spelled = {name.casefold(): name for name in names}
    if value.casefold() not in spelled:
        near = nearest(value, spelled.values())
        raise UnknownFilterValue(word=word, value=value[:60], nearest=near, odd=unusual_hint(value, near))
    return spelled[value.casefold()]


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like *word*."""
    by_case = {name.casefold(): name for name in known}
    return by_case[difflib.get_close_matches(word.casefold(), by_case, n=1, cutoff=0.0)[0]]


def unusual_hint(said: str, near: str) -> str:
    """Which characters tell what was typed from the nearest known word, if both may look alike; for a refusal."""
    found = unusual_characters(said, near)
    return f"; what was typed has {found}" if found else ""
