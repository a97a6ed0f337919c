"""Which run a cancel request is about."""

from collections.abc import Collection

from bot.runs.outcome import TOO_LATE
from handlers.desk import Cancellation
from handlers.errors import NothingToCancel, SeveralToCancel, TooLateToCancel
from handlers.exposure import Exposure, is_wording_of
from handlers.views.mask import filter_words
from reporting.run import Run, State


def run_to_cancel(going_on: list[Run], here: Collection[str], cancellation: Cancellation) -> Run:
    """The run to cancel.

    Raises:
        NothingToCancel, SeveralToCancel: there is none, or it is not clear which.
        TooLateToCancel: it is being filed, or done.
    """
    month, run = cancellation.month, cancellation.run
    found = [
        entry
        for entry in going_on
        if (entry.run == run if run else entry.run in here and month in {None, entry.order.month})
    ]
    if not found:
        raise NothingToCancel(of=f" of {month.title}" if month else "")
    if len(found) > 1:
        titles = ", ".join(describe_run(entry, cancellation.place.asker) for entry in found)
        raise SeveralToCancel(titles=titles, example=found[0].order.month)
    if found[0].state not in (State.QUEUED, State.RUNNING):
        raise TooLateToCancel(state=TOO_LATE.get(found[0].state, "done"))
    return found[0]


def describe_run(entry: Run, reader: str) -> str:
    """The report's month and filter; people in somebody else's filter are left out."""
    exposure = Exposure.FULL if is_wording_of(entry, reader) else Exposure.COUNTS
    return f"{entry.order.month.title} {filter_words(entry.order.only, exposure)}".strip()
