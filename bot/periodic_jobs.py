"""Jobs that are done again and again, whatever happens to the wall clock."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

log = structlog.get_logger()
GUARD = 1.0
"""Seconds between two looks whether the scheduler sleeps too long."""


class Interval(BaseTrigger):  # type: ignore[misc]
    """So many seconds from now on; what was missed is never made up for.

    APScheduler's own interval counts on from the run before: after a jump of years it would put every missed run on a
    list before it drops all but one (395 MB for some years of ten-second ticks).
    """

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + timedelta(seconds=self.seconds)


@contextmanager
def run_periodically(jobs: Sequence[tuple[Callable[[], None], float]]) -> Iterator[None]:
    """Do each of the jobs at once and then again and again, after so many seconds, until the context is left.

    A job is never done twice at a time, and one that takes long holds up none of the others. After a pause of the
    machine a job is done once, and at once.

    The seconds are those of the monotonic clock. APScheduler sleeps by that one, but reckons by the wall clock for how
    long: once that was set back, it would sleep off the difference. So a thread looks each second whether a job's next
    run is further away than its interval, which only a clock that was set back explains, and has it done at once.
    """
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(len(jobs))})
    for job, seconds in jobs:
        scheduler.add_job(
            job, Interval(seconds), next_run_time=datetime.now(UTC), coalesce=True, misfire_grace_time=None
        )
    ended = threading.Event()

    def guard() -> None:
        while not ended.wait(GUARD):
            run_overdue(scheduler, datetime.now(UTC))

    thread = threading.Thread(target=guard, name="guard of the clock", daemon=True)
    scheduler.start()
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        scheduler.shutdown(wait=False)


def run_overdue(scheduler: BackgroundScheduler, now: datetime) -> None:
    """Have every job done *now* whose next run is further away than its interval."""
    for job in scheduler.get_jobs():
        early = (job.next_run_time - now).total_seconds() - job.trigger.seconds
        if early > GUARD:
            log.warning("wall clock set back", seconds=round(early))
            job.modify(next_run_time=now)
