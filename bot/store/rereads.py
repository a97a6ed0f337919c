"""Reports that were made before their month had settled, and are to be read again when it has."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store.tables import rereads


def plan(c: Connection, run: str, due: datetime) -> None:
    """Have the run's month read again at that moment."""
    if c.scalar(select(rereads.c.run).where(rereads.c.run == run)) is None:
        c.execute(rereads.insert().values(run=run, due=due, done=False, tries=0))


def planned(c: Connection, run: str) -> datetime | None:
    """When the run's month will be read again, if it will be."""
    return c.scalar(select(rereads.c.due).where(rereads.c.run == run, rereads.c.done.is_(False)))


def due(c: Connection, now: datetime, *, most: int) -> list[str]:
    """Runs whose month has settled."""
    ripe = rereads.c.done.is_(False), rereads.c.due <= now
    found = select(rereads.c.run).where(*ripe).order_by(rereads.c.due, rereads.c.run).limit(most)
    return list(c.scalars(found.with_for_update(skip_locked=True)))


def tries(c: Connection, run: str) -> int:
    """How often it was read again in vain."""
    return c.scalar(select(rereads.c.tries).where(rereads.c.run == run)) or 0


def postpone(c: Connection, run: str, again: datetime) -> None:
    """It could not be read again, and is tried once more."""
    changed = {"due": again, "done": False, "tries": rereads.c.tries + 1}
    c.execute(update(rereads).where(rereads.c.run == run).values(**changed))


def done(c: Connection, run: str) -> None:
    c.execute(update(rereads).where(rereads.c.run == run).values(done=True))
