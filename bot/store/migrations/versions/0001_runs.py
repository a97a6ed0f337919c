"""The ledger, who asked, what was posted, and which processes are at work."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

OPEN = sa.text("state IN ('queued', 'running', 'filing')")


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("run", sa.String(64), primary_key=True),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("only", sa.Text, nullable=False),
        sa.Column("same", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("asker", sa.String(64), nullable=False),
        sa.Column("asked", sa.String(32), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("began", sa.String(32)),
        sa.Column("ended", sa.String(32)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("replica", sa.String(64), nullable=False),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("stopped_by", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(16)),
        sa.Column("read", sa.Integer),
        sa.Column("kept", sa.Integer),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("portal", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("supersedes", sa.String(64), nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("outcome", sa.Text),
    )
    op.create_index("runs_by_state", "runs", ["state"])
    op.create_index("runs_by_portal_and_name", "runs", ["portal", "name"])
    op.create_index(
        "one_open_run_for_the_same", "runs", ["same"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "requests",
        sa.Column("request", sa.String(64), primary_key=True),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("asker", sa.String(64), nullable=False),
        sa.Column("response_url", sa.Text, nullable=False),
        sa.Column("asked", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
    )
    op.create_index("requests_by_run", "requests", ["run"])
    op.create_index("requests_by_state", "requests", ["state"])
    op.create_table(
        "posts",
        sa.Column("run", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(64), primary_key=True),
        sa.Column("what", sa.String(16), primary_key=True),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("attempted", sa.String(32), nullable=False),
        sa.Column("ts", sa.String(32), nullable=False),
        sa.Column("unclear", sa.Boolean, nullable=False),
    )
    op.create_table(
        "replicas",
        sa.Column("replica", sa.String(64), primary_key=True),
        sa.Column("started", sa.String(32), nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
    )
