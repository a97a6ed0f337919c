"""Overdue schedules: owners and admins are told once, with what to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from bot.slack.people import People
from bot.slack.poster import Poster
from bot.store import requests, schedules
from bot.store.database import ALERTING, Store
from bot.store.posts import ANCHOR
from handlers.schedule import Schedule
from handlers.views.overdue import stuck_schedules
from reporting.errors.base import ComplianceError

log = structlog.get_logger()
PATIENCE = timedelta(days=1)
"""How late a month has to be before people are told; paused schedules are reported at once."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """Tells a schedule's owner and the admins in direct messages; the channel has its own message."""

    store: Store
    poster: Poster
    people: People
    now: Callable[[], datetime]

    def look(self) -> None:
        """Send pending alerts, on one replica; what fails is tried again next time."""
        try:
            with self.store.try_lock(ALERTING) as alone:
                found = self.store.read(schedules.unannounced, self.now() - PATIENCE) if alone else []
                for _, alike in groupby(sorted(found, key=reason), key=reason):
                    self._tell(list(alike))
        except ComplianceError as error:
            log.warning("overdue alerts failed", reason=str(error))

    def _tell(self, alike: Sequence[Schedule]) -> None:
        """One message per person, however many schedules have the same trouble."""
        key = f"stuck-{requests.request_id(' '.join(f'{one.number} {one.next} {one.tries}' for one in alike))}"
        makers, admins = [one.maker for one in alike], self.people.admins()
        told = [self._direct(user, key, alike) for user in dict.fromkeys([*makers, *admins])]
        if any(told):
            self.store.write(schedules.mark_announced, [one.number for one in alike])

    def _direct(self, user: str, key: str, alike: Sequence[Schedule]) -> bool:
        """Whether the person was told: not if the account is deactivated or Slack refuses."""
        try:
            if not self.people.is_active(user):
                return False
            mine = [one for one in alike if one.maker == user]
            self.poster.once(key, user, ANCHOR, stuck_schedules(mine or alike, reader=user), by=key)
        except ComplianceError as error:
            log.warning("overdue alert not posted", user=user, reason=str(error))
            return False
        return True


def reason(schedule: Schedule) -> tuple[str, str]:
    return schedule.standing, schedule.why or schedule.trouble
