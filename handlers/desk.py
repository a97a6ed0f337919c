"""The only door from Slack to the rest of the bot."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers.planned import Listed, Plan, Proposal, Schedule, Verb
from reporting.entry import Entry, Origin, Standing
from reporting.period import Month
from reporting.report import Order


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody asked, and who."""

    channel: str
    """Slack's channel id."""
    asker: str
    """Slack's user id."""
    stranger: bool = False
    """Whether the asker belongs to another workspace than the app."""
    response_url: str = ""
    """Where answers go that only the asker sees: 5 of them, within 30 minutes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants, and where the answer belongs."""

    order: Order
    place: Place
    key: str
    """Names this very click or command, so that Slack delivering it twice is still one request."""
    origin: Origin = Origin.COMMAND
    schedule: int = 0
    """Number of the schedule that asks."""
    due: datetime | None = None
    """When it wanted the report."""
    rereads: str | None = None
    """The run whose month is to be read again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The request is written down and will be answered, whatever happens to this process."""

    run: str
    """The run's id."""
    joined: bool = False
    """Whether somebody else had asked for the same report, which is being made."""
    ahead: int = 0
    """How many reports have their turn before."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Which run somebody does not want any more: that one, or the one of a month, or the only one of the channel."""

    place: Place
    key: str
    """Names this very click or command."""
    run: str = ""
    month: Month | None = None


@dataclass(frozen=True, slots=True)
class Keeping:
    """A schedule that somebody wants to be kept, or changed."""

    place: Place
    plan: Plan
    key: str
    """Names this very click."""
    number: int = 0
    """Of the schedule that is changed; 0 for a new one."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What somebody wants to be done with a schedule."""

    place: Place
    number: int
    verb: Verb
    key: str
    """Names this very click or command."""


class Desk(Protocol):
    """Takes requests. Every verb returns within milliseconds: nothing here waits for a network."""

    def submit(self, request: Request) -> Receipt:
        """Write the request down, durably; it joins the run for the same report, if there is an open one.

        Raises:
            NotAllowed: the asker may not, as far as is known without asking Slack.
            MonthAhead: the month has not begun anywhere on earth.
            UnknownProfile: the filter names a profile that there is not.
            DatabaseTrouble: nothing was written down.
        """
        ...

    def cancel(self, cancellation: Cancellation) -> Entry:
        """Write down that a run is not wanted any more; whether the asker may end it is looked up afterwards.

        Raises:
            NotAllowed: the asker may not, as far as is known without asking Slack.
            NothingToCancel, SeveralToCancel: it is not clear which run is meant.
            DatabaseTrouble: nothing was written down.
        """
        ...

    def propose(self, place: Place, plan: Plan, *, number: int = 0) -> Proposal:
        """What *plan* means, for a new schedule or in place of another's.

        Raises:
            NotAllowed: the asker may not, as far as is known without asking Slack.
            ZoneUnknown: it names no zone, and nobody else has told one.
            NoSuchSchedule: there is none of that number.
            UnknownProfile: the filter names a profile that there is not.
        """
        ...

    def keep(self, keeping: Keeping) -> None:
        """Have a schedule written down; whether the asker may have it is looked up first, and told.

        Raises:
            NotAllowed, ZoneUnknown, UnknownProfile, DatabaseTrouble: nothing was written down.
        """
        ...

    def amend(self, amendment: Amendment) -> Schedule:
        """Have something done with a schedule; whether the asker may is looked up first, and told.

        Raises:
            NotAllowed, NoSuchSchedule, DatabaseTrouble: nothing will be done.
        """
        ...

    def schedule(self, place: Place, number: int) -> Schedule:
        """The schedule of that number in the channel.

        Raises:
            NotAllowed, NoSuchSchedule, DatabaseTrouble
        """
        ...

    def schedules(self, place: Place) -> tuple[Listed, ...]:
        """The schedules of the channel.

        Raises:
            NotAllowed: the asker may not, as far as is known without asking Slack.
            DatabaseTrouble: they cannot be looked up.
        """
        ...

    def all_schedules(self, place: Place, key: str) -> None:
        """Have an admin told all schedules, once it is known that the asker is one.

        Raises:
            NotAllowed, DatabaseTrouble
        """
        ...

    def status(self, place: Place) -> Standing:
        """What is being made.

        Raises:
            NotAllowed: the asker may not, as far as is known without asking Slack.
            DatabaseTrouble: it cannot be looked up.
        """
        ...
