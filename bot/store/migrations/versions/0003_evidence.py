"""The ledger's chain, which the runs that came to a result before go into; and what tells their events apart."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

PLAIN = ["period", "zone", "only", "origin", "place", "asker", "stopped_by", "verdict", "read", "kept", "sha256"]
PLAIN += ["portal", "name", "supersedes", "rereads", "head", "asked", "began"]
WRITTEN = "by the upgrade to schema 0003"
REFUSAL = "the ledger is only ever added to"
SQLITE = "CREATE TRIGGER ledger_keeps_{deed} BEFORE {deed} ON ledger BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
REFUSE = """
CREATE OR REPLACE FUNCTION ledger_keeps() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$
"""
POSTGRESQL = "CREATE TRIGGER ledger_keeps_{deed} BEFORE {deed} ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_keeps()"


def upgrade() -> None:
    op.add_column("runs", sa.Column("manifest", sa.Text))
    op.add_column("runs", sa.Column("head", sa.String(80), nullable=False, server_default=""))
    op.add_column("runs", sa.Column("link", sa.String(80), nullable=False, server_default=""))
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("ledger_by_run", "ledger", ["run"])
    op.create_table(
        "run_events",
        sa.Column("run", sa.String(64), primary_key=True),
        sa.Column("window", sa.String(64), nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("index", sa.LargeBinary, nullable=False),
    )
    chain_all(op.get_bind())
    guard(op.get_bind())


def chain_all(c: sa.Connection) -> None:
    """Put every run that has come to a result into the chain, in the order of their ends."""
    runs = sa.Table("runs", sa.MetaData(), autoload_with=c)
    ledger = sa.Table("ledger", sa.MetaData(), autoload_with=c)
    over = runs.c.state.not_in(["queued", "running", "filing"])
    order = sa.func.coalesce(runs.c.ended, runs.c.began, runs.c.asked), runs.c.run
    before = "0" * 64
    for number, row in enumerate(c.execute(sa.select(runs).where(over).order_by(*order)).mappings().all(), start=1):
        at = row["ended"] or row["began"] or row["asked"]
        entry = {"number": number, "kind": "run", "run": row["run"], "at": at, "before": before}
        body = statement(row)
        before = hashlib.sha256(canonical(entry | {"body": body}).encode()).hexdigest()
        c.execute(ledger.insert().values(**entry, body=canonical(body), hash=before))
        c.execute(runs.update().where(runs.c.run == row["run"]).values(link=f"{number}:{before}"))


def statement(row: sa.RowMapping) -> dict[str, object]:
    """As the release of this schema keeps a run; and that it was not the run itself that wrote it."""
    told = {name: row[name] for name in PLAIN}
    told |= {name: json.loads(row[name]) if row[name] else None for name in ("files", "manifest", "failure")}
    if told["files"]:
        told["failure"] = None
    told["outcome"] = hashlib.sha256(row["outcome"].encode()).hexdigest() if row["outcome"] else None
    return told | {"written": WRITTEN}


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def guard(c: sa.Connection) -> None:
    """Have the database refuse whatever else than adding; whoever owns it can take that away, so it is no proof."""
    if c.dialect.name == "postgresql":
        op.execute(REFUSE.format(refusal=REFUSAL))
    trigger = SQLITE if c.dialect.name == "sqlite" else POSTGRESQL
    for deed in ("update", "delete"):
        op.execute(trigger.format(deed=deed, refusal=REFUSAL))
