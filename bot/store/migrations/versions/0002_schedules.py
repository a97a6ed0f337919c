"""Schedules, and what is read again once its month has settled."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("runs", sa.Column("rereads", sa.String(64)))
    op.add_column("requests", sa.Column("schedule", sa.Integer, nullable=False, server_default="0"))
    op.add_column("requests", sa.Column("due", sa.String(32)))
    op.create_index("requests_by_schedule", "requests", ["schedule"])
    op.create_table(
        "schedules",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("maker", sa.String(64), nullable=False),
        sa.Column("day", sa.String(24), nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("only", sa.Text, nullable=False),
        sa.Column("standing", sa.String(16), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("next", sa.String(7), nullable=False),
        sa.Column("due", sa.String(32), nullable=False),
        sa.Column("made", sa.String(32), nullable=False),
    )
    op.create_index("schedules_by_standing_and_due", "schedules", ["standing", "due"])
    op.create_index("schedules_by_channel", "schedules", ["channel"])
    op.create_table(
        "rereads",
        sa.Column("run", sa.String(64), primary_key=True),
        sa.Column("due", sa.String(32), nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
    )
    op.create_index("rereads_by_done_and_due", "rereads", ["done", "due"])
