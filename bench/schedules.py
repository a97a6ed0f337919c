"""How long a tick of the clock takes, and the start, with ten thousand schedules."""

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import structlog

from bot.docspace.clients import now
from bot.schedules.ticker import tick
from bot.store import schedules
from bot.store.database import Store, connect
from bot.store.migration import migrate
from handlers.recurrence import Rule
from handlers.schedule import Plan
from reporting.filters import ALL_EVENTS

MANY, FEW = 10_000, 100
"""Schedules there are, and schedules that are due."""
ROUNDS = 50
BEGIN = datetime(2026, 1, 15, tzinfo=UTC)
LATER = BEGIN + timedelta(days=3)
"""When the few are due, and before the others."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds."""

    start: float
    """Opening the database, checking its tables, and the first tick."""
    none_due: float
    """A tick with nothing to do; the median."""
    few_due: float
    """A tick that asks for a hundred reports."""


def measured() -> Measured:
    """Each figure with ten thousand schedules in a SQLite file."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with filled() as path:
        began = time.perf_counter()
        store = opened(path)
        tick(store, zone="", now=lambda: BEGIN)
        start = time.perf_counter() - began
        rounds = sorted(timed(store, BEGIN) for _ in range(ROUNDS))
        few = timed(store, LATER)
        store.engine.dispose()
    return Measured(start * 1000, rounds[ROUNDS // 2] * 1000, few * 1000)


def timed(store: Store, moment: datetime) -> float:
    """Seconds."""
    began = time.perf_counter()
    tick(store, zone="", now=lambda: moment)
    return time.perf_counter() - began


@contextmanager
def filled() -> Iterator[Path]:
    """A database with the schedules in it."""
    with tempfile.TemporaryDirectory(prefix="compliance-bench-") as folder:
        path = Path(folder) / "bot.sqlite"
        store = opened(path)
        early, late = Plan(Rule("17", clock(9), "UTC"), ALL_EVENTS), Plan(Rule("last", clock(9), "UTC"), ALL_EVENTS)
        with store.engine.begin() as connection:
            for number in range(MANY):
                plan = early if number < FEW else late
                schedules.save(connection, plan, key=str(number), channel=f"C{number}", maker="U1", now=BEGIN)
        store.engine.dispose()
        yield path


def opened(path: Path) -> Store:
    store = connect(f"sqlite:///{path}")
    migrate(store, now=now)
    return store


def lines(found: Measured) -> list[str]:
    """What was measured, as a table."""
    return [
        f"| the clock, {MANY:,} schedules | ms |",
        "|---|---:|",
        f"| start: open, check the tables, first tick | {found.start:.1f} |",
        f"| a tick, none due (median of {ROUNDS}) | {found.none_due:.2f} |",
        f"| a tick, {FEW} due: {FEW} requests written down | {found.few_due:.1f} |",
    ]
