"""The answer to `status`: the runs that are open."""

from handlers.exposure import Exposure, is_wording_of
from handlers.views.blocks import Message, context, escape_mrkdwn, moment, section, with_text
from handlers.views.mask import filter_words
from handlers.views.replies import queue_position
from handlers.views.requesters import requesters
from reporting.plurals import number_of
from reporting.run import OpenRuns, Requester, Run, State

A_BLOCK = 5
"""Lines that surely fit into one block."""
CHECKS = 25
"""Checks of the bot that are told; the command line tells all."""
SHOWN = 20
"""Runs that are listed; the rest is counted."""


def status(standing: OpenRuns, *, reader: str) -> Message:
    """The runs of this channel, and the reader's own, with their progress; of others only how many there are."""
    lines = [line(entry, ahead, reader) for entry, ahead in zip(standing.here, standing.ahead, strict=True)]
    others = len(lines) - SHOWN
    shown = lines[:SHOWN] + ([f"{number_of(others, 'more is', 'more are')} not shown"] if others > 0 else [])
    if not shown:
        shown = ["No reports are running for this channel or for you."]
    if standing.elsewhere:
        shown.append(f"{standing.elsewhere} more elsewhere.")
    blocks = [section("\n".join(shown[place : place + A_BLOCK])) for place in range(0, len(shown), A_BLOCK)]
    return with_text("Running reports", blocks)


def line(entry: Run, ahead: int, reader: str) -> str:
    """A run; whom another's filter names is not told, since nobody has been asked yet what the reader may see."""
    order, exposure = entry.order, Exposure.FULL if is_wording_of(entry, reader) else Exposure.COUNTS
    only = f" ({escape_mrkdwn(filter_words(order.only, exposure), longest=60)})" if order.only else ""
    asked = f"{requesters(Requester(entry.asker))} {moment(entry.asked)}"
    alone = ", private" if entry.place == reader else ""
    return f"• *{order.month.title}*{only}: {now(entry, ahead)}. {asked}{alone}"


def now(entry: Run, ahead: int) -> str:
    match entry.state:
        case State.QUEUED:
            return f"waiting. {queue_position(ahead)}".removesuffix(".") if ahead else "starting"
        case State.RUNNING:
            events = number_of(entry.progress.events, "event")
            return f"reading, {entry.progress.share:.0%} of the month, {events} so far"
        case State.FILING:
            return "being filed in DocSpace"
        case _:
            return "done, being posted"


def health(lines: list[str]) -> Message:
    """Bot health, for an admin: each check in a line of its own."""
    shown = [escape_mrkdwn(text, longest=300) for text in lines[:CHECKS]]
    blocks = [section("\n".join(shown[place : place + A_BLOCK])) for place in range(0, len(shown), A_BLOCK)]
    if more := len(lines) - len(shown):
        blocks.append(context(f"{number_of(more, 'more check')}; `python -m bot doctor` shows all of them."))
    return with_text("Bot health", [section("*Bot health*"), *blocks])
