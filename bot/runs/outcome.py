"""The outcome of a run: ledger columns, and the final messages."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.schedules import due
from bot.store import posts, requests, rereads, schedules
from bot.store.requests import StoredRequest
from bot.workflows.report import ChannelsToTell, FiledRun
from bot.workflows.serialization import pack, unpack
from handlers.errors import TooLateToCancel
from handlers.exposure import Exposure
from handlers.views.blocks import Message
from handlers.views.filed_report import Published
from handlers.views.progress import cancelled, failed
from handlers.views.redaction import redact_failure
from handlers.views.run_ended import report_cancelled, report_failed
from reporting.errors.base import Stopped
from reporting.evidence import ledger, reviews
from reporting.report import Change, Failure, Verdict
from reporting.run import ENDED, OPEN, Requester, Run, State

PUNCTUAL = timedelta(hours=1)
"""How long after its due time a schedule's request does not count as late."""
NO_RESULT = Failure("Unexpected", "The run ended without a result.", "", transient=False)
TOO_LATE = {State.FILING: "being filed in DocSpace", State.CANCELLED: "already canceled"}
"""Why a run can no longer be canceled, by state."""


def report_columns(made: FiledRun) -> dict[str, Any]:
    """The ledger's columns for a filed report."""
    draft = made.draft
    return {
        "verdict": draft.judgement.verdict,
        "read": draft.read,
        "kept": draft.kept,
        "sha256": draft.sha256,
        "portal": draft.scope.portal,
        "name": draft.scope.name,
        "files": ledger.encoded(made.filing.files),
        "manifest": ledger.encoded(made.filing.manifest) if made.filing.manifest else None,
        "outcome": json.dumps(pack(made)),
    }


def failure_columns(failure: Failure) -> dict[str, Any]:
    return {"failure": ledger.encoded(failure)}


def without_names(failure: Failure | None) -> Failure | None:
    """The failure without names, as anybody may read it."""
    return redact_failure(failure, Exposure.COUNTS) if failure else None


def record_result(
    c: Connection, run: str, columns: dict[str, Any], failure: Failure | None, *, now: datetime
) -> ChannelsToTell:
    """Record the result, also for its schedules; return the channels to post in.

    A run that was canceled meanwhile is posted as such again, for a late progress update may have covered it.
    """
    ledger.record_result(c, run, columns, now=now)
    found = ledger.find(c, run)
    if found:
        due.record_attempt(c, found, without_names(failure), now=now)
    told = found is None or (found.state in ENDED and not found.stopped_by)
    return ChannelsToTell() if told else ChannelsToTell(tuple(channels(c, run)))


def refuse(c: Connection, request: StoredRequest, failure: Failure, *, now: datetime) -> bool:
    """Refuse a request; True if its run is over because nobody else wants it.

    A request without the right is no run and leaves no ledger entry.
    """
    entry = ledger.find(c, request.run)
    if entry is None:
        requests.decline(c, request)
        return False
    for schedule in schedules.made_by(c, request.run):
        if schedule.number == request.schedule:
            due.record_schedule_attempt(c, schedule, entry, failure, now=now)
    return requests.refuse(c, request) and ledger.record_result(c, request.run, failure_columns(failure), now=now)


def record_cancelled(c: Connection, run: str, columns: dict[str, Any], *, by: str, now: datetime) -> ChannelsToTell:
    """Record that the run was canceled; return the channels to post in.

    Raises:
        TooLateToCancel: it is being filed, or has ended.
    """
    found = ledger.find(c, run)
    mine = found is not None and found.stopped_by == by and found.state not in OPEN
    if ledger.state(c, run) in (State.QUEUED, State.RUNNING):
        ledger.record_result(c, run, columns, now=now, stopped_by=by)
        due.record_attempt(c, ledger.get(c, run), Failure.of(Stopped()), now=now)
    elif not mine:  # mine: this process died after writing it, or somebody asked twice
        raise TooLateToCancel(state=TOO_LATE.get(ledger.state(c, run), "done"))
    return ChannelsToTell(tuple(channels(c, run)))


def channels(c: Connection, run: str) -> list[str]:
    """The channels that get the result: with a message of the run, or with somebody waiting for one.

    For a month that was read again: the channels of the first report.
    """
    found = ledger.find(c, run)
    origin = found.rereads if found and found.rereads else run
    standing = [post.channel for post in posts.anchors(c, origin)]
    waiting = [asked.place.channel for asked in requests.of_run(c, run, let_in=True) if asked.place.channel]
    return list(dict.fromkeys([*standing, *waiting]))


