"""The end of a run as a new message: Slack tells nobody of one that only changes."""

from collections.abc import Iterable, Sequence

from handlers.views.blocks import Message, foreign, section, spoken
from handlers.views.filed_report import Published
from handlers.views.requesters import mentions
from handlers.views.summary import headline
from reporting.report import Failure, Order
from reporting.run import Asker


def ready(report: Published, askers: Iterable[Asker], excerpt: Message) -> Message:
    """The first reply under a report: for those who asked its month, verdict and total, above the *excerpt*."""
    said = addressed(askers, headline(report))
    return spoken(said, [section(said), *excerpt["blocks"]])


def not_ready(order: Order, askers: Iterable[Asker], failure: Failure, *, late: bool, again: bool) -> Message:
    """The reply where there is no report: what stands in the way, for those who asked.

    *late* if it is tried once more, *again* if the month was to be read again.
    """
    made = "could not be read again, and the earlier report stands" if again else "could not be made"
    state = "is late" if late else made
    why = f"{foreign(failure.message, longest=1_000)} {foreign(failure.hint, longest=600)}".strip()
    said = addressed(askers, f"The report of {order.month.title} {state}: {why}")
    return spoken(said, [section(said)])


def not_wanted(order: Order, askers: Sequence[Asker], by: str) -> Message:
    """The reply where somebody else has cancelled what those asked for."""
    said = addressed(askers, f"The report of {order.month.title} was cancelled by <@{by}>. Nothing was filed.")
    return spoken(said, [section(said)])


def addressed(askers: Iterable[Asker], text: str) -> str:
    people = mentions(askers)
    return f"{people}: {text}" if people else text
