"""A database that is busy or away: a request is accepted in time or refused in words, and a run waits."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.faults.world import QUICK, World
from tests.postgres import Postgres, served
from tests.until import PATIENCE

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
AWAY = pytest.mark.parametrize("database", ["away"], indirect=True)


@contextmanager
def locked(world: World, seconds: float) -> Iterator[None]:
    """Another process writes to the SQLite file, for that long from now on."""
    begun = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(world.folder / "bot.sqlite", isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            begun.set()
            threading.Event().wait(seconds)
            other.execute("ROLLBACK")

    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(PATIENCE)
    yield
    holder.join()


@SQLITE
@pytest.mark.parametrize(
    "seconds",
    [pytest.param(s, marks=[] if s == 6.0 else [pytest.mark.faults]) for s in (0.5, 1.0, 1.9, 2.3, 6.0)],
)
def test_a_request_to_a_locked_database_is_accepted_in_time_or_refused_in_words(seconds: float, world: World) -> None:
    with world.bot():
        with locked(world, seconds):
            delivery = world.ask()
        said = delivery.shown.text if delivery.shown else ""
        assert delivery.acked, f"not acknowledged within 3 s: {said}; {world.told()}"
        if "on its way" in said:
            [run] = world.wait_over()
            world.check_one_report(run)
        else:
            assert "database is unavailable" in said
            assert world.runs() == []


@SQLITE
@pytest.mark.faults
@pytest.mark.parametrize("act", ["/events/filter", "/upload"])
def test_a_run_rides_out_a_database_that_is_locked_for_seconds(act: str, world: World) -> None:
    with world.bot():
        world.gate.count(hold=act)
        world.ask()
        assert world.gate.wait_held(PATIENCE)
        with locked(world, 6):
            world.gate.open()
        [run] = world.wait_over()
        world.check_one_report(run)


@pytest.fixture
def own() -> Iterator[Postgres]:
    """A server that only this test uses, and may stop."""
    with served() as server:
        yield server


@pytest.fixture
def away(own: Postgres) -> Iterator[str]:
    with own.fresh() as url:
        yield url


def restart(own: Postgres, seconds: float) -> None:
    own.server.stop()
    threading.Event().wait(seconds)
    own.server.ensure_postgres_running()


@AWAY
@pytest.mark.faults
@pytest.mark.parametrize("act", ["/events/filter", "/upload", "chat.update"])
def test_a_run_rides_out_a_postgresql_that_is_stopped_and_started_again(act: str, world: World, own: Postgres) -> None:
    with world.bot():
        world.gate.count(hold=act)
        world.ask()
        assert world.gate.wait_held(PATIENCE)
        own.server.stop()
        world.gate.open()
        threading.Event().wait(3)
        own.server.ensure_postgres_running()
        [run] = world.wait_over()
        world.check_one_report(run)
        world.ask("2024-12")
        _, run = world.wait_over(2)
        world.check_one_report(run)


@AWAY
@pytest.mark.faults
def test_replicas_outlive_a_postgresql_that_is_away_for_longer_than_a_replica_may_be_silent(
    world: World, own: Postgres
) -> None:
    quick = QUICK | {"FAULTS_SETTLE": "2"}  # they find their way back at different moments
    with world.bot("one", **quick) as one, world.bot("two", **quick) as two:
        world.gate.count(hold="/events/filter")
        world.ask()
        assert world.gate.wait_held(PATIENCE)
        restart(own, 5)
        world.gate.open()
        [run] = world.wait_over()
        world.check_one_report(run)
        assert (one.poll(), two.poll()) == (None, None), world.told()


@AWAY
@pytest.mark.faults
def test_a_command_while_postgresql_is_away_is_refused_in_words_in_time(world: World, own: Postgres) -> None:
    with world.bot():
        own.server.stop()
        delivery = world.ask()
        own.server.ensure_postgres_running()
        assert delivery.acked
        assert delivery.shown
        assert "database is unavailable" in delivery.shown.text
        world.ask()
        [run] = world.wait_over()
        world.check_one_report(run)
