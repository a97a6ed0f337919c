"""People made unrecognisable to those who do not know them, and the same person the same throughout."""

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from handlers.exposure import Exposure
from reporting.escape import escape_untrusted
from reporting.filters import EventFilter
from reporting.layout import BETWEEN

LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]"
"""What an e-mail address has before its sign. Source: RFC 5322, ``atext``, and letters of RFC 6531."""
MAIL = rf"(?P<mail>{LOCAL}+@[\w.-]+)"
SIX = r"(?P<six>(?<![\w:.])(?:[0-9a-fA-F:]*::[0-9a-fA-F:.]*|(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}))"
FOUR = r"(?P<version>\b(?:DocSpace|version|v|Chrome|Chromium|Firefox|Safari|Edge|Opera)[ /]?\d+(?:\.\d+)+)"
FOUR += r"|(?P<four>(?<![\d.])\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}(?![\d.]*\.\d)"
"""An address of four numbers, which the version of a product can look like."""
GAP = r"[\W_]{1,6}"
"""What can stand between the parts of a name or an address where it is written in another way."""
ENCODED = re.compile(
    r"%[0-9a-f]{2}|&(?:#\d+|#x[0-9a-f]+|[a-z]+);|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|=[0-9a-f]{2}", re.IGNORECASE
)
ESCAPED = re.compile(r"\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))|=([0-9a-f]{2})", re.IGNORECASE)
DEPTH = 4
"""How often one text may be encoded."""
LABEL = re.compile(r"^[A-Z][A-Za-z/ -]*:")
"""How a line of the report can begin; no foreign text stands before it."""
PERSON = re.compile(r"(?P<label>User: )(?:\[(?P<id>[^\[\]\s]*)\]|(?P<name>.*?)(?: \[[^\]]*\])?)")
COUNTED = re.compile(r"(?P<label> +\d+ )(?:\[(?P<id>[^\[\]\s]*)\]|(?P<name>.*?)(?: \[[^\]]*\])?)")
HIGHLIGHT = re.compile(r"(?P<label>  \S+ \| (?P<sign_in>Sign-in )?ID -?\d+ \| )(?P<rest>.*)")
"""How a line begins that tells of one event; a bar within a value is escaped. Person, action and object follow."""
NOTE = "Filter note: "
LOGIN = "Login:"
BY_USER = "By user:"
DIGITS = 4
"""Hexadecimal digits by which people with the same initials are told apart."""
LEFT_TO_RIGHT = "L"
"""Letters of other directions would turn the digits beside them around."""
NAMELESS = {"type", "action"}
"""Words of a filter whose values tell of nobody."""


def pseudonym(name: str) -> str:
    """Initials, and digits that are the same for the same name: ``Z.M. #3f2a``."""
    letters = [word[0] for word in name.split()[:3] if unicodedata.bidirectional(word[0]) == LEFT_TO_RIGHT]
    initials = "".join(f"{letter.upper()}." for letter in letters if letter.isalnum())
    number = hashlib.sha256(name.strip().casefold().encode("utf-8", "replace")).hexdigest()
    return f"{initials or '?'} #{number[:DIGITS]}"


def mask(text: str, names: Iterable[str]) -> str:
    """*text* with those names, every e-mail address and every IP address made unrecognisable.

    A name of one word is only found where no letter stands beside it: Al is not in "Total". Whatever is encoded is
    looked at as what it says, and shown so if there is anything to hide in it.
    """
    known = sorted({name for name in names if len(name) > 1}, key=len, reverse=True)
    named = [f"(?P<name>(?:{'|'.join(map(name_pattern, known))})(?!{LOCAL}*@))"] if known else []
    pattern = re.compile("|".join([*named, MAIL, SIX, FOUR]), re.IGNORECASE)
    plain = decoded(text)
    if plain != text and (shown := pattern.sub(masked_name, plain)) != plain:
        return shown
    return pattern.sub(masked_name, text)


