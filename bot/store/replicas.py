"""Which processes are at work: each says so every few seconds, and by the database's own clock."""

import os
import socket
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import Connection, select, update

from bot.store.tables import replicas

GONE = 30.0
"""Seconds without a sign of life after which a replica is taken for dead."""


def new_name() -> str:
    """A name for this process that no other ever had."""
    return f"{socket.gethostname()[:32]}-{os.getpid()}-{uuid4().hex[:8]}"


def register(c: Connection, replica: str, *, now: datetime) -> None:
    c.execute(replicas.insert().values(replica=replica, started=now, seen=clock(c)))


def beat(c: Connection, replica: str) -> bool:
    """A sign of life; False if this replica has been taken for dead."""
    return c.execute(update(replicas).where(replicas.c.replica == replica).values(seen=clock(c))).rowcount == 1


def leave(c: Connection, replica: str) -> None:
    """Nothing more will come from *replica*: others may take over what it had."""
    c.execute(replicas.delete().where(replicas.c.replica == replica))


def mark_dead(c: Connection, *, but: str, alone: bool) -> None:
    """Forget the replicas that have been silent for too long; all but one, if that one must be *alone*."""
    silent = sa.true() if alone else replicas.c.seen < clock(c) - GONE
    c.execute(replicas.delete().where(replicas.c.replica != but, silent))


def alive(c: Connection) -> set[str]:
    return set(c.scalars(select(replicas.c.replica)))


def any_at_work(c: Connection) -> bool:
    """Whether a replica gave a sign of life lately."""
    return c.scalar(select(sa.func.count()).where(replicas.c.seen >= clock(c) - GONE)) != 0


def clock(c: Connection) -> sa.ColumnElement[float]:
    """The database's clock, in seconds; the machines' own may differ."""
    if c.dialect.name == "sqlite":
        return (sa.func.julianday("now") - 2_440_587.5) * 86_400.0
    return sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Float)
