"""What stands above the records of the TXT.

Its first three lines are those of the vendor's sample; after them stands what the sample leaves open: which portal,
which zone, which instants, which filter, how far the reading can be relied on, what was counted, what deserves a
look, and what no such report can contain. All of it depends on the portal's data, the month, the zone and the filter
alone: no time of making, no id of a run, so that equal data gives equal bytes.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from reporting.actions import Highlight
from reporting.document.tally import IDS, MOST, Tally
from reporting.document.text import RULE
from reporting.escape import visible
from reporting.period import utc
from reporting.report import Counted, Judgement, Scope, SignIns, Verdict
from reporting.zones import name_and_label

NUMBERS = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")
NEWEST_CHECKED = (3, 8)
"""The newest DocSpace whose server code was read for this bot."""
BAR = 40
"""Characters of the bar of the busiest day."""
WIDTH = 100
INDENT = " " * 12
TITLES = {
    Highlight.DELETION: "deletions",
    Highlight.ACCESS_WIDENED: "grants or changes of access",
    Highlight.PUBLIC_LINK: "public links created or changed",
    Highlight.OWNERSHIP: "changes of ownership",
    Highlight.ADMIN_RIGHTS: "changes of administrators' rights",
    Highlight.USER_REMOVED: "people removed or disabled",
    Highlight.BULK_DOWNLOAD: "downloads in bulk",
}
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
    "One event can be in several highlights.",
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


def header(
    scope: Scope, judgement: Judgement, signins: SignIns, tally: Tally, *, notes: tuple[str, ...]
) -> Iterator[str]:
    """The lines above the events, without line ends; *notes* tell how the filter was understood."""
    month = scope.month
    yield "Compliance report"
    yield f"Period: {month}-01 - {month}-{month.days}"
    yield f"Total events: {tally.events}"
    yield from verdict("Verdict", judgement)
    yield f"Portal: {visible(scope.portal)} (DocSpace {release(scope.version)})"
    yield f"Time zone: {visible(name_and_label(scope.zone))}"
    yield f"From: {utc(scope.window.start)}"
    yield f"Until: {utc(scope.window.end)} (not included)"
    words = visible(str(scope.only)) or "none, every event"
    below = "; only these are counted and listed below, sign-ins too" if scope.only else ""
    yield f"Filter: {words}; {tally.read} read, {tally.events} kept{below}"
    yield from (f"Filter note: {visible(note)}" for note in notes)
    yield METHOD
    yield from verdict("Sign-ins verdict", signins.judgement)
    if signins.judgement.verdict is not Verdict.UNREAD:
        counts = f"succeeded {signins.succeeded}, failed {signins.failed}, ended {signins.ended}"
        yield f"Sign-ins total: {signins.total}; {counts}; different people {signins.people}"
        yield SIGN_INS_METHOD
    yield from summary(tally, days=month.days)
    yield from highlights(tally, signins)
    yield from listed("What this report cannot contain:", LIMITS)
    yield from listed("How to read it:", LEGEND)
    yield ""
    if not tally.events:
        yield nothing(judgement, read=tally.read)
        yield ""
    yield "Events:"
    yield RULE


def release(version: str) -> str:
    """The portal's release, and whether it is newer than any that reading was checked against."""
    found = NUMBERS.match(version)
    newer = found and (int(found[1]), int(found[2])) > NEWEST_CHECKED
    checked = ".".join(map(str, NEWEST_CHECKED))
    return (visible(version) or "of unknown version") + (f", newer than {checked}, the newest checked" if newer else "")


def listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ["", title]
    yield from (f"  - {line}" for line in lines)


def nothing(judgement: Judgement, *, read: int) -> str:
    """What an empty report says."""
    if read:
        return "No event of the period fits the filter."
    return {
        Verdict.PROVISIONAL: "The portal has no event of this period so far.",
        Verdict.GAPS: "The portal has no event of this period any more, or never had.",
    }.get(judgement.verdict, "The portal has no event of this period.")


def verdict(label: str, judgement: Judgement) -> Iterator[str]:
    yield f"{label}: {judgement.verdict}"
    yield from (f"{label} reason: {visible(reason)}" for reason in judgement.reasons)


def summary(tally: Tally, *, days: int) -> Iterator[str]:
    """How many events of each category, person, place and day."""
    if not tally.events:
        return
    yield from counted("By category:", tally.categories())
    yield from counted("By user:", tally.people(), more=tally.other_users)
    yield from counted("By room or section:", tally.busiest(), more=tally.other_rooms)
    yield from ["", "By day:"]
    daily = tally.days
    most = max(daily.values(), default=0)
    for day in range(1, days + 1):
        events = daily[day]
        bar = "#" * -(-events * BAR // most) if most else ""
        yield f"  {day:02} {events:>9} {bar}".rstrip()


def counted(title: str, rows: Iterable[Counted], *, more: int = 0) -> Iterator[str]:
    """A heading and its rows, numbers first so that no name can move them."""
    yield from ["", title]
    yield from (f"  {row.events:>9} {visible(row.name) or '(no room or section)'}" for row in rows)
    if more:
        yield f"  … and {more} more than these {MOST}"


def highlights(tally: Tally, signins: SignIns) -> Iterator[str]:
    """What deserves a look, with the events' ids; what did not happen is said too."""
    yield from ["", "Highlights:"]
    for mark, ids in tally.highlights():
        yield from highlight(len(ids), TITLES[mark], "ID", ids)
    if signins.judgement.verdict is Verdict.UNREAD:
        yield f"  {'unread':>9} failed sign-ins"
    else:
        yield from highlight(signins.failed, "failed sign-ins", "Sign-in ID", signins.failures)


def highlight(events: int, title: str, label: str, ids: Sequence[int]) -> Iterator[str]:
    yield f"  {events:>9} {title}"
    if ids:
        more = f", and {events - IDS} more" if events > IDS else ""
        words = f"{label} {', '.join(map(str, ids[:IDS]))}{more}"
        yield from textwrap.wrap(words, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
