"""What happens by itself: the clock ticks, the tables say what is due."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection

from bot.store import requests, rereads, schedules
from bot.store.database import Store
from handlers.desk import Place, Request
from handlers.planned import Schedule
from reporting.entry import Origin
from reporting.errors import DatabaseTrouble
from reporting.evidence import ledger
from reporting.period import Month
from reporting.report import Order

log = structlog.get_logger()
TICK, HOUR = 10, 3_600
"""Seconds between two looks at the tables, and at what is not urgent."""
AT_A_TIME = 100
"""Schedules that one transaction sees to."""


@contextmanager
def ticking(jobs: Sequence[tuple[Callable[[], None], int]]) -> Iterator[None]:
    """Do each of the jobs at once and then again and again, after so many seconds, until the context is left.

    After a pause of the machine a job is done once, and at once.
    """
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(len(jobs))})
    for job, seconds in jobs:
        scheduler.add_job(
            job, "interval", seconds=seconds, next_run_time=datetime.now(UTC), coalesce=True, misfire_grace_time=None
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def tick(store: Store, *, zone: str, now: Callable[[], datetime]) -> None:
    """Ask for every report whose moment has come; nobody has to remember anything between two ticks."""
    try:
        while store.write(lambda c: make_due(c, zone=zone, now=now())) == AT_A_TIME:
            pass
        store.write(lambda c: reread_settled(c, now=now()))
    except DatabaseTrouble as error:
        log.warning("the clock could not look", reason=str(error))


def make_due(c: Connection, *, zone: str, now: datetime) -> int:
    """Write down a request for every month that is due, oldest first; how many schedules were due.

    The request and the schedule's next month are written in one transaction: none is asked for twice, none is left out.
    """
    found = schedules.due(c, now, most=AT_A_TIME)
    for schedule in found:
        month = schedule.next
        while schedule.plan.rule.due(month) <= now:
            key, due = f"schedule {schedule.number} {month}", schedule.plan.rule.due(month)
            requests.write_down(c, wish(schedule, month, zone=zone, key=key, due=due), now=now)
            log.info("due", schedule=schedule.number, month=str(month.plus(-1)))
            month = month.plus(1)
        schedules.advance(c, schedule, month)
    return len(found)


def wish(schedule: Schedule, month: Month, *, zone: str, key: str, due: datetime | None = None) -> Request:
    """The request of a schedule in *month*: a report of the month before."""
    order = Order(month.plus(-1), zone, schedule.plan.only)
    return Request(order, Place(schedule.channel, schedule.maker), key, Origin.SCHEDULE, schedule.number, due)


def reread_settled(c: Connection, *, now: datetime) -> None:
    """Write down a request for every report whose month has settled since it was made."""
    for run in rereads.due(c, now, most=AT_A_TIME):
        before = ledger.entry(c, run)
        if before is None or ledger.joinable(c, before.order):
            continue  # somebody is making it at this moment; the next tick will see
        place, key = Place(before.place, before.asker), f"reread {run}"
        requests.write_down(c, Request(before.order, place, key, Origin.REREAD, rereads=run), now=now)
        rereads.done(c, run)
