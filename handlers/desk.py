"""The only door from Slack to the rest of the bot."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.query import QueryKind
from handlers.schedule import FormOpening, Plan, Proposal, Schedule, ScheduleList, Verb
from reporting.filters import ALL_EVENTS, EventFilter
from reporting.period import Month
from reporting.report import Order
from reporting.run import OpenRuns, Origin, Run

DIRECT = ("D", "U", "W")
"""What the id of somebody's direct messages begins with, or that of a person in its place."""


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Where somebody asked, and who."""

    channel: str
    """Slack's channel id."""
    asker: str
    """Slack's user id."""
    stranger: bool = False
    """Whether the asker belongs to another workspace than the app."""
    response_url: str = ""
    """Where answers go that only the asker sees: 5 of them, within 30 minutes."""


def is_direct_message(channel: str) -> bool:
    """Whether that is somebody's direct messages, by their own id or by that of a person.

    Source: Slack's ids begin with D for direct messages, with U or W for people.
    """
    return channel[:1] in DIRECT


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants, and where the answer belongs."""

    order: Order
    place: RequestContext
    key: str
    """Names this very click or command, so that Slack delivering it twice is still one request."""
    origin: Origin = Origin.COMMAND
    schedule: int = 0
    """Number of the schedule that asks."""
    due: datetime | None = None
    """When it wanted the report."""
    rereads: str | None = None
    """The run whose month is to be read again."""
    private: bool = False
    """Whether all of it is for the asker alone, in direct messages."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The request is written down and will be answered, whatever happens to this process."""

    run: str
    """The run's id."""
    joined: bool = False
    """Whether the same report is being made already, as far as the asker may know."""
    ahead: int = 0
    """How many reports have their turn before."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Which run somebody does not want any more: that one, that of a month, or the only one there and of theirs."""

    place: RequestContext
    key: str
    """Names this very click or command."""
    run: str = ""
    month: Month | None = None


@dataclass(frozen=True, slots=True)
class SaveSchedule:
    """A schedule that somebody wants to be kept, or changed."""

    place: RequestContext
    plan: Plan
    key: str
    """Names what was said back: however often that is saved, it is one schedule."""
    number: int = 0
    """Of the schedule that is changed; 0 for a new one."""
    press: str = ""
    """Names this very click; empty where what was said back can be saved only once."""

    @property
    def attempt(self) -> str:
        """What this click leads to is done once, and told once."""
        return self.press or self.key


@dataclass(frozen=True, slots=True)
class SaveProposal:
    """A proposal that somebody wants to be kept as it was said back."""

    place: RequestContext
    """The channel is the proposal's, not the one where it is saved."""
    proposal: str
    press: str = ""
    """Names this very click; empty where what was said back can be saved only once."""


@dataclass(frozen=True, slots=True)
class FormSource:
    """What a form for a schedule is opened from: nothing, a report or a proposal, or the schedule of that number."""

    about: str = ""
    """The id of a run or of a proposal."""
    number: int = 0
    written: Plan | None = None
    """The plan that a button of an earlier release carries."""
    own: bool = False
    """Whether only the presser sees that button: they wrote the plan."""


@dataclass(frozen=True, slots=True)
class ScheduleAction:
    """What somebody wants to be done with a schedule."""

    place: RequestContext
    number: int
    verb: Verb
    key: str
    """Names this very click or command."""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody wants looked up, and where the answer belongs."""

    question: QueryKind
    place: RequestContext
    key: str
    """Names this very click or command."""
    month: Month | None = None
    only: EventFilter = ALL_EVENTS
    year: int = 0
    """0 without one."""
    run: str = ""
    """The run that is meant, where a message stands for one."""
    thread: str = ""
    """Slack's id of the message under which the answer belongs; without, in the channel."""
    private: bool = False
    """Whether the answer is for the asker alone."""


@dataclass(frozen=True, slots=True)
class ReviewSubmission:
    """What a second person thinks of a report."""

    place: RequestContext
    run: str
    result: str
    """One of :class:`reporting.verification.Result`'s values, as the form has it."""
    reason: str
    thread: str
    """Slack's id of the report's message."""
    key: str
    """Names this very form."""


