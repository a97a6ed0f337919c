"""Alerts for the workspace's admins: a direct message to each, once."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.docspace.clock import PortalClock, difference_in_words
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.store.posts import ANCHOR
from handlers.views.admin_alerts import clocks_differ
from handlers.views.blocks import Message
from reporting.docspace.api.client import Portal
from reporting.errors.base import ComplianceError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AdminAlerts:
    """Direct messages to the admins."""

    people: People
    poster: Poster

    def tell(self, key: str, message: Message) -> bool:
        """Tell every admin, once per *key*; whether all of them have been told."""
        told = True
        try:
            for user in self.people.admins():
                told &= self._tell(user, key, message)
        except ComplianceError as error:
            log.warning("admins not notified", key=key, reason=str(error))
            return False
        return told

    def _tell(self, user: str, key: str, message: Message) -> bool:
        try:
            self.poster.once(key, user, ANCHOR, message, by=key)
        except ComplianceError as error:
            log.warning("admin not notified", user=user, key=key, reason=str(error))
            return False
        return True


class ClockAlert:
    """Compares the clocks, and alerts the admins once while they differ."""

    def __init__(self, clock: PortalClock, portal: Callable[[datetime], Portal], alarms: AdminAlerts) -> None:
        self._clock, self._portal, self._alarms = clock, portal, alarms
        self._told = False

    def look(self) -> None:
        """At most one alert per day (by the portal's clock), however often this process restarts."""
        self._clock.look(self._portal)
        differs = self._clock.differs()
        if differs is None:
            self._told = False
        elif not self._told:
            log.error("clocks differ; schedules on hold", this_machine=f"{difference_in_words(differs)} the portal")
            day = self._clock.now()
            self._told = self._alarms.tell(
                f"clock-{socket.gethostname()[:32]}-{day:%Y%m%d}", clocks_differ(difference_in_words(differs))
            )
