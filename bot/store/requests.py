"""Who asked for what: every accepted request belongs to exactly one run."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, RowMapping, exists, func, or_, select, update

from bot.store.tables import requests
from handlers.desk import DIRECT, Receipt, Request, RequestContext
from reporting.evidence import ledger
from reporting.filters import parse_stored
from reporting.period import Month
from reporting.report import Order
from reporting.run import OPEN, Origin, Run, State


class Stage(StrEnum):
    """What has become of a request."""

    ASKED = "asked"
    """Written down; nobody has looked at it yet."""
    TAKEN = "taken"
    LET_IN = "let in"
    """The asker may, and its channel has the run's message, or will have its result."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request that is written down."""

    id: str
    run: str
    origin: Origin
    place: RequestContext
    at: datetime
    """When it was written down."""
    schedule: int = 0
    """Number of the schedule that asked."""
    due: datetime | None = None
    """When that wanted the report."""


def request_id(key: str) -> str:
    """The same for the same click or command, however often it is delivered."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def accept(c: Connection, request: Request, *, now: datetime, at_once: int) -> Receipt:
    """Write the request down; it joins the open run for the same report, or gets a new one.

    Raises:
        IntegrityError: somebody else opened that run at the same moment; the next try will join it.
    """
    number, run = request_id(request.key), save(c, request, now=now)
    joined = run != number and known_run(c, run, request.place.asker, but=number) is not None
    return Receipt(run, joined=joined, ahead=ahead(ledger.list_open_runs(c), run, at_once))


def ask(c: Connection, request: Request, *, now: datetime, at_once: int) -> Receipt:
    """Write down what a person asks for; `open_run` makes a run of it, or joins one, once it is known that they may."""
    number, asker = request_id(request.key), request.place.asker
    before = c.scalar(select(requests.c.run).where(requests.c.request == number))
    if before is None:
        insert(c, request, run=number, order=request.order, now=now)
    there = ledger.find_open_run(c, request.order)
    known = there is not None and known_run(c, there, asker) is not None
    joined = (known and there not in (before, number)) or has_asked(c, request, but=number)
    run = there if there and known else str(before or number)
    return Receipt(run, joined=joined, ahead=queue_position(c, there or run, number, asker, at_once))


def has_asked(c: Connection, request: Request, *, but: str) -> bool:
    """Whether the same person has asked for the same a moment ago, *but* by that very request."""
    order = request.order
    same = (
        requests.c.period == str(order.month),
        requests.c.report_zone == order.zone,
        requests.c.only == str(order.only),
    )
    fresh = requests.c.state.in_([Stage.ASKED, Stage.TAKEN]), requests.c.asker == request.place.asker
    found = select(requests.c.request).where(*same, *fresh, requests.c.request != but).limit(1)
    return c.scalar(found) is not None


def queue_position(c: Connection, run: str, request: str, asker: str, at_once: int) -> int:
    """How many reports will have their turn before that run, which may not be open yet."""
    going_on = ledger.list_open_runs(c)
    if any(entry.run == run for entry in going_on):
        return ahead(going_on, run, at_once)
    mine = len([one for one in pending(c, asker) if one.id != request])
    turn = ledger.open_runs_of(c, asker) + mine + 1
    place = mine + len([one for one in going_on if one.state is not State.QUEUED or one.turn <= turn])
    return max(0, place + 1 - at_once) if place else 0


def open_run(c: Connection, request: str) -> StoredRequest:
    """Have a request belong to a run: the open one for the same report, or a new one; a second time changes nothing.

    Raises:
        IntegrityError: somebody else opened that run at the same moment; the next try will join it.
    """
    row = c.execute(select(requests).where(requests.c.request == request)).mappings().one()
    if not row["period"] or ledger.find(c, row["run"]):
        return unpacked(row)
    order = Order(Month.parse(row["period"]), row["report_zone"], parse_stored(row["only"]))
    run = ledger.find_open_run(c, order)
    if run is None:
        run, turn, origin = request, turn_of(c, row), Origin(row["origin"])
        ledger.accept(c, Run(run, order, origin, row["channel"], row["asker"], row["asked"], State.QUEUED, turn))
    c.execute(update(requests).where(requests.c.request == request).values(run=run))
    return replace(unpacked(row), run=run)


def turn_of(c: Connection, row: RowMapping) -> int:
    """How many that person had asked for by then, this one included, however late each of them is let in."""
    earlier = ledger.runs.c.asker == row["asker"], ledger.runs.c.state.in_(OPEN), ledger.runs.c.asked < row["asked"]
    there = c.scalar(select(func.count()).select_from(ledger.runs).where(*earlier)) or 0
    return there + len([one for one in pending(c, row["asker"]) if one.at < row["asked"]]) + 1


def pending(c: Connection, asker: str = "") -> list[StoredRequest]:
    """What people asked for that is no run yet, first come first; of that person alone, if one is named."""
    fresh = requests.c.state.in_([Stage.ASKED, Stage.TAKEN]), requests.c.period != ""
    runless = ~exists().where(ledger.runs.c.run == requests.c.run)
    whose = [requests.c.asker == asker] if asker else []
    found = c.execute(select(requests).where(*fresh, runless, *whose).order_by(requests.c.asked)).mappings()
    return [unpacked(row) for row in found]


def pending_months(c: Connection, asker: str) -> set[str]:
    """The months (``2025-01``) of which that person has asked for a report that is no run yet."""
    ids = [one.id for one in pending(c, asker)]
    return set(c.scalars(select(requests.c.period).where(requests.c.request.in_(ids))))


def rescue(c: Connection, request: str) -> None:
    """Have a run for a request that nobody can look at, so that who asked is told."""
    if any(one.id == request for one in pending(c)):
        open_run(c, request)


def decline(c: Connection, request: StoredRequest) -> None:
    """Nothing becomes of a request of somebody who may not ask: it was no run."""
    c.execute(update(requests).where(requests.c.request == request.id).values(state=Stage.REFUSED))


def save(c: Connection, request: Request, *, now: datetime) -> str:
    """The same; gives the run."""
    number, place = request_id(request.key), request.place
    before = c.scalar(select(requests.c.run).where(requests.c.request == number))
    if before:
        return str(before)
    run = ledger.find_open_run(c, request.order)
    if run is None:
        run, turn = number, ledger.open_runs_of(c, place.asker) + 1
        asked = Run(number, request.order, request.origin, place.channel, place.asker, now, State.QUEUED, turn)
        ledger.accept(c, replace(asked, rereads=request.rereads))
    insert(c, request, run=run, order=None, now=now)
    return run


def insert(c: Connection, request: Request, *, run: str, order: Order | None, now: datetime) -> None:
    """Write a request down; with its *order* while it has no run that says it."""
    place = request.place
    said = {"period": str(order.month), "report_zone": order.zone, "only": str(order.only)} if order else {}
    c.execute(
        requests.insert().values(
            request=request_id(request.key),
            run=run,
            origin=request.origin,
            channel=place.channel,
            asker=place.asker,
            response_url=place.response_url,
            asked=now,
            state=Stage.ASKED,
            schedule=request.schedule,
            due=request.due,
            **said,
        )
    )


def ahead(going_on: list[Run], run: str, at_once: int) -> int:
    """How many runs have to end before that one's turn, if *at_once* are made at a time; 0 once it has begun."""
    place = next((number for number, entry in enumerate(going_on) if entry.run == run), 0)
    return max(0, place + 1 - at_once) if place and going_on[place].state is State.QUEUED else 0


