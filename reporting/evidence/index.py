"""The index of each run's events, kept to be compared with that of another reading: a million events take 18 MB."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, Integer, LargeBinary, RowMapping, String, Table, select

from reporting.document.index import ROW
from reporting.errors import NotComparable
from reporting.evidence import chain
from reporting.evidence.chain import canonical
from reporting.evidence.columns import metadata
from reporting.period import Window
from reporting.proof import Kind

INDEX = "index_sha256"
"""What its seal is called in the entry of a run; entries of releases before 0.2 have none."""
run_events = Table(
    "run_events",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("window", String(64), nullable=False),
    Column("events", Integer, nullable=False),
    Column("index", LargeBinary, nullable=False),
)


def keep(c: Connection, run: str, window: Window, index: bytes) -> None:
    """Write down the index of a run; one that it had before is replaced."""
    c.execute(run_events.delete().where(run_events.c.run == run))
    row = {"run": run, "window": str(window), "events": len(index) // ROW.size, "index": index}
    c.execute(run_events.insert().values(row))


def comparable(c: Connection, run: str, window: str) -> bytes:
    """The index of a run that read that very *window*.

    Raises:
        NotComparable: it read another one, or has no index.
    """
    found = kept(c, run)
    check_sealed(c, run, found)
    if found["window"] != window:
        raise NotComparable(reason=f"one is of {found['window']}, the other of {window}")
    return bytes(found["index"])


def pair(c: Connection, before: str, after: str) -> tuple[bytes, bytes]:
    """The indexes of two runs that read the same window.

    Raises:
        NotComparable: they read different ones, or one of them has no index.
    """
    found = kept(c, after)
    check_sealed(c, after, found)
    return comparable(c, before, found["window"]), bytes(found["index"])


def kept(c: Connection, run: str) -> RowMapping:
    found = c.execute(select(run_events).where(run_events.c.run == run)).mappings().one_or_none()
    if found is None:
        raise NotComparable(reason=f"run {run} was made by a release that kept no index of the events")
    return found


def check_sealed(c: Connection, run: str, found: RowMapping) -> None:
    """Make sure that an index is the one that the run's entry sealed; before its entry is written, nothing is sealed.

    Raises:
        NotComparable: it was changed since.
    """
    sealed = [link.body.get(INDEX) for link in chain.of_run(c, run, Kind.RUN) if INDEX in link.body]
    if sealed and sealed[0] != sealed_index(dict(found)):
        reason = f"the index of run {run}'s events was changed since its entry in the ledger sealed it"
        raise NotComparable(reason=reason)


def sealed_index(row: Mapping[str, Any]) -> str:
    """SHA-256 in hex of an index and of the window that it is of, whatever lies there."""
    head, index = canonical([str(row["window"]), str(row["events"])]), row["index"]
    content = index if isinstance(index, bytes) else str(index).encode(errors="replace")
    return hashlib.sha256(head.encode(errors="replace") + b"\n" + content).hexdigest()
