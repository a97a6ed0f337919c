"""What was looked up of reports: checked, compared, how they were read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from handlers.exposure import Exposure
from handlers.views.filed import difference
from handlers.views.kit import UNSEEN, Message, context, foreign, section, shortened, verbatim
from handlers.views.mask import masked, pseudonym
from reporting.entry import Entry
from reporting.exchange import Exchange
from reporting.proof import Changes, Check, Edit, Outcome, Verification
from reporting.report import PREFIX, month_of

SAID = {
    Outcome.INTACT: ":white_check_mark: *Intact*: what lies in DocSpace is what was filed",
    Outcome.CHANGED: ":rotating_light: *Changed*: what lies in DocSpace is not what was filed",
    Outcome.MISSING: ":rotating_light: *Missing*: not everything that was filed lies in DocSpace any more",
    Outcome.REPLACED: ":warning: *Replaced*: DocSpace has a newer version than the one that was filed",
    Outcome.UNREADABLE: ":grey_question: *Not all of it could be checked*",
    Outcome.BROKEN: ":rotating_light: *The ledger itself is broken*, so nothing can be told by it",
    Outcome.NOT_CHECKED: ":grey_question: *Not checked*",
}
MARKS = {
    Outcome.INTACT: ":white_check_mark:",
    Outcome.UNREADABLE: ":grey_question:",
    Outcome.NOT_CHECKED: ":grey_question:",
    Outcome.REPLACED: ":warning:",
}
CHECKS, EDITS, TRACES = 15, 8, 6
"""How many of each are told; the command line tells all."""
A_BLOCK = 8
"""Checks that surely fit into one block."""
IDS = 30
"""Events of a kind that are named; the command line names 100."""
FIRST, LAST = 12, 4
"""Requests that are shown from the beginning, and from the end."""
LINE = 180
"""Characters of a request that are shown."""


def verification(found: Verification, title: str, asker: str, *, exposure: Exposure) -> Message:
    """Whether the newest report is still what was filed."""
    found = found if exposure is Exposure.FULL else unnamed(found)
    headline = SAID[found.outcome] + (f": version {found.newest}" if found.newest else "")
    checks = told((*found.checks, *found.heads))
    edits = [edited(edit, exposure) for edit in found.edits[:EDITS]]
    traces = "; ".join(foreign(trace, longest=150) for trace in found.traces[:TRACES])
    head = f"Ledger `{found.head.short}`, entry {found.head.number:,} · " if found.head else ""
    blocks = [
        section(f"*{title}*\n{headline}."),
        *(section("\n".join(checks[place : place + A_BLOCK])) for place in range(0, len(checks), A_BLOCK)),
        *([section("*DocSpace's own history*\n" + "\n".join(edits))] if edits else []),
        *([context(f"Looking left traces in the portal's audit trail: {traces}")] if traces else []),
        context(f"{head}SHA-256 `{found.sha256}` · checked for <@{asker}>"),
    ]
    return {"text": f"{title}: {found.outcome}", "blocks": blocks}


def unnamed(found: Verification) -> Verification:
    """The same without the words of the report's filter, which its files are called by: they can name people."""
    plain = f"{PREFIX}{month_of(found.name)}-"
    if not found.name.startswith(plain):
        return found

    def cut(text: str) -> str:
        return text.replace(found.name, f"{plain}…")

    return replace(
        found,
        checks=tuple(replace(one, what=cut(one.what), found=cut(one.found)) for one in found.checks),
        edits=tuple(replace(one, title=cut(one.title)) for one in found.edits),
        traces=tuple(map(cut, found.traces)),
    )


def told(checks: Sequence[Check]) -> list[str]:
    """What was looked at, first what is not as it must be."""
    worst = sorted(checks, key=lambda check: check.outcome is Outcome.INTACT)
    more = len(checks) - CHECKS
    return [*map(checked, worst[:CHECKS]), *([f"{more} more checks"] if more > 0 else [])]


def checked(check: Check) -> str:
    mark = MARKS.get(check.outcome, ":rotating_light:")
    unseen = "not checked, " if check.outcome is Outcome.NOT_CHECKED else ""
    return f"{mark} {foreign(check.what, longest=80)}: {unseen}{foreign(check.found, longest=150)}"


