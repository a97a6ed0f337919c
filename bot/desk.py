"""The desk for real: checks what is known at once, writes the request down, says that it did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.access import Access
from bot.run import Dismissal
from bot.store import requests
from bot.store.database import Store
from handlers.desk import Cancellation, Place, Receipt, Request
from reporting.entry import Entry, Standing
from reporting.errors import MonthAhead, NothingToCancel, SeveralToCancel
from reporting.evidence import ledger
from reporting.only import Only, expanded
from reporting.period import Month

log = structlog.get_logger()
EARLIEST = ZoneInfo("Pacific/Kiritimati")
"""Where every month begins first, at UTC+14."""


class Works(Protocol):
    """What the engine does for the desk."""

    def receive(self, request: str) -> None: ...
    def dismiss(self, key: str, dismissal: Dismissal) -> None: ...


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """Takes requests for the engine."""

    store: Store
    engine: Works
    access: Access
    profiles: Mapping[str, Only]
    zone: str
    """Of the reports; empty for the portal's own."""
    now: Callable[[], datetime]

    def submit(self, request: Request) -> Receipt:
        self.access.check(request.place)
        request = definite(request, self.profiles, zone=self.zone, now=self.now())
        receipt = self.store.write(lambda c: requests.accept(c, request, now=self.now()))
        self.engine.receive(requests.request_id(request.key))
        order = request.order
        log.info("accepted", run=receipt.run, month=str(order.month), filtered=bool(order.only), joined=receipt.joined)
        return receipt

    def cancel(self, cancellation: Cancellation) -> Entry:
        self.access.check(cancellation.place)
        entry = self.store.write(
            lambda c: meant(ledger.going_on(c), requests.in_channel(c, cancellation.place.channel), cancellation)
        )
        self.engine.dismiss(requests.request_id(cancellation.key), Dismissal(entry.run, cancellation.place))
        return entry

    def status(self, place: Place) -> Standing:
        self.access.check(place)
        going_on, asked_here = self.store.write(lambda c: (ledger.going_on(c), requests.in_channel(c, place.channel)))
        here = tuple(entry for entry in going_on if entry.run in asked_here)
        ahead = tuple(requests.ahead(going_on, entry.run) for entry in here)
        return Standing(here, ahead, elsewhere=len(going_on) - len(here))


def definite(request: Request, profiles: Mapping[str, Only], *, zone: str, now: datetime) -> Request:
    """The request with everything that the settings say of it.

    Raises:
        MonthAhead: the month has not begun anywhere on earth.
        UnknownProfile: the filter names a profile that there is not.
    """
    today, month = now.astimezone(EARLIEST), request.order.month
    if Month(today.year, today.month) < month:
        example = Month(today.year, today.month).plus(-1)
        raise MonthAhead(month=month.title, zone="any time zone", example=example)
    return requests.with_order(request, zone=zone, only=expanded(request.order.only, profiles))


def meant(going_on: list[Entry], here: set[str], cancellation: Cancellation) -> Entry:
    """The run that somebody wants to end.

    Raises:
        NothingToCancel, SeveralToCancel: there is none, or it is not clear which.
    """
    month, run = cancellation.month, cancellation.run
    found = [
        entry
        for entry in going_on
        if (entry.run == run if run else entry.run in here and month in {None, entry.order.month})
    ]
    if not found:
        raise NothingToCancel(of=f" of {month.title}" if month else "")
    if len(found) > 1:
        titles = ", ".join(f"{entry.order.month.title} {entry.order.only}".strip() for entry in found)
        raise SeveralToCancel(titles=titles, example=found[0].order.month)
    return found[0]
