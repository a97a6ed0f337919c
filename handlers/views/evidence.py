"""What was looked up of reports: checked, compared, how they were read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from handlers.exposure import Exposure
from handlers.views.blocks import UNSEEN, Message, context, escape_mrkdwn, section, shortened, verbatim, with_text
from handlers.views.event_lines import difference as record_difference
from handlers.views.event_lines import event
from handlers.views.filed_report import difference
from handlers.views.mask import pseudonym
from handlers.views.redaction import PLAIN_VALUE, redact, redact_sentence, redact_target, redact_title
from reporting.api_call import ApiCall
from reporting.plurals import number_of
from reporting.report import PREFIX, month_of
from reporting.run import Run
from reporting.verification import Changes, Check, Edit, EventLines, Outcome, Verification

SAID = {
    Outcome.INTACT: ":white_check_mark: *Intact*: DocSpace has exactly what was filed",
    Outcome.CHANGED: ":rotating_light: *Changed*: DocSpace no longer has what was filed",
    Outcome.MISSING: ":rotating_light: *Missing*: a file that was filed is no longer in DocSpace",
    Outcome.REPLACED: ":warning: *Replaced*: DocSpace has a newer version than the one filed",
    Outcome.UNREADABLE: ":grey_question: *Partly checked*: not everything could be checked",
    Outcome.BROKEN: ":rotating_light: *The ledger is broken*, so it proves nothing",
    Outcome.NOT_CHECKED: ":grey_question: *Not checked*",
}
MARKS = {
    Outcome.INTACT: ":white_check_mark:",
    Outcome.UNREADABLE: ":grey_question:",
    Outcome.NOT_CHECKED: ":grey_question:",
    Outcome.REPLACED: ":warning:",
}
OURS = {"ledger", "manifest", "DocSpace"}
"""What a check can be of besides files."""
CHECKS, EDITS, TRACES = 15, 8, 6
"""How many of each are told; the command line tells all."""
A_BLOCK = 8
"""Checks that surely fit into one block."""
LINES, IDS = 3, 20
"""Events of a kind that are told, and others whose IDs are; the command line tells 100."""
FIRST, LAST = 12, 4
"""Requests that are shown from the beginning, and from the end."""
LINE = 180
"""Characters of a request that are shown."""


def verification(found: Verification, title: str, asker: str, *, exposure: Exposure) -> Message:
    """Whether the newest report is still what was filed."""
    found = found if exposure is Exposure.FULL else without_names(found, exposure)
    headline = SAID[found.outcome] + (f": version {found.newest}" if found.newest else "")
    checks = verification_summary((*found.checks, *found.heads))
    edits = [edit_line(edit, exposure) for edit in found.edits[:EDITS]]
    traces = "; ".join(escape_mrkdwn(trace, longest=150) for trace in found.traces[:TRACES])
    head = f"Ledger `{found.head.short}`, entry {found.head.number:,} · " if found.head else ""
    blocks = [
        section(f"*{title}*\n{headline}."),
        *(section("\n".join(checks[place : place + A_BLOCK])) for place in range(0, len(checks), A_BLOCK)),
        *([section("*DocSpace's own history*\n" + "\n".join(edits))] if edits else []),
        *([context(f"This check left traces in the portal's audit trail: {traces}")] if traces else []),
        context(f"{head}SHA-256 `{found.sha256}` · checked for <@{asker}>"),
    ]
    return with_text(f"{title}: {found.outcome}", blocks)


def without_names(found: Verification, exposure: Exposure) -> Verification:
    """The same without the words of the report's filter, which its files are called by, and without foreign titles.

    Those can name people.
    """
    plain = f"{PREFIX}{month_of(found.name)}-"

    def cut(text: str) -> str:
        return text.replace(found.name, f"{plain}…") if found.name.startswith(plain) else text

    def titled(text: str) -> str:
        title, colon, rest = cut(text).partition(": ")
        return text if text in OURS else f"{redact_title(title, exposure)}{colon}{rest}"

    def trace(text: str) -> str:
        what, of, title = cut(text).partition(" of ")
        return f"{what}{of}{redact_title(title, exposure)}"

    return replace(
        found,
        checks=tuple(
            replace(one, what=titled(one.what), found=redact_sentence(cut(one.found), exposure)) for one in found.checks
        ),
        edits=tuple(replace(one, title=redact_title(cut(one.title), exposure)) for one in found.edits),
        traces=tuple(map(trace, found.traces)),
    )


def verification_summary(checks: Sequence[Check]) -> list[str]:
    """What was looked at, first what is not as it must be."""
    worst = sorted(checks, key=lambda check: check.outcome is Outcome.INTACT)
    more = len(checks) - CHECKS
    return [*map(check_line, worst[:CHECKS]), *([number_of(more, "more check")] if more > 0 else [])]


def check_line(check: Check) -> str:
    mark = MARKS.get(check.outcome, ":rotating_light:")
    unseen = "not checked, " if check.outcome is Outcome.NOT_CHECKED else ""
    return f"{mark} {escape_mrkdwn(check.what, longest=80)}: {unseen}{escape_mrkdwn(check.found, longest=150)}"


def edit_line(edit: Edit, exposure: Exposure) -> str:
    """A version as DocSpace tells it; who wrote it, as far as the channel may know."""
    by = {Exposure.FULL: edit.by, Exposure.MASKED: pseudonym(edit.by)}.get(exposure, "somebody")
    words = edit.comment if exposure is Exposure.FULL else ""
    comment = f": {escape_mrkdwn(words, longest=80)}" if words else ""
    at = edit.at if exposure is Exposure.FULL or PLAIN_VALUE.fullmatch(edit.at) else redact(edit.at, exposure)
    title, at = escape_mrkdwn(edit.title, longest=80), escape_mrkdwn(at, longest=40)
    return f"• {title}, version {edit.version}, {at}, by {escape_mrkdwn(by, longest=60) or 'nobody named'}{comment}"


def comparison(
    title: str, changes: Changes, before: Run, after: Run, lines: EventLines, *, exposure: Exposure
) -> Message:
    """What the newest report has that the one before had not, and the other way round, each event with who and what."""
    kinds = [
        (":rotating_light: Vanished", changes.vanished, changes.vanished_ids),
        (":heavy_plus_sign: Added", changes.added, changes.added_ids),
        (":pencil2: Changed", changes.changed, changes.changed_ids),
        (":label: Renamed only", changes.relabelled, changes.relabelled_ids),
    ]
    blocks = [
        section(f"*{title}*\n{difference(changes)}"),
        *(section(changed_events(what, events, ids, lines, exposure)) for what, events, ids in kinds if events),
        context(
            f"Run `{after.run}` against run `{before.run}`. Facts are compared by hash, names separately: "
            "renaming a person changes no event."
        ),
    ]
    return with_text(f"{title}: {difference(changes)}", blocks)


def changed_events(what: str, events: int, ids: tuple[int, ...], lines: EventLines, exposure: Exposure) -> str:
    """A kind of difference: its number, its first events as far as they may be seen, and the IDs of others."""
    told = [] if exposure is Exposure.COUNTS else [one for one in ids if one in lines.after or one in lines.before]
    shown = told[:LINES]
    rest = [one for one in ids if one not in shown][:IDS]
    more = events - len(shown) - len(rest)
    tail = f"ID {', '.join(map(str, rest))}" + (f" and {more:,} more" if more else "") if rest else ""
    return "\n".join(
        [
            f"{what}: *{events:,}*",
            *(f"• {changed_event(one, lines, exposure)}" for one in shown),
            *([tail] if tail else []),
        ]
    )


def changed_event(number: int, lines: EventLines, exposure: Exposure) -> str:
    """An event as the newer report tells it, or the one before if that has it alone; and what is different in it."""
    before, after = lines.before.get(number), lines.after.get(number)
    told = event(number, after or before or {}, exposure)
    return f"{told} ({other})" if before and after and (other := record_difference(before, after, exposure)) else told


def incomparable(title: str, why: str) -> Message:
    text = f"*{title}*\n{why}"
    return with_text(f"{title}: {why}", [section(text)])


def requests(title: str, made: Sequence[ApiCall], *, exposure: Exposure) -> Message:
    """How the portal was read: what was asked, how often, and what came back."""
    if not made:
        text = f"*{title}*\nThere is no record of how it was read."
        return with_text(text, [section(text)])
    made = [replace(one, target=redact_target(one.target, exposure)) for one in made]
    paths, rows = Counter(map(path, made)), Counter[str]()
    for one in made:
        rows[path(one)] += one.rows or 0
    counted = [shortened(f"{times:>7,} {rows[name]:>9,}  {name}", LINE) for name, times in paths.most_common(10)]
    hidden = len(made) - FIRST - LAST
    first, last = (made[:FIRST], made[-LAST:]) if hidden > 0 else (made, ())
    shown = [line(one, exposure) for one in first]
    if hidden > 0:
        shown += [f"… {hidden:,} more …", *(line(one, exposure) for one in last)]
    text = f"{title}: {number_of(len(made), 'request')} to the portal"
    return with_text(
        text,
        [
            section(f"*{title}*\n{number_of(len(made), 'request')} to the portal, each with the API key in a header:"),
            verbatim("\n".join([f"{'times':>7} {'rows':>9}", *counted])),
            context("The first and last requests, as sent and answered"),
            verbatim("\n".join(shown)),
            context("The manifest next to the report lists every slice of the month with its bounds and counts."),
        ],
    )


def path(one: ApiCall) -> str:
    """What was asked, without what makes each request another."""
    return UNSEEN.sub("\N{REPLACEMENT CHARACTER}", f"{one.method} {one.target.partition('?')[0]}")


def line(one: ApiCall, exposure: Exposure, *, longest: int = LINE) -> str:
    """A request and its answer in one line, with *longest* 0 of any length; people, as far as the channel may know."""
    words = str(replace(one, target=redact_target(one.target, exposure)))
    seen = UNSEEN.sub("\N{REPLACEMENT CHARACTER}", words)
    return seen if not longest or len(seen) <= longest else seen[: longest - 1] + "…"