def edited(edit: Edit, exposure: Exposure) -> str:
    """A version as DocSpace tells it; who wrote it, as far as the channel may know."""
    by = {Exposure.FULL: edit.by, Exposure.MASKED: pseudonym(edit.by)}.get(exposure, "somebody")
    words = edit.comment if exposure is Exposure.FULL else ""
    comment = f": {foreign(words, longest=80)}" if words else ""
    title, at = foreign(edit.title, longest=80), foreign(edit.at, longest=40)
    return f"• {title}, version {edit.version}, {at}, by {foreign(by, longest=60) or 'nobody named'}{comment}"


def compared(title: str, changes: Changes, before: Entry, after: Entry) -> Message:
    """What the newest report has that the one before had not, and the other way round."""
    kinds = [
        (":rotating_light: Vanished", changes.vanished, changes.vanished_ids),
        (":heavy_plus_sign: Added", changes.added, changes.added_ids),
        (":pencil2: Changed", changes.changed, changes.changed_ids),
        (":label: Only named otherwise", changes.relabelled, changes.relabelled_ids),
    ]
    rows = [named(what, events, ids) for what, events, ids in kinds if events]
    blocks = [
        section(f"*{title}*\n{difference(changes)}"),
        *([section("\n".join(rows))] if rows else []),
        context(
            f"Run `{after.run}` against run `{before.run}`. Facts are compared by hash, names apart from them: "
            "somebody who was renamed changes no event."
        ),
    ]
    return {"text": f"{title}: {difference(changes)}", "blocks": blocks}


def named(what: str, events: int, ids: tuple[int, ...]) -> str:
    more = f" and {events - IDS:,} more" if events > IDS else ""
    return f"{what}: *{events:,}* · ID {', '.join(map(str, ids[:IDS]))}{more}"


def incomparable(title: str, why: str) -> Message:
    text = f"*{title}*\n{why}"
    return {"text": f"{title}: {why}", "blocks": [section(text)]}


def requests(title: str, made: Sequence[Exchange], *, exposure: Exposure) -> Message:
    """How the portal was read: what was asked, how often, and what came back."""
    if not made:
        text = f"*{title}*\nNothing is known of how it was read."
        return {"text": text, "blocks": [section(text)]}
    paths, rows = Counter(map(path, made)), Counter[str]()
    for one in made:
        rows[path(one)] += one.rows or 0
    counted = [shortened(f"{times:>7,} {rows[name]:>9,}  {name}", LINE) for name, times in paths.most_common(10)]
    hidden = len(made) - FIRST - LAST
    first, last = (made[:FIRST], made[-LAST:]) if hidden > 0 else (made, ())
    shown = [line(one, exposure) for one in first]
    if hidden > 0:
        shown += [f"… {hidden:,} more …", *(line(one, exposure) for one in last)]
    text = f"{title}: {len(made):,} requests to the portal"
    return {
        "text": text,
        "blocks": [
            section(f"*{title}*\n{len(made):,} requests to the portal, each with the API key in a header:"),
            verbatim("\n".join([f"{'times':>7} {'rows':>9}", *counted])),
            context("The first and the last of them, as they were sent and answered"),
            verbatim("\n".join(shown)),
            context("The manifest beside the report has every slice of the month with its bounds and its counts."),
        ],
    }


def path(one: Exchange) -> str:
    """What was asked, without what makes each request another."""
    return UNSEEN.sub("\N{REPLACEMENT CHARACTER}", f"{one.method} {one.target.partition('?')[0]}")


def line(one: Exchange, exposure: Exposure, *, longest: int = LINE) -> str:
    """A request and its answer in one line, with *longest* 0 of any length; people, as far as the channel may know."""
    words = str(one) if exposure is Exposure.FULL else masked(str(one), ())
    seen = UNSEEN.sub("\N{REPLACEMENT CHARACTER}", words)
    return seen if not longest or len(seen) <= longest else seen[: longest - 1] + "…"
