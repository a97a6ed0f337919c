"""Who somebody is, as Slack tells it, and so whether they may."""

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
"""Admins who are told what concerns them all."""
KEPT = 300.0
"""Seconds for which the members of a user group are known: Slack tells them about 20 times a minute."""
RECENT = 30.0
"""Seconds for which it is known at the door who somebody is; what takes longer than a moment asks anew."""
MOST_KNOWN = 1_000
"""People who are known at the door at the same time."""
ADMISSION_SECONDS = 1.0
"""Seconds that Slack may take to say who somebody is whom an answer or a form waits for; there are three in all."""


class People:
    """Asks Slack about people, and the rules about what it says."""

    def __init__(self, slack: WebClient, access: Access, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* gives seconds that only ever grow."""
        self._slack, self._access, self._clock = slack, access, clock
        self._quiet = replace(access, refusals=lambda error, **_: error)
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}
        """Members, and when they were asked for; written as a whole, so that threads at worst ask twice."""
        self._known: dict[str, tuple[float, Mapping[str, Any]]] = {}
        """The same of people."""

    def admit(self, place: RequestContext, right: Right = Right.ASK) -> Mapping[str, Any]:
        """Make sure that the asker has that right there, asking Slack anew; what Slack tells of them.

        Raises:
            NotAllowed: with the reason.
            SlackTrouble: Slack does not say who they are; nobody is let in by that.
        """
        self._access.check(place, right)
        return self._check(place, self._remembered(place.asker, person(self._slack, place.asker)), right, within=None)

    def admit_now(self, place: RequestContext, right: Right = Right.ASK) -> Mapping[str, Any]:
        """The same while somebody waits: Slack is asked once and for a moment, unless it was just before.

        Raises: the same.
        """
        self._access.check(place, right)
        known = self._recalled(place.asker)
        if known is None:
            known = self._remembered(place.asker, person(self._slack, place.asker, within=ADMISSION_SECONDS))
        return self._check(place, known, right, within=ADMISSION_SECONDS)

    def recall(self, place: RequestContext, right: Right = Right.ASK) -> None:
        """Refuse at once, without asking Slack, whoever is known to have no such right.

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
        """What Slack told of somebody a moment ago."""
        asked, known = self._known.get(user, (float("-inf"), None))
        return known if self._clock() - asked <= RECENT else None

    def _remembered(self, user: str, found: Mapping[str, Any]) -> Mapping[str, Any]:
        if len(self._known) >= MOST_KNOWN:
            self._known = {}
        self._known[user] = (self._clock(), found)
        return found

    def may_ask(self, place: RequestContext) -> bool:
        """Whether somebody who may look may ask as well; that they may not is no refusal that counts.

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
        """The workspace's owners and admins, owners first; not more of them than are told at once.

        Raises:
            SlackTrouble: Slack does not say who they are.
        """
        found = [one for one in everybody(self._slack) if self._access.is_admin(one)]
        return [str(one["id"]) for one in sorted(found, key=lambda one: not one.get("is_owner"))][:ADMINS]

    def check_admin(self, user: str, *, deed: str) -> None:
        """Make sure that somebody is an admin of the workspace.

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
        """Whether it is known who is in that user group."""
        return group in self._groups and self._clock() - self._groups[group][0] <= KEPT
