"""What keeps the SQLite file from being lost unnoticed: one bot works with it, and it is the file that was opened.

SQLite goes on with a file that was removed, moved or replaced, and nobody ever reads again what it writes there.

Source: https://sqlite.org/howtocorrupt.html, "File locking problems" and "Unlinking or renaming a database file".
"""

import fcntl
import os
import secrets
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.errors import AlreadyRunning, DatabaseGone, DatabaseTrouble
from reporting.os_error import os_reason

MARK, MARK_SIZE = 60, 4
"""Place and bytes of the "user version" in a SQLite file's header, which nobody else here uses.

Source: https://sqlite.org/fileformat.html, "The Database Header".
"""
APART = 1 << 40
"""A byte that SQLite never locks, behind the end of any database."""
BUSY = 2.0
"""Seconds to wait for another writer."""
OWNER_ONLY = 0o600
"""Mode of every file that holds what the bot knows."""
COPY = 0
"""The mark of a copy."""
REMEMBERED = "There is a database, {name}. If it is gone, see docs/operations.md before you remove this file.\n"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which file it is, whatever its name."""

    device: int
    inode: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Identity":
        return cls(found.st_dev, found.st_ino)


class Guard:
    """Holds a SQLite file, and says whether its path still leads to it."""

    def __init__(self, file: Path, memory: TextIO, descriptor: int, keeper: sqlite3.Connection, mark: bytes) -> None:
        """*keeper* stays open, so that SQLite removes neither of the files beside the database."""
        self._file, self._memory, self._descriptor = file, memory, descriptor
        self._keeper, self._mark = keeper, mark
        self._beside = {path: Identity.of(path.stat()) for path in sibling(file) if path.exists()}
        self._marked = False
        self._overwritten()

    def remember(self) -> None:
        """Write down that there is a database with tables, for a start that finds none.

        Raises:
            DatabaseTrouble: nothing can be written there.
        """
        if os.fstat(self._memory.fileno()).st_size:
            return
        try:
            self._memory.write(REMEMBERED.format(name=self._file.name))
            self._memory.flush()
        except OSError as error:
            raise DatabaseTrouble(reason=f"{self._memory.name}: {os_reason(error)}") from error

    def check(self) -> None:
        """Raise DatabaseGone unless what is written now will be found there later."""
        reason = self.reason()
        if reason:
            raise DatabaseGone(reason=reason)

    def reason(self) -> str:
        """Why what is written would be lost; empty if it would not be."""
        name = self._file.name
        try:
            if Identity.of(self._file.stat()) != Identity.of(os.fstat(self._descriptor)):
                return f"another file is in the place of {name}"
            for path, identity in self._beside.items():
                if Identity.of(path.stat()) != identity:
                    return f"another file is in the place of {path.name}"
            return f"the content of {name} was replaced" if self._overwritten() else ""
        except (FileNotFoundError, NotADirectoryError) as error:
            return f"{Path(error.filename or name).name} is not there any more"
        except OSError as error:
            return f"{Path(error.filename or name).name} cannot be reached ({os_reason(error)})"

    def _overwritten(self) -> bool:
        """Whether somebody has written another database into the very file, as a copy by ``cp`` does.

        The mark of this process reaches the file with SQLite's first checkpoint.
        """
        found = os.pread(self._descriptor, MARK_SIZE, MARK)
        self._marked = self._marked or found == self._mark
        return self._marked and found != self._mark

    def rescue(self, now: datetime) -> Path | None:
        """Copy what only this process can still read into a file of its own; nothing if that cannot be done."""
        if self._overwritten():
            return None  # it is half of one database and half of another
        name = f"{self._file.stem}-rescued-{now:%Y%m%dT%H%M%SZ}.sqlite"
        for folder in (self._file.parent, Path(tempfile.gettempdir())):
            with suppress(OSError, sqlite3.Error):
                copy_into(self._keeper, folder / name)
                return folder / name
        return None


def sibling(file: Path) -> tuple[Path, Path]:
    """What SQLite keeps beside a database in WAL mode: what is not in the file yet, and an index of that."""
    return file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")


def copy_into(source: sqlite3.Connection, copy: Path) -> None:
    """Make *copy* a whole copy for its owner's eyes only, with a mark that tells it from what a bot works with.

    Raises:
        OSError: nothing can be written there.
        sqlite3.Error: it could not be made; nothing is left of it.
    """
    copy.touch(mode=OWNER_ONLY)
    try:
        with closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute(f"PRAGMA user_version={COPY}")
    except sqlite3.Error:
        with suppress(OSError):
            copy.unlink()  # half of one would be taken for a whole one
        raise


@contextmanager
def lock_database(path: Path) -> Iterator[Guard]:
    """The guard of the SQLite file at *path*, which is made if need be, until the context is left or the process dies.

    However the path is written, and whatever names the file has besides, only one process holds it.

    Raises:
        AlreadyRunning: another one does.
        DatabaseGone: it was there before, and is not now.
        DatabaseTrouble: the file cannot be where it should, or cannot be written to.
    """
    file = path.resolve()
    with ExitStack() as stack:
        try:
            memory = stack.enter_context(lock_file(file).open("a+"))
            os.fchmod(memory.fileno(), OWNER_ONLY)
            lock(memory.fileno(), path)
            check_there(file)
            make_private(file)
            descriptor = os.open(file, os.O_RDWR)
            stack.callback(os.close, descriptor)
            lock_itself(descriptor, file, path)
            keeper = stack.enter_context(closing(keep_open(file)))
            check_filled(keeper, memory, file)
            guard = Guard(file, memory, descriptor, keeper, sign(keeper))
        except sqlite3.Error as error:
            raise DatabaseTrouble(reason=str(error)) from error
        except OSError as error:
            raise DatabaseTrouble(reason=f"{path}: {os_reason(error)}") from error
        yield guard


def make_private(file: Path) -> None:
    """Make the database, or what it is kept in already, its owner's alone, whatever the umask is or was.

    SQLite gives the files beside it the same mode. One that belongs to somebody else is left as it is.
    """
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
    for one in (file, *sibling(file)):
        with suppress(FileNotFoundError, PermissionError):
            one.chmod(OWNER_ONLY)


def lock_file(file: Path) -> Path:
    """What says that a bot is at work, and that there is a database."""
    return file.with_suffix(".lock")


def lock(descriptor: int, path: Path) -> None:
    """Lock an open file until it is closed, or its process dies."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AlreadyRunning(path=path) from error


