"""What is being made, for the one who asks."""

from handlers.views.answers import before
from handlers.views.kit import Message, foreign, section
from handlers.views.summary import asked_by
from reporting.entry import Entry, Standing, State

SHOWN = 20
"""Runs that are listed; the rest is counted."""


def status(standing: Standing) -> Message:
    """The runs of this channel with their progress; of others only how many there are."""
    lines = [line(entry, ahead) for entry, ahead in zip(standing.here, standing.ahead, strict=True)]
    others = len(lines) - SHOWN
    shown = lines[:SHOWN] + ([f"{others} more in this channel"] if others > 0 else [])
    if not shown:
        shown = ["Nothing is being made for this channel."]
    if standing.elsewhere:
        shown.append(f"{standing.elsewhere} more in other places.")
    return {"text": "What is being made", "blocks": [section("\n".join(shown))]}


def line(entry: Entry, ahead: int) -> str:
    order = entry.order
    only = f" ({foreign(str(order.only), longest=60)})" if order.only else ""
    return f"• *{order.month.title}*{only}: {now(entry, ahead)}. {asked_by(entry.asker)} {when(entry)}"


def now(entry: Entry, ahead: int) -> str:
    match entry.state:
        case State.QUEUED:
            return f"waiting. {before(ahead)}".removesuffix(".") if ahead else "about to begin"
        case State.RUNNING:
            return f"reading, {entry.progress.share:.0%} of the month, {entry.progress.events:,} events so far"
        case State.FILING:
            return "being filed in DocSpace"
        case _:
            return "done, about to be told"


def when(entry: Entry) -> str:
    """In the reader's own time."""
    seconds = int(entry.asked.timestamp())
    return f"<!date^{seconds}^{{date_short_pretty}} {{time}}|{entry.asked:%Y-%m-%d %H:%M} UTC>"
