"""Databases for the tests of every folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres, served


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
