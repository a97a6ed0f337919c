"""A schedule's month stays due until it is made: what came of a try, and when the next one is."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.store import rereads, schedules
from handlers.schedule import Schedule
from reporting import errors
from reporting.errors import BeyondRetention, Stopped
from reporting.report import Failure
from reporting.run import Entry, Origin

log = structlog.get_logger()
FIRST = timedelta(minutes=5)
"""Until the second try; each pause is twice as long as the one before, up to :data:`schedules.LONGEST`."""
REREADS = 60
"""Tries to read a month again, about two weeks of them."""
IN_VAIN = {
    kind.__name__
    for kind in (
        errors.ChannelClosed,
        errors.NotAllowed,
        errors.AccountDeactivated,
        errors.KeyRejected,
        errors.KeyTooWeak,
        errors.FolderMissing,
        errors.FolderForbidden,
        errors.AuditNotInPlan,
        errors.AuditClosed,
        errors.PortalTooOld,
        errors.UnknownZone,
        errors.UnknownPerson,
        errors.AmbiguousPerson,
        errors.UnknownRoom,
        errors.AmbiguousRoom,
        errors.NotARoom,
        errors.KeepsDying,
    )
}
"""Failures that trying again cannot cure: rights, the folder, the channel, what the filter names. They pause it."""


def pause_after(tries: int) -> timedelta:
    """How long a month waits that was tried in vain so often."""
    return min(FIRST * (1 << min(tries - 1, 10)), schedules.LONGEST)


def is_over(failure: Failure, entry: Entry) -> bool:
    """Whether nothing is left to try: the portal has deleted the month, or somebody has cancelled this very run."""
    if failure.kind == Stopped.__name__:
        return entry.origin in {Origin.SCHEDULE, Origin.REREAD}
    return failure.kind == BeyondRetention.__name__


def settle(c: Connection, entry: Entry, failure: Failure | None, *, now: datetime) -> None:
    """Write down what a run came to for the schedules whose month it makes; a second time changes nothing."""
    for schedule in schedules.made_by(c, entry.run):
        settle_one(c, schedule, entry, failure, now=now)
    if entry.rereads and failure and failure.kind not in IN_VAIN and not is_over(failure, entry):
        tries = rereads.tries(c, entry.rereads) + 1
        if tries < REREADS and rereads.planned(c, entry.rereads) is None:
            rereads.put_off(c, entry.rereads, now + pause_after(tries))


def settle_one(c: Connection, schedule: Schedule, entry: Entry, failure: Failure | None, *, now: datetime) -> None:
    """The same for one of them."""
    if schedule.reports != entry.order.month:
        schedules.give_back(c, schedule)  # somebody has resumed it with a later month meanwhile
    elif failure is None or is_over(failure, entry):
        schedules.advance(c, schedule, schedule.next.plus(1))
    elif failure.kind in IN_VAIN:
        schedules.stop(c, schedule, entry.run, f"{failure.message} {failure.hint}".strip())
        log.warning("schedule paused", schedule=schedule.number, reason=failure.message)
    else:
        again = now + pause_after(schedule.tries + 1)
        schedules.put_off(c, schedule, entry.run, failure.message, again=again, now=now)
        log.warning("put off", schedule=schedule.number, month=str(schedule.reports), reason=failure.message)
