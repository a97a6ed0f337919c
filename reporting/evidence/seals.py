"""Compute what a run's entry seals besides its row: its requesters and its event index.

Entries of releases before 0.2 seal neither; they stay as they are and count as unsealed. Every function works within
the caller's transaction.
"""

import hashlib
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, String, column, select, table

from reporting.evidence.chain import BATCH, canonical
from reporting.evidence.event_index import INDEX, index_seal

ASKERS = "askers_sha256"
"""The name of the requesters' seal in an entry."""
requests = table("requests", *(column(name, String) for name in ("request", "run", "asker", "asked")))
"""Who asked for what, as far as it is sealed. The bot keeps that table; moments in it are texts, as they are stored."""


def seals(c: Connection, run: str) -> dict[str, str | None]:
    """Both current seals of a run; the index seal is None if there is no index."""
    [askers] = [*askers_of(c, run)] or [(run, seal([]))]
    return {ASKERS: askers[1], INDEX: index_seal(c, run)}


def askers_of(c: Connection, run: str | None = None) -> Iterator[tuple[Any, str]]:
    """Yield the seal of each run's requesters (or one run's), by run."""
    query = select(requests.c.run, requests.c.request, requests.c.asker, requests.c.asked)
    query = query.where(requests.c.run == run) if run is not None else query
    found = c.execute(query.order_by(requests.c.run, requests.c.request), execution_options={"yield_per": BATCH})
    for one, rows in groupby(found, key=lambda row: row.run):
        yield one, seal([list(row)[1:] for row in rows])


def seal(rows: list[list[object]]) -> str:
    """SHA-256 in hex of the rows; for values that no release writes, a text that matches no entry."""
    try:
        return hashlib.sha256(canonical(rows).encode()).hexdigest()
    except (TypeError, ValueError):  # bytes, or invalid UTF-8
        return "cannot be read"
