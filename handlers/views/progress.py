"""The anchor message while a report is being made, and when there is none."""

from handlers.views.kit import Message, button, context, foreign, header, section
from handlers.views.summary import RUN_AGAIN
from reporting.report import Failure, Order, Progress

WIDTH = 20


def waiting(order: Order, asker: str) -> Message:
    return message(order, asker, "Waiting for its turn…")


def reading(order: Order, asker: str, progress: Progress) -> Message:
    """How far the reading has come."""
    full = round(progress.share * WIDTH)
    bar = "█" * full + "░" * (WIDTH - full)
    return message(order, asker, f"Reading the audit trail\n{bar} {progress.share:.0%} · {progress.events:,} events")


def filing(order: Order, asker: str) -> Message:
    return message(order, asker, "Filing it in DocSpace…")


def message(order: Order, asker: str, state: str) -> Message:
    title = f"Compliance report: {order.month.title}"
    words = [context(f"Filter: {foreign(str(order.only), longest=1_000)}")] if order.only else []
    return {"text": f"{title}: {state}", "blocks": [header(title), section(state), *words, context(asked_by(asker))]}


def failed(order: Order, asker: str, failure: Failure) -> Message:
    """There is no report, why, and what to do."""
    title = f"No compliance report: {order.month.title}"
    words = f":no_entry: *{foreign(failure.message, longest=1_000)}*\n{foreign(failure.hint, longest=600)}"
    again = {"type": "actions", "elements": [button("Try again", action_id=RUN_AGAIN, value=str(order))]}
    text = foreign(f"{title}. {failure.message} {failure.hint}", longest=2_000)
    return {"text": text, "blocks": [header(title), section(words), again, context(asked_by(asker))]}


def asked_by(asker: str) -> str:
    return f"Asked for by <@{asker}>"
