"""Who may ask for reports, and where. Closed unless a setting opens it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.desk import Place
from reporting.errors import ForAdmins, NotAllowed


@dataclass(frozen=True, slots=True)
class Access:
    """The rules, by Slack's ids and never by names."""

    users: frozenset[str]
    """Empty: the workspace's admins and owners."""
    channels: frozenset[str]
    """Empty: any channel that the bot is in."""

    def check(self, place: Place) -> None:
        """What is known without asking Slack.

        Raises:
            NotAllowed: with the reason.
        """
        if place.stranger:
            raise NotAllowed(reason="you belong to another workspace")
        if self.channels and place.channel not in self.channels:
            raise NotAllowed(reason="this channel is not one of those it is allowed in")
        if self.users and place.asker not in self.users:
            raise NotAllowed(reason="you are not one of those who may")

    def check_person(self, person: Mapping[str, Any]) -> None:
        """What Slack tells of the asker; needed only where no list of users says who may.

        Raises:
            NotAllowed: with the reason.

        Source: ``users.info``, https://docs.slack.dev/reference/methods/users.info
        """
        outside = any(person.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot"))
        if person.get("deleted"):
            raise NotAllowed(reason="the account of who asks is deactivated")
        if outside:
            raise NotAllowed(reason="guests and people of other workspaces may not")
        if not (self.users or person.get("is_admin") or person.get("is_owner")):
            raise NotAllowed(reason="only the workspace's admins and owners may, since nobody else has been named")

    def check_admin(self, person: Mapping[str, Any], *, deed: str) -> None:
        """Whether somebody may do what is for admins.

        Raises:
            ForAdmins: with the *deed*.
        """
        if not (person.get("is_admin") or person.get("is_owner")):
            raise ForAdmins(deed=deed)
