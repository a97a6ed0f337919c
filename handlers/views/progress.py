"""The anchor message while a report is being made, and when there is none."""

from handlers.views.answers import before
from handlers.views.kit import VALUE, Block, Message, button, context, foreign, header, section
from handlers.views.summary import RUN_AGAIN, asked_by
from reporting.entry import Asker
from reporting.report import Failure, Order, Progress

CANCEL = "cancel"
WIDTH = 20


def waiting(order: Order, asker: Asker, run: str, ahead: int) -> Message:
    """The report's turn has not come."""
    return message(order, asker, f"Waiting for its turn. {before(ahead)}" if ahead else "Beginning…", cancel(run))


def reading(order: Order, asker: Asker, run: str, progress: Progress) -> Message:
    """How far the reading has come."""
    full = round(progress.share * WIDTH)
    bar = "█" * full + "░" * (WIDTH - full)
    state = f"Reading the audit trail\n{bar} {progress.share:.0%} · {progress.events:,} events"
    return message(order, asker, state, cancel(run))


def filing(order: Order, asker: Asker) -> Message:
    return message(order, asker, "Filing it in DocSpace…")


def message(order: Order, asker: Asker, state: str, *more: Block) -> Message:
    title = f"Compliance report: {order.month.title}"
    blocks = [header(title), section(state), *filtered(order), *more, context(asked_by(asker))]
    return {"text": f"{title}: {state}", "blocks": blocks}


def failed(order: Order, asker: Asker, failure: Failure, *, title: str = "No compliance report") -> Message:
    """There is no report, why, and what to do."""
    title = f"{title}: {order.month.title}"
    words = f":no_entry: *{foreign(failure.message, longest=1_000)}*\n{foreign(failure.hint, longest=600)}"
    text = foreign(f"{title}. {failure.message} {failure.hint}", longest=2_000)
    blocks = [header(title), section(words), *filtered(order), *again(order, "Try again"), context(asked_by(asker))]
    return {"text": text, "blocks": blocks}


def cancelled(order: Order, asker: Asker, by: str) -> Message:
    """There is no report, since somebody did not want it any more."""
    title = f"No compliance report: {order.month.title}"
    blocks = [
        header(title),
        section(f":octagonal_sign: Cancelled by <@{by}>. Nothing was filed."),
        *filtered(order),
        *again(order, "Make it after all"),
        context(asked_by(asker)),
    ]
    return {"text": f"{title}. It was cancelled, and nothing was filed.", "blocks": blocks}


def cancel(run: str) -> Block:
    return {"type": "actions", "elements": [button("Cancel", action_id=CANCEL, value=run)]}


def again(order: Order, text: str) -> list[Block]:
    """A button that asks once more, if all of the order fits into one."""
    if len(str(order)) > VALUE:
        return []
    return [{"type": "actions", "elements": [button(text, action_id=RUN_AGAIN, value=str(order))]}]


def filtered(order: Order) -> list[Block]:
    return [context(f"Filter: {foreign(str(order.only), longest=1_000)}")] if order.only else []