def decoded(text: str) -> str:
    """What a text says that is encoded for an address, for HTML or JSON, even more than once; in composed letters."""
    for _ in range(DEPTH):
        if not ENCODED.search(text):
            break
        before, text = text, html.unescape(unquote(ESCAPED.sub(unescaped, text)))
        if text == before:
            break
    return unicodedata.normalize("NFKC", text)


def unescaped(found: re.Match[str]) -> str:
    digits = next(filter(None, found.groups()))
    return f"%{digits}" if found[0].startswith("=") else chr(int(digits, 16))


def name_pattern(name: str) -> str:
    """What finds the name; letters beside it do not matter if it is of several words, however those are joined."""
    words = re.findall(r"[^\W_]+", name)
    if len(words) < 2:  # noqa: PLR2004 - one word
        return rf"(?<![^\W\d_]){re.escape(name)}(?![^\W\d_])"
    joined = GAP.join(map(re.escape, words))
    return f"{re.escape(name)}|{joined}"


def masked_name(found: re.Match[str]) -> str:
    """What stands in the place of a name or an address."""
    match found.lastgroup:
        case "mail":
            return f"{found[0][0]}…@…"
        case "six":
            return f"{found[0].partition(':')[0]}:…"
        case "version":
            return found[0]
        case "four":
            return f"{found['four']}.x.x"
        case _:
            return pseudonym(found[0])


def masked_lines(lines: Iterable[str], names: Iterable[str]) -> list[str]:
    """Lines of the report: whoever they name, and wherever that name comes again."""
    given = list(lines)
    known = {*map(escape_untrusted, names), *people(given)}
    return [masked_line(line, known) for line in given if not line.startswith(NOTE)]


def masked_line(line: str, known: set[str]) -> str:
    """The line without names, without the ids behind them, and without what was typed to sign in."""
    rest = LABEL.sub("", line)
    label = line[: len(line) - len(rest)]
    if label == LOGIN:
        return f"{LOGIN} …"
    found = PERSON.fullmatch(line) or COUNTED.fullmatch(line)
    if found and named(found) in known:
        return found["label"] + pseudonym(named(found))
    if mark := HIGHLIGHT.fullmatch(line):
        return mark["label"] + masked_columns(mark, known)
    return label + mask(rest, known)


def masked_columns(mark: re.Match[str], known: set[str]) -> str:
    """What stands behind the ID of an event, without the person and what was typed to sign in."""
    person, *others = mark["rest"].split(BETWEEN)
    action, *more = (mask(value, known) for value in others) if others else ("",)
    if mark["sign_in"] and more:
        more[0] = "…"
    found = PERSON.fullmatch(f"User: {person}")
    name = named(found) if found else ""
    return BETWEEN.join([pseudonym(name) if name else person, action, *more])


def people(lines: Iterable[str]) -> Iterator[str]:
    """The names of people that lines of the report tell."""
    listing = False
    for line in lines:
        listing = line == BY_USER or (listing and bool(line))
        mark = HIGHLIGHT.fullmatch(line)
        person = f"User: {mark['rest'].split(BETWEEN)[0]}" if mark else line
        found = PERSON.fullmatch(person) or (COUNTED.fullmatch(line) if listing else None)
        if found and named(found):
            yield named(found)


def named(found: re.Match[str]) -> str:
    """A person's name; the id of somebody who has none."""
    return found["name"] or found["id"] or ""


def filter_words(only: EventFilter, exposure: Exposure) -> str:
    """A filter as far as a channel may see it: it can name people."""
    if exposure is Exposure.FULL:
        return str(only)
    if exposure is Exposure.MASKED:
        return mask(str(only), describe_filter(only))
    return " ".join(
        str(one) if one.word in NAMELESS else f"{'-' if one.negated else ''}{one.word}:…" for one in only.clauses
    )


def describe_filter(only: EventFilter) -> Iterator[str]:
    """The people whom a filter names."""
    return (value for one in only.clauses if one.word == "user" for value in one.values)
