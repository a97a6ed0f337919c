"""Who asked for what: every accepted request belongs to exactly one run."""

import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, func, select, update

from bot.store.tables import requests
from handlers.desk import Place, Receipt, Request
from reporting.entry import Entry, Origin, State
from reporting.evidence import ledger


class Standing(StrEnum):
    """What has become of a request."""

    ASKED = "asked"
    """Written down; nobody has looked at it yet."""
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is written down."""

    id: str
    run: str
    origin: Origin
    place: Place


def request_id(key: str) -> str:
    """The same for the same click or command, however often it is delivered."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def accept(c: Connection, request: Request, *, now: datetime) -> Receipt:
    """Write the request down; it joins the open run for the same report, or gets a new one.

    Raises:
        IntegrityError: somebody else opened that run at the same moment; the next try will join it.
    """
    number = request_id(request.key)
    before = c.scalar(select(requests.c.run).where(requests.c.request == number))
    if before:
        return receipt(c, before, joined=before != number)
    run = ledger.joinable(c, request.order)
    place = request.place
    if run is None:
        turn = ledger.open_of(c, place.asker) + 1
        ledger.accept(
            c, Entry(number, request.order, request.origin, place.channel, place.asker, now, State.QUEUED, turn)
        )
    c.execute(
        requests.insert().values(
            request=number,
            run=run or number,
            origin=request.origin,
            channel=place.channel,
            asker=place.asker,
            response_url=place.response_url,
            asked=now,
            state=Standing.ASKED,
        )
    )
    return receipt(c, run or number, joined=run is not None)


def receipt(c: Connection, run: str, *, joined: bool) -> Receipt:
    return Receipt(run, joined=joined, ahead=ahead(ledger.going_on(c), run))


def ahead(going_on: list[Entry], run: str) -> int:
    """How many runs have their turn before that one; 0 once it has begun."""
    place = next((number for number, entry in enumerate(going_on) if entry.run == run), 0)
    return place if place and going_on[place].state is State.QUEUED else 0


def take(c: Connection, request: str) -> Asked:
    """The request, which somebody looks at now."""
    c.execute(update(requests).where(requests.c.request == request).values(state=Standing.TAKEN))
    return asked(c.execute(select(requests).where(requests.c.request == request)).mappings().one())


def refuse(c: Connection, request: Asked) -> bool:
    """The request is turned down; whether its run has nobody left who wants it."""
    c.execute(update(requests).where(requests.c.request == request.id).values(state=Standing.REFUSED))
    ledger.state(c, request.run)
    others = select(func.count()).where(requests.c.run == request.run, requests.c.state != Standing.REFUSED)
    return c.scalar(others) == 0


def untaken(c: Connection) -> list[str]:
    """Requests that nobody has looked at yet."""
    return list(c.scalars(select(requests.c.request).where(requests.c.state == Standing.ASKED)))


def of_run(c: Connection, run: str) -> list[Asked]:
    """Who wants the run's report, first come first."""
    wanted = requests.c.run == run, requests.c.state != Standing.REFUSED
    found = c.execute(select(requests).where(*wanted).order_by(requests.c.asked, requests.c.request)).mappings()
    return [asked(row) for row in found]


def in_channel(c: Connection, channel: str) -> set[str]:
    """The runs that were asked for in a channel."""
    return set(c.scalars(select(requests.c.run).where(requests.c.channel == channel)))


def asked(row: RowMapping) -> Asked:
    place = Place(row["channel"], row["asker"], response_url=row["response_url"])
    return Asked(row["request"], row["run"], Origin(row["origin"]), place)


def with_order(request: Request, **changes: object) -> Request:
    return dataclasses.replace(request, order=dataclasses.replace(request.order, **changes))  # type: ignore[arg-type]
