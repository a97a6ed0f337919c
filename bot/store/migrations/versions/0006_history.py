"""Indexes for what is asked of a long history: the newest runs, those of a month, and what took whose place."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for column in ("asked", "period", "supersedes"):
        op.create_index(f"runs_by_{column}", "runs", [column])
