"""Write the header of the TXT.

Its first three lines are those of the vendor's sample. The rest is what the sample leaves open: portal, time zone,
instants, filter, verdict, counts, highlights, and what no such report can contain. All of it depends only on the
portal's data, the month, the zone and the filter, so equal data gives equal bytes. One line is an exception: for a
month that has not settled, the header shows when reading began, because such a report is true of that moment only. That
is the start of the run, which stays the same however often the run is resumed. The line is above the records, so their
own hash (``records_sha256`` in the manifest) does not change.
"""

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from reporting.actions import Highlight, highlight_title
from reporting.document.highlights import HEADING
from reporting.document.tally import Tally
from reporting.escape import escape_untrusted
from reporting.layout import RULE
from reporting.period import Month, utc
from reporting.recording_check import NOTHING_TO_CHECK, RecordingCheck
from reporting.report import Assessment, Counted, Scope, SignIns, Verdict
from reporting.time_zones import name_and_label

NUMBERS = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")
NEWEST_CHECKED = (3, 8)
"""The newest DocSpace version whose server code was read for this bot."""
BAR = 40
"""Characters in the busiest day's bar."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SIGN_INS_METHOD = (
    "Sign-ins method: read from the newest until a pass found nothing new; weaker proof than for the audit trail"
)
LAST = b"\nEnd of report.\n"
"""The last line; a copy without it was cut off."""
LEGEND = (
    "Events are listed oldest first, then by ID. Each action shows DocSpace's number for it and our category.",
    "An action in parentheses is described in our words, because the portal has none for it.",
    "*** replaces what may be the key of a link.",
    "A backslash marks what would break or disguise a line: \\n is a line break, \\u202e the character with that code.",
    "A backslash itself is \\\\, a comma within a target is \\, and \\[9 more characters] marks a shortened value.",
    "One event can have several highlights. There, a bar within a value is \\|, and … marks a shortened value.",
)
METHOD = (
    "Method: read by date, newest first, each page checked against the one before; each event once, by ID; then counted"
)
LIMITS = (
    "The portal's audit API never returns some actions, such as the use of a room's invitation link (7001).",
    "Before DocSpace 3.5 it does not return public links to files either (5091 to 5093).",
    "People's names are from the day of reading; titles of rooms and files are from the day of the event.",
    "IPv6 addresses are cut at their first colon, and such events have no country or city.",
    "Sign-ins in the hour that repeats when clocks go back may be dated an hour late.",
    "COMPLETE means everything that the portal's audit API returns, not that the portal recorded everything.",
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the header reports: verdicts, counts and highlights."""

    judgement: Assessment
    signins: SignIns
    tally: Tally
    notes: tuple[str, ...] = ()
    """How the filter was interpreted."""
    recording: RecordingCheck = NOTHING_TO_CHECK
    highlights: Iterable[str] = ()
    """The lines of the highlights, one per event, below the count of each kind."""
    began: datetime | None = None
    """When reading began, if the month had not settled by then."""


def header(scope: Scope, found: Findings) -> Iterator[str]:
    """Yield the lines above the events, without line ends, the most important first."""
    yield from first_lines(scope, found)
    yield from scope_lines(scope, found)
    yield from overview(found.tally, found.signins)
    if found.tally.events:
        yield from count_lines("By category:", found.tally.categories())
    if highlights_in_all(found.tally, found.signins):
        yield from ["", HEADING, *found.highlights]
    yield from summary(found.tally, scope.month)
    yield from list_lines("What this report cannot contain:", LIMITS)
    yield from list_lines("How to read it:", LEGEND)
    yield from ["", "Events:", RULE]


def first_lines(scope: Scope, found: Findings) -> Iterator[str]:
    """Yield the vendor's three lines, then the verdicts and the totals."""
    month, tally, signins = scope.month, found.tally, found.signins
    yield "Compliance report"
    yield f"Period: {month}-01 - {month}-{month.days}"
    yield f"Total events: {tally.events}"
    yield from verdict("Verdict", found.judgement)
    if found.began:
        yield f"Reading began: {utc(found.began)}; events recorded later may be missing"
    if not tally.events:
        yield no_events_lines(found.judgement, read=tally.read)
    yield from verdict("Sign-ins verdict", signins.judgement)
    if signins.judgement.verdict is not Verdict.UNREAD:
        more = f"{signins.succeeded} succeeded, {signins.ended} ended; distinct people: {signins.people}"
        yield f"Sign-ins: {signins.counts('d')}; {more}"
    marks, unread = highlights_in_all(tally, signins), signins.judgement.verdict is Verdict.UNREAD
    below = ", listed below" if marks else ""
    yield f"Total highlights: {marks}{below}" + ("; the sign-ins could not be read" if unread else "")


