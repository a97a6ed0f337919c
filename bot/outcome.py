"""What came of a run, as the ledger keeps it and as people read it."""

import json
from typing import Any

from sqlalchemy import Connection

from bot.run import Closed, Made
from bot.store import posts
from bot.wire import pack
from handlers.views.kit import Message
from handlers.views.progress import cancelled, failed
from handlers.views.summary import summary
from reporting.entry import Entry, State
from reporting.errors import ComplianceError
from reporting.evidence import ledger
from reporting.report import Change, Failure

TOO_LATE = {State.FILING: "being put into DocSpace"}
"""What is said of a run that cannot be cancelled any more; of all others, that it is done."""


def made_columns(made: Made) -> dict[str, Any]:
    """The ledger's columns for a report that is filed."""
    draft = made.draft
    return {
        "verdict": draft.judgement.verdict,
        "read": draft.read,
        "kept": draft.kept,
        "sha256": draft.sha256,
        "portal": draft.scope.portal,
        "name": draft.scope.name,
        "files": ledger.encoded(made.filing.files),
        "outcome": json.dumps(pack(made)),
    }


def failed_columns(failure: Failure) -> dict[str, Any]:
    return {"failure": ledger.encoded(failure)}


def failure_of(error: ComplianceError) -> Failure:
    return Failure(type(error).__name__, str(error), error.advice, transient=error.transient)


def close(c: Connection, run: str, columns: dict[str, Any], *, stopped_by: str = "") -> Closed:
    """Write the result down, unless somebody else did; which channels are to be told by whoever did."""
    before = ledger.entry(c, run)
    mine = before is not None and (before.state, before.stopped_by) == (State.ENDING, stopped_by)
    if ledger.close(c, run, columns, stopped_by=stopped_by) or mine:  # mine: this process died after writing it
        return Closed(tuple(post.channel for post in posts.anchors(c, run)))
    return Closed()


def supersedes(c: Connection, run: str, made: Made) -> str:
    """The run whose report this one takes the place of; empty if there is none, or nothing has changed."""
    if made.filing.unchanged:
        return ""
    before = ledger.filed(c, portal=made.draft.scope.portal, name=made.draft.scope.name)
    return next((entry.run for entry in before if entry.run != run), "")


def last_state(entry: Entry, trouble: Failure | None) -> State:
    """How a run ends whose result is written down and told, but for that trouble."""
    if not entry.files:
        return State.CANCELLED if entry.stopped_by else State.FAILED
    twin = any(file.change is Change.TWIN for file in entry.files)
    return State.WARNED if trouble or twin else State.DONE


def told(entry: Entry, made: Made | None, askers: list[str]) -> Message:
    """What a channel reads in the end, where those people asked."""
    if made:
        return summary(made.draft, made.filing, askers[0], also=tuple(askers[1:]))
    if entry.stopped_by:
        return cancelled(entry.order, askers[0], entry.stopped_by)
    failure = entry.failure or Failure("Unexpected", "The run ended without a result.", "", transient=False)
    return failed(entry.order, askers[0], failure)
