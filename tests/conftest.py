"""Databases for the tests of every folder."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import Phase, is_hypothesis_test, settings
from sqlalchemy import text

from bot.store import tables
from bot.store.database import Store, connect
from bot.store.migrate import migrate
from tests.entries import NOON
from tests.postgres import Postgres, served

settings.register_profile(
    "mutants",  # for `make mutants`: the same each time, and no search for the smallest example
    deadline=None,
    max_examples=60,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
UNMEASURED = [Path(__file__).with_name(name) for name in ("sandbox", "bench", "fuzz")]
"""Tests of what is not counted, and tests that try what others have gone through already."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Thousands of random inputs are not counted for coverage, which would take longer than the trying itself."""
    for item in items:
        known = any(folder in item.path.parents for folder in UNMEASURED)
        if known or is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("no_cover")


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
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the bot's empty tables, for copies: making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "bot.sqlite"
    with made(f"sqlite:///{path}"):
        return path


@pytest.fixture
def sqlite_store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    path = shutil.copy(migrated, tmp_path / "bot.sqlite")
    store = connect(f"sqlite:///{path}")
    yield store
    store.engine.dispose()


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
