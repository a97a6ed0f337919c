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
`/compliance-report 2025-01` makes the report of January 2025: every event of the portal's audit trail, filed as a TXT \
in the compliance folder, with a summary and a preview here. `last month`, `1/2025` and `Jan-2025` are months too; \
`private` at the end keeps it in our direct messages. Nothing at all opens a form.
`/compliance-report 2025-01 type:delete,share -room:"Legal affairs"` keeps only some events. Words: `type:` (create, \
update, delete, share, download, move, room, user, settings, sign-in, other), `user:` (name, e-mail or id), `room:` \
(title or number), `folder:` and `file:` (numbers), `action:` (name or number), `profile:`. Several values are _or_, \
several words are _and_, and `-` before a word is _not_.
`/compliance-report rerun 2025-01` reads the month again: if nothing has changed, nothing is uploaded.
`/compliance-report status` shows what is being made, `cancel` ends it.""",
    """\
`/compliance-report schedule monthly on 2 at 09:00 Europe/Riga type:delete,share` makes the report of the month before \
every month, here. Days: 1 to 31, `last`, `first weekday`, `last friday` and so on; times `09:00` or `9am`. \
`schedules` lists them; `pause 3`, `resume 3`, `delete 3`, `run 3`, and for admins \
`takeover 3`.
`/compliance-report verify 2025-01` checks that what lies in DocSpace is what was filed, and the ledger's chain.
`/compliance-report diff 2025-01` shows what the newest report of a month has that the one before had not.
`/compliance-report calendar 2025` shows which months are covered, `history 2025` what was made, by whom.""",
    "A report is complete and says how that is known, or it is refused with the reason.",
)
LOOKING = {
    QueryKind.REREAD: "I am looking when its month settles.",
    QueryKind.VERIFY: "I am fetching the report from DocSpace to check it; the answer comes in a moment.",
    QueryKind.DIFF: "I am comparing the last two reports; the answer comes in a moment.",
    QueryKind.CALENDAR: "You will see the year in a moment, if you may ask for reports.",
    QueryKind.HISTORY: "You will see what was made in a moment, if you may ask for reports.",
    QueryKind.REQUESTS: "You will see in a moment how it was read.",
    QueryKind.SCHEDULES: "If you are an admin of the workspace, you will see them in a moment.",
    QueryKind.HEALTH: "You will see how the bot is in a moment, if you are an admin.",
    QueryKind.HOME: "The page comes in a moment.",
}


def usage() -> Message:
    return with_text("How to ask for a compliance report", map(section, USAGE))


def accepted(order: Order, *, joined: bool, ahead: int, private: bool = False) -> Message:
    """The request is written down; what will come of it, and where."""
    month, where = order.month.title, "our direct messages" if private else "this channel"
    text = f"The report of {month} is on its way; it will appear in {where}."
    if joined:
        text = f"The report of {month} is being made already; you will have it in {where} when it is done."
    if ahead:
        text += f" {queue_position(ahead)}"
    return with_text(text, [section(text)])


def queue_position(ahead: int) -> str:
    return f"{number_of(ahead, 'report')} ahead of it."


def joined(order: Order) -> Message:
    """For who pressed a button that asks for what is being made here already."""
    text = f"The report of {order.month.title} is being made in this channel already."
    return with_text(text, [section(text)])


def cancelling(order: Order) -> Message:
    text = f"I am ending the report of {order.month.title}, if you are who asked for it, or an admin."
    return with_text(text, [section(text)])


def moved_to_dm(order: Order, channel: str, why: str, hint: str) -> Message:
    """In direct messages, for who asked where nothing can be posted."""
    text = f":mailbox: The report of {order.month.title} that you asked for in <#{channel}> comes here."
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
        "title": plain("That did not work", longest=24),
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
    text = f"{month} is read again {moment(settles)}, when it has settled: its message says then what came in late."
    return with_text(text, [section(text)])