def scope_lines(scope: Scope, found: Findings) -> Iterator[str]:
    """Yield the filter, the portal, the period and how it was read."""
    tally = found.tally
    words = escape_untrusted(str(scope.only)) or "none (every event)"
    below = "; everything below covers only the kept events and sign-ins" if scope.only else ""
    yield f"Filter: {words}; {tally.read} read, {tally.events} kept{below}"
    yield from (f"Filter note: {escape_untrusted(note)}" for note in found.notes)
    yield f"Portal: {escape_untrusted(scope.portal)} (DocSpace {release(scope.version)})"
    yield f"Time zone: {escape_untrusted(name_and_label(scope.zone))}"
    yield f"From: {utc(scope.window.start)}"
    yield f"Until: {utc(scope.window.end)} (not included)"
    yield METHOD
    if found.signins.judgement.verdict is not Verdict.UNREAD:
        yield SIGN_INS_METHOD
    yield f"Recording check: {found.recording.summary}"


def release(version: str) -> str:
    """The portal's release, and whether it is newer than any that this bot was checked against."""
    found = NUMBERS.match(version)
    newer = found and (int(found[1]), int(found[2])) > NEWEST_CHECKED
    checked = ".".join(map(str, NEWEST_CHECKED))
    return (escape_untrusted(version) or "unknown version") + (
        f", newer than {checked}, the newest version checked" if newer else ""
    )


def list_lines(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ["", title]
    yield from (f"  - {line}" for line in lines)


def no_events_lines(judgement: Assessment, *, read: int) -> str:
    """The line of an empty report."""
    if read:
        return "No event in this period matches the filter."
    return {
        Verdict.PROVISIONAL: "The portal has no events for this period yet.",
        Verdict.GAPS: "The portal has no events for this period: they were deleted, or never existed.",
    }.get(judgement.verdict, "The portal has no events for this period.")


def verdict(label: str, judgement: Assessment) -> Iterator[str]:
    yield f"{label}: {judgement.verdict}"
    yield from (f"{label} reason: {escape_untrusted(reason)}" for reason in judgement.reasons)


def summary(tally: Tally, month: Month) -> Iterator[str]:
    """Yield the number of events by day, person and place."""
    if not tally.events:
        return
    yield from ["", "By day:"]
    daily = tally.days
    most = max(daily.values(), default=0)
    for day in range(1, month.days + 1):
        events = daily[day]
        bar = "#" * -(-events * BAR // most) if most else ""
        weekday = WEEKDAYS[calendar.weekday(month.year, month.month, day)]
        yield f"  {day:02} {weekday} {events:>9} {bar}".rstrip()
    yield from count_lines("By user:", tally.people())
    yield from count_lines("By room or section:", tally.busiest(), more=tally.other_rooms)


def count_lines(title: str, rows: Iterable[Counted], *, more: int = 0) -> Iterator[str]:
    """Yield a heading and its rows, numbers first so that no name can shift them."""
    yield from ["", title]
    yield from (f"  {row.events:>9} {escape_untrusted(row.name) or '(no room or section)'}" for row in rows)
    if more:
        yield f"  … and {more} more"


def overview(tally: Tally, signins: SignIns) -> Iterator[str]:
    """Yield the count of each kind of highlight, zeros included."""
    yield from ["", "Highlights:"]
    for kind, events in tally.highlights().items():
        yield f"  {events:>9} {highlight_title(kind, events)}"
    failed = "unread" if signins.judgement.verdict is Verdict.UNREAD else signins.failed
    yield f"  {failed:>9} {highlight_title(Highlight.FAILED_SIGN_IN, signins.failed)}"


def highlights_in_all(tally: Tally, signins: SignIns) -> int:
    return sum(tally.highlights().values()) + signins.failed
