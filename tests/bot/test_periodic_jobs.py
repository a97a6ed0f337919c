"""Jobs go on by the monotonic clock, whatever becomes of the wall clock."""

import threading
import tracemalloc
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count

import pytest
from apscheduler.schedulers import base

from bot import periodic_jobs as module
from bot.periodic_jobs import GUARD, run_periodically
from tests.until import PATIENCE

OFTEN = 0.05
"""Seconds between two ticks."""


class Wall:
    """The wall clock, set by hand, in the place of the class ``datetime``."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self, zone: tzinfo = UTC) -> datetime:
        return datetime.now(zone) + self.ahead


class Ticks:
    """Counts, and is waited for."""

    def __init__(self) -> None:
        self._one, self.count = threading.Condition(), 0

    def __call__(self) -> None:
        with self._one:
            self.count += 1
            self._one.notify_all()

    def more(self, many: int) -> bool:
        with self._one:
            wanted = self.count + many
            return self._one.wait_for(lambda: self.count >= wanted, PATIENCE)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    wall = Wall()
    monkeypatch.setattr(base, "datetime", wall)
    monkeypatch.setattr(module, "datetime", wall)
    return wall


@pytest.mark.parametrize("days", [-1 / 24, -1, -400, 400])
def test_ticks_go_on_at_once_whichever_way_the_wall_clock_is_set(days: float, wall: Wall) -> None:
    ticks = Ticks()
    with run_periodically([(ticks, OFTEN)]):
        assert ticks.more(2)
        wall.ahead += timedelta(days=days)
        assert ticks.more(3)


def test_a_clock_that_was_years_behind_at_the_start_makes_no_list_of_missed_ticks(wall: Wall) -> None:
    ticks = Ticks()
    wall.ahead = timedelta(days=-20_000)
    with run_periodically([(ticks, OFTEN)]):
        assert ticks.more(1)
        tracemalloc.start()
        wall.ahead = timedelta()
        assert ticks.more(5)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        counted = ticks.count
    assert most < 2 << 20
    assert counted < 100


def test_a_job_that_hangs_holds_up_no_other_and_is_not_begun_twice() -> None:
    hanging, begun, ticks = threading.Event(), count(), Ticks()

    def hang() -> None:
        next(begun)
        hanging.wait(PATIENCE)

    with run_periodically([(hang, OFTEN), (ticks, OFTEN)]):
        assert ticks.more(5)
        assert next(begun) == 1
        hanging.set()


def test_a_clock_that_stands_still_stops_nothing(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run is never further away than its interval, so no job is hastened that is in time."""
    hastened = []
    monkeypatch.setattr(module.log, "warning", lambda *said, **_: hastened.append(said))
    ticks = Ticks()
    with run_periodically([(ticks, OFTEN)]):
        assert ticks.more(int(2 * GUARD / OFTEN))
    assert hastened == []
