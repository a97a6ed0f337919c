"""People: who somebody is in Slack, and what they may do."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_sdk import WebClient

from bot.config.access_policy import Access, Right
from handlers.desk import RequestContext
from handlers.errors import NotAllowed
from handlers.slack.directory import everybody, members, person

ADMINS = 10
"""Most admins that an alert is sent to."""
KEPT = 300.0
"""Seconds to cache a user group's members: Slack answers about 20 times a minute."""
RECENT = 30.0
"""Seconds to cache who somebody is, for checks that must not wait; longer work asks again."""
MOST_KNOWN = 1_000
"""People in that cache."""
ADMISSION_SECONDS = 1.0
"""Seconds that Slack may take while an answer or a form waits; Slack allows three in all."""


class People:
    """Looks people up in Slack and applies the access policy."""

    def __init__(self, slack: WebClient, access: Access, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* is monotonic, in seconds."""
        self._slack, self._access, self._clock = slack, access, clock
        self._quiet = replace(access, refusals=lambda error, **_: error)
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}
        """Members and when they were looked up; replaced as a whole, so that threads at worst ask twice."""
        self._known: dict[str, tuple[float, Mapping[str, Any]]] = {}
        """The same for people."""

    def admit(self, place: RequestContext, right: Right = Right.ASK) -> Mapping[str, Any]:
        """Check that the requester has the right there, asking Slack; return what Slack says about them.

        Raises:
            NotAllowed: with the reason.
            SlackTrouble: Slack does not say who they are, so they are not admitted.
        """
        self._access.check(place, right)
        return self._check(place, self._remembered(place.asker, person(self._slack, place.asker)), right, within=None)

    def admit_now(self, place: RequestContext, right: Right = Right.ASK) -> Mapping[str, Any]:
        """The same while somebody waits: Slack is asked once, briefly, unless it answered a moment ago.

        Raises: the same.
        """
        self._access.check(place, right)
        known = self._recalled(place.asker)
        if known is None:
            known = self._remembered(place.asker, person(self._slack, place.asker, within=ADMISSION_SECONDS))
        return self._check(place, known, right, within=ADMISSION_SECONDS)

    def recall(self, place: RequestContext, right: Right = Right.ASK) -> None:
        """Refuse, without asking Slack, whoever is known not to have the right.

        Raises:
            NotAllowed: with the reason.
        """
        self._access.check(place, right)
        known = self._recalled(place.asker) if right is not Right.CANCEL else None  # their own they may always end
        if known is not None and all(map(self._is_known, self._access.groups)):
            self._check(place, known, right, within=ADMISSION_SECONDS)

    def _check(
        self,
        place: RequestContext,
        found: Mapping[str, Any],
        right: Right,
        *,
        within: float | None,
        access: Access | None = None,
    ) -> Mapping[str, Any]:
        groups = () if place.asker in self._access.users else sorted(self._access.groups)
        in_group = any(place.asker in self._members(group, within) for group in groups)
        (access or self._access).check_person({**found, "id": place.asker}, in_group=in_group, right=right)
        return found

    def _recalled(self, user: str) -> Mapping[str, Any] | None:
        """What Slack said about somebody a moment ago."""
        asked, known = self._known.get(user, (float("-inf"), None))
        return known if self._clock() - asked <= RECENT else None

    def _remembered(self, user: str, found: Mapping[str, Any]) -> Mapping[str, Any]:
        if len(self._known) >= MOST_KNOWN:
            self._known = {}
        self._known[user] = (self._clock(), found)
        return found

    def may_ask(self, place: RequestContext) -> bool:
        """Whether somebody who may look may also request reports; not counted as a refusal.

        Raises:
            SlackTrouble: Slack does not say who they are.
        """
        try:
            self._quiet.check(place)
            known = self._recalled(place.asker) or person(self._slack, place.asker, within=ADMISSION_SECONDS)
            self._check(place, known, Right.ASK, within=ADMISSION_SECONDS, access=self._quiet)
        except NotAllowed:
            return False
        return True

    def is_admin(self, user: str) -> bool:
        """Whether somebody is an admin of the workspace.

        Raises:
            SlackTrouble: Slack does not say who they are.
        """
        return self._access.is_admin(self._recalled(user) or person(self._slack, user))

    def is_active(self, user: str) -> bool:
        """Whether somebody's account is not deactivated.

        Raises:
            SlackTrouble: Slack does not say who they are.
        """
        return not person(self._slack, user).get("deleted")

    def admins(self) -> list[str]:
        """The workspace's owners and admins, owners first; limited to what an alert is sent to.

        Raises:
            SlackTrouble: Slack does not say who they are.
        """
        found = [one for one in everybody(self._slack) if self._access.is_admin(one)]
        return [str(one["id"]) for one in sorted(found, key=lambda one: not one.get("is_owner"))][:ADMINS]

    def check_admin(self, user: str, *, deed: str) -> None:
        """Check that somebody is an admin of the workspace.

        Raises:
            ForAdmins: with the *deed*.
            SlackTrouble: Slack does not say who they are.
        """
        self._access.check_admin({**person(self._slack, user), "id": user}, deed=deed)

    def _members(self, group: str, within: float | None) -> frozenset[str]:
        if not self._is_known(group):
            self._groups[group] = (self._clock(), members(self._slack, group, within=within))
        return self._groups[group][1]

    def _is_known(self, group: str) -> bool:
        """Whether the user group's members are cached."""
        return group in self._groups and self._clock() - self._groups[group][0] <= KEPT
