"""Retries: a schedule's month stays due until its report is made."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.errors import KeepsDying
from bot.store import rereads, schedules
from handlers.errors import AccountDeactivated, NotAllowed
from handlers.schedule import Schedule
from handlers.slack.errors import ChannelClosed
from reporting.errors.base import Stopped
from reporting.errors.filing import FolderForbidden, FolderMissing
from reporting.errors.portal import KeyRejected, KeyTooWeak, PortalTooOld
from reporting.errors.request import AmbiguousPerson, AmbiguousRoom, NotARoom, UnknownPerson, UnknownRoom, UnknownZone
from reporting.errors.trail import AuditClosed, AuditNotInPlan, BeyondRetention
from reporting.report import Failure
from reporting.run import Origin, Run

log = structlog.get_logger()
FIRST_RETRY = timedelta(minutes=5)
"""Until the second try; each pause is twice as long as the one before, up to :data:`schedules.LONGEST`."""
REREADS = 60
"""Attempts to read a month again: about two weeks of them."""
PAUSE_AFTER_TRIES = {
    kind.__name__
    for kind in (
        ChannelClosed,
        NotAllowed,
        AccountDeactivated,
        KeyRejected,
        KeyTooWeak,
        FolderMissing,
        FolderForbidden,
        AuditNotInPlan,
        AuditClosed,
        PortalTooOld,
        UnknownZone,
        UnknownPerson,
        AmbiguousPerson,
        UnknownRoom,
        AmbiguousRoom,
        NotARoom,
        KeepsDying,
    )
}
"""Failures that no retry can fix: rights, the folder, the channel, names in the filter. They pause the schedule."""


def retry_delay(tries: int) -> timedelta:
    """The pause after that many failed attempts."""
    return min(FIRST_RETRY * (1 << min(tries - 1, 10)), schedules.LONGEST)


def is_over(failure: Failure, entry: Run) -> bool:
    """Whether there is nothing to retry: the month is deleted from the portal, or this run was canceled."""
    if failure.kind == Stopped.__name__:
        return entry.origin in {Origin.SCHEDULE, Origin.REREAD}
    return failure.kind == BeyondRetention.__name__


def record_attempt(c: Connection, entry: Run, failure: Failure | None, *, now: datetime) -> None:
    """Record a run's result for the schedules waiting for it; repeating it changes nothing."""
    for schedule in schedules.made_by(c, entry.run):
        record_schedule_attempt(c, schedule, entry, failure, now=now)
    if entry.rereads and failure and failure.kind not in PAUSE_AFTER_TRIES and not is_over(failure, entry):
        tries = rereads.tries(c, entry.rereads) + 1
        if tries < REREADS and rereads.planned(c, entry.rereads) is None:
            rereads.postpone(c, entry.rereads, now + retry_delay(tries))


def record_schedule_attempt(
    c: Connection, schedule: Schedule, entry: Run, failure: Failure | None, *, now: datetime
) -> None:
    """The same for one of them."""
    if schedule.reports != entry.order.month:
        schedules.give_back(c, schedule)  # somebody has resumed it with a later month meanwhile
    elif failure is None or is_over(failure, entry):
        schedules.advance(c, schedule, schedule.next.plus(1))
    elif failure.kind in PAUSE_AFTER_TRIES:
        schedules.stop(c, schedule, entry.run, f"{failure.message} {failure.hint}".strip())
        log.warning("schedule paused", schedule=schedule.number, reason=failure.message)
    else:
        again = now + retry_delay(schedule.tries + 1)
        schedules.postpone(c, schedule, entry.run, failure.message, again=again, now=now)
        log.warning("retry scheduled", schedule=schedule.number, month=str(schedule.reports), reason=failure.message)
