"""Where Slack says that a message is, and how each run read the portal."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("posts", sa.Column("at", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "exchanges",
        sa.Column("run", sa.String(64), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("lines", sa.LargeBinary, nullable=False),
    )
