"""The anchor message once the report is filed."""

from collections.abc import Mapping
from datetime import datetime

from handlers.exposure import Exposure
from handlers.views.blocks import (
    Block,
    Message,
    button,
    context,
    escape_mrkdwn,
    escaped,
    fields,
    header,
    moment,
    section,
    table,
    with_text,
)
from handlers.views.filed_report import (
    REVIEWS,
    Published,
    change_line,
    links,
    review_line,
    same_site,
    sha256_line,
    vanished_events_warning,
)
from handlers.views.mask import filter_words, pseudonym
from handlers.views.redaction import may_link, redact_sentence
from handlers.views.requesters import requesters
from handlers.views.review import REVIEW
from reporting.actions import SINGULAR
from reporting.escape import escape_untrusted
from reporting.plurals import number_of
from reporting.report import BuiltReport, SignIns, Verdict
from reporting.run import Requester

RUN_AGAIN, OPEN, MONTHLY = "run_again", "open_in_docspace", "new_schedule"
COMPARE, VERIFY, HOW, REREAD = "compare", "verify", "show_how", "reread"
MARKS = {
    Verdict.COMPLETE: ":white_check_mark:",
    Verdict.PROVISIONAL: ":hourglass_flowing_sand:",
    Verdict.GAPS: ":warning:",
    Verdict.UNREAD: ":grey_question:",
}
NAMED = 5
"""People who are named in the summary; the report names them all."""
REASONS, WEAKER = 6, 3
"""Reasons that are told, of the month and of its sign-ins; the report tells them all."""
BASE, STRETCH = 100, 4
"""Events that the month before must have, and how many times as many or as few, for a change in per cent to be told."""
REASON = 160
"""Characters of a reason."""


def summary(
    report: Published,
    asker: Requester,
    *,
    exposure: Exposure,
    also: tuple[Requester, ...] = (),
    note: str = "",
) -> Message:
    """What the report found, how far it can be relied on, and where it lies; *also* are others who asked.

    A *note* (mrkdwn) stands under the title.
    """
    draft, filing = report.draft, report.filing
    title = f"Compliance report: {draft.scope.month.title}"
    parts = [
        [header(title)],
        [section(note)] if note else [],
        [section(vanished_events_warning(report.changes))] if report.changes and report.changes.vanished else [],
        facts(draft, exposure),
        counts(draft, exposure),
        [
            section(
                "\n".join(
                    [*change_line(report), *links(filing, draft.scope.portal, exposure=exposure, name=draft.scope.name)]
                )
            )
        ],
        [section(reread_note(report.settles, again=report.is_reread))] if report.settles else [],
        [context(sha256_line(report))],
        [section("\n".join(map(review_line, report.reviews[-REVIEWS:])))] if report.reviews else [],
        buttons(report, exposure),
        [context(requesters(asker, *also))],
    ]
    return with_text(headline(report), [block for part in parts for block in part])


def headline(report: Published) -> str:
    """Month, number of events and verdict in one sentence, and an alarm where there is one."""
    draft = report.draft
    same = ", nothing has changed" if report.filing.unchanged else ""
    gone = " EVENTS HAVE VANISHED." if report.changes and report.changes.vanished else ""
    title, events = f"Compliance report: {draft.scope.month.title}", number_of(draft.kept, "event")
    return f"{title}: {events}, {draft.judgement.verdict}{same}.{gone}"


def facts(draft: BuiltReport, exposure: Exposure) -> list[Block]:
    """How far it can be relied on, and of what it is."""
    scope, verdict = draft.scope, draft.judgement.verdict
    reasons = reasons_lines(draft.judgement.reasons, "• {}", REASONS, exposure)
    words = escape_mrkdwn(filter_words(scope.only, exposure), longest=400)
    told_filter = f"Filter: {words}: {number_of(draft.read, 'event')} read, {draft.kept:,} kept"
    pairs = [
        ("Verdict", f"{MARKS[verdict]} {verdict}"),
        ("Events", f"{draft.kept:,}{change(draft)}"),
        ("Period", f"{scope.month}-01 to {scope.month}-{scope.month.days}"),
        ("Time zone", escape_mrkdwn(scope.zone, longest=80)),
        ("Sign-ins", signin_counts(draft.signins, exposure)),
    ]
    return [
        fields(pairs),
        *([context(told_filter)] if scope.only else []),
        *([section("\n".join(reasons))] if reasons else []),
    ]


def counts(draft: BuiltReport, exposure: Exposure) -> list[Block]:
    """What was counted, as far as the channel may see it."""
    marks = [mark for mark in draft.highlights if mark.events]
    noted = [number_of(mark.events, SINGULAR.get(mark.name, mark.name), mark.name) for mark in marks]
    rows = [(counted.name, f"{counted.events:,}") for counted in draft.categories]
    named = draft.users and exposure is not Exposure.COUNTS
    return [
        table(("Category", "Events"), rows) if rows else section(no_events(draft)),
        *([section(f"*Most active*\n{people(draft, exposure)}")] if named else []),
        *([section(f"*Highlights*\n{' · '.join(noted)}")] if noted else []),
    ]


def offers_reread(report: Published) -> bool:
    return report.settles is not None and not report.is_reread


