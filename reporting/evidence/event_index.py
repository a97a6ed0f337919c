"""Store an index of each run's events, to compare readings: a million events take 18 MB."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    RowMapping,
    String,
    Table,
    func,
    literal_column,
    select,
)

from reporting.document.event_fingerprint import ROW
from reporting.errors.request import NotComparable
from reporting.evidence import chain
from reporting.evidence.chain import canonical
from reporting.evidence.columns import metadata
from reporting.evidence.diff import Rows
from reporting.period import Window
from reporting.verification import Kind

INDEX = "index_sha256"
"""What its seal is called in the entry of a run; entries of releases before 0.2 have none."""
PIECE = 1 << 18
"""Bytes that are written at a time."""
run_events = Table(
    "run_events",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("window", String(64), nullable=False),
    Column("events", Integer, nullable=False),
    Column("index", LargeBinary, nullable=False),
)


class FileRows:
    """The rows of an index in a file, read on demand."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __len__(self) -> int:
        return self._path.stat().st_size

    def __getitem__(self, part: slice) -> bytes:
        start, end, _ = part.indices(len(self))
        with self._path.open("rb") as file:
            file.seek(start)
            return file.read(end - start)


def keep(c: Connection, run: str, window: Window, index: Rows) -> None:
    """Store a run's index, replacing an older one; with SQLite one piece is in memory at a time."""
    c.execute(run_events.delete().where(run_events.c.run == run))
    row = {"run": run, "window": str(window), "events": len(index) // ROW.size}
    if c.dialect.name != "sqlite":
        c.execute(run_events.insert().values({**row, "index": index[0 : len(index)]}))
        return
    c.execute(run_events.insert().values({**row, "index": func.zeroblob(len(index))}))
    with blob(c, run) as place:
        for start in range(0, len(index), PIECE):
            place.write(index[start : start + PIECE])


@contextmanager
def opened(c: Connection, run: str, window: str) -> Iterator[Rows]:
    """The index of a run that read that very *window*, to be read piece by piece within the transaction.

    Raises:
        NotComparable: it read another one, or has no index.
    """
    if c.dialect.name != "sqlite":
        yield comparable(c, run, window)
        return
    found = c.scalar(select(run_events.c.window).where(run_events.c.run == run))
    check_window(run, found, window)
    check_sealed(c, run)
    with blob(c, run, readonly=True) as rows:
        yield cast("Rows", rows)


def blob(c: Connection, run: str, *, readonly: bool = False) -> sqlite3.Blob:
    """The value of a run's index in SQLite, which is not in memory as a whole.

    Source: https://docs.python.org/3.11/library/sqlite3.html#sqlite3.Connection.blobopen
    """
    place = c.scalar(select(literal_column("rowid", Integer)).select_from(run_events).where(run_events.c.run == run))
    driver = cast("sqlite3.Connection", c.connection.driver_connection)
    return driver.blobopen(run_events.name, run_events.c.index.name, cast("int", place), readonly=readonly)


def check_window(run: str, found: str | None, window: str) -> None:
    """Check that the run has an index of that window."""
    if found is None:
        raise NotComparable(reason=f"run {run} was made by a release that kept no index of the events")
    if found != window:
        raise NotComparable(reason=f"one is of {found}, the other of {window}")


def comparable(c: Connection, run: str, window: str) -> bytes:
    """The index of a run that read that very *window*.

    Raises:
        NotComparable: it read another one, or has no index.
    """
    found = find_index(c, run)
    check_sealed(c, run)
    check_window(run, found["window"], window)
    return bytes(found["index"])


def pair(c: Connection, before: str, after: str) -> tuple[bytes, bytes]:
    """The indexes of two runs that read the same window.

    Raises:
        NotComparable: they read different ones, or one of them has no index.
    """
    found = find_index(c, after)
    check_sealed(c, after)
    return comparable(c, before, found["window"]), bytes(found["index"])


def find_index(c: Connection, run: str) -> RowMapping:
    found = c.execute(select(run_events).where(run_events.c.run == run)).mappings().one_or_none()
    if found is None:
        raise NotComparable(reason=f"run {run} was made by a release that kept no index of the events")
    return found


def check_sealed(c: Connection, run: str) -> None:
    """Check that an index is the one that the run's entry sealed; nothing is sealed before the entry is written.

    Raises:
        NotComparable: it was changed since.
    """
    noted = [link.body.get(INDEX) for link in chain.of_run(c, run, Kind.RUN) if INDEX in link.body]
    if noted and noted[0] != index_seal(c, run):
        reason = f"the index of run {run}'s events was changed since its entry in the ledger sealed it"
        raise NotComparable(reason=reason)


def index_seal(c: Connection, run: str) -> str | None:
    """SHA-256 in hex of the index of a run's events and of the window that it is of, whatever lies there.

    None if there is no index. With SQLite a piece is in memory at a time.
    """
    mine = run_events.c.run == run
    if c.dialect.name == "sqlite" and c.scalar(select(func.typeof(run_events.c.index)).where(mine)) == "blob":
        row = c.execute(select(run_events.c.window, run_events.c.events).where(mine)).mappings().one()
        with blob(c, run, readonly=True) as place:
            return sealed(row, iter(lambda: place.read(PIECE), b""))
    found = c.execute(select(run_events).where(mine)).mappings().one_or_none()
    if found is None:
        return None
    index = found["index"]
    return sealed(found, [index if isinstance(index, bytes) else str(index).encode(errors="replace")])


def sealed(row: RowMapping, pieces: Iterable[bytes]) -> str:
    """The digest of a row with that window and number of events, and of its index."""
    digest = hashlib.sha256(canonical([str(row["window"]), str(row["events"])]).encode(errors="replace") + b"\n")
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
