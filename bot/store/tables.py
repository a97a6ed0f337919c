"""Who asked for a run, what was posted for it, and which processes are at work."""

from sqlalchemy import Boolean, Column, Float, Index, String, Table, Text

from reporting.evidence.ledger import Instant, metadata

requests = Table(
    "requests",
    metadata,
    Column("request", String(64), primary_key=True),
    Column("run", String(64), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("asker", String(64), nullable=False),
    Column("response_url", Text, nullable=False),
    Column("asked", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Index("requests_by_run", "run"),
    Index("requests_by_state", "state"),
)
posts = Table(
    "posts",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("what", String(16), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("attempted", Instant, nullable=False),
    Column("ts", String(32), nullable=False),
    Column("unclear", Boolean, nullable=False),
)
replicas = Table(
    "replicas",
    metadata,
    Column("replica", String(64), primary_key=True),
    Column("started", Instant, nullable=False),
    Column("seen", Float, nullable=False),
)
