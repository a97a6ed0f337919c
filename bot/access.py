"""Who may ask for reports, and where. Closed unless a setting opens it."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from handlers.desk import Place, direct
from reporting.errors import AccountDeactivated, ComplianceError, ForAdmins, NotAllowed

log = structlog.get_logger()


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
        log.warning("turned away", user=user, reason=kind)
        return error

    @property
    def total(self) -> int:
        with self._guard:
            return self._counts.total()


@dataclass(frozen=True, slots=True)
class Access:
    """The rules, by Slack's ids and never by names."""

    users: frozenset[str]
    """With no user and no group named: the workspace's admins and owners."""
    groups: frozenset[str]
    """User groups, whose members may too."""
    channels: frozenset[str]
    """Empty: any channel that the bot is in."""
    refusals: Callable[..., ComplianceError]

    def check(self, place: Place) -> None:
        """What is known without asking Slack. Direct messages are no channel: nobody else reads them.

        Raises:
            NotAllowed: with the reason.
        """
        if place.stranger:
            raise self._refusal(place.asker, "you belong to another workspace")
        if self.channels and place.channel not in self.channels and not direct(place.channel):
            raise self._refusal(place.asker, "this channel is not one of those it is allowed in")
        if self.users and not self.groups and place.asker not in self.users:
            raise self._refusal(place.asker, "you are not one of those who may")

    def check_person(self, person: Mapping[str, Any], *, in_group: bool) -> None:
        """What Slack tells of the asker.

        Raises:
            AccountDeactivated: nothing can be made in that name any more.
            NotAllowed: with the reason.

        Source: ``users.info``, https://docs.slack.dev/reference/methods/users.info
        """
        user = str(person.get("id", ""))
        outside = any(person.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot"))
        if person.get("deleted"):
            raise self.refusals(AccountDeactivated(), user=user)
        if outside:
            raise self._refusal(user, "guests and people of other workspaces may not")
        if self.users or self.groups:
            if user not in self.users and not in_group:
                raise self._refusal(user, "you are not one of those who may")
        elif not admin(person):
            raise self._refusal(user, "only the workspace's admins and owners may, since nobody else has been named")

    def check_admin(self, person: Mapping[str, Any], *, deed: str) -> None:
        """Whether somebody may do what is for admins.

        Raises:
            ForAdmins: with the *deed*.
        """
        if not admin(person):
            raise self.refusals(ForAdmins(deed=deed), user=str(person.get("id", "")))

    def _refusal(self, user: str, reason: str) -> ComplianceError:
        return self.refusals(NotAllowed(reason=reason), user=user)


def admin(person: Mapping[str, Any]) -> bool:
    return bool(person.get("is_admin") or person.get("is_owner")) and not person.get("deleted")
