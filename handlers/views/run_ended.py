"""The end of a run as a new message: Slack tells nobody of one that only changes."""

from collections.abc import Iterable, Sequence

from handlers.views.blocks import Message, escape_mrkdwn, section, with_text
from handlers.views.filed_report import Published
from handlers.views.requesters import mentions
from handlers.views.summary import headline
from reporting.report import Failure, Order
from reporting.run import Requester


def report_ready(report: Published, askers: Iterable[Requester], excerpt: Message) -> Message:
    """The first reply under a report: for those who asked its month, verdict and total, above the *excerpt*."""
    said = addressed_to(askers, headline(report))
    return with_text(said, [section(said), *excerpt["blocks"]])


def report_failed(order: Order, askers: Iterable[Requester], failure: Failure, *, late: bool, again: bool) -> Message:
    """The reply where there is no report: what stands in the way, for those who asked.

    *late* if it is tried once more, *again* if the month was to be read again.
    """
    made = "could not be read again; the earlier report stands" if again else "could not be made"
    state = "is late" if late else made
    why = f"{escape_mrkdwn(failure.message, longest=1_000)} {escape_mrkdwn(failure.hint, longest=600)}".strip()
    said = addressed_to(askers, f"The report for {order.month.title} {state}: {why}")
    return with_text(said, [section(said)])


def report_cancelled(order: Order, askers: Sequence[Requester], by: str) -> Message:
    """The reply where somebody else has cancelled what those asked for."""
    said = addressed_to(askers, f"The report for {order.month.title} was canceled by <@{by}>. Nothing was filed.")
    return with_text(said, [section(said)])


def addressed_to(askers: Iterable[Requester], text: str) -> str:
    people = mentions(askers)
    return f"{people}: {text}" if people else text
