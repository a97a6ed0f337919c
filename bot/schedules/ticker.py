"""The clock of schedules: each tick requests what the tables say is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import Connection

from bot.errors import DatabaseTrouble
from bot.store import posts, requests, rereads, schedules
from bot.store.database import Store
from handlers.desk import Request, RequestContext
from handlers.schedule import Schedule
from reporting.evidence import ledger
from reporting.period import Month
from reporting.report import Order
from reporting.run import ENDED, Origin

log = structlog.get_logger()
TICK, HOUR = 10, 3_600
"""Seconds between two ticks, and between two rounds of what is not urgent."""
AT_A_TIME = 100
"""Schedules handled in one transaction."""
MINIMUM_WAIT = timedelta(minutes=1)
"""How long a schedule waits for another run before it checks again."""
LATE = 60.0
"""Seconds by which a tick may be late."""


class Heartbeat(Protocol):
    """When something was last done, by a monotonic clock."""

    @property
    def age(self) -> float: ...
    def beat(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Ticks:
    """Runs ticks, notes each one, and notices late ones."""

    tick: Callable[[], None]
    done: Heartbeat

    def __call__(self) -> None:
        self.watch()  # a machine that slept, or a process that was frozen
        self.tick()
        self.done.beat()

    def watch(self) -> None:
        """Log a late tick: it hangs, or its thread is gone."""
        if self.done.age > TICK + LATE:
            log.error("tick late", seconds=round(self.done.age - TICK))


def tick(store: Store, *, zone: str, now: Callable[[], datetime | None]) -> None:
    """Request every report that is due; nothing is remembered between two ticks.

    *now* is the time up to which schedules may run; while it is unknown, nothing is done.
    """
    moment = now()
    if moment is None:
        return
    try:
        while store.write(request_due_months, zone=zone, now=moment) == AT_A_TIME:
            pass
        store.write(request_rereads, now=moment)
    except DatabaseTrouble as error:
        log.warning("tick failed", reason=str(error))


def request_due_months(c: Connection, *, zone: str, now: datetime) -> int:
    """Save a request for every due month; return how many schedules were due.

    A schedule requests one month at a time, the oldest. Request and schedule are written in one
    transaction, so that none is requested twice. The month stays due until it is made (:mod:`bot.schedules.due`),
    so that none is missed.
    """
    found = schedules.due(c, now, most=AT_A_TIME)
    for schedule in found:
        request_month(c, schedule, zone=zone, now=now)
    return len(found)


def request_month(c: Connection, schedule: Schedule, *, zone: str, now: datetime) -> None:
    """Save the request for the due month; the message of an earlier attempt is reused."""
    month = schedule.next
    key = f"schedule {schedule.number} {month}" + (f" try {schedule.tries}" if schedule.tries else "")
    request = due_request(schedule, month, zone=zone, key=key, due=schedule.due)
    if must_wait(c, schedule, request.order):
        schedules.wait(c, schedule.number, now + MINIMUM_WAIT)
        return
    run = requests.save(c, request, now=now)
    schedules.begin(c, schedule.number, run)
    if schedule.waits:
        posts.hand_on(c, schedule.waits, run, schedule.channel)
    log.info("schedule due", schedule=schedule.number, month=str(schedule.reports), tries=schedule.tries)


def must_wait(c: Connection, schedule: Schedule, order: Order) -> bool:
    """Whether the message of the previous attempt would be left behind.

    That attempt is not posted yet, or somebody requested the same in the channel, with its own message.
    """
    if not schedule.waits:
        return False
    if ledger.state(c, schedule.waits) not in ENDED:
        return True
    run, post = ledger.find_open_run(c, order), posts.find(c, schedule.waits, schedule.channel, posts.ANCHOR)
    there = run and post and posts.find(c, run, schedule.channel, posts.ANCHOR)
    return bool(there)


def due_request(schedule: Schedule, month: Month, *, zone: str, key: str, due: datetime | None = None) -> Request:
    """A schedule's request in *month*: a report for the month before."""
    order = Order(month.plus(-1), zone, schedule.plan.only)
    return Request(order, RequestContext(schedule.channel, schedule.maker), key, Origin.SCHEDULE, schedule.number, due)


def request_rereads(c: Connection, *, now: datetime) -> None:
    """Save a request for every provisional report whose month has settled."""
    for run in rereads.due(c, now, most=AT_A_TIME):
        before = ledger.find(c, run)
        if before is None or ledger.find_open_run(c, before.order):
            continue  # somebody is making it at this moment; the next tick will see
        tries = rereads.tries(c, run)
        place, key = RequestContext(before.place, before.asker), f"reread {run}" + (f" try {tries}" if tries else "")
        requests.save(c, Request(before.order, place, key, Origin.REREAD, rereads=run), now=now)
        rereads.done(c, run)
