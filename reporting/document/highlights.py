"""Highlights, one line per event: when, who, what, and which object."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import BinaryIO

from reporting.actions import TITLES, Highlight, action, catalogue, highlight_title
from reporting.document.records import action_words, person, targets
from reporting.escape import escape_untrusted
from reporting.events import AuditEvent, SignIn
from reporting.layout import BETWEEN, INDENT

HEADING = "Highlights, one by one:"
VALUE, OBJECTS = 120, 5
"""Characters of one value, and objects of one event; the event's record has all of them."""
LISTED = 10_000
"""Lines per kind. Each part of a split report repeats the header, which must therefore be limited."""


@cache
def marked_actions() -> Mapping[int, frozenset[Highlight]]:
    """By action id, for the actions that are highlights."""
    return {known.id: known.highlights for known in catalogue().values() if known.highlights}


def spooled_event(event: AuditEvent, local: datetime) -> bytes:
    """The event's line, prefixed with its kinds; empty if it is not a highlight."""
    kinds = marked_actions().get(event.action_id)
    return spool_line(kinds, event_line(event, local)) if kinds else b""


def spooled_signin(entry: SignIn, local: datetime) -> bytes:
    """The same for a failed sign-in; empty for others."""
    failed = Highlight.FAILED_SIGN_IN in action(entry.action_id).highlights
    return spool_line({Highlight.FAILED_SIGN_IN}, signin_line(entry, local)) if failed else b""


def spool_line(kinds: Iterable[Highlight], line: str) -> bytes:
    return f"{','.join(sorted(kinds))}\t{line}\n".encode()


def event_line(event: AuditEvent, local: datetime) -> str:
    """Date, ID, person, action, object and room."""
    objects = targets([shorten(part) for part in event.target[:OBJECTS]])
    more = len(event.target) - OBJECTS
    return columns(
        local.isoformat(),
        f"ID {event.id}",
        person(shorten(event.user), shorten(event.user_id)),
        action_words(shorten(event.action), event.action_id),
        objects + (f", and {more} more" if more > 0 else ""),
        escape_untrusted(shorten(event.context)),
    )


def signin_line(entry: SignIn, local: datetime) -> str:
    """Date, ID, person, action, the login that was typed, and the place."""
    place = ", ".join(escape_untrusted(shorten(part)) for part in (entry.ip, entry.country, entry.city) if part)
    return columns(
        local.isoformat(),
        f"Sign-in ID {entry.id}",
        person(shorten(entry.user), shorten(entry.user_id)),
        action_words(shorten(entry.action), entry.action_id),
        escape_untrusted(shorten(entry.login)),
        place,
    )


def shorten(value: str) -> str:
    return value if len(value) <= VALUE else f"{value[: VALUE - 1]}…"


def columns(*values: str) -> str:
    """Join values into an indented line, unlike any record; empty values at the end are left out."""
    said = max((place for place, value in enumerate(values, start=1) if value), default=0)
    return INDENT + BETWEEN.join(value.replace("|", "\\|") for value in values[:said])


def ranked(counts: Mapping[Highlight, int]) -> list[tuple[Highlight, int]]:
    """The kinds that have events, the rarest first, so that routine events come last."""
    order = list(TITLES)
    return sorted(((kind, counts[kind]) for kind in order if counts.get(kind)), key=lambda one: one[1])


def section(counts: Mapping[Highlight, int], spool: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of every kind below its count, each with its line end; the rarest kind first."""
    lines = by_kind(spool)
    for kind, events in ranked(counts):
        yield f"{events} {highlight_title(kind, events)}:\n".encode()
        yield from lines[kind]
        if events > LISTED:
            yield f"  … and {events - LISTED} more; see the records below\n".encode()


def by_kind(spool: BinaryIO) -> Mapping[Highlight, list[bytes]]:
    """The first lines of each kind, as many as are listed."""
    found: dict[Highlight, list[bytes]] = {kind: [] for kind in Highlight}
    spool.seek(0)
    for line in spool:
        kinds, _, text = line.partition(b"\t")
        for name in kinds.decode().split(","):
            mine = found[Highlight(name)]
            if len(mine) < LISTED:
                mine.append(text)
    return found


def count_acts(acts: Mapping[int, int]) -> Counter[Highlight]:
    """How many events each kind has, from how many each action has; an event can be of several kinds."""
    sums: Counter[Highlight] = Counter()
    for action_id, events in acts.items():
        for kind in marked_actions().get(action_id, ()):
            sums[kind] += events
    return sums
