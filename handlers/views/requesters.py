"""Who asked, as people are told."""

from collections.abc import Iterable

from handlers.views.blocks import moment
from reporting.run import Requester

ASKERS = 10
"""People who are named as having asked."""


def requesters(*askers: Requester) -> str:
    """Who asked: people by mention, schedules by number."""
    named = [requested_by(asker) for asker in askers[:ASKERS]]
    others = len(askers) - ASKERS
    late = next((asker.late for asker in askers if asker.late), None)
    overdue = f". Late: due {moment(late)}" if late else ""
    return f"Requested by {', '.join(named)}" + (f" and {others} more" if others > 0 else "") + overdue


def mentions(askers: Iterable[Requester]) -> str:
    """Those who asked, and the makers of the schedules that did, each once; empty where nobody has a name in Slack."""
    people = list(dict.fromkeys(f"<@{asker.user}>" for asker in askers if asker.user))
    others = len(people) - ASKERS
    return ", ".join(people[:ASKERS]) + (f" and {others} more" if others > 0 else "")


def requested_by(asker: Requester) -> str:
    if asker.schedule:
        return f"schedule {asker.schedule} (made by <@{asker.user}>)"
    return f"<@{asker.user}>" if asker.user else "the bot's operator"
