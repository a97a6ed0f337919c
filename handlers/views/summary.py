"""The anchor message once the report is filed, and the preview in its thread."""

from urllib.parse import urlsplit

from handlers.views.kit import (
    VALUE,
    Message,
    button,
    context,
    fields,
    foreign,
    header,
    moment,
    section,
    table,
    verbatim,
)
from reporting.entry import Asker
from reporting.report import Draft, Filed, Filing, SignIns, Verdict

RUN_AGAIN = "run_again"
OPEN = "open_in_docspace"
MARKS = {
    Verdict.COMPLETE: ":white_check_mark:",
    Verdict.PROVISIONAL: ":hourglass_flowing_sand:",
    Verdict.GAPS: ":warning:",
    Verdict.UNREAD: ":grey_question:",
}
NAMED = 5
"""People who are named in the summary; the report names them all."""
PARTS = 5
"""Parts of a report in several files that are linked; the others lie beside them."""
ASKERS = 10
"""People who are named as having asked."""
PREVIEW = 2_800
"""Characters of the report that are shown in the thread."""


def summary(draft: Draft, filing: Filing, asker: Asker, *, also: tuple[Asker, ...] = (), note: str = "") -> Message:
    """What the report found, how far it can be relied on, and where it lies; *also* are others who asked.

    A *note* (mrkdwn) stands under the title.
    """
    scope, verdict = draft.scope, draft.judgement.verdict
    title = f"Compliance report: {scope.month.title}"
    facts = fields(
        [
            ("Verdict", f"{MARKS[verdict]} {verdict}"),
            ("Events", f"{draft.kept:,}{change(draft)}"),
            ("Period", f"{scope.month}-01 to {scope.month}-{scope.month.days}"),
            ("Time zone", foreign(scope.zone)),
            ("Sign-ins", signed_in(draft.signins)),
        ]
    )
    only = f"Filter: {foreign(str(scope.only), longest=1_000)}: {draft.read:,} events read, {draft.kept:,} kept"
    reasons = [section("\n".join(f"• {foreign(reason)}" for reason in draft.judgement.reasons))]
    noted = [f"{mark.events:,} {mark.name}" for mark in draft.highlights if mark.events]
    counted = [table(("Category", "Events"), [(c.name, f"{c.events:,}") for c in draft.categories])]
    blocks = [
        header(title),
        *([section(note)] if note else []),
        facts,
        *([context(only)] if scope.only else []),
        *(reasons if draft.judgement.reasons else []),
        *(counted if draft.categories else [section(no_events(draft))]),
        *([section(f"*Most active*\n{people(draft)}")] if draft.users else []),
        *([section(f"*Highlights*\n{' · '.join(noted)}")] if noted else []),
        section("\n".join([*changed(filing), *(place(filed, scope.portal) for filed in filing.files[:PARTS])])),
        context(f"SHA-256 `{draft.sha256}`"),
        *([{"type": "actions", "elements": offered}] if (offered := buttons(draft, filing.first)) else []),
        context(asked_by(asker, *also)),
    ]
    same = ", nothing has changed" if filing.unchanged else ""
    return {"text": f"{title}: {draft.kept:,} events, {verdict}{same}", "blocks": blocks}


def asked_by(*askers: Asker) -> str:
    """Who asked: people by mention, schedules by number."""
    named = [credited(asker) for asker in askers[:ASKERS]]
    others = len(askers) - ASKERS
    late = next((asker.late for asker in askers if asker.late), None)
    overdue = f". Late: it was due {moment(late)}" if late else ""
    return f"Asked for by {', '.join(named)}" + (f" and {others} more" if others > 0 else "") + overdue


def credited(asker: Asker) -> str:
    if asker.schedule:
        return f"schedule {asker.schedule} (made by <@{asker.user}>)"
    return f"<@{asker.user}>" if asker.user else "whoever hosts the bot"


def changed(filing: Filing) -> list[str]:
    """What is to be known of how it was filed."""
    if filing.unchanged:
        return [
            ":heavy_equals_sign: *Nothing has changed* since the report before: the same bytes. Nothing was uploaded."
        ]
    if filing.twin:
        return [
            ":warning: DocSpace made a *second file of the same name*, the first being locked or open in an editor. \
This report is only the one below."
        ]
    return []


