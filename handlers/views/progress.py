"""The anchor message while a report is being made, and when there is none."""

from datetime import datetime, timedelta

from handlers.exposure import Exposure
from handlers.views.blocks import Block, Message, button, context, escape_mrkdwn, header, section, with_text
from handlers.views.mask import filter_words
from handlers.views.replies import queue_position
from handlers.views.requesters import requesters
from handlers.views.summary import RUN_AGAIN
from reporting.plurals import number_of
from reporting.report import Failure, Order, Progress
from reporting.run import Requester

CANCEL = "cancel"
WIDTH = 20
TELLING = 0.05
"""Share of the month after which the pace is known."""
MINUTE = 60
"""Seconds."""


def waiting(order: Order, asker: Requester, run: str, ahead: int) -> Message:
    """The report's turn has not come."""
    return message(
        order, asker, f"Waiting for its turn. {queue_position(ahead)}" if ahead else "Beginning…", cancel(run)
    )


def reading(
    order: Order, asker: Requester, run: str, progress: Progress, *, left: timedelta | None = None, trouble: str = ""
) -> Message:
    """How far the reading has come, and how long it will probably go on; or that the portal does not answer now."""
    full = round(progress.share * WIDTH)
    bar = "█" * full + "░" * (WIDTH - full)
    time = f" · {about(left)} left" if left is not None else ""
    state = f"Reading the audit trail\n{bar} {progress.share:.0%} · {number_of(progress.events, 'event')}{time}"
    if trouble:
        state += f"\n:hourglass: *The portal is not answering*: {trouble}."
    return message(order, asker, state, cancel(run))


def time_left(began: datetime | None, now: datetime, share: float) -> timedelta | None:
    """How long the rest will take at the pace so far; None while too little has been read to tell."""
    return (now - began) * (1 - share) / share if began and share >= TELLING else None


def about(left: timedelta) -> str:
    """A stretch of time as people say it: no more exactly than it is known."""
    seconds = left.total_seconds()
    if seconds < MINUTE:
        return "less than a minute"
    return f"about {number_of(round(seconds / MINUTE), 'minute')}"


def filing(order: Order, asker: Requester) -> Message:
    return message(order, asker, "Filing it in DocSpace…")


def message(order: Order, asker: Requester, state: str, *more: Block) -> Message:
    title = f"Compliance report: {order.month.title}"
    blocks = [header(title), section(state), *filtered(order), *more, context(requesters(asker))]
    return with_text(f"{title}: {first_line(state)}", blocks)


def first_line(state: str) -> str:
    return state.partition("\n")[0]


def failed(
    order: Order, asker: Requester, failure: Failure, *, run: str, title: str = "No compliance report"
) -> Message:
    """There is no report, why, and what to do."""
    title = f"{title}: {order.month.title}"
    words = f":no_entry: *{escape_mrkdwn(failure.message, longest=1_000)}*\n{escape_mrkdwn(failure.hint, longest=600)}"
    text = escape_mrkdwn(f"{title}. {failure.message} {failure.hint}", longest=2_000)
    blocks = [header(title), section(words), *filtered(order), *again(run, "Try again"), context(requesters(asker))]
    return with_text(text, blocks)


def cancelled(order: Order, asker: Requester, by: str, *, run: str) -> Message:
    """There is no report, since somebody did not want it any more."""
    title = f"No compliance report: {order.month.title}"
    blocks = [
        header(title),
        section(f":octagonal_sign: Canceled by <@{by}>. Nothing was filed."),
        *filtered(order),
        *again(run, "Make it anyway"),
        context(requesters(asker)),
    ]
    return with_text(f"{title}. It was canceled, and nothing was filed.", blocks)


def cancel(run: str) -> Block:
    return {"type": "actions", "elements": [button("Cancel", action_id=CANCEL, value=run)]}


def again(run: str, text: str) -> list[Block]:
    """A button that asks once more for what that run was to report."""
    return [{"type": "actions", "elements": [button(text, action_id=RUN_AGAIN, value=run)]}]


def filtered(order: Order) -> list[Block]:
    """The filter, for every channel that waits: nobody has been asked yet how much each of them may see."""
    words = filter_words(order.only, Exposure.COUNTS)
    return [context(f"Filter: {escape_mrkdwn(words, longest=1_000)}")] if order.only else []
