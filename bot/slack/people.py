"""Who somebody is, as Slack tells it, and so whether they may."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient

from bot.access import Access, admin
from handlers.desk import Place
from handlers.directory import everybody, members, person

ADMINS = 10
"""Admins who are told what concerns them all."""
KEPT = 300.0
"""Seconds for which the members of a user group are known: Slack tells them about 20 times a minute."""


class People:
    """Asks Slack about people, and the rules about what it says."""

    def __init__(self, slack: WebClient, access: Access, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* gives seconds that only ever grow."""
        self._slack, self._access, self._clock = slack, access, clock
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}
        """Members, and when they were asked for; written as a whole, so that threads at worst ask twice."""

    def admit(self, place: Place) -> Mapping[str, Any]:
        """Make sure that the asker may ask there; what Slack tells of them.

        Raises:
            NotAllowed: with the reason.
            SlackTrouble: Slack does not say who they are; nobody is let in by that.
        """
        self._access.check(place)
        found = person(self._slack, place.asker)
        named = place.asker in self._access.users
        in_group = not named and any(place.asker in self._members(group) for group in sorted(self._access.groups))
        self._access.check_person({**found, "id": place.asker}, in_group=in_group)
        return found

    def is_admin(self, user: str) -> bool:
        """Whether somebody is an admin of the workspace.

        Raises:
            SlackTrouble: Slack does not say who they are.
        """
        return admin(person(self._slack, user))

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
        found = [one for one in everybody(self._slack) if admin(one) and not one.get("is_bot")]
        return [str(one["id"]) for one in sorted(found, key=lambda one: not one.get("is_owner"))][:ADMINS]

    def check_admin(self, user: str, *, deed: str) -> None:
        """Make sure that somebody is an admin of the workspace.

        Raises:
            ForAdmins: with the *deed*.
            SlackTrouble: Slack does not say who they are.
        """
        self._access.check_admin({**person(self._slack, user), "id": user}, deed=deed)

    def _members(self, group: str) -> frozenset[str]:
        asked, known = self._groups.get(group, (float("-inf"), frozenset()))
        if self._clock() - asked > KEPT:
            known = members(self._slack, group)
            self._groups[group] = (self._clock(), known)
        return known
