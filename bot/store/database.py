"""The database: a SQLite file for one machine, PostgreSQL for several replicas."""

import fcntl
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
import stamina
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, ProgrammingError, SQLAlchemyError

from reporting.errors import AlreadyRunning, DatabaseTrouble, WrongSettings

T = TypeVar("T")
BUSY = 2.0
"""Seconds that a transaction waits for another one; SQLite has one writer at a time."""
PATIENCE = 600.0
"""Seconds that a run waits for a database that is away."""
ALONE = 4_711_2025
"""Number of PostgreSQL's advisory lock for what only one replica may do at a time."""


@dataclass(frozen=True, slots=True)
class Store:
    """Transactions on the database. All that happens in one is written, or nothing."""

    engine: sa.Engine
    patience: float = 0.0
    """Seconds that a failing transaction is repeated for."""

    def patient(self) -> "Store":
        """The same for a run, which can wait."""
        return Store(self.engine, PATIENCE)

    @property
    def file(self) -> Path | None:
        """Of SQLite."""
        return Path(str(self.engine.url.database)) if self.engine.dialect.name == "sqlite" else None

    def write(self, act: Callable[[sa.Connection], T]) -> T:
        """What *act* gives; it may be called again after a collision with another transaction.

        Raises:
            DatabaseTrouble: nothing was written.
        """
        for attempt in stamina.retry_context(
            on=passing, attempts=None if self.patience else 3, timeout=self.patience or BUSY, wait_initial=0.01
        ):
            with attempt, understood(), self.engine.begin() as connection:
                found = act(connection)
        return found

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether nobody else is in this context now, on any replica; with SQLite there is nobody else."""
        if self.file:
            yield True
            return
        with understood(), self.engine.begin() as connection:
            yield bool(connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(ALONE))))


def connect(url: str) -> Store:
    """The database at *url*.

    Raises:
        WrongSettings: that is no address of a database.
    """
    try:
        address = sa.make_url(url)
        if address.get_backend_name() == "postgresql":
            return Store(sa.create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True))
        if address.get_backend_name() != "sqlite" or not address.database:
            raise WrongSettings(problems="DATABASE_URL: must begin with postgresql:// or sqlite:///")
        engine = sa.create_engine(address, connect_args={"timeout": BUSY})
    except (ArgumentError, NoSuchModuleError):
        raise WrongSettings(problems="DATABASE_URL is not the address of a database") from None
    sa.event.listen(engine, "connect", prepare)
    sa.event.listen(engine, "begin", begin)
    return Store(engine)


def prepare(connection: sqlite3.Connection, _record: object) -> None:
    """One writer at a time, readers beside it, and what was committed survives a loss of power."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def passing(error: Exception) -> bool:
    """Whether the same transaction may succeed later."""
    return isinstance(error, DatabaseTrouble) and not isinstance(error.__cause__, ProgrammingError)


@contextmanager
def understood() -> Iterator[None]:
    """The database's errors in our words.

    Raises:
        DatabaseTrouble
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason = " ".join(str(cause).split())[:200]
        raise DatabaseTrouble(reason=reason) from error


@contextmanager
def only_one(store: Store) -> Iterator[None]:
    """Make sure that no other bot works with the same SQLite file, until the context is left or the process dies.

    Raises:
        AlreadyRunning: one does.
    """
    if store.file is None:
        yield
        return
    with store.file.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(path=store.file) from error
        yield
