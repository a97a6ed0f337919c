"""The ledger: one row for every run, from the request to its end. Rows are never removed.

A row changes while its run goes on. What came of the run is written into the chain, in the same transaction.

Every function works within the caller's transaction, so that what belongs together is written together.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    func,
    literal,
    select,
    update,
)

from reporting.errors.base import RunUnreadable
from reporting.errors.request import WrongRequest
from reporting.evidence import chain
from reporting.evidence.columns import Instant, metadata
from reporting.evidence.run_statement import as_stored, head_text, statement
from reporting.evidence.seals import seals
from reporting.filters import parse_stored
from reporting.period import Month
from reporting.report import Failure, FiledFile, Order, Progress, Verdict
from reporting.run import ENDED, OPEN, ChainHead, Origin, Run, State
from reporting.verification import Kind

runs = Table(
    "runs",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("period", String(7), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("only", Text, nullable=False),
    Column("same", String(64), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("place", String(64), nullable=False),
    Column("asker", String(64), nullable=False),
    Column("asked", Instant, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("state", String(24), nullable=False),
    Column("began", Instant),
    Column("ended", Instant),
    Column("attempts", Integer, nullable=False),
    Column("replica", String(64), nullable=False),
    Column("share", Float, nullable=False),
    Column("events", Integer, nullable=False),
    Column("stopped_by", String(64), nullable=False),
    Column("verdict", String(16)),
    Column("read", Integer),
    Column("kept", Integer),
    Column("sha256", String(64), nullable=False),
    Column("portal", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("files", Text, nullable=False),
    Column("supersedes", String(64), nullable=False),
    Column("failure", Text),
    Column("outcome", Text),
    Column("rereads", String(64)),
    Column("manifest", Text),
    Column("head", String(80), nullable=False, server_default=""),
    Column("link", String(80), nullable=False, server_default=""),
    Index("runs_by_state", "state"),
    Index("runs_by_portal_and_name", "portal", "name"),
    Index("runs_by_asked", "asked"),
    Index("runs_by_period", "period"),
    Index("runs_by_supersedes", "supersedes"),
)
Index(
    "one_open_run_for_the_same",
    runs.c.same,
    unique=True,
    sqlite_where=runs.c.state.in_(OPEN),
    postgresql_where=runs.c.state.in_(OPEN),
)


whole = select(*(one for one in runs.c if one is not runs.c.outcome))
"""Rows without ``outcome``, a large text that few queries need."""
UNDER_WAY = tuple(state for state in State if state not in ENDED)


def dedup_key(order: Order) -> str:
    """The key that two orders for the same report share (deduplication)."""
    return hashlib.sha256(f"{order.month}|{order.zone}|{order.only}".encode()).hexdigest()


def accept(c: Connection, entry: Run) -> None:
    """Store a new run.

    Raises:
        IntegrityError: a run for the same report is open.
    """
    c.execute(runs.insert().values(to_row(entry)))


def record(c: Connection, entry: Run, *, now: datetime) -> None:
    """Store a run that has already ended."""
    accept(c, entry)
    append_to_chain(c, entry.run, now=now)


def find_open_run(c: Connection, order: Order) -> str | None:
    """The open run for the same report."""
    open_one = runs.c.same == dedup_key(order), runs.c.state.in_(OPEN)
    return c.scalar(select(runs.c.run).where(*open_one).with_for_update())


def find(c: Connection, run: str) -> Run | None:
    row = c.execute(select(runs).where(runs.c.run == run)).mappings().one_or_none()
    return from_row(row) if row else None


def get(c: Connection, run: str) -> Run:
    """The run, which must exist."""
    return from_row(c.execute(select(runs).where(runs.c.run == run)).mappings().one())


def state(c: Connection, run: str) -> State:
    """The run's state, locked until this transaction ends."""
    return State(c.execute(select(runs.c.state).where(runs.c.run == run).with_for_update()).scalar_one())


def list_open_runs(c: Connection) -> list[Run]:
    """Every open run: first those in progress, then the queue in order."""
    found = c.execute(whole.where(runs.c.state.in_(UNDER_WAY)).order_by(runs.c.turn, runs.c.asked, runs.c.run))
    return sorted(readable(found.mappings()), key=lambda one: one.state is State.QUEUED)


def readable(rows: Iterable[RowMapping]) -> Iterator[Run]:
    """The readable runs; the ledger's check reports the others, which block nothing."""
    for row in rows:
        with suppress(RunUnreadable):
            yield from_row(row)


def open_runs_of(c: Connection, asker: str) -> int:
    """How many open runs a person has requested."""
    return c.scalar(select(func.count()).where(runs.c.asker == asker, runs.c.state.in_(OPEN))) or 0


def begin(c: Connection, run: str, *, replica: str, now: datetime) -> Run | None:
    """Claim the run for *replica*; None if there is nothing left to do."""
    if state(c, run) in ENDED:
        return None
    change(
        c, run, replica=replica, attempts=runs.c.attempts + 1, began=func.coalesce(runs.c.began, literal(now, Instant))
    )
    c.execute(update(runs).where(runs.c.run == run, runs.c.state == State.QUEUED).values(state=State.RUNNING))
    return find(c, run)


def update_progress(c: Connection, run: str, progress: Progress) -> Run | None:
    """Record the reading's progress and return the run."""
    change(c, run, share=progress.share, events=progress.events)
    return find(c, run)


def claim(c: Connection, run: str, *, replica: str) -> bool:
    """Whether *replica* may file the report now; from here on the run cannot be cancelled.

    The chain's head is noted with it, once: a manifest that has to be written again is to be the same.
    """
    mine = runs.c.run == run, runs.c.replica == replica, runs.c.state.in_([State.RUNNING, State.FILING])
    found = c.execute(update(runs).where(*mine).values(state=State.FILING)).rowcount == 1
    if found:
        c.execute(update(runs).where(runs.c.run == run, runs.c.head == "").values(head=head_text(chain.head(c))))
    return found


