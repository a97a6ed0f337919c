"""How the months of a year are covered, and what was made."""

from collections.abc import Sequence
from itertools import groupby

from handlers.exposure import Exposure
from handlers.views.blocks import (
    Block,
    Message,
    button,
    context,
    escape_mrkdwn,
    header,
    moment,
    plain,
    section,
    with_text,
)
from handlers.views.filed_report import linked, review_line
from handlers.views.mask import filter_words
from handlers.views.redaction import may_link, redact_failure, redact_sentence
from handlers.views.requesters import requesters
from handlers.views.summary import RUN_AGAIN
from reporting.plurals import number_of
from reporting.run import Requester
from reporting.verification import MonthRow, MonthState, PastRun

SIGNS = {
    MonthState.REVIEWED: (":large_green_circle:", "reviewed"),
    MonthState.MADE: (":white_check_mark:", "made, not reviewed"),
    MonthState.PROVISIONAL: (":hourglass_flowing_sand:", "made before the month settled"),
    MonthState.CHANGED_SINCE: (":warning:", "changed since its review"),
    MonthState.FAILED: (":x:", "failed"),
    MonthState.RUNNING: (":gear:", "being made"),
    MonthState.MISSING: (":red_circle:", "not made"),
    MonthState.BEYOND_RETENTION: (":black_circle:", "not made"),
    MonthState.AHEAD: (":white_circle:", "not over"),
}
UNMADE = {MonthState.MISSING, MonthState.BEYOND_RETENTION, MonthState.FAILED}
"""How a month stands of which a report can be made."""
MAKE_ALL = "make_all"
SHOWN = 10
"""Runs that are told; the command line tells all."""


def calendar(year: int, rows: Sequence[MonthRow], portal: str, *, exposure: Exposure, may_ask: bool) -> Message:
    """A year month by month, as an auditor asks for it."""
    title = f"Coverage of {year}"
    covered = sum(bool(row.run) for row in rows)
    blocks = [
        header(title),
        *year_blocks(rows, portal, exposure, may_ask=may_ask),
        context("Only reports of all events count. `/compliance-report 2025-01` makes one."),
    ]
    return with_text(f"{title}: {covered} of {len(rows)} months have a report", blocks)


def year_blocks(rows: Sequence[MonthRow], portal: str, exposure: Exposure, *, may_ask: bool) -> list[Block]:
    """The months in their order, each that the reader can make with a button; at the end one for all of these."""
    blocks: list[Block] = []
    for can_make, group in groupby(rows, key=lambda row: may_ask and row.state in UNMADE):
        months = list(group)
        if can_make:
            blocks += [section(month(row, portal, exposure)) | {"accessory": make(row)} for row in months]
        else:
            lines = [month(row, portal, exposure) for row in months]
            blocks += [section("\n".join(lines[place : place + 4])) for place in range(0, len(lines), 4)]
    missing = [str(row.month) for row in rows if row.state in UNMADE]
    if may_ask and len(missing) > 1:
        every = button(f"Make all {len(missing)} missing", action_id=MAKE_ALL, value=" ".join(missing))
        confirm = {
            "title": plain(f"Make {len(missing)} reports?", longest=100),
            "text": plain("Each month is read and filed, one after the other.", longest=300),
            "confirm": plain("Make them", longest=30),
            "deny": plain("Not now", longest=30),
        }
        blocks.append({"type": "actions", "elements": [every | {"confirm": confirm}]})
    return blocks


def make(row: MonthRow) -> Block:
    return button("Make it", action_id=RUN_AGAIN, value=str(row.month))


def month(row: MonthRow, portal: str, exposure: Exposure) -> str:
    sign, words = SIGNS[row.state]
    name, version = row.month.title, f"version {row.version}"
    there = linked(version, row.url, portal) if may_link(row.url, exposure) else version
    facts = [
        words,
        *([number_of(row.kept, "event")] if row.kept is not None else []),
        *([there] if row.run else []),
        *([f"by {', '.join(f'<@{who}>' for who in row.reviewers[:3])}"] if row.reviewers else []),
        *(escape_mrkdwn(note_line(note, exposure), longest=80) for note in row.notes[:2]),
    ]
    return f"{sign} *{name}*: {' · '.join(facts)}"


def note_line(note: str, exposure: Exposure) -> str:
    """What else is to be known of a month; why an attempt failed can have names in it."""
    what, colon, why = note.partition(": ")
    return f"{what}{colon}{redact_sentence(why, exposure)}"


def history(title: str, found: Sequence[PastRun], *, total: int, exposure: Exposure) -> Message:
    """What was made and by whom, newest first: the newest of that many in *total*."""
    shown = [run_line(one, exposure) for one in found[:SHOWN]]
    more = total - len(shown)
    blocks: list[Block] = [header(title), *(section(text) for text in shown)]
    if more > 0:
        blocks.append(
            context(f"{more:,} more; the bot's operator sees all of them with `python -m bot history --all`.")
        )
    if not shown:
        blocks.append(section("No reports yet."))
    return with_text(f"{title}: {number_of(total, 'run')}", blocks)


def run_line(one: PastRun, exposure: Exposure) -> str:
    entry = one.entry
    only = f" ({escape_mrkdwn(filter_words(entry.order.only, exposure), longest=80)})" if entry.order.only else ""
    facts = [
        str(entry.state),
        *([str(entry.verdict)] if entry.verdict else []),
        *([number_of(entry.kept, "event")] if entry.kept is not None else []),
        *([f"version {entry.files[0].version}"] if entry.files else []),
        *([f"`{entry.sha256[:12]}`"] if entry.sha256 else []),
        *(["superseded"] if one.superseded_by else []),
    ]
    failure = entry.failure  # without names already, unless the reader wrote them
    if failure and exposure is Exposure.COUNTS:
        failure = redact_failure(failure, exposure)
    why = f"\n_{escape_mrkdwn(failure.message, longest=100)}_" if failure else ""
    said = "".join(f"\n{review_line(review)}" for review in one.reviews[-3:])
    asked = f"{requesters(Requester(entry.asker))}, {moment(entry.asked)}"
    return f"*{entry.order.month.title}*{only}: {' · '.join(facts)}\n{asked}{why}{said}"
