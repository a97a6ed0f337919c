"""What stands above the records of the TXT.

Its first three lines are those of the vendor's sample; after them stands what the sample leaves open: which portal,
which zone, which instants, which filter, how far the reading can be relied on, what was counted, what deserves a
look, and what no such report can contain. All of it depends on the portal's data, the month, the zone and the filter
alone: no time of making, no id of a run, so that equal data gives equal bytes.
"""

import textwrap
from collections.abc import Iterable, Iterator

from reporting.actions import Highlight
from reporting.document.tally import MOST, Tally
from reporting.document.text import RULE
from reporting.escape import visible
from reporting.period import utc
from reporting.report import Counted, Judgement, Scope, SignIns, Verdict

BAR = 40
"""Characters of the bar of the busiest day."""
IDS = 100
"""Events that a highlight names; the rest is counted."""
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
    "Sign-ins method: walked from the newest on until a walk showed nothing new; a weaker proof than above"
)
METHOD = "Method: sought by date, newest first, until the portal had no older event; each event once, by id"
LIMITS = (
    "The portal's audit API never returns some actions, such as the use of a room's invitation link (7001).",
    "Before DocSpace 3.5 it does not return the public links to files either (5091 to 5093).",
    "Names of people are those of the day of reading; titles of rooms and files are those of the day of the event.",
    "IPv6 addresses arrive cut at their first colon, and then without country and city.",
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
    yield f"Portal: {visible(scope.portal)} (DocSpace {visible(scope.version) or 'of unknown version'})"
    yield f"Time zone: {visible(scope.zone)}"
    yield f"From: {utc(scope.window.start)}"
    yield f"Until: {utc(scope.window.end)} (not included)"
    yield f"Filter: {visible(str(scope.only)) or 'none, every event'}; {tally.read} read, {tally.events} kept"
    yield from (f"Filter note: {note}" for note in notes)
    yield METHOD
    yield from verdict("Sign-ins", signins.judgement)
    if signins.judgement.verdict is not Verdict.UNREAD:
        counts = f"{signins.succeeded} succeeded, {signins.failed} failed, {signins.ended} ended"
        yield f"Sign-ins total: {signins.total} ({counts}); {signins.people} people"
        yield SIGN_INS_METHOD
    yield from summary(tally, days=month.days)
    yield from highlights(tally, signins)
    yield from ["", "What this report cannot contain:"]
    yield from (f"  - {limit}" for limit in LIMITS)
    yield ""
    if not tally.events:
        yield "No event of the period fits the filter." if tally.read else "The portal has no event of this period."
        yield ""
    yield "Events:"
    yield RULE


def verdict(label: str, judgement: Judgement) -> Iterator[str]:
    yield f"{label}: {judgement.verdict}"
    yield from (f"{label} reason: {visible(reason)}" for reason in judgement.reasons)


def summary(tally: Tally, *, days: int) -> Iterator[str]:
    """How many events of each category, person, place and day."""
    yield from counted("By category:", tally.categories())
    yield from counted("By user:", tally.most_active(), more=tally.other_users)
    yield from counted("By room or section:", tally.busiest(), more=tally.other_rooms)
    yield from ["", "By day:"]
    most = max(tally.days.values(), default=0)
    for day in range(1, days + 1):
        events = tally.days[day]
        bar = "#" * -(-events * BAR // most) if most else ""
        yield f"  {day:02} {events:>9} {bar}".rstrip()


def counted(title: str, rows: Iterable[Counted], *, more: int = 0) -> Iterator[str]:
    """A heading and its rows, numbers first so that no name can move them."""
    yield from ["", title]
    yield from (f"  {row.events:>9} {visible(row.name) or '(none)'}" for row in rows)
    if more:
        yield f"  … and {more} more than these {MOST}"


def highlights(tally: Tally, signins: SignIns) -> Iterator[str]:
    """What deserves a look, with the events' ids; what did not happen is said too."""
    yield from ["", "Highlights:"]
    for mark, ids in tally.highlights():
        yield f"  {len(ids):>9} {TITLES[mark]}"
        shown = ", ".join(map(str, ids[:IDS])) + (f", and {len(ids) - IDS} more" if len(ids) > IDS else "")
        yield from textwrap.wrap(f"ID {shown}", WIDTH, initial_indent=INDENT, subsequent_indent=INDENT) if ids else ()
    if signins.judgement.verdict is not Verdict.UNREAD:
        yield f"  {signins.failed:>9} failed sign-ins"
