"""The index of each run's events, kept to be compared with that of another reading: a million events take 18 MB."""

from sqlalchemy import Column, Connection, Integer, LargeBinary, RowMapping, String, Table, select

from reporting.document.index import ROW
from reporting.errors import NotComparable
from reporting.evidence.columns import metadata
from reporting.period import Window

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
    if found["window"] != window:
        raise NotComparable(reason=f"one is of {found['window']}, the other of {window}")
    return bytes(found["index"])


def pair(c: Connection, before: str, after: str) -> tuple[bytes, bytes]:
    """The indexes of two runs that read the same window.

    Raises:
        NotComparable: they read different ones, or one of them has no index.
    """
    found = kept(c, after)
    return comparable(c, before, found["window"]), bytes(found["index"])


def kept(c: Connection, run: str) -> RowMapping:
    found = c.execute(select(run_events).where(run_events.c.run == run)).mappings().one_or_none()
    if found is None:
        raise NotComparable(reason=f"run {run} was made by a release that kept no index of the events")
    return found
