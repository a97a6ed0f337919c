"""What was said back before a schedule is kept, and who caused runs without asking for them by name."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
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
