"""The desk for real: checks what is known at once, writes the request down, says that it did."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot.access import Access
from bot.outcome import TOO_LATE
from bot.run import Dismissal
from bot.store import requests, schedules
from bot.store.database import Store
from bot.store.requests import Asked
from handlers.desk import Amendment, Cancellation, Inquiry, Keeping, Opinion, Place, Receipt, Request
from handlers.exposure import Exposure
from handlers.planned import Listed, Plan, Proposal, Schedule
from handlers.rules import Rule
from handlers.views.mask import filter_words
from reporting.entry import Entry, State, UnderWay
from reporting.errors import (
    MonthAhead,
    NoSuchSchedule,
    NothingToCancel,
    SeveralToCancel,
    TooLateToCancel,
    TooLongToKeep,
    ZoneNotLearned,
    ZoneUnknown,
)
from reporting.evidence import ledger
from reporting.only import Only, expanded
from reporting.period import Month, zone
from reporting.zones import is_of_machine

log = structlog.get_logger()
LONGEST = 1_800
"""Characters of a plan, which has to fit into a button."""
EARLIEST = ZoneInfo("Pacific/Kiritimati")
"""Where every month begins first, at UTC+14."""


class Works(Protocol):
    """What the engine does for the desk."""

    def dismiss(self, key: str, dismissal: Dismissal) -> None: ...
    def keep(self, keeping: Keeping) -> None: ...
    def amend(self, amendment: Amendment) -> None: ...
    def inquire(self, inquiry: Inquiry) -> None: ...
    def review(self, opinion: Opinion) -> None: ...


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """Takes requests for the engine."""

    store: Store
    engine: Works
    nudge: Callable[[], None]
    """Called when a request is written down, for somebody to look at it."""
    access: Access
    profiles: Mapping[str, Only]
    zone: str
    """Of the reports; empty for the portal's own."""
    at_once: int
    """How many reports are made at the same time."""
    now: Callable[[], datetime]
    portal_zone: Callable[[], str]
    """The portal's own zone; empty while it is not known."""
    settle: timedelta

    def this_month(self) -> Month:
        name = self.zone or self.portal_zone()
        if not name:
            raise ZoneNotLearned
        here = self.now().astimezone(ZoneInfo(name))
        return Month(here.year, here.month)

    def submit(self, request: Request) -> Receipt:
        self.access.check(request.place)
        request = definite(request, self.profiles, zone=self.zone, now=self.now())
        receipt = self.store.write(lambda c: requests.accept(c, request, now=self.now(), at_once=self.at_once))
        self.nudge()
        order = request.order
        log.info("accepted", run=receipt.run, month=str(order.month), filtered=bool(order.only), joined=receipt.joined)
        return receipt

    def cancel(self, cancellation: Cancellation) -> Entry:
        self.access.check(cancellation.place)
        place = cancellation.place
        entry = self.store.read(lambda c: meant(ledger.going_on(c), asked_for(c, place).keys(), cancellation))
        self.engine.dismiss(requests.request_id(cancellation.key), Dismissal(entry.run, place))
        return entry

    def propose(self, place: Place, plan: Plan, *, number: int = 0) -> Proposal:
        self.access.check(place)
        plan = Plan(self._zoned(plan.rule, place.channel), expanded(plan.only, self.profiles))
        if len(str(plan)) > LONGEST:
            raise TooLongToKeep
        now = self.now()
        month = self._numbered(number).next if number else plan.rule.first(now)
        dates = tuple(plan.rule.due(month.plus(n)) for n in range(3))
        settles = month.plus(-1).within(ZoneInfo(self.zone or self.portal_zone() or plan.rule.zone)).end + self.settle
        early = settles if max(dates[0], now) < settles else None
        return Proposal(plan, dates, month.plus(-1), number, overdue=dates[0] <= now, settles=early)

    def keep(self, keeping: Keeping) -> None:
        plan = self.propose(keeping.place, keeping.plan, number=keeping.number).plan
        self.engine.keep(replace(keeping, plan=plan))

    def amend(self, amendment: Amendment) -> Schedule:
        self.access.check(amendment.place)
        found = self._numbered(amendment.number)
        self.engine.amend(amendment)
        return found

    def schedule(self, place: Place, number: int) -> Schedule:
        self.access.check(place)
        found = self._numbered(number)
        if found.channel != place.channel and found.maker != place.asker:
            raise NoSuchSchedule(number=number)
        return found

    def _numbered(self, number: int) -> Schedule:
        found = self.store.read(lambda c: schedules.find(c, number))
        if found is None:
            raise NoSuchSchedule(number=number)
        return found

    def schedules(self, place: Place) -> tuple[Listed, ...]:
        self.access.check(place)
        return self.store.read(
            lambda c: tuple(Listed(one, requests.last_of(c, one.number)) for one in schedules.listed(c, place.channel))
        )

    def inquire(self, inquiry: Inquiry) -> None:
        self.access.check(inquiry.place)
        self.store.check()
        self.engine.inquire(replace(inquiry, only=expanded(inquiry.only, self.profiles)))

    def review(self, opinion: Opinion) -> None:
        self.access.check(opinion.place)
        self.store.check()
        self.engine.review(opinion)

    def _zoned(self, rule: Rule, channel: str) -> Rule:
        """The rule in the zone that it names, else that of the channel's newest schedule, else that of the reports."""
        before = self.store.read(lambda c: schedules.zone_of(c, channel))
        name = rule.zone or ("" if is_of_machine(before) else before) or self.zone or self.portal_zone()
        if not name:
            raise ZoneUnknown(example=rule)
        return replace(rule, zone=zone(name).key)

    def status(self, place: Place) -> UnderWay:
        self.access.check(place)
        going_on, asked = self.store.read(lambda c: (ledger.going_on(c), asked_for(c, place)))
        here = tuple(requests.as_asked(entry, asked[entry.run]) for entry in going_on if entry.run in asked)
        ahead = tuple(requests.ahead(going_on, entry.run, self.at_once) for entry in here)
        return UnderWay(here, ahead, elsewhere=len(going_on) - len(here))


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
    place = replace(request.place, channel=request.place.asker) if request.private else request.place
    order = replace(request.order, zone=zone, only=expanded(request.order.only, profiles))
    return replace(request, order=order, place=place)


def asked_for(c: Connection, place: Place) -> dict[str, Asked]:
    """The runs that were asked for in the channel, and those that the asker wanted alone, wherever that was said."""
    return requests.in_channel(c, place.asker) | requests.in_channel(c, place.channel)


def meant(going_on: list[Entry], here: Collection[str], cancellation: Cancellation) -> Entry:
    """The run that somebody wants to end.

    Raises:
        NothingToCancel, SeveralToCancel: there is none, or it is not clear which.
        TooLateToCancel: it is being filed, or done.
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
        titles = ", ".join(named(entry, cancellation.place.asker) for entry in found)
        raise SeveralToCancel(titles=titles, example=found[0].order.month)
    if found[0].state not in (State.QUEUED, State.RUNNING):
        raise TooLateToCancel(state=TOO_LATE.get(found[0].state, "done"))
    return found[0]


def named(entry: Entry, reader: str) -> str:
    """The report's month and filter; without the people whom somebody else's filter names."""
    exposure = Exposure.FULL if entry.asker == reader else Exposure.COUNTS
    return f"{entry.order.month.title} {filter_words(entry.order.only, exposure)}".strip()
