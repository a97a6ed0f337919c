"""The only door from Slack to the rest of the bot."""

from dataclasses import dataclass
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class Receipt:
    """The request is written down and will be answered, whatever happens to this process."""

    run: str
    """The run's id."""


class Desk(Protocol):
    """Takes requests. Every verb returns within milliseconds: nothing here waits for a network."""

    def submit(self, request: Request) -> Receipt:
        """Write the request down, durably.

        Raises:
            NotAllowed: the asker may not, as far as is known without asking Slack.
            MonthAhead: the month has not begun anywhere on earth.
            UnknownProfile: the filter names a profile that there is not.
        """
        ...
