"""Who caused a run without asking for it by name: who made or changed its schedule, or pressed something that began it.

Every function works within the caller's transaction.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.store.tables import causes, requests
from reporting.evidence import ledger
from reporting.period import Month


class Act(StrEnum):
    """What somebody did."""

    MADE = "made"
    """Made a schedule; as the next two, it is behind every run that the schedule asks for from then on."""
    CHANGED = "changed"
    TOOK_OVER = "took over"
    RESUMED = "resumed"
    """Let a schedule go on: the month that was due then is made at once."""
    RAN = "ran"
    """Had a schedule make a month at once."""
    REREAD = "reread"
    """Had the month of a provisional report read again."""


LASTING = {Act.MADE, Act.CHANGED, Act.TOOK_OVER}


def note(
    c: Connection, act: Act, person: str, *, schedule: int = 0, month: Month | None = None, run: str = "", now: datetime
) -> None:
    """Write down what somebody did with a schedule, of a *month* where it matters, or with the report of a *run*."""
    period = str(month) if month else ""
    c.execute(causes.insert().values(act=act, person=person, schedule=schedule, period=period, run=run, at=now))


def of_run(c: Connection, run: str) -> set[str]:
    """Everybody who caused a run: asked for it, joined it, or stands behind the schedule or the reread that did.

    Who was turned down afterwards has asked all the same.
    """
    entry = ledger.find(c, run)
    if entry is None:
        return set()
    people = {entry.asker}
    for row in c.execute(select(requests).where(requests.c.run == run)).mappings():
        people.add(row["asker"])
        if row["schedule"]:
            people |= people_behind(c, row["schedule"], entry.order.month, until=row["asked"])
    if entry.rereads:
        people |= of_run(c, entry.rereads)
        people |= set(c.scalars(select(causes.c.person).where(causes.c.run == entry.rereads)))
    return people - {""}


def people_behind(c: Connection, schedule: int, month: Month, *, until: datetime) -> set[str]:
    """Who stood behind a schedule when it asked for that month."""
    mine = c.execute(select(causes).where(causes.c.schedule == schedule)).mappings()
    known = [row for row in mine if row["at"] <= until]
    return {row["person"] for row in known if row["act"] in LASTING or row["period"] == str(month)}