def reread_note(settles: datetime, *, again: bool) -> str:
    """When a provisional month settles, and whether it is read again automatically."""
    if again:
        return f":hourglass: It is read again automatically {moment(settles)}, once the month has settled."
    return f":hourglass: The month settles {moment(settles)}; press *Read again when settled* to read it again then."


def reasons_lines(reasons: tuple[str, ...], form: str, most: int, exposure: Exposure) -> list[str]:
    """The first reasons, and how many more there are."""
    more = len(reasons) - most
    rest = [form.format(f"{number_of(more, 'more reason')} in the report")] if more > 0 else []
    said = (escape_mrkdwn(redact_sentence(reason, exposure), longest=REASON) for reason in reasons[:most])
    return [*map(form.format, said), *rest]


def change(draft: BuiltReport) -> str:
    """How much more or less than in the month before; in per cent only where that says something."""
    if draft.before is None:
        return ""
    month = draft.scope.month.plus(-1).title
    if draft.before < BASE or not draft.kept or not 1 / STRETCH <= draft.kept / draft.before <= STRETCH:
        return f" ({draft.before:,} in {month})"
    return f" ({(draft.kept - draft.before) / draft.before:+.0%} against {draft.before:,} in {month})"


def no_events(draft: BuiltReport) -> str:
    if draft.read:
        return f"No event of the audit trail matches the filter{fitting_signins(draft.signins)}."
    return "No events: the portal's audit trail has none for this period."


def fitting_signins(signins: SignIns) -> str:
    """The sign-ins are no events of the audit trail, and the filter goes for them too."""
    if not signins.total:
        return ""
    return f"; {number_of(signins.total, 'sign-in')} {'matches' if signins.total == 1 else 'match'}"


def signin_counts(signins: SignIns, exposure: Exposure) -> str:
    """The sign-ins have a verdict of their own, and say what weakens it."""
    verdict = signins.judgement.verdict
    counts = signins.counts(",") if verdict is not Verdict.UNREAD else "not read"
    reasons = reasons_lines(signins.judgement.reasons, "_{}_", WEAKER, exposure)
    return "\n".join([f"{MARKS[verdict]} {verdict}: {counts}", *reasons])


def people(draft: BuiltReport, exposure: Exposure) -> str:
    names = [escape_untrusted(user.name) for user in draft.users[:NAMED]]
    shown = names if exposure is Exposure.FULL else list(map(pseudonym, names))
    named = [
        f"{escape_mrkdwn(name, longest=80) or 'no name'} ({user.events:,})"
        for name, user in zip(shown, draft.users, strict=False)
    ]
    others = len(draft.users) - len(shown) + draft.other_users
    return " · ".join([*named, *([f"{others:,} more"] if others > 0 else [])])


def buttons(report: Published, exposure: Exposure) -> list[Block]:
    """What can be done with it; first what most people want."""
    draft, filed = report.draft, report.filing.first
    there = [button("Open in DocSpace", action_id=OPEN, url=filed.url, primary=True)]
    elements = [
        *(there if same_site(filed.url, draft.scope.portal) and may_link(filed.url, exposure) else []),
        button("Run again", action_id=RUN_AGAIN, value=report.run),
        button("Compare", action_id=COMPARE, value=report.run),
        button("Verify", action_id=VERIFY, value=report.run),
        button("Review", action_id=REVIEW, value=report.run),
        *([button("Read again when settled", action_id=REREAD, value=report.run)] if offers_reread(report) else []),
        button("Schedule monthly", action_id=MONTHLY, value=report.run),
        button("How it was read", action_id=HOW, value=report.run),
    ]
    return [{"type": "actions", "elements": elements}]


def reread_unchanged(
    report: Published, asker: Requester, *, exposure: Exposure, also: tuple[Requester, ...] = ()
) -> Message:
    """The report of a month that was made before it had settled, and that has not changed since."""
    note = ":white_check_mark: Read again after the month settled: *nothing came in late*."
    return summary(report, asker, exposure=exposure, also=also, note=note)


def revised(
    before: BuiltReport,
    report: Published,
    asker: Requester,
    *,
    exposure: Exposure,
    also: tuple[Requester, ...] = (),
    earlier: str,
) -> Message:
    """The report of a month that was made before it had settled, and what has come in since.

    *earlier* is the address of the message of the report before; empty where that is not known.
    """
    what = ", ".join(late_events_note(before, report.draft)) or "the same number of events, but different ones"
    report_before = f"<{escaped(earlier)}|the previous report>" if earlier else "the previous report"
    note = f":arrows_counterclockwise: *Revised* after the month settled. Since {report_before}: {what}."
    return summary(report, asker, exposure=exposure, also=also, note=note)


def superseded(later: str) -> str:
    """A note for the report whose place another one has taken; *later* is the address of that one's message."""
    revision = f"<{escaped(later)}|the revision>" if later else "the revision"
    return f":warning: *Superseded*: the month was read again, and {revision} replaces this report."


def late_events_note(before: BuiltReport, draft: BuiltReport) -> list[str]:
    """How many events of each category have come in, or are gone; and sign-ins."""
    was, now = numbers(before), numbers(draft)
    changes = {name: now.get(name, 0) - was.get(name, 0) for name in [*now, *was]}
    changes["sign-ins"] = draft.signins.total - before.signins.total
    return [f"{events:+,} {name}" for name, events in changes.items() if events]


def numbers(draft: BuiltReport) -> Mapping[str, int]:
    return {counted.name: counted.events for counted in draft.categories}