def record_result(c: Connection, run: str, result: Mapping[str, Any], *, now: datetime, stopped_by: str = "") -> bool:
    """Record the result of an open run (columns of the table); False if it is already closed."""
    if state(c, run) not in OPEN:
        return False
    change(c, run, state=State.ENDING, stopped_by=stopped_by, **result)
    append_to_chain(c, run, now=now)
    return True


def end(c: Connection, /, run: str, last: State, *, now: datetime, **columns: object) -> bool:
    """End the run; False if it had already ended."""
    before = state(c, run)
    if before not in ENDED:
        change(c, run, state=last, ended=now, **columns)
    if before in OPEN:  # its result could not be recorded
        append_to_chain(c, run, now=now)
    return before not in ENDED


def append_to_chain(c: Connection, run: str, *, now: datetime) -> None:
    """Append the run's result to the chain."""
    row = c.execute(as_stored(runs).where(runs.c.run == run)).mappings().one()
    change(c, run, link=str(chain.append(c, Kind.RUN, run, statement(row) | seals(c, run), at=now)))


def outcome(c: Connection, run: str) -> str | None:
    """The ``outcome`` that :func:`record_result` stored."""
    return c.scalar(select(runs.c.outcome).where(runs.c.run == run))


def newest_filed(c: Connection, *, portal: str, name: str) -> list[Run]:
    """The runs that filed a report of that name, the newest result first."""
    of_it = runs.c.portal == portal, runs.c.name == name, runs.c.files != "[]"
    found = c.execute(whole.where(*of_it).order_by(runs.c.asked.desc(), runs.c.run)).mappings()
    return last_first(from_row(row) for row in found)


def last_first(entries: Iterable[Run]) -> list[Run]:
    """Sort runs by their entries in the chain: filing order can differ from request order."""
    return sorted(entries, key=chain_position, reverse=True)


def chain_position(entry: Run) -> tuple[int, datetime]:
    """A sort key for when the run ended: its number in the chain, if it has one."""
    return (entry.link.number if entry.link else 0, entry.asked)


def find_reread(c: Connection, run: str) -> Run | None:
    """The run that reread a run's month and filed the result."""
    again = runs.c.rereads == run, runs.c.files != "[]"
    row = c.execute(select(runs).where(*again).limit(1)).mappings().one_or_none()
    return from_row(row) if row else None


def has_full_report(c: Connection, month: Month) -> bool:
    """Whether there is a report of all events of that month."""
    whole = runs.c.period == str(month), runs.c.only == "", runs.c.files != "[]"
    return c.scalar(select(func.count()).where(*whole)) != 0


def filed_hashes(entries: Iterable[Run]) -> dict[tuple[int, int], str]:
    """The SHA-256 of every version of a file that those runs filed, by file id and version."""
    return {
        (file.id, file.version): file.sha256
        for entry in entries
        for file in (*entry.files, *([entry.manifest] if entry.manifest else []))
    }


def is_superseded(c: Connection, run: str) -> bool:
    """Whether a later run's report superseded this one's."""
    return c.scalar(select(func.count()).where(runs.c.supersedes == run)) != 0


def change(c: Connection, /, run: str, **columns: object) -> None:
    c.execute(update(runs).where(runs.c.run == run).values(**columns))


def to_row(entry: Run) -> dict[str, Any]:
    """The columns of an entry."""
    columns = {name: getattr(entry, name) for name in SAME_IN_BOTH}
    order, progress = entry.order, entry.progress
    return columns | {
        "period": str(order.month),
        "zone": order.zone,
        "only": str(order.only),
        "same": dedup_key(order),
        "share": progress.share,
        "events": progress.events,
        "files": encoded(entry.files),
        "failure": encoded(entry.failure) if entry.failure else None,
        "manifest": encoded(entry.manifest) if entry.manifest else None,
        "head": head_text(entry.head),
        "link": head_text(entry.link),
    }


def from_row(row: RowMapping) -> Run:
    """Convert a row to a run.

    Raises:
        RunUnreadable: it holds what no release writes.
    """
    try:
        return entry_of(row)
    except (ValueError, TypeError, AttributeError, RecursionError, msgspec.MsgspecError, WrongRequest) as error:
        raise RunUnreadable(run=str(row["run"])) from error


def entry_of(row: RowMapping) -> Run:
    columns = {name: row[name] for name in SAME_IN_BOTH}
    return Run(
        **columns
        | {
            "order": Order(Month.parse(row["period"]), row["zone"], parse_stored(row["only"])),
            "origin": Origin(row["origin"]),
            "state": State(row["state"]),
            "verdict": Verdict(row["verdict"]) if row["verdict"] else None,
            "progress": Progress(share=row["share"], events=row["events"]),
            "files": msgspec.json.decode(row["files"], type=tuple[FiledFile, ...]),
            "failure": msgspec.json.decode(row["failure"], type=Failure) if row["failure"] else None,
            "manifest": msgspec.json.decode(row["manifest"], type=FiledFile) if row["manifest"] else None,
            "head": ChainHead.parse(row["head"]),
            "link": ChainHead.parse(row["link"]),
        }
    )


def encoded(value: object) -> str:
    """JSON, as the columns *files*, *manifest* and *failure* hold it."""
    return msgspec.json.encode(value).decode()


PACKED = {"files", "failure", "manifest", "head", "link"}
"""Columns that are stored in a different form from the entry's."""
SAME_IN_BOTH = tuple(name for name in Run.__dataclass_fields__ if name in runs.c and name not in PACKED)
