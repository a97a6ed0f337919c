"""Channels: what kind they are, and how much of a report they may see."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk import WebClient

from handlers.desk import RequestContext, is_direct_message
from handlers.errors import NotAllowed
from handlers.exposure import Exposure, Kind, Limits
from handlers.slack.api import CLOSED
from handlers.slack.directory import channel
from handlers.slack.errors import ChannelClosed, MissingScope, SlackTrouble

log = structlog.get_logger()


class MissingScopes:
    """OAuth scopes that the app lacks; each is reported once, and what needs it is skipped."""

    def __init__(self, granted: frozenset[str] | None) -> None:
        """*granted* are those that it has, if that is known."""
        self._guard = threading.Lock()
        self._granted = granted
        self._scopes: set[str] = set()

    def demand(self, scope: str, *, act: str) -> None:
        """Raise MissingScope if the app is known to lack the scope."""
        if self._granted is not None and scope not in self._granted:
            raise MissingScope(act=act, scope=scope)

    def __call__(self, scope: str, *, without: str) -> bool:
        """Whether that is news."""
        with self._guard:
            news = scope not in self._scopes
            self._scopes.add(scope)
        if news:
            log.warning("scope missing", scope=scope, without=without)
        return news

    @property
    def scopes(self) -> tuple[str, ...]:
        with self._guard:
            return tuple(sorted(self._scopes))


@dataclass(frozen=True, slots=True)
class Channels:
    """Looks channels up, every time: they can be shared, archived or left at any moment."""

    slack: WebClient
    limits: Limits
    lacking: MissingScopes

    def enter(self, place: RequestContext) -> None:
        """Check, before the long work, that the bot can post there and reports are allowed there.

        Raises:
            ChannelClosed: it is archived, or the bot is not in it.
            NotAllowed: it is shared with other companies, and the settings forbid reports there.
        """
        if self.kind(place.channel, within=True) is Kind.EXTERNAL and self.limits.external is None:
            raise NotAllowed(reason="other companies share this channel")

    def stay(self, where: str) -> None:
        """Check that reports are still allowed there: the channel may have become shared since.

        Raises:
            ChannelClosed: it is shared with other companies, and the settings forbid reports there.
        """
        if self.limits.external is None and self.kind(where, within=False) is Kind.EXTERNAL:
            raise ChannelClosed(reason="other companies share it now, and EXTERNAL_CHANNELS lets them have no reports")

    def exposure(self, where: str) -> Exposure:
        """How much the channel may see at the moment."""
        try:
            return self.limits.of(self.kind(where, within=False))
        except ChannelClosed:
            return Exposure.COUNTS

    def kind(self, where: str, *, within: bool) -> Kind:
        """Who can read the channel; *within* if the bot has to be a member.

        Raises:
            ChannelClosed
            SlackTrouble: it could not be looked up now (``transient``).
        """
        if is_direct_message(where):
            return Kind.PRIVATE
        try:
            found = channel(self.slack, where)
        except MissingScope as error:
            self.lacking(str(error.facts["scope"]), without="looking at channels: they get no more than counts")
            return Kind.UNKNOWN
        except SlackTrouble as error:
            if error.transient:
                raise
            log.warning("channel lookup failed", reason=str(error))
            return Kind.UNKNOWN
        if within:
            check_open(found)
        return kind_of(found)


def check_open(found: Mapping[str, Any]) -> None:
    """Raise ChannelClosed if nothing can be posted there."""
    if found.get("is_archived"):
        raise ChannelClosed(reason=CLOSED["is_archived"])
    if found.get("is_member") is False:
        raise ChannelClosed(reason=CLOSED["not_in_channel"])


def kind_of(found: Mapping[str, Any]) -> Kind:
    """Who can read a channel, from what Slack says about it.

    Source: https://docs.slack.dev/reference/objects/conversation-object
    """
    if found.get("is_ext_shared") or found.get("is_pending_ext_shared") or found.get("pending_connected_team_ids"):
        return Kind.EXTERNAL
    private = found.get("is_private") or found.get("is_im") or found.get("is_mpim")
    return Kind.PRIVATE if private else Kind.PUBLIC