class Desk(Protocol):
    """Takes requests. What is written down for later is so within milliseconds, and waits for no network.

    A verb that answers at once with something that only some may see (*admit*, *propose*, *open_schedule*,
    *schedule*, *schedules*, *status*) asks Slack first who the asker is, for about a second at the most; the answer is
    known for half a minute.
    """

    @property
    def settle(self) -> timedelta:
        """How long after a month's end its events may still come in."""
        ...

    def this_month(self) -> Month:
        """The month that it is now in the zone of the reports.

        Raises:
            ZoneNotLearned: the portal has not told its zone yet.
        """
        ...

    def admit(self, place: RequestContext) -> None:
        """Make sure that somebody may ask for reports there, before a form opens for them.

        Raises:
            NotAllowed: with the reason.
            SlackTrouble: Slack does not say who they are; nobody is let in by that.
        """
        ...

    def submit(self, request: Request) -> Receipt:
        """Write the request down, durably; it joins the run for the same report, if there is an open one.

        Raises:
            NotAllowed: the asker may not, as far as is known without asking Slack.
            MonthAhead: the month has not begun anywhere on earth.
            UnknownProfile: the filter names a profile that there is not.
            DatabaseTrouble: nothing was written down.
        """
        ...

    def rerun(self, place: RequestContext, run: str, key: str) -> Receipt:
        """Ask once more for what a run was to report; *key* names this very click.

        Raises:
            NoReport: there is no such run, as far as the asker may know.
            NotAllowed, DatabaseTrouble: as :meth:`submit`.
        """
        ...

    def cancel(self, cancellation: Cancellation) -> Run:
        """Write down that a run is not wanted any more; whether the asker may end it is looked up afterwards.

        Raises:
            NotAllowed: the asker may not, as far as is known without asking Slack.
            NothingToCancel, SeveralToCancel: it is not clear which run is meant.
            DatabaseTrouble: nothing was written down.
        """
        ...

    def open_schedule(self, place: RequestContext, source: FormSource) -> FormOpening:
        """What a form for a schedule begins with, cut to what the asker may see.

        Raises:
            NotAllowed, ForAdmins: the asker may not.
            NoSuchSchedule: there is none of that number.
            NoReport: what it is opened from is not there, as far as the asker may know.
            SlackTrouble: Slack does not say who they are.
        """
        ...

    def propose(
        self, place: RequestContext, plan: Plan, *, key: str, number: int = 0, keeps_filter: bool = False
    ) -> Proposal:
        """What *plan* means, for a new schedule or in place of another's, written down under a name of its own.

        *key* names the words that are said back. A change that *keeps_filter* leaves the schedule's filter as it is,
        whatever *plan* has.

        Raises:
            NotAllowed: the asker may not.
            ZoneUnknown: it names no zone, and nobody else has told one.
            NoSuchSchedule: there is none of that number.
            UnknownProfile: the filter names a profile that there is not.
        """
        ...

    def save_proposal(self, saving: SaveProposal) -> None:
        """Have a proposal kept; whether the asker may have it is looked up first, and told.

        Raises:
            ProposalGone: there is none of that name of theirs.
            NotAllowed, ZoneUnknown, UnknownProfile, DatabaseTrouble: nothing was written down.
        """
        ...

    def save_schedule(self, keeping: SaveSchedule) -> None:
        """The same for a plan that a button of an earlier release carries.

        Raises:
            NotAllowed, ZoneUnknown, UnknownProfile, DatabaseTrouble: nothing was written down.
        """
        ...

    def change_schedule(self, amendment: ScheduleAction) -> Schedule:
        """Have something done with a schedule; whether the asker may is looked up first, and told.

        Raises:
            NotAllowed, NoSuchSchedule, DatabaseTrouble: nothing will be done.
        """
        ...

    def schedule(self, place: RequestContext, number: int) -> Schedule:
        """The schedule of that number in the channel.

        Raises:
            NotAllowed, NoSuchSchedule, SlackTrouble, DatabaseTrouble
        """
        ...

    def schedules(self, place: RequestContext) -> ScheduleList:
        """The schedules of the channel.

        Raises:
            NotAllowed: the asker may not look.
            SlackTrouble, DatabaseTrouble: they cannot be looked up.
        """
        ...

    def look_up(self, inquiry: Query) -> None:
        """Have something looked up, once it is known that the asker may know it, and told.

        Raises:
            NotAllowed: the asker may not, as far as is known without asking Slack.
            UnknownProfile: the filter names a profile that there is not.
            DatabaseTrouble: nothing was written down.
        """
        ...

    def open_review(self, place: RequestContext, run: str) -> None:
        """Check, before the form opens, that somebody may review the report of a run, or take a review back.

        Raises:
            NotAllowed: with the reason.
            NoReport, Superseded, OwnReport, OwnRunUnderWay: the form would be of no use to them.
            SlackTrouble, DatabaseTrouble: it cannot be looked up.
        """
        ...

    def submit_review(self, opinion: ReviewSubmission) -> None:
        """Have a review written into the ledger, if the reviewer may, and told.

        Raises:
            NotAllowed, DatabaseTrouble: nothing was written down.
        """
        ...

    def status(self, place: RequestContext) -> OpenRuns:
        """What is being made for the channel, and for the asker alone.

        Raises:
            NotAllowed: the asker may not look.
            SlackTrouble, DatabaseTrouble: it cannot be looked up.
        """
        ...
