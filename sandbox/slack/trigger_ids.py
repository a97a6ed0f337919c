"""What Slack hands out to be used soon: trigger ids and response URLs."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack.refusal import Refusal

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where a ``response_url`` leads."""

    channel: str
    user: str
    ts: str | None = None
    """The message that was pressed; nothing for a command."""


@dataclass(slots=True)
class _Trigger:
    user: str
    born: float
    used: bool = False


@dataclass(slots=True)
class _Url:
    reply_to: ReplyTo
    born: float
    uses: int = 0


class Tickets:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._triggers: dict[str, _Trigger] = {}
        self._urls: dict[str, _Url] = {}

    def trigger(self, user: str) -> str:
        born = self._clock()
        ticket = f"{int(born * 1000)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[ticket] = _Trigger(user, born)
        return ticket

    def exchange(self, ticket: str) -> str:
        """Return the user whose click this trigger id came from; it works once, for 3 seconds."""
        with self._lock:
            trigger = self._triggers.get(ticket)
            if trigger is None:
                raise Refusal("invalid_trigger_id")
            if trigger.used:
                raise Refusal("exchanged_trigger_id")
            if self._clock() - trigger.born > TRIGGER_SECONDS:
                raise Refusal("expired_trigger_id")
            trigger.used = True
            return trigger.user

    def response(self, reply_to: ReplyTo) -> str:
        """Return the last part of a response URL that leads to *reply_to*."""
        ticket = f"{secrets.randbelow(10**13)}/{secrets.token_urlsafe(18)}"
        self._urls[ticket] = _Url(reply_to, self._clock())
        return ticket

    def use(self, ticket: str) -> ReplyTo:
        """Return where the URL leads; it works five times, for 30 minutes."""
        with self._lock:
            url = self._urls.get(ticket)
            if url is None:
                raise Refusal("invalid_url")
            if self._clock() - url.born > RESPONSE_SECONDS:
                raise Refusal("expired_url")
            if url.uses >= RESPONSE_USES:
                raise Refusal("used_url")
            url.uses += 1
            return url.reply_to

    def points_to(self, ticket: str, ts: str) -> None:
        """Make the URL's original the message with this ts: a command's own first answer."""
        with self._lock:
            url = self._urls[ticket]
            if url.reply_to.ts is None:
                url.reply_to = ReplyTo(url.reply_to.channel, url.reply_to.user, ts)
