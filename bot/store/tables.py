"""Who asked for a run, what was posted for it, what is made by itself, and which processes are at work."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, String, Table, Text, false

from reporting.evidence import chain, event_index, ledger
from reporting.evidence.columns import Instant, metadata

evidence = chain.ledger, event_index.run_events, ledger.runs
"""What the reporting keeps in the same database."""

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
    Column("schedule", Integer, nullable=False, server_default="0"),
    Column("due", Instant),
    Column("period", String(7), nullable=False, server_default=""),
    Column("report_zone", String(64), nullable=False, server_default=""),
    Column("only", Text, nullable=False, server_default=""),
    Index("requests_by_run", "run"),
    Index("requests_by_schedule", "schedule"),
    Index("requests_by_state", "state"),
)
posts = Table(
    "posts",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("what", String(16), primary_key=True),
    Column("by", String(64), nullable=False),
    Column("attempted", Instant, nullable=False),
    Column("ts", String(32), nullable=False),
    Column("unclear", Boolean, nullable=False),
    Column("at", String(64), nullable=False, server_default=""),
)
replicas = Table(
    "replicas",
    metadata,
    Column("replica", String(64), primary_key=True),
    Column("started", Instant, nullable=False),
    Column("seen", Float, nullable=False),
)
schedules = Table(
    "schedules",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("channel", String(64), nullable=False),
    Column("maker", String(64), nullable=False),
    Column("day", String(24), nullable=False),
    Column("at", String(5), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("only", Text, nullable=False),
    Column("standing", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("next", String(7), nullable=False),
    Column("due", Instant, nullable=False),
    Column("made", Instant, nullable=False),
    Column("making", String(64), nullable=False, server_default=""),
    Column("waits", String(64), nullable=False, server_default=""),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("again", Instant),
    Column("since", Instant),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("alerted", Boolean, nullable=False, server_default=false()),
    Index("schedules_by_standing_and_due", "standing", "due"),
    Index("schedules_by_channel", "channel"),
)
proposals = Table(
    "proposals",
    metadata,
    Column("proposal", String(64), primary_key=True),
    Column("asker", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("plan", Text, nullable=False),
    Column("made", Instant, nullable=False),
)
causes = Table(
    "causes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("act", String(16), nullable=False),
    Column("person", String(64), nullable=False),
    Column("schedule", Integer, nullable=False),
    Column("period", String(7), nullable=False),
    Column("run", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index("causes_by_schedule", "schedule"),
    Index("causes_by_run", "run"),
)
rereads = Table(
    "rereads",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("due", Instant, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Index("rereads_by_done_and_due", "done", "due"),
)
exchanges = Table(
    "exchanges",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("requests", Integer, nullable=False),
    Column("lines", LargeBinary, nullable=False),
)