def lock_itself(descriptor: int, file: Path, path: Path) -> None:
    """Lock the database too: another name of it, or a mount, can have another lock file beside it.

    On macOS such a lock would lock SQLite out, and so it would on file systems that keep one kind of lock only.
    """
    if sys.platform == "linux":
        lock(descriptor, path)
        if not apart(file):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    if os.fstat(descriptor).st_nlink > 1:
        raise DatabaseTrouble(
            reason=f"{path} has a second name (a hard link), under which SQLite loses what is written"
        )


def apart(file: Path) -> bool:
    """Whether the lock of another descriptor leaves SQLite's own locks alone."""
    descriptor = os.open(file, os.O_RDWR)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, APART)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


def check_there(path: Path) -> None:
    """Raise DatabaseGone if there was a database at *path* and it is not there now.

    SQLite would begin an empty one, as if nothing had ever been asked for.
    """
    file = path.resolve()
    with suppress(FileNotFoundError, NotADirectoryError):
        if lock_file(file).stat().st_size and not file.exists():
            raise DatabaseGone(reason=f"{file.name} is not there any more")


def check_filled(keeper: sqlite3.Connection, memory: TextIO, file: Path) -> None:
    """Raise DatabaseGone if there is an empty database where there was one with tables."""
    [tables] = keeper.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not tables and os.fstat(memory.fileno()).st_size:
        raise DatabaseGone(reason=f"an empty file is in the place of {file.name}")


def keep_open(file: Path) -> sqlite3.Connection:
    """A connection for any thread."""
    return sqlite3.connect(file, timeout=BUSY, isolation_level=None, check_same_thread=False)


def sign(keeper: sqlite3.Connection) -> bytes:
    """Put a mark into the database that no other process has put there, and return it."""
    mark = 1 + secrets.randbelow(2**31 - 1)
    for act in ("journal_mode=WAL", "synchronous=FULL", f"user_version={mark}", "wal_checkpoint(PASSIVE)"):
        keeper.execute(f"PRAGMA {act}")
    return mark.to_bytes(MARK_SIZE, "big")
