"""Bringing the tables to what this release needs: at every start, with a copy of the SQLite file first."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
import structlog

from bot.errors import DatabaseMissing, DatabaseNewer, DatabaseTrouble
from bot.store.database import Store, connect, single_instance, translate_errors
from bot.store.file_guard import check_there, copy_into, make_private
from reporting.errors.base import DiskTrouble
from reporting.os_error import os_reason

log = structlog.get_logger()
SCRIPTS = Path(__file__).parent / "migrations"
MIGRATING = 4_711_2026
"""Number of PostgreSQL's advisory lock under which one replica migrates while the others wait."""


def open_store(url: str, *, now: Callable[[], datetime]) -> Store:
    """The database with its tables up to date, for a command beside the bot.

    Raises:
        AlreadyRunning: the tables are behind, and a bot of an older release works with them.
        DatabaseGone: it was there before, and is not now.
        DatabaseNewer, DatabaseTrouble, WrongSettings: it cannot be used.
    """
    store = connect(url)
    if store.file:
        check_there(store.file)
        with disk_errors(store.file):
            make_private(store.file)
    with translate_errors(), store.engine.connect() as connection:
        found = revision(connection)
    if found != revisions()[-1]:
        with single_instance(store) as alone:
            migrate(alone, now=now)
            alone.remember()
            store.close()  # to give the file back takes the locks from every connection that is open
    return store


@contextmanager
def disk_errors(file: Path) -> Iterator[None]:
    """What the disk says of the database's file, in our words; raises DatabaseTrouble."""
    try:
        yield
    except OSError as error:
        raise DatabaseTrouble(reason=f"{file}: {os_reason(error)}") from error


def open_existing(url: str, *, now: Callable[[], datetime]) -> Store:
    """The same for a command that only looks into it: an empty one made now would answer as if nothing were there.

    Raises:
        DatabaseMissing: there is none; and what :func:`open_store` raises.
    """
    file = connect(url).file
    if file:
        with disk_errors(file):
            check_there(file)
            there = file.exists()
        if not there:
            raise DatabaseMissing(path=file.absolute())
    return open_store(url, now=now)


def revisions() -> list[str]:
    """Every revision of the tables, the oldest first, by the names of the scripts that lead there."""
    return sorted(script.name[:4] for script in (SCRIPTS / "versions").glob("[0-9]*.py"))


def revision(connection: sa.Connection) -> str | None:
    """That of the tables as they are; None while there are none. Where it lies, alembic says."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return str(found) if found else None


def migrate(store: Store, *, now: Callable[[], datetime]) -> None:
    """Make the tables, or bring them up to date.

    Raises:
        DatabaseNewer: they are ahead of this release.
        DatabaseTrouble: the database cannot be used.
    """
    known = revisions()
    with translate_errors(), store.engine.begin() as connection:
        if store.file is None:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
        found = revision(connection)
        if found == known[-1]:
            return
        if found and found not in known:
            raise DatabaseNewer(found=found, known=known[-1])
        if found and store.file:
            copy_before_migration(
                store.file, store.file.with_name(f"{store.file.stem}-{found}-{now():%Y%m%dT%H%M%SZ}.sqlite")
            )
        upgrade(connection)
    log.info("database migrated", before=found or "nothing", after=known[-1])


def upgrade(connection: sa.Connection) -> None:
    """Run the scripts that are still to be run, in the connection's transaction."""
    # Nearly every start needs none, and would take a fifth of a second longer.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def copy_before_migration(file: Path, copy: Path) -> None:
    """A whole copy of a SQLite file that others may be writing to, for its owner's eyes only.

    Raises:
        DatabaseTrouble: it could not be made.
        DiskTrouble: nothing can be written there.
    """
    try:
        with closing(sqlite3.connect(file)) as source:
            copy_into(source, copy)
    except OSError as error:
        raise DiskTrouble(path=copy, reason=os_reason(error)) from error
    except sqlite3.Error as error:
        raise DatabaseTrouble(reason=f"no copy of it could be made as {copy} ({error})") from error
    log.info("database copied", copy=copy.name)
