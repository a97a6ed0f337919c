"""The desk for real: checks what is known at once, writes the request down, says that it did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot.config.access_policy import Right, admin
from bot.runs.cancellation import meant
from bot.store import requests, schedule_proposals, schedules
from bot.store.database import Store
from bot.store.requests import Asked
from bot.store.schedule_proposals import Proposed
from bot.workflows.report import Dismissal
from handlers.commands.parser import proposed
from handlers.desk import (
    Amendment,
    Cancellation,
    FormSource,
    Inquiry,
    Keeping,
    Opinion,
    Place,
    Receipt,
    Request,
    Saving,
)
from handlers.exposure import Exposure, is_wording_of
from handlers.query import Question
from handlers.recurrence import NINE, Rule
from handlers.schedule import Listed, Opening, Plan, Proposal, Schedule, Schedules
from handlers.views.mask import filter_words
from reporting.errors import (
    ForAdmins,
    MonthAhead,
    NoReport,
    NoSuchSchedule,
    ProposalGone,
    TooLongToKeep,
    ZoneNotLearned,
    ZoneUnknown,
)
from reporting.evidence import ledger
from reporting.filters import EVERYTHING, Only, expanded
from reporting.period import Month, zone
from reporting.report import Order
from reporting.run import Entry, Origin, UnderWay
from reporting.time_zones import is_of_machine

log = structlog.get_logger()
LONGEST = 1_800
"""Characters of a plan, which has to fit into a message."""
MONTHLY = Rule("2", NINE)
"""What a schedule is proposed as that is made of a report."""
EARLIEST = ZoneInfo("Pacific/Kiritimati")
"""Where every month begins first, at UTC+14."""


class Works(Protocol):
    """What the engine does for the desk."""

    def dismiss(self, key: str, dismissal: Dismissal) -> None: ...
    def keep(self, keeping: Keeping) -> None: ...
    def amend(self, amendment: Amendment) -> None: ...
    def inquire(self, inquiry: Inquiry) -> None: ...
    def review(self, opinion: Opinion) -> None: ...


class Door(Protocol):
    """Who may, as far as can be told at once. Raises NotAllowed."""

    def recall(self, place: Place, right: Right = ...) -> None:
        """By what is known already."""

    def admit_now(self, place: Place, right: Right = ...) -> Mapping[str, Any]:
        """By what Slack says within a moment; gives what it says of them."""

    def may_ask(self, place: Place) -> bool:
        """Whether somebody who may look may ask as well."""


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """Takes requests for the engine."""

    store: Store
    engine: Works
    nudge: Callable[[], None]
    """Called when a request is written down, for somebody to look at it."""
    people: Door
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

    def admit(self, place: Place) -> None:
        self.people.admit_now(place)

    def submit(self, request: Request) -> Receipt:
        self.people.recall(request.place)
        request = definite(request, self.profiles, zone=self.zone, now=self.now())
        receipt = self.store.write(lambda c: requests.ask(c, request, now=self.now(), at_once=self.at_once))
        self.nudge()
        order = request.order
        log.info("accepted", run=receipt.run, month=str(order.month), filtered=bool(order.only), joined=receipt.joined)
        return receipt

    def rerun(self, place: Place, run: str, key: str) -> Receipt:
        self.people.recall(place)
        order = self._known(place, run).order
        return self.submit(Request(Order(order.month, only=order.only), place, key, Origin.BUTTON))

    def _known(self, place: Place, run: str) -> Entry:
        """The run, as far as the asker may know of it.

        Raises:
            NoReport: there is none.
        """
        found = self.store.read(lambda c: requests.known_run(c, run, place.asker))
        if found is None:
            raise NoReport(what="that", example="2025-01")
        return found

    def cancel(self, cancellation: Cancellation) -> Entry:
        self.people.recall(cancellation.place, Right.CANCEL)
        place = cancellation.place
        if not cancellation.run:
            self._open_pending(place)
        entry = self.store.read(lambda c: meant(ledger.going_on(c), asked_for(c, place).keys(), cancellation))
        self.engine.dismiss(requests.request_id(cancellation.key), Dismissal(entry.run, place))
        return entry

    def _open_pending(self, place: Place) -> None:
        """Have runs for what somebody asked for a moment ago, if they may, so that they see and can cancel them."""
        mine = self.store.read(lambda c: requests.pending(c, place.asker))
        if mine and self.people.may_ask(place):
            for asked in mine:
                self.store.write(lambda c, request=asked.id: requests.open_run(c, request))  # type: ignore[misc]

    def open_schedule(self, place: Place, source: FormSource) -> Opening:
        is_admin = admin(self.people.admit_now(place))
        if source.number:
            found = self._numbered(source.number)
            if found.maker != place.asker and not is_admin:
                raise ForAdmins(deed="change a schedule that somebody else made")
            return opening(found.plan, own=found.maker == place.asker)
        if source.written:
            return opening(source.written, own=source.own)
        return self._opened_from(place, source.about) if source.about else Opening()

    def _opened_from(self, place: Place, about: str) -> Opening:
        """What a proposal of theirs says, or a schedule with the filter of a report."""
        mine = self.store.read(lambda c: schedule_proposals.find(c, about, asker=place.asker))
        if mine:
            return opening(proposed(mine.plan), own=True)
        entry = self._known(place, about)
        return opening(Plan(MONTHLY, entry.order.only), own=is_wording_of(entry, place.asker))

    def propose(self, place: Place, plan: Plan, *, key: str, number: int = 0, keeps_filter: bool = False) -> Proposal:
        person = self.people.admit_now(place)
        hidden = False
        if number:
            schedule = self._numbered(number)
            own = schedule.maker == place.asker
            if not own and not admin(person):
                raise ForAdmins(deed="change a schedule that somebody else made")
            plan = replace(plan, only=schedule.plan.only) if keeps_filter else plan
            hidden = keeps_filter and not own
        meant = self._meant(place, plan, number)
        mine = Proposed(requests.request_id(f"proposal {key}"), place.asker, place.channel, number, str(meant.plan))
        self.store.write(lambda c: schedule_proposals.write_down(c, mine, now=self.now()))
        return replace(meant, id=mine.id, is_filter_hidden=hidden)

    def _meant(self, place: Place, plan: Plan, number: int) -> Proposal:
        plan = Plan(self._zoned(plan.rule, place.channel), expanded(plan.only, self.profiles))
        if len(str(plan)) > LONGEST:
            raise TooLongToKeep
        now = self.now()
        month = self._numbered(number).next if number else plan.rule.first(now)
        dates = tuple(plan.rule.due(month.plus(n)) for n in range(3))
        settles = month.plus(-1).within(ZoneInfo(self.zone or self.portal_zone() or plan.rule.zone)).end + self.settle
        early = settles if max(dates[0], now) < settles else None
        return Proposal(plan, dates, month.plus(-1), number, overdue=dates[0] <= now, settles=early)

    def save(self, saving: Saving) -> None:
        mine = self.store.read(lambda c: schedule_proposals.find(c, saving.proposal, asker=saving.place.asker))
        if mine is None:
            raise ProposalGone
        place = replace(saving.place, channel=mine.channel)
        self.keep(Keeping(place, proposed(mine.plan), mine.id, mine.number, saving.press))

    def keep(self, keeping: Keeping) -> None:
        self.people.recall(keeping.place)
        plan = self._meant(keeping.place, keeping.plan, keeping.number).plan
        self.engine.keep(replace(keeping, plan=plan))

    def amend(self, amendment: Amendment) -> Schedule:
        self.people.recall(amendment.place)
        found = self._numbered(amendment.number)
        self.engine.amend(amendment)
        return found

    def schedule(self, place: Place, number: int) -> Schedule:
        self.people.admit_now(place)
        found = self._numbered(number)
        if found.channel != place.channel and found.maker != place.asker:
            raise NoSuchSchedule(number=number)
        return found

    def _numbered(self, number: int) -> Schedule:
        found = self.store.read(lambda c: schedules.find(c, number))
        if found is None:
            raise NoSuchSchedule(number=number)
        return found

    def schedules(self, place: Place) -> Schedules:
        self.people.admit_now(place, Right.LOOK)
        found = self.store.read(
            lambda c: tuple(Listed(one, requests.last_of(c, one.number)) for one in schedules.listed(c, place.channel))
        )
        return Schedules(found, may_change=self.people.may_ask(place))

    def inquire(self, inquiry: Inquiry) -> None:
        if inquiry.question is not Question.HOME:  # the page itself says that they may not
            self.people.recall(inquiry.place, right_to(inquiry.question))
        self.store.check()
        self.engine.inquire(replace(inquiry, only=expanded(inquiry.only, self.profiles)))

    def review(self, opinion: Opinion) -> None:
        self.people.recall(opinion.place)
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
        everything = admin(self.people.admit_now(place, Right.LOOK))
        self._open_pending(place)
        going_on, asked = self.store.read(lambda c: (ledger.going_on(c), asked_for(c, place)))
        known = self.store.read(lambda c: [everything or knows(c, entry, place.asker) for entry in going_on])
        here = tuple(requests.as_asked(entry, asked[entry.run]) for entry in going_on if entry.run in asked)
        ahead = tuple(requests.ahead(going_on, entry.run, self.at_once) for entry in here)
        return UnderWay(here, ahead, elsewhere=sum(known) - len(here))


def right_to(question: Question) -> Right:
    """What somebody needs for an answer; to have a month read again is to ask for a report."""
    return Right.ASK if question is Question.REREAD else Right.LOOK


def knows(c: Connection, entry: Entry, user: str) -> bool:
    return requests.known_run(c, entry.run, user) is not None


def opening(plan: Plan, *, own: bool) -> Opening:
    """A form with that plan; of what others have written, without a filter that tells more than kinds of events.

    How much they may see of it in the channel is not asked here: that would take too long.
    """
    words = filter_words(plan.only, Exposure.COUNTS)
    if own or words == str(plan.only):
        return Opening(plan)
    return Opening(replace(plan, only=EVERYTHING), hidden=words)


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
