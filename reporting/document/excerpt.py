"""Select a report's preview: some highlights and the first events, as written in the file."""

from collections.abc import Iterable, Iterator
from itertools import chain, takewhile

from reporting.document.highlights import HEADING
from reporting.layout import INDENT, RULE

EVENTS = "Events:"
A_KIND, LINES, RECORDS = 2, 8, 3
"""Lines per kind of highlight, of all kinds together, and events."""


def excerpt(report: Iterable[str]) -> tuple[str, ...]:
    """The first highlights of each kind and the first events, each whole; missing sections are left out.

    *report* are the lines of the TXT, without line ends; no more of it is read than needed.
    """
    lines = iter(report)
    first = next((line for line in lines if line in {HEADING, EVENTS}), EVENTS)
    listed = list(highlight_lines(takewhile(bool, lines))) if first == HEADING else []
    if first == HEADING:
        next((line for line in lines if line == EVENTS), None)
    next(lines, None)  # the rule
    shown = list(records(lines))
    return tuple(
        chain(["Highlights:", *listed] if listed else [], [""] * bool(listed and shown), [EVENTS] * bool(shown), shown)
    )


def highlight_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield some lines of each kind below its count, as far as there is room."""
    told, of_kind = 0, 0
    for line in lines:
        if not line.startswith(INDENT):
            of_kind = 0
        elif (of_kind := of_kind + 1) > A_KIND:
            continue
        if told < LINES:
            yield line
        told += line.startswith(INDENT)


def records(lines: Iterable[str]) -> Iterator[str]:
    """Yield the first records, a rule above each."""
    block: list[str] = []
    found = 0
    for line in lines:
        if line != RULE:
            block.append(line)
            continue
        if not block or not block[0]:  # the sign-ins begin, or the report ends
            return
        yield from (RULE, *block)
        block, found = [], found + 1
        if found == RECORDS:
            return
