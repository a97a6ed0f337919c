"""The database: a SQLite file for one machine, PostgreSQL for several replicas."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
import stamina
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import DatabaseDamaged, DatabaseTrouble
from bot.store.file_guard import Guard, lock_database
from reporting.errors.base import WrongSettings

P = ParamSpec("P")
T = TypeVar("T")
BUSY = 2.0
"""Seconds that a transaction waits for another one; SQLite has one writer at a time."""
PATIENCE = 600.0
"""Seconds that a run waits for a database that is away."""
PASSING = (OperationalError, InterfaceError, InternalError, IntegrityError, PoolTimeout)
"""After these the same transaction may succeed: the database was away, or somebody else was faster."""
FROZEN = 10
"""Seconds after which PostgreSQL takes its locks from a process that does nothing with them: it may be frozen, and the
others would wait for it."""
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
"""What SQLite says of a file that is not, or is no longer, a database."""
READS = "compliance_reads"
"""Execution option of a transaction that changes nothing."""
TAKING_OVER, REMINDING, ALERTING = 4_711_2025, 4_711_2027, 4_711_2028
"""Numbers of PostgreSQL's advisory locks for what only one replica may do at a time."""


@dataclass(frozen=True, slots=True)
class Store:
    """Transactions on the database. All that happens in one is written, or nothing."""

    engine: sa.Engine
    patience: float = 0.0
    """Seconds that a failing transaction is repeated for."""
    guard: Guard | None = None
    """Of the SQLite file that this process holds."""

    def retrying(self) -> "Store":
        """The same for a run, which can wait."""
        return replace(self, patience=PATIENCE)

    def check(self) -> None:
        """Raise DatabaseGone if nobody would ever read what is written now."""
        if self.guard:
            self.guard.check()

    def remember(self) -> None:
        """Note that there are tables now, so that no later start takes an empty database for the first one."""
        if self.guard:
            self.guard.remember()

    def rescue(self, now: datetime) -> Path | None:
        """A copy of what only this process can still read of a file that is gone, if one can be made."""
        return self.guard.rescue(now) if self.guard else None

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    @property
    def file(self) -> Path | None:
        """Of SQLite."""
        return Path(str(self.engine.url.database)) if self.engine.dialect.name == "sqlite" else None

    def write(self, act: Callable[Concatenate[sa.Connection, P], T], /, *args: P.args, **named: P.kwargs) -> T:
        """What *act* gives for a connection and those arguments; after a collision with another transaction, again.

        Raises:
            DatabaseGone: the file is not where it was.
            DatabaseTrouble: nothing was written.
        """
        return self._again(lambda connection: act(connection, *args, **named), self.engine)

    def read(self, act: Callable[Concatenate[sa.Connection, P], T], /, *args: P.args, **named: P.kwargs) -> T:
        """The same for what changes nothing: it waits for no writer, and sees what was written before it began.

        Raises:
            DatabaseGone, DatabaseTrouble: nothing could be read.
        """
        reading = self.engine.execution_options(**{READS: True})
        return self._again(lambda connection: act(connection, *args, **named), reading)

    def _again(self, act: Callable[[sa.Connection], T], engine: sa.Engine) -> T:
        for attempt in stamina.retry_context(
            on=is_retryable, attempts=None if self.patience else 3, timeout=self.patience or BUSY, wait_initial=0.01
        ):
            with attempt:
                self.check()
                with translate_errors(), engine.begin() as connection:
                    found = act(connection)
        return found

    @contextmanager
    def try_lock(self, deed: int) -> Iterator[bool]:
        """Whether no other replica is in this context for that *deed* now; with SQLite there is none."""
        if self.file:
            yield True
            return
        with translate_errors(), self.engine.begin() as connection:
            yield bool(connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(deed))))


def connect(url: str | sa.URL) -> Store:
    """The database at *url*.

    Raises:
        WrongSettings: that is no address of a database.
    """
    try:
        address = sa.make_url(url)
        if "@" in (address.host or ""):
            raise WrongSettings(problems="DATABASE_URL: write an @ in the password as %40")
        if address.get_backend_name() == "postgresql":
            limit = {"options": f"-c idle_in_transaction_session_timeout={FROZEN}s"}
            return Store(
                sa.create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=limit)
            )
        if address.get_backend_name() != "sqlite" or address.database in {None, "", ":memory:"}:
            raise WrongSettings(
                problems="DATABASE_URL must begin with postgresql:// or name a file: sqlite:///bot.sqlite"
            )
        if address.query:
            raise WrongSettings(
                problems="DATABASE_URL: write sqlite:/// and the path alone, without ? and what follows"
            )
        engine = sa.create_engine(address, connect_args={"timeout": BUSY})
    except (ArgumentError, NoSuchModuleError, ValueError, TypeError):
        raise WrongSettings(problems="DATABASE_URL is not the address of a database") from None
    sa.event.listen(engine, "connect", prepare)
    sa.event.listen(engine, "begin", begin)
    return Store(engine)


def prepare(connection: sqlite3.Connection, _record: object) -> None:
    """One writer at a time, readers beside it, and what was committed survives a loss of power."""
    connection.isolation_level = None
    connection.text_factory = lenient
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def lenient(text: bytes) -> str:
    """Text of the database; what is no UTF-8, which only somebody else can have written, as lone surrogates.

    So whatever reads it goes on, and the ledger's check names it.
    """
    return text.decode("utf-8", "surrogateescape")


def begin(connection: sa.Connection) -> None:
    """Whoever will write waits for its turn at once: who has read before could not have it any more."""
    reads = connection.get_execution_options().get(READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def is_retryable(error: Exception) -> bool:
    """Whether the same transaction may succeed later."""
    return isinstance(error, DatabaseTrouble) and isinstance(error.__cause__, PASSING)


@contextmanager
def translate_errors() -> Iterator[None]:
    """The database's errors in our words.

    Raises:
        DatabaseDamaged, DatabaseTrouble
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason = " ".join(str(cause).split())[:200]
        if getattr(cause, "sqlite_errorcode", None) in DAMAGED:
            raise DatabaseDamaged(reason=reason) from error
        raise DatabaseTrouble(reason=reason) from error


@contextmanager
def single_instance(store: Store) -> Iterator[Store]:
    """The same store, whose SQLite file no other bot works with until the context is left or the process dies.

    Raises:
        AlreadyRunning: one does.
        DatabaseGone: the file was there before, and is not now.
        DatabaseTrouble: the file cannot be where it should.
    """
    if store.file is None:
        yield store
        return
    with lock_database(store.file) as guard:
        yield replace(store, guard=guard)