def mark_received(c: Connection, request: str) -> StoredRequest:
    """The request, which somebody looks at now."""
    c.execute(update(requests).where(requests.c.request == request).values(state=Stage.TAKEN))
    return unpacked(c.execute(select(requests).where(requests.c.request == request)).mappings().one())


def move(c: Connection, request: StoredRequest, channel: str) -> StoredRequest:
    """The answer belongs elsewhere; the request as it is then."""
    c.execute(update(requests).where(requests.c.request == request.id).values(channel=channel))
    return replace(request, place=replace(request.place, channel=channel))


def mark_admitted(c: Connection, request: StoredRequest) -> State:
    """The request belongs to its run from now on, whose state nobody else can change until this transaction ends."""
    c.execute(update(requests).where(requests.c.request == request.id).values(state=Stage.LET_IN))
    return ledger.state(c, request.run)


def refuse(c: Connection, request: StoredRequest) -> bool:
    """The request is turned down, and its run is somebody else's; whether there is nobody else.

    Of a run that is being filed, or whose result is written down, the ledger says who asked for it then.
    """
    c.execute(update(requests).where(requests.c.request == request.id).values(state=Stage.REFUSED))
    state, others = ledger.state(c, request.run), of_run(c, request.run)
    if others and state in {State.QUEUED, State.RUNNING}:
        ledger.change(c, request.run, asker=others[0].place.asker, place=others[0].place.channel)
    return not others


