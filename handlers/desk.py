"""The only door from Slack to the rest of the bot."""

from dataclasses import dataclass
from typing import Protocol

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

    def status(self, place: Place) -> Standing:
        """What is being made.

        Raises:
            NotAllowed: the asker may not, as far as is known without asking Slack.
            DatabaseTrouble: it cannot be looked up.
        """
        ...
