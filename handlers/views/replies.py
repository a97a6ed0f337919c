"""Answers that only the asker sees."""

from datetime import datetime
from typing import Any

from handlers.query import QueryKind
from handlers.views.blocks import Message, context, escape_mrkdwn, moment, plain, section, with_text
from reporting.plurals import number_of
from reporting.report import Order

USAGE = (
    """\
*Compliance reports from DocSpace*
`/compliance-report 2025-01` makes the report for January 2025: every event of the portal's audit trail, filed as a \
TXT in the compliance folder, with a summary and a preview here. `last month`, `1/2025` and `Jan-2025` work too; \
`private` at the end sends it to you alone, in direct messages. The command alone opens a form.
`/compliance-report 2025-01 type:delete,share -room:"Legal affairs"` keeps only matching events. Words: `type:` \
(create, update, delete, share, download, move, room, user, settings, sign-in, other), `user:` (name, e-mail or id), \
`room:` (title or number), `folder:` and `file:` (numbers), `action:` (name or number), `profile:`. Several values are \
_or_, several words are _and_, and `-` before a word is _not_.
`/compliance-report rerun 2025-01` reads the month again; if nothing has changed, nothing is uploaded.
`/compliance-report status` shows what is running, `cancel` stops it.""",
    """\
`/compliance-report schedule monthly on 2 at 09:00 Europe/Riga type:delete,share` makes last month's report \
here, every month. Days: 1 to 31, `last`, `first weekday`, `last friday` and so on; times `09:00` or `9am`. \
`schedules` lists them; `pause 3`, `resume 3`, `delete 3`, `run 3`, and for admins \
`takeover 3`.
`/compliance-report verify 2025-01` checks that DocSpace has exactly what was filed, and that the ledger is intact.
`/compliance-report diff 2025-01` compares a month's newest report with the previous one.
`/compliance-report calendar 2025` shows which months have a report, `history 2025` who requested what.""",
    "A report is complete and shows how that is proven, or it is refused with the reason.",
)
LOOKING = {
    QueryKind.REREAD: "Looking up when the month settles…",
    QueryKind.VERIFY: "Downloading the report from DocSpace to verify it…",
    QueryKind.DIFF: "Comparing the last two reports…",
    QueryKind.CALENDAR: "Loading the calendar…",
    QueryKind.HISTORY: "Loading the history…",
    QueryKind.REQUESTS: "Loading how it was read…",
    QueryKind.SCHEDULES: "Loading the schedules (admins only)…",
    QueryKind.HEALTH: "Checking the bot's health (admins only)…",
    QueryKind.HOME: "Loading the page…",
}


def usage() -> Message:
    return with_text("How to request a compliance report", map(section, USAGE))


def accepted(order: Order, *, joined: bool, ahead: int, private: bool = False) -> Message:
    """The request is written down; what will come of it, and where."""
    month, where = order.month.title, "your direct messages" if private else "this channel"
    text = f"Requested: the report for {month}. It appears in {where} once access is checked and the report is made."
    if joined:
        text = f"The report for {month} is already being made. It appears in {where} when it is done."
    if ahead:
        text += f" {queue_position(ahead)}"
    return with_text(text, [section(text)])


def queue_position(ahead: int) -> str:
    return f"{number_of(ahead, 'report')} ahead of yours."


def joined(order: Order) -> Message:
    """For who pressed a button that asks for what is being made here already."""
    text = f"The report for {order.month.title} is already being made in this channel."
    return with_text(text, [section(text)])


def cancelling(order: Order) -> Message:
    text = f"Canceling the report for {order.month.title}."
    return with_text(text, [section(text)])


def moved_to_dm(order: Order, channel: str, why: str, hint: str) -> Message:
    """In direct messages, for who asked where nothing can be posted."""
    text = f":mailbox: The report for {order.month.title} that you requested in <#{channel}> is sent here."
    words = f"{text} {escape_mrkdwn(why, longest=300)} {escape_mrkdwn(hint, longest=300)}"
    return with_text(text, [section(words)])


def looking_up(question: QueryKind) -> Message:
    """The answer comes in a moment."""
    text = LOOKING[question]
    return with_text(text, [section(text)])


def refused(answer: Message) -> dict[str, Any]:
    """A refusal as a page of a form."""
    return {
        "type": "modal",
        "title": plain("That didn't work", longest=24),
        "close": plain("Back", longest=24),
        "blocks": answer["blocks"],
    }


def refusal(message: str, hint: str) -> Message:
    """Why there is nothing, and what to do about it."""
    blocks = [section(f":no_entry: {escape_mrkdwn(message, longest=600)}")]
    if hint:
        blocks.append(context(escape_mrkdwn(hint, longest=600)))
    return {**with_text(escape_mrkdwn(message, longest=600), blocks), "response_type": "ephemeral"}


def read_again(month: str, settles: datetime) -> Message:
    """For who had a provisional report's month read again later."""
    text = f"{month} is read again {moment(settles)}, once it has settled. Its message then shows what came in late."
    return with_text(text, [section(text)])
