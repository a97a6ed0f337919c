"""What runs asked of the portal and what came back: every request, small enough to be kept."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import astuple

from sqlalchemy import Connection, select

from bot.store.tables import exchanges
from reporting.api_call import ApiCall

READING, FILING = 0, 1
"""Parts of a run, in their order."""


def save(c: Connection, run: str, part: int, made: Sequence[ApiCall]) -> None:
    """Write down what a part of the run asked the portal, in place of what it asked in an attempt before."""
    lines = zlib.compress(json.dumps([astuple(one) for one in made]).encode())
    c.execute(exchanges.delete().where(exchanges.c.run == run, exchanges.c.part == part))
    c.execute(exchanges.insert().values(run=run, part=part, requests=len(made), lines=lines))


def of_run(c: Connection, run: str) -> list[ApiCall]:
    """The requests of the run's newest attempt, in the order of their answers; none if it made none yet."""
    parts = c.scalars(select(exchanges.c.lines).where(exchanges.c.run == run).order_by(exchanges.c.part))
    return [ApiCall(*one) for lines in parts for one in json.loads(zlib.decompress(lines))]
