"""The part of a run's row that the chain seals: everything that no longer changes."""

import hashlib
import json
from typing import Any

from sqlalchemy import RowMapping, Select, String, Table, select, type_coerce

from reporting.evidence.columns import Instant
from reporting.run import ChainHead

PLAIN = (
    *("period", "zone", "only", "origin", "place", "asker", "asked", "began", "stopped_by", "verdict", "read", "kept"),
    *("sha256", "portal", "name", "supersedes", "rereads", "head"),
)
"""Columns that are kept as they are."""
JSON = ("files", "manifest", "failure")


def as_stored(runs: Table) -> Select[Any]:
    """Select the rows in their stored form, so that reading them cannot fail."""
    texts = [type_coerce(one, String()).label(one.name) if isinstance(one.type, Instant) else one for one in runs.c]
    return select(*texts)


def statement(row: RowMapping) -> dict[str, object]:
    """The chain's statement about a run, from its stored row.

    The result as it is told in Slack is there by its hash. With a report there, a failure is one of the telling, which
    comes later.

    Raises:
        ValueError: what should be JSON is none.
    """
    told: dict[str, object] = {name: row[name] for name in PLAIN}
    told |= {name: json.loads(row[name]) if row[name] else None for name in JSON}
    if told["files"]:
        told["failure"] = None
    told["outcome"] = hashlib.sha256(row["outcome"].encode()).hexdigest() if row["outcome"] else None
    return told


def head_text(head: ChainHead | None) -> str:
    return str(head) if head else ""
