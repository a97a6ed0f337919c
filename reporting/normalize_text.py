"""Normalize typed and pasted text: one kind of space, dash and quotation mark, and nothing invisible.

Keyboards, phones, word processors and chat programs put other characters in the place of those that were meant. Each
door that text comes through calls `normalize` once; what reads it needs to know only the plain characters. Names of
people, rooms and profiles keep the characters that can be seen: a room whose title has an en dash is
another than one with a hyphen. Whoever looks them up compares what `fold` makes of names where no name is equal.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

NAMING = frozenset({"user", "room", "profile"})
"""Filter words whose values are names, which others chose."""
DOUBLE = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02\u301d\u301e\u301f\u2e42'
SINGLE = "'\u2018\u2019\u201a\u201b\u2039\u203a\uff07`\u00b4\uff40\u02bc"
CORNERS = {
    "\u300c": "\u300d",
    "\u300e": "\u300f",
    "\ufe41": "\ufe42",
    "\ufe43": "\ufe44",
    "\uff62": "\uff63",
}
"""Quotation marks of Chinese and Japanese, which have an opening and a closing form.

Source: ``Quotation_Mark`` of Unicode's PropList.txt, and the backtick and the
acute accent, which stand in for them.
"""
INNER = re.compile(
    "(?:(?<= )|(?<=\\()|^)(?:\u201c[^\u201c\u201d]*\u201d|\u201e[^\u201c\u201d\u201e]*[\u201c\u201d]|"
    "\u00ab[^\u00ab\u00bb]*\u00bb|"
    "\u00bb[^\u00ab\u00bb]*\u00ab|\u301d[^\u301d-\u301f]*[\u301e\u301f])"
)
"""A pair of quotation marks within a quoted name."""
COMMAS = ",\uff0c\ufe50\u3001\ufe51\ufe10\uff64\u060c"
COLONS = ":\uff1a\ufe55\ufe13\u2236\ua789"
SLASHES = "/\uff0f\u2044\u2215"
DASHES = "-\u2212\u2043\u02d7\u2796\u207b\u208b"
"""Besides every character of the category Pd (punctuation, dash)."""
PLAIN = {'"': DOUBLE, "'": SINGLE, ",": COMMAS, ":": COLONS, "/": SLASHES, "-": DASHES}
LOOKS_BLANK = "\u2800\u3164\uffa0\u180e"
"""Not white space to Unicode, and yet nothing is seen."""
IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Characters that are not seen. Source: ``Default_Ignorable_Code_Point`` of Unicode's DerivedCoreProperties.txt."""
JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e01ef]")
"""Of those, what changes the character before it in some scripts and in emoji."""
SAME_SHAPE = ("<wide>", "<narrow>", "<font>", "<small>")
"""Kinds of compatibility characters that are another's shape and mean the same: fullwidth digits, bold letters."""
WORD = re.compile(f"[^ {re.escape(DOUBLE + SINGLE + COLONS)}]+[{COLONS}]")
"""What a filter word begins with, up to its colon."""
BARE = re.compile(f"[^ {COMMAS}]+")
BARE_NAME = re.compile("[^ ,]+")
"""A comma of another script may be a part of it."""
FILTER = re.compile(rf"[^\W\d_][{COLONS}]")
"""Where a filter word has its colon, unlike a time."""
ROUNDS = 8
"""Passes at the most; one is enough for all that was ever typed."""
FEW = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of what was typed, from *start* on."""

    start: int
    text: str
    mark: str = ""
    """What is written around it."""
    name: bool = False
    """Its characters stay."""
    quoted: bool = False
    """It stood between quotation marks, which *text* does not have."""


def normalize(text: str) -> str:
    """*text* with plain blanks, dashes, quotation marks, letters and digits, and without what cannot be seen.

    Doing it again changes nothing.
    """
    for _ in range(ROUNDS):
        before, text = text, "".join(map(render, pieces(strip_invisible(text)))).strip(" ")
        if text == before:
            break
    return text


def fold(name: str) -> str:
    """What two names have in common that look alike: without case, shapes, kinds of dashes, quotes and blanks."""
    plain = "".join(plain_character(one) for one in IGNORABLE.sub("", strip_invisible(name)))
    shaped = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())
    return " ".join("".join(map(plain_character, shaped)).split())


def unusual_characters(text: str, known: str = "") -> str:
    """The characters of *text*, named, that are not ASCII and that *known* does not have; empty if there are none.

    For a hint whose nearest word may look like what was typed: ``U+0430 CYRILLIC SMALL LETTER A``.
    """
    odd = dict.fromkeys(one for one in text if not (one.isascii() and one.isprintable()) and one not in known)
    return ", ".join(f"U+{ord(one):04X} {unicodedata.name(one, '')}".strip() for one in [*odd][:FEW])


def quotations(text: str) -> list[tuple[int, int]]:
    """Where something stands between quotation marks: from the first mark to after the last."""
    return [(one.start - 1, one.start + len(one.text) + 1) for one in pieces(text) if one.quoted]


def strip_invisible(text: str) -> str:
    """*text* with a space for each kind of blank, and without what cannot be seen, but for what shapes a letter."""
    kept: list[str] = []
    for one in text:
        if one.isspace() or one in LOOKS_BLANK:
            kept.append(" ")
        elif not IGNORABLE.fullmatch(one) or (kept and JOINERS.fullmatch(one) and is_shaped(kept[-1])):
            kept.append(one)
    return "".join(kept)


def is_shaped(character: str) -> bool:
    """Whether what follows a character may change its shape: in scripts without capitals, and in emoji."""
    if character.isascii() or character in SINGLE:
        return False
    return unicodedata.category(character) in {"Lo", "Mn", "Mc", "So", "Sk"} or bool(JOINERS.fullmatch(character))


def plain_character(one: str) -> str:
    """What a character is meant to be where it is no part of a name."""
    if one.isascii():
        return "'" if one == "`" else one
    for plain, others in PLAIN.items():
        if one in others:
            return plain
    if unicodedata.category(one) == "Pd":
        return "-"
    if unicodedata.decomposition(one).startswith(SAME_SHAPE):
        shape = unicodedata.normalize("NFKC", one)
        return one if any(map(str.isspace, shape)) else shape
    return one


def render(piece: Piece) -> str:
    text = piece.text if piece.name else "".join(map(plain_character, IGNORABLE.sub("", piece.text)))
    return f"{piece.mark}{text}{piece.mark}"


def pieces(text: str) -> Iterator[Piece]:
    """What *text* is made of; its blanks are spaces."""
    at = 0
    while at < len(text):
        head = WORD.match(text, at)
        if text[at] == " ":
            found = [Piece(at, " ")]
            end = at + len(text[at:]) - len(text[at:].lstrip(" "))
        elif head:
            found = [Piece(at, head[0]), *values(text, head.end(), name=is_naming(head[0]))]
            end = found[-1].start + len(found[-1].text) + found[-1].quoted
        else:
            found = [plain_word(text, at)]
            end = found[0].start + len(found[0].text) + found[0].quoted
        yield from found
        at = end


def is_naming(head: str) -> bool:
    return "".join(map(plain_character, IGNORABLE.sub("", head))).strip("-:").casefold() in NAMING


def plain_word(text: str, at: int) -> Piece:
    """A word without a colon, or some of them between quotation marks, which mean nothing there."""
    end = closing(text, at)
    if end and text[end + 1 : end + 2] in {"", " "}:
        within = text[at + 1 : end]
        meant = any(one in DOUBLE + SINGLE for one in within) or FILTER.search(within)
        return Piece(at + 1, within, mark='"' if meant else "", quoted=True)
    return Piece(at, text[at : word_end(text, at)])


def values(text: str, at: int, *, name: bool) -> Iterator[Piece]:
    """The values of a filter word, and the commas between them."""
    while at < len(text) and text[at] != " ":
        end = closing(text, at)
        if end:
            yield Piece(at + 1, text[at + 1 : end], mark='"', name=name, quoted=True)
            at = end + 1
        elif text[at] in DOUBLE:  # unclosed: what follows is ambiguous
            yield Piece(at, '"')
            yield Piece(at + 1, text[at + 1 :], name=True)
            return
        elif bare := (BARE_NAME if name else BARE).match(text, at):
            yield Piece(at, bare[0], name=name)
            at = bare.end()
        if at < len(text) and text[at] in COMMAS:
            yield Piece(at, text[at])
            at += 1


def word_end(text: str, at: int) -> int:
    end = text.find(" ", at)
    return len(text) if end < 0 else end


def closing(text: str, at: int) -> int:
    """Where the quotation ends that begins at *at*; 0 if none does.

    It ends with a mark of the same kind that a blank or a comma follows, or nothing.
    """
    mark = text[at]
    kind = CORNERS.get(mark) or next((marks for marks in (DOUBLE, SINGLE) if mark in marks), "")
    if not kind:
        return 0
    ends, start = re.compile(f"[{re.escape(kind)}](?=[ {COMMAS}]|$)"), at + 1
    while found := ends.search(text, start):
        inner = [one for one in INNER.finditer(text[at + 1 : found.end()]) if one.end() == found.end() - at - 1]
        if not inner:
            within = text[at + 1 : found.start()]
            return found.start() if within and not any(one in DOUBLE for one in INNER.sub("", within)) else 0
        start = found.end()
    return 0
