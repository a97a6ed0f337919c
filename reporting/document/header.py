"""What stands above the records of the TXT.

Its first three lines are those of the vendor's sample; after them stands what the sample leaves open: which portal,
which zone, which instants, which filter, how far the reading can be relied on, what was counted, what deserves a
look, and what no such report can contain. All of it depends on the portal's data, the month, the zone and the filter
alone, so that equal data gives equal bytes. One line does not: where the month has not settled, when the reading began,
since such a report is true of that moment. It is the run's own beginning, the same however often the run has to be gone
on with, and it stands above the records, whose own hash (``records_sha256`` in the manifest) it does not touch.
"""

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from reporting.actions import Highlight, highlight_title
from reporting.document.highlights import HEADING
from reporting.document.tally import MOST, Tally
from reporting.escape import escape_untrusted
from reporting.layout import RULE
from reporting.period import Month, utc
from reporting.recording_check import NOTHING_TO_CHECK, RecordingCheck
from reporting.report import Assessment, Counted, Scope, SignIns, Verdict
from reporting.time_zones import name_and_label

NUMBERS = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")
NEWEST_CHECKED = (3, 8)
"""The newest DocSpace whose server code was read for this bot."""
BAR = 40
"""Characters of the bar of the busiest day."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SIGN_INS_METHOD = (
    "Sign-ins method: walked from the newest on until a walk showed nothing new; a weaker proof than the audit trail's"
)
LAST = b"\nEnd of report.\n"
"""By which a copy that was cut off is known."""
LEGEND = (
    "Events stand oldest first, then by ID; after an action stand its number, which is the portal's, and our category.",
    "An action in parentheses is in our words, since the portal has none for it.",
    "*** stands for what may be the key of a link.",
    "A backslash marks what would break or disguise a line: \\n is a line break, \\u202e the character of that number.",
    "A backslash itself is \\\\, a comma within a target is \\, and \\[9 more characters] is the rest of a long value.",
    "One event can be in several highlights. There a bar within a value is \\|, and … is the rest of a long value.",
)
METHOD = (
    "Method: sought by date, newest first, each page held against the one before; each event once, by id; then counted"
)
LIMITS = (
    "The portal's audit API never returns some actions, such as the use of a room's invitation link (7001).",
    "Before DocSpace 3.5 it does not return the public links to files either (5091 to 5093).",
    "Names of people are those of the day of reading; titles of rooms and files are those of the day of the event.",
    "IPv6 addresses arrive cut at their first colon, and then without country and city.",
    "Sign-ins of the hour that clocks go through twice in autumn may be dated an hour late.",
    "COMPLETE means everything that the portal's audit API would give, not that the portal recorded everything.",
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was read and counted, as far as it stands above the events."""

    judgement: Assessment
    signins: SignIns
    tally: Tally
    notes: tuple[str, ...] = ()
    """How the filter was understood."""
    recording: RecordingCheck = NOTHING_TO_CHECK
    highlights: Iterable[str] = ()
    """The lines of what deserves a look, one an event, below the numbers of their kinds."""
    began: datetime | None = None
    """When the reading began, if the month had not settled then; such a report is true of that moment alone."""


def header(scope: Scope, found: Findings) -> Iterator[str]:
    """The lines above the events, without line ends; first what an auditor asks first."""
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
    """The vendor's three lines, then how far they can be relied on, and what else there is."""
    month, tally, signins = scope.month, found.tally, found.signins
    yield "Compliance report"
    yield f"Period: {month}-01 - {month}-{month.days}"
    yield f"Total events: {tally.events}"
    yield from verdict("Verdict", found.judgement)
    if found.began:
        yield f"Reading began: {utc(found.began)}; what the portal recorded later may be missing"
    if not tally.events:
        yield no_events_lines(found.judgement, read=tally.read)
    yield from verdict("Sign-ins verdict", signins.judgement)
    if signins.judgement.verdict is not Verdict.UNREAD:
        more = f"succeeded {signins.succeeded}, ended {signins.ended}; different people {signins.people}"
        yield f"Sign-ins: {signins.counts('d')}; {more}"
    marks, unread = highlights_in_all(tally, signins), signins.judgement.verdict is Verdict.UNREAD
    below = ", one by one below" if marks else ""
    yield f"Highlights in all: {marks}{below}" + ("; the sign-ins could not be read" if unread else "")


def scope_lines(scope: Scope, found: Findings) -> Iterator[str]:
    """Of which portal and which moments the report is, and how it was read."""
    tally = found.tally
    words = escape_untrusted(str(scope.only)) or "none, every event"
    below = "; only these are counted and listed below, sign-ins too" if scope.only else ""
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
    """The portal's release, and whether it is newer than any that reading was checked against."""
    found = NUMBERS.match(version)
    newer = found and (int(found[1]), int(found[2])) > NEWEST_CHECKED
    checked = ".".join(map(str, NEWEST_CHECKED))
    return (escape_untrusted(version) or "of unknown version") + (
        f", newer than {checked}, the newest checked" if newer else ""
    )


def list_lines(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ["", title]
    yield from (f"  - {line}" for line in lines)


def no_events_lines(judgement: Assessment, *, read: int) -> str:
    """What an empty report says."""
    if read:
        return "No event of the period fits the filter."
    return {
        Verdict.PROVISIONAL: "The portal has no event of this period so far.",
        Verdict.GAPS: "The portal has no event of this period any more, or never had.",
    }.get(judgement.verdict, "The portal has no event of this period.")


def verdict(label: str, judgement: Assessment) -> Iterator[str]:
    yield f"{label}: {judgement.verdict}"
    yield from (f"{label} reason: {escape_untrusted(reason)}" for reason in judgement.reasons)


def summary(tally: Tally, month: Month) -> Iterator[str]:
    """How many events of each day, person and place."""
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
    """A heading and its rows, numbers first so that no name can move them."""
    yield from ["", title]
    yield from (f"  {row.events:>9} {escape_untrusted(row.name) or '(no room or section)'}" for row in rows)
    if more:
        yield f"  … and {more} more than these {MOST}"


def overview(tally: Tally, signins: SignIns) -> Iterator[str]:
    """How much there is of every kind that deserves a look; what did not happen is said too."""
    yield from ["", "Highlights:"]
    for kind, events in tally.highlights().items():
        yield f"  {events:>9} {highlight_title(kind, events)}"
    failed = "unread" if signins.judgement.verdict is Verdict.UNREAD else signins.failed
    yield f"  {failed:>9} {highlight_title(Highlight.FAILED_SIGN_IN, signins.failed)}"


def highlights_in_all(tally: Tally, signins: SignIns) -> int:
    return sum(tally.highlights().values()) + signins.failed
