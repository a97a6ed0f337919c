"""How far the month is that a schedule's turn it is: tried, put off, told."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for column in (
        sa.Column("making", sa.String(64), nullable=False, server_default=""),
        sa.Column("waits", sa.String(64), nullable=False, server_default=""),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("again", sa.String(32)),
        sa.Column("since", sa.String(32)),
        sa.Column("trouble", sa.Text, nullable=False, server_default=""),
        sa.Column("alerted", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        op.add_column("schedules", column)
    op.execute("UPDATE schedules SET alerted = (1 = 1) WHERE standing = 'paused'")
    op.add_column("rereads", sa.Column("tries", sa.Integer, nullable=False, server_default="0"))
