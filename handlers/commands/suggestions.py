"""What to write instead of what could not be read: a line that can, as near as possible to what was typed."""

import re
from collections.abc import Callable, Iterator

from reporting.errors.request import WrongRequest

LONGEST = 300
"""Characters of a line that is worth copying."""
WORDS = 12
"""Words of a line that are left out one by one."""
HALF_NAME = re.compile('-?(?:user|room|profile):[^"]+$')
"""What may be the beginning of a name, the rest of which was left out."""
QUOTED = re.compile('("[^"]*")')
NOT = r"(?:(?:and|but)\s+)?(?:not|except|without|excluding|no)\s+"
SPACING = (
    (re.compile(r"[,;]\s*(?=[-!]?[a-z]+\s*[:=])|(?<=\s)(?:and|where|with)\s+(?=[-!]?[a-z]+:)", re.IGNORECASE), " "),
    (re.compile(r"\s*,\s*"), ","),
    (re.compile(r"(?<!\S)([a-z]+)\s*(?:!=|\u2260|[:=]\s*[!\u00ac])\s*", re.IGNORECASE), r"-\1:"),
    (re.compile(r"(?<=[a-z])\s*[:=]\s*", re.IGNORECASE), ":"),
    (re.compile(rf"(?<!\S)(?:[!\u00ac]+|{NOT})(?=[a-z]+:)", re.IGNORECASE), "-"),
    (re.compile("  +"), " "),
)
"""How people write filters elsewhere, each with how it is written here."""


def suggest(error: WrongRequest, text: str, reads: Callable[[str], object], *examples: str) -> str:
    """*text* with what was probably meant in the place of what is wrong, if that can be read, else the first example.

    *reads* raises `WrongRequest` for what cannot be read. Empty if not even an example can.
    """
    for line in (corrected(error, text), *examples):
        if line and len(line) <= LONGEST and can_read(line, reads):
            return line
    return ""


def corrected(error: WrongRequest, text: str) -> str:
    """*text* with what was probably meant in the place of what is wrong; empty if nobody knows what that is."""
    said, meant = (str(error.facts.get(name, "")) for name in error.correction)
    return text.replace(said, meant, 1) if said and meant else ""


def can_read(line: str, reads: Callable[[str], object]) -> bool:
    try:
        reads(line)
    except WrongRequest:
        return False
    return True


def respaced(text: str) -> str:
    """*text* with the filter's commas, colons and "not" as they are written here; what is in quotes stays."""
    parts = QUOTED.split(text)
    for pattern, right in SPACING:
        parts = [part if part.startswith('"') else pattern.sub(right, part) for part in parts]
    return "".join(parts)


def beginnings(text: str) -> Iterator[str]:
    """*text* without its last word, without its last two, and so on; none of them ends within a name."""
    words = text.split(" ")
    for count in range(len(words) - 1, max(len(words) - WORDS, 0), -1):
        if not HALF_NAME.match(words[count - 1]):
            yield " ".join(words[:count])


def endings(text: str) -> Iterator[str]:
    """*text* without its first word, without its first two, and so on, while it says a number: a month's, mostly."""
    words = text.split(" ")
    for count in range(1, min(len(words), WORDS)):
        line = " ".join(words[count:])
        if any(character.isdecimal() for character in line):
            yield line
