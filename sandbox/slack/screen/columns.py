"""Text in columns: cell widths, wrapping, tables."""

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

GAP = "  "
NARROWEST = 3


def width(text: str) -> int:
    """Return how many terminal cells *text* takes."""
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def wrapped(text: str, most: int) -> list[str]:
    """Return the lines of *text*, none longer than *most* but for words that are."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += textwrap.wrap(line, most, break_long_words=False, break_on_hyphens=False) or [""]
    return lines


def cut(text: str, most: int) -> str:
    """Return *text* in at most that many cells, with an ellipsis where some is missing."""
    if width(text) <= most:
        return text
    kept = ""
    for character in text:
        if width(kept + character) > most - 1:
            break
        kept += character
    return kept + "…"


def padded(text: str, cells: int, align: str = "left") -> str:
    missing = max(0, cells - width(text))
    before = {"left": 0, "right": missing, "center": missing // 2}[align]
    return " " * before + text + " " * (missing - before)


def table(rows: Sequence[Sequence[str]], aligns: Sequence[str], most: int) -> list[str]:
    """Return the lines of a table no wider than *most*; its first row is the head."""
    flat = [[" ".join(cell.split()) for cell in row] for row in rows]
    columns = range(len(flat[0]))
    widths = _narrowed([max(width(row[column]) for row in flat) for column in columns], most)
    lines = [_line(row, widths, aligns) for row in flat]
    return [lines[0], GAP.join("─" * cells for cells in widths), *lines[1:]]


def side_by_side(left: Sequence[str], right: Sequence[str], cells: int) -> list[str]:
    """Return two columns, the left one padded to *cells*."""
    rows = range(max(len(left), len(right)))
    pairs = ((_at(left, row), _at(right, row)) for row in rows)
    return [f"{padded(one, cells)}{GAP}{other}".rstrip() for one, other in pairs]


def _at(lines: Sequence[str], row: int) -> str:
    return lines[row] if row < len(lines) else ""


def _line(row: Iterable[str], widths: Sequence[int], aligns: Sequence[str]) -> str:
    cells = zip(row, widths, aligns, strict=True)
    return GAP.join(padded(cut(cell, most), most, align) for cell, most, align in cells).rstrip()


def _narrowed(widths: list[int], most: int) -> list[int]:
    """Take cells from the widest column until all fit, or none can give more."""
    room = most - len(GAP) * (len(widths) - 1)
    narrowed = [max(1, one) for one in widths]
    while sum(narrowed) > room and max(narrowed) > NARROWEST:
        narrowed[narrowed.index(max(narrowed))] -= 1
    return narrowed
