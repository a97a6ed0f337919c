"""Plans that were said back and not kept yet: a button carries an id, the plan stays here.

Every function works within the caller's transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.store.tables import proposals

KEPT = timedelta(days=30)
"""How long a proposal can be saved; Slack forgets the message that shows it sooner."""


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """A plan that somebody was shown."""

    id: str
    asker: str
    channel: str
    number: int
    """Of the schedule that it changes; 0 for a new one."""
    plan: str
    """As a plan writes itself (:func:`handlers.commands.parser.read_button_value` reads it)."""


def save_proposal(c: Connection, proposed: StoredProposal, *, now: datetime) -> None:
    """Remember a proposal, in the place of an earlier one of its name, and forget those that are too old."""
    stale = (proposals.c.made < now - KEPT) | (proposals.c.proposal == proposed.id)
    c.execute(proposals.delete().where(stale))
    c.execute(
        proposals.insert().values(
            proposal=proposed.id,
            asker=proposed.asker,
            channel=proposed.channel,
            number=proposed.number,
            plan=proposed.plan,
            made=now,
        )
    )


def find(c: Connection, proposal: str, *, asker: str) -> StoredProposal | None:
    """What that person was shown under that name."""
    mine = proposals.c.proposal == proposal, proposals.c.asker == asker
    row = c.execute(select(proposals).where(*mine)).mappings().one_or_none()
    return StoredProposal(row["proposal"], row["asker"], row["channel"], row["number"], row["plan"]) if row else None