def result_of(c: Connection, run: str) -> FiledRun | None:
    """The report of a run, if it made one."""
    packed = ledger.outcome(c, run)
    return unpack(json.loads(packed), FiledRun) if packed else None


def displayed_run(c: Connection, run: str) -> Run:
    """The run that a run's messages show: the later one, if reading again found nothing new."""
    again, made = ledger.find_reread(c, run), result_of(c, run)
    later = result_of(c, again.run) if again else None
    if again and made and later and made.draft.records == later.draft.records:
        return again
    return ledger.get(c, run)


def supersedes(c: Connection, run: str, made: FiledRun) -> str:
    """The run whose report this one replaces; empty if there is none, or if nothing changed."""
    if made.filing.unchanged:
        return ""
    before = ledger.newest_filed(c, portal=made.draft.scope.portal, name=made.draft.scope.name)
    return next((entry.run for entry in before if entry.run != run), "")


def last_state(entry: Run, trouble: Failure | None) -> State:
    """The final state of a run whose result is recorded and posted, except for that trouble."""
    if not entry.files:
        return State.CANCELLED if entry.stopped_by else State.FAILED
    twin = any(file.change is Change.TWIN for file in entry.files)
    return State.WARNED if trouble or twin else State.DONE


def published_report(c: Connection, entry: Run, made: FiledRun, *, settle: timedelta, reader: str) -> Published:
    """A run's report with its reviews and changes, as *reader* may see it; everybody if empty."""
    made = made if is_earlier_known(c, entry, made, reader) else first_known(made)
    told = made.changes, reviews.current_reviews(c, entry.run)
    settles = settled_at(made, settle) if entry.verdict is Verdict.PROVISIONAL and not entry.rereads else None
    again = is_scheduled(c, entry.run) or rereads.planned(c, entry.run) is not None
    return Published(entry.run, made.draft, made.filing, entry.link, *told, settles, is_reread=again)


def is_earlier_known(c: Connection, entry: Run, made: FiledRun, reader: str) -> bool:
    """Whether the reader may know about an earlier report of the same name."""
    scope = made.draft.scope
    there = [one for one in ledger.newest_filed(c, portal=scope.portal, name=scope.name) if one.run != entry.run]
    before = [one for one in there if ledger.chain_position(one) < ledger.chain_position(entry) or not entry.link]
    return not before or any(requests.known_run(c, one.run, reader) for one in before)


def first_known(made: FiledRun) -> FiledRun:
    """The report as if it were the first: the earlier ones are private.

    Vanished events are shown all the same: nobody may miss them.
    """
    alarming = made.changes if made.changes and made.changes.vanished else None
    same = Change.UNCHANGED
    files = tuple(replace(one, change=Change.NEW) if one.change is same else one for one in made.filing.files)
    return replace(made, changes=alarming, not_compared="", filing=replace(made.filing, files=files))


def settled_at(made: FiledRun, settle: timedelta) -> datetime:
    """When the report's month settles."""
    return made.draft.scope.window.end + settle


def is_scheduled(c: Connection, run: str) -> bool:
    """Whether a schedule requested the run: its provisional report is read again automatically."""
    return any(asked.schedule for asked in requests.of_run(c, run))


def final_message(entry: Run, askers: list[Requester], *, exposure: Exposure) -> Message:
    """The final message when there is no report, as far as the channel may see it."""
    if entry.stopped_by:
        return cancelled(entry.order, askers[0], entry.stopped_by, run=entry.run)
    failure = redact_failure(entry.failure or NO_RESULT, exposure)
    if entry.rereads:
        title = "Not read again, the earlier report stands"
        return failed(entry.order, askers[0], failure, run=entry.run, title=title)
    return failed(entry.order, askers[0], failure, run=entry.run)


def end_reply(entry: Run, askers: list[Requester], *, exposure: Exposure, late: bool) -> Message | None:
    """The reply to the requesters when there is no report; None for those who canceled it."""
    if entry.stopped_by:
        others = [asker for asker in askers if asker.user != entry.stopped_by]
        return report_cancelled(entry.order, others, entry.stopped_by) if others else None
    failure = redact_failure(entry.failure or NO_RESULT, exposure)
    return report_failed(entry.order, askers, failure, late=late, again=bool(entry.rereads))


def requester(asked: StoredRequest) -> Requester:
    """The requester, as messages name them."""
    late = asked.due if asked.due and asked.at - asked.due > PUNCTUAL else None
    return Requester(asked.place.asker, asked.schedule, late)
