"""What came of a run, as the ledger keeps it and as people read it."""

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
"""How much after its moment a schedule may ask without being called late."""
NO_RESULT = Failure("Unexpected", "The run ended without a result.", "", transient=False)
TOO_LATE = {State.FILING: "being put into DocSpace", State.CANCELLED: "cancelled already"}
"""What is said of a run that cannot be cancelled any more; of all others, that it is done."""


def report_columns(made: FiledRun) -> dict[str, Any]:
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
        "manifest": ledger.encoded(made.filing.manifest) if made.filing.manifest else None,
        "outcome": json.dumps(pack(made)),
    }


def failure_columns(failure: Failure) -> dict[str, Any]:
    return {"failure": ledger.encoded(failure)}


def without_names(failure: Failure | None) -> Failure | None:
    """The failure as everybody may know it."""
    return redact_failure(failure, Exposure.COUNTS) if failure else None


def record_result(
    c: Connection, run: str, columns: dict[str, Any], failure: Failure | None, *, now: datetime
) -> ChannelsToTell:
    """Write the result down, for its schedules too; which channels are to be told.

    A run that was cancelled meanwhile is told as that once more, for a message about its progress may have been late.
    """
    ledger.record_result(c, run, columns, now=now)
    found = ledger.find(c, run)
    if found:
        due.record_attempt(c, found, without_names(failure), now=now)
    told = found is None or (found.state in ENDED and not found.stopped_by)
    return ChannelsToTell() if told else ChannelsToTell(tuple(channels(c, run)))


def refuse(c: Connection, request: StoredRequest, failure: Failure, *, now: datetime) -> bool:
    """Turn a request down; whether its run is over with it, since nobody else wants it.

    What was asked for by somebody who may not is no run, and nothing of it comes into the ledger.
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
    """Write down that the run was cancelled; which channels are to be told.

    Raises:
        TooLateToCancel: it is being filed, or has come to its end.
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
    """Where the result is to be told: wherever a message stands for the run, or somebody waits for one.

    Of a month that was read again: wherever the report before was told.
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
    """The run whose report that run's messages show: of a month that was read again with nothing new, the later one."""
    again, made = ledger.find_reread(c, run), result_of(c, run)
    later = result_of(c, again.run) if again else None
    if again and made and later and made.draft.records == later.draft.records:
        return again
    return ledger.get(c, run)


def supersedes(c: Connection, run: str, made: FiledRun) -> str:
    """The run whose report this one takes the place of; empty if there is none, or nothing has changed."""
    if made.filing.unchanged:
        return ""
    before = ledger.newest_filed(c, portal=made.draft.scope.portal, name=made.draft.scope.name)
    return next((entry.run for entry in before if entry.run != run), "")


def last_state(entry: Run, trouble: Failure | None) -> State:
    """How a run ends whose result is written down and told, but for that trouble."""
    if not entry.files:
        return State.CANCELLED if entry.stopped_by else State.FAILED
    twin = any(file.change is Change.TWIN for file in entry.files)
    return State.WARNED if trouble or twin else State.DONE


def published_report(c: Connection, entry: Run, made: FiledRun, *, settle: timedelta, reader: str) -> Published:
    """The report of a run with what stands beside it, for that person, or for everybody with an empty *reader*."""
    made = made if is_earlier_known(c, entry, made, reader) else first_known(made)
    told = made.changes, reviews.current_reviews(c, entry.run)
    settles = settled_at(made, settle) if entry.verdict is Verdict.PROVISIONAL and not entry.rereads else None
    again = is_scheduled(c, entry.run) or rereads.planned(c, entry.run) is not None
    return Published(entry.run, made.draft, made.filing, entry.link, *told, settles, is_reread=again)


def is_earlier_known(c: Connection, entry: Run, made: FiledRun, reader: str) -> bool:
    """Whether the reader may know of an earlier report of the same name, if there is any."""
    scope = made.draft.scope
    there = [one for one in ledger.newest_filed(c, portal=scope.portal, name=scope.name) if one.run != entry.run]
    before = [one for one in there if ledger.chain_position(one) < ledger.chain_position(entry) or not entry.link]
    return not before or any(requests.known_run(c, one.run, reader) for one in before)


def first_known(made: FiledRun) -> FiledRun:
    """The report as if it were the first: the ones before were made for others alone.

    That events have vanished since is told all the same: nobody may overlook that.
    """
    alarming = made.changes if made.changes and made.changes.vanished else None
    same = Change.UNCHANGED
    files = tuple(replace(one, change=Change.NEW) if one.change is same else one for one in made.filing.files)
    return replace(made, changes=alarming, not_compared="", filing=replace(made.filing, files=files))


def settled_at(made: FiledRun, settle: timedelta) -> datetime:
    """When the month of a report will have settled."""
    return made.draft.scope.window.end + settle


def is_scheduled(c: Connection, run: str) -> bool:
    """Whether a schedule asked for the run, whose provisional report is read again by itself."""
    return any(asked.schedule for asked in requests.of_run(c, run))


def final_message(entry: Run, askers: list[Requester], *, exposure: Exposure) -> Message:
    """What a channel reads where there is no report, and those asked, as far as it may see."""
    if entry.stopped_by:
        return cancelled(entry.order, askers[0], entry.stopped_by, run=entry.run)
    failure = redact_failure(entry.failure or NO_RESULT, exposure)
    if entry.rereads:
        title = "Not read again, the earlier report stands"
        return failed(entry.order, askers[0], failure, run=entry.run, title=title)
    return failed(entry.order, askers[0], failure, run=entry.run)


def end_reply(entry: Run, askers: list[Requester], *, exposure: Exposure, late: bool) -> Message | None:
    """The reply for those who asked where there is no report; nothing for who cancelled it themselves."""
    if entry.stopped_by:
        others = [asker for asker in askers if asker.user != entry.stopped_by]
        return report_cancelled(entry.order, others, entry.stopped_by) if others else None
    failure = redact_failure(entry.failure or NO_RESULT, exposure)
    return report_failed(entry.order, askers, failure, late=late, again=bool(entry.rereads))


def requester(asked: StoredRequest) -> Requester:
    """Who wants it, as people are told."""
    late = asked.due if asked.due and asked.at - asked.due > PUNCTUAL else None
    return Requester(asked.place.asker, asked.schedule, late)
