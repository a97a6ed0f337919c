"""The ledger's chain, append-only: one entry for every run with a result, and for every review.

Each entry carries the hash of the one before, so the newest one, the head, vouches for all of them. Against people with
access to the database, the chain relies on published heads: in Slack's messages and in the manifests.

Every function works within the caller's transaction.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypeGuard

from sqlalchemy import Column, Connection, Index, Integer, Row, String, Table, Text, select

from reporting.evidence.columns import as_text, metadata
from reporting.run import ChainHead
from reporting.verification import ChainEntry, Kind

FIRST = "0" * 64
"""What the first entry has in place of a hash before it."""
BATCH = 500
"""Entries in memory at a time."""
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
ledger = Table(
    "ledger",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("run", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("before", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ledger_by_run", "run"),
)


def append(c: Connection, kind: Kind, run: str, body: Mapping[str, object], *, at: datetime) -> ChainHead:
    """Append an entry.

    Raises:
        IntegrityError: somebody else did so at the same moment; the transaction has to be repeated.
    """
    last = head(c) or ChainHead(0, FIRST)
    entry = {"number": last.number + 1, "kind": kind.value, "run": run, "at": as_text(at), "before": last.hash}
    found = ChainHead(last.number + 1, digest(entry | {"body": body}))
    c.execute(ledger.insert().values(**entry, body=canonical(body), hash=found.hash))
    return found


def head(c: Connection) -> ChainHead | None:
    """The newest entry."""
    row = c.execute(select(ledger.c.number, ledger.c.hash).order_by(ledger.c.number.desc()).limit(1)).one_or_none()
    return ChainHead(row.number, row.hash if is_text(row.hash) else "") if row else None


def links(c: Connection) -> Iterator[ChainEntry]:
    """Every entry in the order of their numbers, a few in memory at a time.

    Raises:
        ValueError, TypeError, RecursionError: an entry's text is no longer a JSON object.
    """
    return map(link, rows(c))


def rows(c: Connection) -> Iterator[Row[Any]]:
    yield from c.execute(select(ledger).order_by(ledger.c.number), execution_options={"yield_per": BATCH})


def hash_at(c: Connection, number: int) -> str:
    """The hash of the entry of that number; empty if there is none."""
    found = c.scalar(select(ledger.c.hash).where(ledger.c.number == number))
    return found if is_text(found) else ""


def is_text(value: object) -> TypeGuard[str]:
    """Whether a database value is valid text: no bytes, no number, no bad UTF-8."""
    try:
        return isinstance(value, str) and bool(value.encode() or True)
    except UnicodeEncodeError:
        return False


def of_run(c: Connection, run: str, kind: Kind) -> list[ChainEntry]:
    """A run's entries of one kind, oldest first; changed entries are left out."""
    mine = ledger.c.run == run, ledger.c.kind == kind.value
    found = map(is_intact, c.execute(select(ledger).where(*mine).order_by(ledger.c.number)))
    return [one for one in found if one]


def is_intact(row: Row[Any]) -> ChainEntry | None:
    """The entry of a row, if its hash fits it."""
    found = read(row)
    return found if found and digest(told(found)) == found.hash else None


def read(row: Row[Any]) -> ChainEntry | None:
    """The entry of a row, if its text is what was written, character for character."""
    if not all(map(is_text, (row.kind, row.run, row.at, row.body, row.before, row.hash))):
        return None
    try:
        found = link(row)
        return found if canonical(found.body) == row.body else None
    except (ValueError, RecursionError):
        return None


def link(row: Row[Any]) -> ChainEntry:
    body = json.loads(row.body)
    if not isinstance(body, dict):
        raise ValueError(row.body)  # noqa: TRY004 - what lies in the database is a value
    return ChainEntry(row.number, row.kind, row.run, row.at, body, row.before, row.hash)


def told(found: ChainEntry) -> dict[str, object]:
    """The values that an entry's hash covers."""
    names = ("number", "kind", "run", "at", "body", "before")
    return {name: getattr(found, name) for name in names}


def line(found: ChainEntry) -> str:
    """An entry as canonical JSON, its hash among the rest."""
    return canonical(told(found) | {"hash": found.hash})


def digest(entry: Mapping[str, object]) -> str:
    """SHA-256 in hex of an entry without its hash."""
    return hashlib.sha256(canonical(entry).encode()).hexdigest()


def canonical(value: object) -> str:
    """*value* as canonical JSON.

    Source: RFC 8785, for objects with ASCII names whose values are text, whole numbers and null.
    """
    return CANONICAL.encode(value)
