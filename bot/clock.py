"""What happens by itself: the clock ticks, the tables say what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
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
LATE = 60.0
"""Seconds by which a tick may be late."""


class Beats(Protocol):
    """When something was done last, by a clock that only ever grows."""

    @property
    def age(self) -> float: ...
    def beat(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Ticks:
    """Ticks, each of which is written down, and those that are late."""

    tick: Callable[[], None]
    done: Beats

    def __call__(self) -> None:
        self.watch()  # a machine that slept, or a process that was frozen
        self.tick()
        self.done.beat()

    def watch(self) -> None:
        """Log that a tick is late, if one is: it hangs, or its thread is gone."""
        if self.done.age > TICK + LATE:
            log.error("tick late", seconds=round(self.done.age - TICK))


def tick(store: Store, *, zone: str, now: Callable[[], datetime | None]) -> None:
    """Ask for every report whose moment has come; nobody has to remember anything between two ticks.

    *now* says how far schedules may go; nothing is done while it does not.
    """
    moment = now()
    if moment is None:
        return
    try:
        while store.write(lambda c: make_due(c, zone=zone, now=moment)) == AT_A_TIME:
            pass
        store.write(lambda c: reread_settled(c, now=moment))
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
