"""Databases for the tests of every folder."""

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import Phase, is_hypothesis_test, settings
from sqlalchemy import text

from bot.store import tables
from bot.store.database import Store, connect
from bot.store.migration import migrate
from tests.entries import NOON
from tests.postgres import Postgres, served

UNMEASURED = [Path(__file__).with_name(name) for name in ("sandbox", "bench", "fuzz")]
"""Tests of what is not counted, and tests that try what others have gone through already."""
OUTSIDE = [Path(__file__).parent / name for name in ("bench", "faults", "packaging", "sandbox/page")]
"""Tests with processes of their own."""
STARTED = frozenset({"bot", "world", "written", "postgres"})
"""Fixtures that start a bot, or what it runs on."""
SLOW = [
    "bot/demo",
    "bot/schedules/test_ticker.py",
    "bot/test_hosting.py",
    "bot/workflows/test_engine.py",
    *(f"bot/terminal/test_{name}.py" for name in ("bundle", "evidence", "terminal", "usage", "verify")),
    "reporting/test_completeness.py",
    "reporting/document/test_chart.py",
    "reporting/evidence/test_chain.py",
    *(f"reporting/docspace/audit/test_{name}.py" for name in ("faults_while_reading", "seek", "signins")),
    *(f"reporting/docspace/files/test_{name}.py" for name in ("chunked_upload", "filed_once")),
]
"""Modules that go through whole months, or start a process for each command: not for the inner loop."""

settings.register_profile("here", deadline=None, max_examples=40)
settings.register_profile("ci", deadline=None, max_examples=40, derandomize=True)
settings.register_profile(
    "mutants",  # for `make mutants`: the same each time, and no search for the smallest example
    deadline=None,
    max_examples=60,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("ci" if "CI" in os.environ else "here")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts a bot, and what is not counted for coverage.

    Counting costs half as much again as what is counted: thousands of random inputs go without it.
    """
    slow = {Path(__file__).parent / name for name in SLOW}
    for item in items:
        if slow & {item.path, *item.path.parents}:
            item.add_marker("slow")
        names = {*getattr(item, "fixturenames", ()), *started_by(item)}
        starts = not STARTED.isdisjoint(names)
        if starts or any(folder in item.path.parents for folder in OUTSIDE):
            item.add_marker("process")
        known = any(folder in item.path.parents for folder in UNMEASURED)
        if known or is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("no_cover")


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not among what was imported: that takes a seventh of the processor's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def started_by(item: pytest.Item) -> set[str]:
    """What a case wants by the name of a database."""
    call = getattr(item, "callspec", None)
    return {"postgres"} if call and "postgresql" in call.params.values() else set()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for each worker; it starts when the first test wants it."""
    with served() as server:
        yield server


@pytest.fixture
def postgresql(postgres: Postgres) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with postgres.fresh() as url:
        yield url


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The address of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'bot.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, once of each kind."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture(scope="session")
def kept_store(postgres: Postgres) -> Iterator[Store]:
    """A PostgreSQL database with the bot's tables, which a test leaves empty: making one takes a while."""
    with postgres.fresh() as url, made(url) as store:
        yield store


@pytest.fixture
def postgresql_store(kept_store: Store) -> Iterator[Store]:
    yield kept_store
    names = ", ".join(table.name for table in tables.requests.metadata.sorted_tables)
    with kept_store.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names}"))  # the ledger lets nothing be deleted


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the bot's empty tables, to be copied: making them takes longer than most tests."""
    file = tmp_path_factory.mktemp("template") / "bot.sqlite"
    with made(f"sqlite:///{file}"):
        pass
    return file  # its last connection is closed, so that nothing of it is left in a journal beside it


@pytest.fixture
def sqlite_store(sqlite: str, template: Path) -> Iterator[Store]:
    store = connect(sqlite)
    shutil.copy(template, str(store.file))
    yield store
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """A database with the bot's empty tables in it, once of each kind."""
    store: Store = request.getfixturevalue(f"{request.param}_store")
    return store


@contextmanager
def made(url: str) -> Iterator[Store]:
    store = connect(url)
    try:
        migrate(store, now=lambda: NOON)
        yield store
    finally:
        store.engine.dispose()
