"""What the portal's two journals, actions and sign-ins, have in common: asking the core, and altering a printed row."""

from datetime import datetime, timedelta

from sandbox.portal.dates import micros
from sandbox.portal.lying_trail import Answer, World
from sandbox.portal.query import AuditQuery
from sandbox.portal.refusals import BadParameters
from sandbox.portal.rows import Wire
from sandbox.portal.semantics import Question, refused

CLOCK = len("2025-01-31T23:59:59")
FRACTION = len(".0000000")


def asked(world: World[Wire], query: AuditQuery) -> Answer[Wire]:
    """Return what *world* answers.

    Raises:
        BadParameters: it refuses to.
    """
    answer = world.ask(
        Question(
            since=None if query.since is None else micros(query.since),
            until=None if query.until is None else micros(query.until),
            count=query.count,
            start=query.start,
            filters=query if query.filters else None,
            surplus=query.surplus,
        )
    )
    if answer.refused is not None:
        raise BadParameters(refused(query.count, query.start, world.semantics))
    return answer


def number_of(row: Wire) -> int:
    return int(str(row["id"]))


def altered(row: Wire, *, later: int = 0, cut: int = 0, number: int | None = None) -> Wire:
    """Return the printed row with its date some seconds later, cut to a multiple of seconds, or with another id."""
    date = str(row["date"])
    clock, rest = datetime.fromisoformat(date[:CLOCK]) + timedelta(seconds=later), date[CLOCK:]
    if cut:
        clock -= timedelta(seconds=(clock - clock.min).total_seconds() % cut)
        rest = f".0000000{rest[FRACTION:]}"
    return row | {"date": clock.isoformat() + rest, "id": row["id"] if number is None else number}
