"""The result's place in docs/performance.md."""

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from bench.bounds import Bound

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
GIGABYTE = 1 << 30


def measured(table: Iterable[str], bounds: Sequence[Bound], *, today: date) -> Iterator[str]:
    """Lines: when and where, the table, the promises."""
    yield f"{today.day} {today:%B %Y}, {machine()}; load average at the end {os.getloadavg()[1]:.1f}:"
    yield ""
    yield from table
    yield ""
    yield from (f"- **{'met' if bound.kept else 'missed'}**: {bound.promise}: {bound.figure}" for bound in bounds)


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()} {platform.machine()}, {python}"


def replaced(text: str, lines: Iterable[str]) -> str:
    """*text* with *lines* between its two marks.

    Raises:
        ValueError: the marks are not there.
    """
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return "\n".join((before + BEGIN, "", *lines, "", END + after))
