"""What was said back before it is kept, who caused runs besides who asked, and what is asked for before a run."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("requests", sa.Column("period", sa.String(7), nullable=False, server_default=""))
    op.add_column("requests", sa.Column("report_zone", sa.String(64), nullable=False, server_default=""))
    op.add_column("requests", sa.Column("only", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "proposals",
        sa.Column("proposal", sa.String(64), primary_key=True),
        sa.Column("asker", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("made", sa.String(32), nullable=False),
    )
    op.create_table(
        "causes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("schedule", sa.Integer, nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_index("causes_by_schedule", "causes", ["schedule"])
    op.create_index("causes_by_run", "causes", ["run"])
    op.execute(
        "INSERT INTO causes (act, person, schedule, period, run, at) "
        "SELECT 'made', maker, number, '', '', made FROM schedules ORDER BY number"
    )