def change(draft: Draft) -> str:
    """How much more or less than in the month before."""
    if not draft.before:
        return ""
    return f" ({(draft.kept - draft.before) / draft.before:+.0%} against {draft.scope.month.plus(-1).title})"


def no_events(draft: Draft) -> str:
    if draft.read:
        return "No event of this period fits the filter."
    return "No events: the portal's audit trail has none in this period."


def signed_in(signins: SignIns) -> str:
    """The sign-ins have a verdict of their own, and say what weakens it."""
    verdict = signins.judgement.verdict
    counts = f"{signins.succeeded:,}, and {signins.failed:,} failed" if verdict is not Verdict.UNREAD else "not read"
    reasons = "".join(f"\n_{foreign(reason)}_" for reason in signins.judgement.reasons)
    return f"{MARKS[verdict]} {verdict}: {counts}{reasons}"


def people(draft: Draft) -> str:
    named = [f"{foreign(user.name, longest=80) or 'no name'} {user.events:,}" for user in draft.users[:NAMED]]
    others = len(draft.users) - NAMED + draft.other_users
    return " · ".join([*named, *([f"{others:,} more"] if others > 0 else [])])


def place(filed: Filed, portal: str) -> str:
    """Where the file lies; a link only if it leads to the portal that was asked."""
    title = foreign(filed.title)
    shown = f"<{foreign(filed.url, longest=1_000)}|{title}>" if same_site(filed.url, portal) else title
    return f"Filed in DocSpace as {shown}, version {filed.version}"


def buttons(draft: Draft, filed: Filed) -> list[dict[str, object]]:
    asked = f"{draft.scope.month} {draft.scope.only}".strip()
    again = [button("Run again", action_id=RUN_AGAIN, value=asked)] if len(asked) <= VALUE else []
    if not same_site(filed.url, draft.scope.portal):
        return again
    return [button("Open in DocSpace", action_id=OPEN, url=filed.url, primary=True), *again]


def same_site(url: str, portal: str) -> bool:
    """Whether *url* is an address of the portal that can stand in a link."""
    there, here = urlsplit(url), urlsplit(portal)
    safe = not any(mark in url for mark in "|<>") and url.isprintable()
    return safe and (there.scheme, there.netloc) == (here.scheme, here.netloc)


def preview(lines: list[str], title: str) -> Message:
    """The first lines of the report as they stand in the file."""
    text = shown(lines)
    return {"text": f"The first lines of {foreign(title)}", "blocks": [context("The first lines"), verbatim(text)]}


def shown(lines: list[str]) -> str:
    """As many whole lines as fit."""
    kept: list[str] = []
    for line in lines:
        if sum(len(k) + 1 for k in kept) + len(line) > PREVIEW:
            break
        kept.append(line)
    return "\n".join(kept)


def settled(draft: Draft, filing: Filing, asker: Asker, *, also: tuple[Asker, ...] = ()) -> Message:
    """The report of a month that was made before it had settled, and that has not changed since."""
    note = ":white_check_mark: Read again now that the month has settled: *nothing came in late*."
    return summary(draft, filing, asker, also=also, note=note)


def revised(before: Draft, draft: Draft, filing: Filing, asker: Asker, *, also: tuple[Asker, ...] = ()) -> Message:
    """The report of a month that was made before it had settled, and what has come in since."""
    counts = {counted.name: counted.events for counted in before.categories}
    late = {counted.name: counted.events - counts.get(counted.name, 0) for counted in draft.categories}
    gone = {name: -events for name, events in counts.items() if name not in late}
    changes = [f"{events:+,} {name}" for name, events in {**late, **gone}.items() if events]
    signed_in = draft.signins.total - before.signins.total
    changes += [f"{signed_in:+,} sign-ins"] if signed_in else []
    what = ", ".join(changes) or "the same number of events, but not the same ones"
    note = f":arrows_counterclockwise: *Revised*, now that the month has settled. Since the report before: {what}."
    return summary(draft, filing, asker, also=also, note=note)
