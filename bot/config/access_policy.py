"""Who may ask for reports, and where. Closed unless a setting opens it."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any

import structlog

from handlers.desk import RequestContext, is_direct_message
from handlers.errors import AccountDeactivated, ForAdmins, NotAllowed
from reporting.errors.base import ComplianceError

log = structlog.get_logger()


class Viewers(StrEnum):
    """Who may look at what was made and what is planned, without asking for anything."""

    REQUESTERS = "requesters"
    """Who may ask for reports."""
    MEMBERS = "members"
    """The workspace's members too; guests and people of other workspaces never."""


class Right(Enum):
    """What somebody wants to do."""

    ASK = auto()
    LOOK = auto()
    CANCEL = auto()
    """End what was asked for; admins may also where they may not ask."""


class Refusals:
    """How many were turned away since the start, and why."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._counts: Counter[str] = Counter()

    def __call__(self, error: ComplianceError, *, user: str) -> ComplianceError:
        """Count the refusal; gives it back to be raised."""
        kind = str(error.facts.get("reason", type(error).__name__))
        with self._guard:
            self._counts[kind] += 1
        log.warning("access denied", user=user, reason=kind)
        return error

    @property
    def total(self) -> int:
        with self._guard:
            return self._counts.total()


@dataclass(frozen=True, slots=True)
class Access:
    """The rules, by Slack's ids and never by names."""

    team: str
    """The workspace that the bot is installed in, or the organization."""
    users: frozenset[str]
    """With no user and no group named: the workspace's admins and owners."""
    groups: frozenset[str]
    """User groups, whose members may too."""
    channels: frozenset[str]
    """Empty: any channel that the bot is in."""
    viewers: Viewers
    refusals: Callable[..., ComplianceError]

    def check(self, place: RequestContext, right: Right = Right.ASK) -> None:
        """What is known without asking Slack. Direct messages are no channel: nobody else reads them.

        Raises:
            NotAllowed: with the reason.
        """
        if place.stranger:
            raise self._refusal(place.asker, "you belong to another workspace")
        if self.channels and place.channel not in self.channels and not is_direct_message(place.channel):
            raise self._refusal(place.asker, "this channel is not one of those it is allowed in")
        if self.users and not self.groups and place.asker not in self.users and not self._is_open(right):
            raise self._refusal(place.asker, "you are not one of those who may")

    def _is_open(self, right: Right) -> bool:
        """Whether every member of the workspace has that right."""
        return right is Right.LOOK and self.viewers is Viewers.MEMBERS

    def check_person(self, person: Mapping[str, Any], *, in_group: bool, right: Right = Right.ASK) -> None:
        """What Slack tells of the asker.

        Raises:
            AccountDeactivated: nothing can be made in that name any more.
            NotAllowed: with the reason.

        Source: ``users.info``, https://docs.slack.dev/reference/methods/users.info
        """
        user = str(person.get("id", ""))
        if person.get("deleted"):
            raise self.refusals(AccountDeactivated(), user=user)
        if not self.is_member(person):
            raise self._refusal(user, "guests and people of other workspaces may not")
        if self._is_open(right) or (right is Right.CANCEL and admin(person)):
            return
        if self.users or self.groups:
            if user not in self.users and not in_group:
                raise self._refusal(user, "you are not one of those who may")
        elif not admin(person):
            raise self._refusal(user, "only the workspace's admins and owners may, since nobody else has been named")

    def is_member(self, person: Mapping[str, Any]) -> bool:
        """Whether somebody belongs to the bot's workspace, and is no guest there.

        ``is_stranger`` is not set for everybody who does not: their own team decides.

        Source: ``users.info``: ``team_id``, and in an organization ``enterprise_user`` with all teams of a person.
        """
        if any(person.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot")):
            return False
        organized = person.get("enterprise_user")
        organized = organized if isinstance(organized, Mapping) else {}
        teams = organized.get("teams")
        theirs = [person.get("team_id"), organized.get("enterprise_id"), *(teams if isinstance(teams, list) else [])]
        return bool(self.team) and self.team in theirs

    def is_admin(self, person: Mapping[str, Any]) -> bool:
        """Whether somebody is an admin of the bot's workspace: not of their own alone."""
        return admin(person) and self.is_member(person)

    def check_admin(self, person: Mapping[str, Any], *, deed: str) -> None:
        """Whether somebody may do what is for admins.

        Raises:
            ForAdmins: with the *deed*.
        """
        if not self.is_admin(person):
            raise self.refusals(ForAdmins(deed=deed), user=str(person.get("id", "")))

    def _refusal(self, user: str, reason: str) -> ComplianceError:
        return self.refusals(NotAllowed(reason=reason), user=user)


def admin(person: Mapping[str, Any]) -> bool:
    return bool(person.get("is_admin") or person.get("is_owner")) and not person.get("deleted")
