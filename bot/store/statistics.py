"""What can be counted of everything that was ever asked for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.tables import schedules
from handlers.schedule import ScheduleStatus
from reporting.evidence.ledger import runs
from reporting.run import ENDED, State


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of all replicas together."""

    ended: Mapping[tuple[str, str], int]
    """Runs that are over, by state and verdict (empty: no report)."""
    read: int
    kept: int
    seconds: tuple[float, ...]
    """That each run took which is over."""
    waiting: int
    at_work: int
    late: float
    """Seconds that the schedule is overdue which waits longest."""


def gather_statistics(c: Connection, *, now: datetime) -> Statistics:
    """Everything at once; some 100 bytes of memory for each run."""
    rows = c.execute(select(runs.c.state, runs.c.verdict, runs.c.read, runs.c.kept, runs.c.began, runs.c.ended)).all()
    over = [row for row in rows if row.state in ENDED]
    waiting = sum(row.state == State.QUEUED for row in rows)
    due = c.scalar(select(func.min(schedules.c.due)).where(schedules.c.standing == ScheduleStatus.ACTIVE))
    return Statistics(
        ended=Counter((row.state, row.verdict or "") for row in over),
        read=sum(row.read or 0 for row in over),
        kept=sum(row.kept or 0 for row in over),
        seconds=tuple((row.ended - row.began).total_seconds() for row in over if row.began and row.ended),
        waiting=waiting,
        at_work=len(rows) - len(over) - waiting,
        late=max(0.0, (now - due).total_seconds()) if due else 0.0,
    )
