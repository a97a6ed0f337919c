"""The desk: checks what can be checked without the network, saves the request, confirms it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot.config.access_policy import Right, admin
from bot.runs.cancellation import run_to_cancel
from bot.runs.reviewers import check_reviewer
from bot.store import requests, schedule_proposals, schedules
from bot.store.database import Store
from bot.store.requests import StoredRequest
from bot.store.schedule_proposals import StoredProposal
from bot.workflows.kinds import Submission
from bot.workflows.report import CancelRun
from handlers.commands.parser import read_button_value
from handlers.desk import (
    Cancellation,
    FormSource,
    Query,
    Receipt,
    Request,
    RequestContext,
    ReviewSubmission,
    SaveProposal,
    SaveSchedule,
    ScheduleAction,
)
from handlers.errors import ForAdmins, NoSuchSchedule, ProposalGone, TooLongToKeep, ZoneNotLearned, ZoneUnknown
from handlers.exposure import Exposure, is_wording_of
from handlers.query import QueryKind
from handlers.recurrence import NINE, Rule
from handlers.schedule import FormOpening, Plan, Proposal, Schedule, ScheduleList, ScheduleWithLastRun
from handlers.views.mask import filter_words
from reporting.errors.request import MonthAhead, NoReport
from reporting.evidence import ledger
from reporting.filters import ALL_EVENTS, EventFilter, expanded
from reporting.period import Month, zone
from reporting.report import Order
from reporting.run import OpenRuns, Origin, Run
from reporting.time_zones import is_of_machine

log = structlog.get_logger()
LONGEST = 1_800
"""Characters of a plan: it has to fit into a message."""
MONTHLY = Rule("2", NINE)
"""The rule proposed for a schedule that is created from a report."""
EARLIEST = ZoneInfo("Pacific/Kiritimati")
"""Where every month begins first, at UTC+14."""


class WorkflowQueue(Protocol):
    """What the desk needs of the engine."""

    def submit(self, work: Submission, key: str) -> None: ...


class AccessCheck(Protocol):
    """Access checks that do not keep anybody waiting. Raises NotAllowed."""

    def recall(self, place: RequestContext, right: Right = ...) -> None:
        """Check by what is known already."""

    def admit_now(self, place: RequestContext, right: Right = ...) -> Mapping[str, Any]:
        """Check by asking Slack once, briefly; return what Slack says about the person."""

    def may_ask(self, place: RequestContext) -> bool:
        """Whether somebody who may look may also request reports."""


@dataclass(frozen=True, slots=True)
class BotDesk:
    """Takes requests and hands them to the engine."""

    store: Store
    engine: WorkflowQueue
    nudge: Callable[[], None]
    """Called when a request is saved, so that it is picked up at once."""
    people: AccessCheck
    profiles: Mapping[str, EventFilter]
    zone: str
    """Of the reports; empty for the portal's own."""
    at_once: int
    """How many reports are made at the same time."""
    now: Callable[[], datetime]
    portal_zone: Callable[[], str]
    """The portal's own zone; empty while unknown."""
    settle: timedelta

    def this_month(self) -> Month:
        name = self.zone or self.portal_zone()
        if not name:
            raise ZoneNotLearned
        here = self.now().astimezone(ZoneInfo(name))
        return Month(here.year, here.month)

    def admit(self, place: RequestContext) -> None:
        self.people.admit_now(place)

    def submit(self, request: Request) -> Receipt:
        self.people.recall(request.place)
        request = complete_order(request, self.profiles, zone=self.zone, now=self.now())
        receipt = self.store.write(requests.ask, request, now=self.now(), at_once=self.at_once)
        self.nudge()
        order = request.order
        log.info(
            "request accepted",
            run=receipt.run,
            month=str(order.month),
            filtered=bool(order.only),
            joined=receipt.joined,
        )
        return receipt

    def rerun(self, place: RequestContext, run: str, key: str) -> Receipt:
        self.people.recall(place)
        order = self._check_known_run(place, run).order
        return self.submit(Request(Order(order.month, only=order.only), place, key, Origin.BUTTON))

    def _check_known_run(self, place: RequestContext, run: str) -> Run:
        """The run, if the requester may know about it.

        Raises:
            NoReport: there is none.
        """
        found = self.store.read(requests.known_run, run, place.asker)
        if found is None:
            raise NoReport(what="that", example="2025-01")
        return found

    def cancel(self, cancellation: Cancellation) -> Run:
        self.people.recall(cancellation.place, Right.CANCEL)
        place = cancellation.place
        if not cancellation.run:
            self._open_pending(place)
        entry = self.store.read(
            lambda c: run_to_cancel(ledger.list_open_runs(c), asked_for(c, place).keys(), cancellation)
        )
        self.engine.submit(CancelRun(entry.run, place), cancellation.key)
        return entry

    def _open_pending(self, place: RequestContext) -> None:
        """Open runs for requests of a moment ago, if they are allowed, so that they can be seen and canceled."""
        mine = self.store.read(requests.pending, place.asker)
        if mine and self.people.may_ask(place):
            for asked in mine:
                self.store.write(lambda c, request=asked.id: requests.open_run(c, request))  # type: ignore[misc]

    def open_schedule(self, place: RequestContext, source: FormSource) -> FormOpening:
        is_admin = admin(self.people.admit_now(place))
        if source.number:
            found = self._numbered(source.number)
            if found.maker != place.asker and not is_admin:
                raise ForAdmins(deed="change a schedule that somebody else made")
            return form_opening(found.plan, own=found.maker == place.asker)
        if source.written:
            return form_opening(source.written, own=source.own)
        return self._opened_from(place, source.about) if source.about else FormOpening()

    def _opened_from(self, place: RequestContext, about: str) -> FormOpening:
        """The requester's own proposal, or a new schedule with the filter of a report."""
        mine = self.store.read(schedule_proposals.find, about, asker=place.asker)
        if mine:
            return form_opening(read_button_value(mine.plan), own=True)
        entry = self._check_known_run(place, about)
        return form_opening(Plan(MONTHLY, entry.order.only), own=is_wording_of(entry, place.asker))

    def propose(
        self, place: RequestContext, plan: Plan, *, key: str, number: int = 0, keeps_filter: bool = False
    ) -> Proposal:
        person = self.people.admit_now(place)
        hidden = False
        if number:
            schedule = self._numbered(number)
            own = schedule.maker == place.asker
            if not own and not admin(person):
                raise ForAdmins(deed="change a schedule that somebody else made")
            plan = replace(plan, only=schedule.plan.only) if keeps_filter else plan
            hidden = keeps_filter and not own
        meant = self._plan_of(place, plan, number)
        mine = StoredProposal(
            requests.request_id(f"proposal {key}"), place.asker, place.channel, number, str(meant.plan)
        )
        self.store.write(schedule_proposals.save_proposal, mine, now=self.now())
        return replace(meant, id=mine.id, is_filter_hidden=hidden)

    def _plan_of(self, place: RequestContext, plan: Plan, number: int) -> Proposal:
        plan = Plan(self._zoned(plan.rule, place.channel), expanded(plan.only, self.profiles))
        if len(str(plan)) > LONGEST:
            raise TooLongToKeep
        now = self.now()
        month = self._numbered(number).next if number else plan.rule.first(now)
        dates = tuple(plan.rule.due(month.plus(n)) for n in range(3))
        settles = month.plus(-1).within(ZoneInfo(self.zone or self.portal_zone() or plan.rule.zone)).end + self.settle
        early = settles if max(dates[0], now) < settles else None
        return Proposal(plan, dates, month.plus(-1), number, overdue=dates[0] <= now, settles=early)

    def save_proposal(self, saving: SaveProposal) -> None:
        mine = self.store.read(schedule_proposals.find, saving.proposal, asker=saving.place.asker)
        if mine is None:
            raise ProposalGone
        place = replace(saving.place, channel=mine.channel)
        self.save_schedule(SaveSchedule(place, read_button_value(mine.plan), mine.id, mine.number, saving.press))

    def save_schedule(self, keeping: SaveSchedule) -> None:
        self.people.recall(keeping.place)
        plan = self._plan_of(keeping.place, keeping.plan, keeping.number).plan
        self.engine.submit(replace(keeping, plan=plan), keeping.attempt)

    def change_schedule(self, amendment: ScheduleAction) -> Schedule:
        self.people.recall(amendment.place)
        found = self._numbered(amendment.number)
        self.engine.submit(amendment, amendment.key)
        return found

    def schedule(self, place: RequestContext, number: int) -> Schedule:
        self.people.admit_now(place)
        found = self._numbered(number)
        if found.channel != place.channel and found.maker != place.asker:
            raise NoSuchSchedule(number=number)
        return found

    def _numbered(self, number: int) -> Schedule:
        found = self.store.read(schedules.find, number)
        if found is None:
            raise NoSuchSchedule(number=number)
        return found

    def schedules(self, place: RequestContext) -> ScheduleList:
        self.people.admit_now(place, Right.LOOK)
        found = self.store.read(
            lambda c: tuple(
                ScheduleWithLastRun(one, requests.last_of(c, one.number))
                for one in schedules.list_schedules(c, place.channel)
            )
        )
        return ScheduleList(found, may_change=self.people.may_ask(place))

    def look_up(self, inquiry: Query) -> None:
        if inquiry.question is not QueryKind.HOME:  # the page itself says that they may not
            self.people.recall(inquiry.place, required_right(inquiry.question))
        self.store.check()
        self.engine.submit(replace(inquiry, only=expanded(inquiry.only, self.profiles)), inquiry.key)

    def open_review(self, place: RequestContext, run: str) -> None:
        self.people.admit_now(place)
        self.store.read(check_reviewer, run, place.asker)

    def submit_review(self, opinion: ReviewSubmission) -> None:
        self.people.recall(opinion.place)
        self.store.check()
        self.engine.submit(opinion, opinion.key)

    def _zoned(self, rule: Rule, channel: str) -> Rule:
        """The rule in its own zone, else that of the channel's newest schedule, else the reports' zone."""
        before = self.store.read(schedules.zone_of, channel)
        name = rule.zone or ("" if is_of_machine(before) else before) or self.zone or self.portal_zone()
        if not name:
            raise ZoneUnknown(example=rule)
        return replace(rule, zone=zone(name).key)

    def status(self, place: RequestContext) -> OpenRuns:
        everything = admin(self.people.admit_now(place, Right.LOOK))
        self._open_pending(place)
        going_on, asked = self.store.read(lambda c: (ledger.list_open_runs(c), asked_for(c, place)))
        known = self.store.read(
            lambda c: [everything or bool(requests.known_run(c, entry.run, place.asker)) for entry in going_on]
        )
        here = tuple(requests.as_asked(entry, asked[entry.run]) for entry in going_on if entry.run in asked)
        ahead = tuple(requests.ahead(going_on, entry.run, self.at_once) for entry in here)
        return OpenRuns(here, ahead, elsewhere=sum(known) - len(here))


def required_right(question: QueryKind) -> Right:
    """The right that a query needs; reading a month again counts as requesting a report."""
    return Right.ASK if question is QueryKind.REREAD else Right.LOOK


def form_opening(plan: Plan, *, own: bool) -> FormOpening:
    """A form that shows the plan; filters that others wrote are hidden if they name people or rooms.

    What the person may see in that channel is not looked up here: it would take too long.
    """
    words = filter_words(plan.only, Exposure.COUNTS)
    if own or words == str(plan.only):
        return FormOpening(plan)
    return FormOpening(replace(plan, only=ALL_EVENTS), hidden=words)


def complete_order(request: Request, profiles: Mapping[str, EventFilter], *, zone: str, now: datetime) -> Request:
    """The request completed from the settings: zone, profiles, channel.

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


def asked_for(c: Connection, place: RequestContext) -> dict[str, StoredRequest]:
    """The runs requested in the channel, and the requester's private ones."""
    return requests.in_channel(c, place.asker) | requests.in_channel(c, place.channel)
