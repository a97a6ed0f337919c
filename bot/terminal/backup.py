"""``python -m bot backup``: a whole copy of the database, while the bot works with it."""

from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from bot.config.settings import PortalSettings
from bot.errors import AlreadyThere, BackupElsewhere, BackupUnsound, DatabaseMissing
from bot.store.database import Store, connect
from bot.store.migration import copy_before_migration, disk_errors
from reporting.evidence import chain
from reporting.evidence.ledger_check import check
from reporting.run import ChainHead


def back_up(settings: PortalSettings, out: Path) -> str:
    """Copy the database to *out*, look the copy through, and say what is in it.

    Raises:
        BackupElsewhere: it is a PostgreSQL, which has tools of its own.
        BackupUnsound: the copy, and so the database, is not as it was written.
        AlreadyThere: there is something of that name.
        DatabaseMissing: there is nothing to be copied.
        DatabaseTrouble, DiskTrouble: the database cannot be read, or the copy not be written.
    """
    with closing(connect(settings.database)) as store:
        if store.file is None:
            raise BackupElsewhere(out=str(out), address=without_password(store))
        with disk_errors(store.file):
            taken, there = out.exists(), store.file.exists()
        if taken:
            raise AlreadyThere(path=out)
        if not there:
            raise DatabaseMissing(path=store.file)
        copy_before_migration(store.file, out)
    head = check_copy(out)
    return f"{out}: {head.length} in the ledger, the newest is {head.hash}" if head else f"{out}: an empty ledger"


def without_password(store: Store) -> str:
    """The database's address, as its own tools take it; they ask for the password, or have it from ``.pgpass``."""
    url = store.engine.url
    query = {name: value for name, value in url.query.items() if name != "password"}
    return sa.URL.create("postgresql", url.username, None, url.host, url.port, url.database, query).render_as_string()


def check_copy(copy: Path) -> ChainHead | None:
    """The newest entry in the copy's ledger, if there is any.

    Raises:
        BackupUnsound: something in it was changed or is missing.
    """
    with closing(connect(sa.URL.create("sqlite", database=str(copy)))) as store:
        whole = store.read(lambda c: c.scalar(sa.text("PRAGMA integrity_check")))
        faults = store.read(check)
        if whole != "ok" or faults:
            raise BackupUnsound(path=str(copy), reason=faults[0].words if faults else str(whole))
        return store.read(chain.head)