def unreceived(c: Connection) -> dict[str, str]:
    """Requests that nobody has looked at yet, each with its asker; of months that a schedule has missed, the oldest."""
    before = requests.alias()
    waits = (
        select(before.c.request)
        .join(ledger.runs, ledger.runs.c.run == before.c.run)
        .where(before.c.schedule == requests.c.schedule, before.c.due < requests.c.due)
        .where(before.c.state.in_([Stage.ASKED, Stage.TAKEN]), ledger.runs.c.state.in_(OPEN))
    )
    fresh = requests.c.state == Stage.ASKED, ~waits.exists()
    found = c.execute(select(requests.c.request, requests.c.asker).where(*fresh).order_by(requests.c.asked))
    return {row.request: row.asker for row in found}


def of_run(c: Connection, run: str, *, let_in: bool = False) -> list[StoredRequest]:
    """Who wants the run's report, first come first; only those that were *let in* already."""
    standing = requests.c.state == Stage.LET_IN if let_in else requests.c.state != Stage.REFUSED
    wanted = requests.c.run == run, standing
    found = c.execute(select(requests).where(*wanted).order_by(requests.c.asked, requests.c.request)).mappings()
    return [unpacked(row) for row in found]


def last_of(c: Connection, schedule: int) -> Run | None:
    """The newest run that a schedule asked for, of several at the same moment the one of the latest month.

    If its month was read again, that one.
    """
    mine = select(requests.c.run).where(requests.c.schedule == schedule)
    newest = requests.c.asked.desc(), func.coalesce(requests.c.due, requests.c.asked).desc(), requests.c.request
    run = c.scalar(mine.order_by(*newest).limit(1))
    return (ledger.find_reread(c, run) or ledger.find(c, run)) if run else None


def in_channel(c: Connection, channel: str) -> dict[str, StoredRequest]:
    """The runs under way that somebody who may asked for in a channel, each with the first request from there."""
    there = requests.c.channel == channel, requests.c.state != Stage.REFUSED, ledger.runs.c.state.in_(ledger.UNDER_WAY)
    under_way = select(requests).join(ledger.runs, ledger.runs.c.run == requests.c.run).where(*there)
    last_first = under_way.order_by(requests.c.asked.desc(), requests.c.request.desc())
    return {row["run"]: unpacked(row) for row in c.execute(last_first).mappings()}


def public(channel: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether that is where others see what is said: no direct messages."""
    return func.substr(channel, 1, 1).not_in(DIRECT)


def known_to(user: str, *, but: str = "") -> ColumnElement[bool]:
    """Whether that person asked for a run, too, or somebody did where others could see it, by another request."""
    seen = or_(requests.c.asker == user, public(requests.c.channel))
    counts = requests.c.state != Stage.REFUSED, requests.c.request != but
    return exists().where(requests.c.run == ledger.runs.c.run, *counts, seen)


def known_run(c: Connection, run: str, user: str, *, but: str = "") -> Run | None:
    """The run, if that person may know of it: they asked for it, or somebody did where others could see it.

    The request *but* does not count.
    """
    mine = or_(ledger.runs.c.asker == user, public(ledger.runs.c.place), known_to(user, but=but))
    return ledger.find(c, run) if c.scalar(select(ledger.runs.c.run).where(ledger.runs.c.run == run, mine)) else None


def as_asked(entry: Run, asked: StoredRequest) -> Run:
    """The run as those know it who see that request, and no earlier one from elsewhere."""
    return replace(entry, place=asked.place.channel, asker=asked.place.asker, asked=asked.at, origin=asked.origin)


def unpacked(row: RowMapping) -> StoredRequest:
    place = RequestContext(row["channel"], row["asker"], response_url=row["response_url"])
    return StoredRequest(
        row["request"], row["run"], Origin(row["origin"]), place, row["asked"], row["schedule"], row["due"]
    )
