"""A reminder before the portal deletes the sign-ins of a month that has no report."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.slack.poster import Poster
from bot.store import schedules
from bot.store.database import REMINDING, Store
from bot.store.posts import ANCHOR
from handlers.views.schedules import last_chance
from reporting.docspace.api.client import Portal
from reporting.docspace.audit.retention import lifetime
from reporting.errors.base import ComplianceError
from reporting.evidence import ledger
from reporting.period import Month

log = structlog.get_logger()
REMIND_BEFORE = timedelta(days=14)
"""How long before the deletion people are reminded."""


@dataclass(frozen=True, slots=True)
class Reminders:
    """Reminds every channel that has a schedule, once per month."""

    store: Store
    poster: Poster
    portal: Callable[[datetime], Portal]
    zone: Callable[[], str]
    """Of the reports; empty while it is not known."""
    now: Callable[[], datetime]

    def look(self) -> None:
        """Post due reminders, on one replica; what fails is tried again next time."""
        try:
            with self.store.try_lock(REMINDING) as alone:
                if alone:
                    self._look()
        except ComplianceError as error:
            log.warning("reminders not posted", reason=str(error))

    def _look(self) -> None:
        channels = {one.channel for one in self.store.read(schedules.list_schedules, None)}
        if not channels or not self.zone():
            return
        days = lifetime(self.portal(self.now())).login_history_life_time
        for month, gone in months_at_risk(self.now(), ZoneInfo(self.zone()), days=days):
            if not self.store.read(lambda c, month=month: ledger.has_full_report(c, month)):  # type: ignore[misc]
                for channel in channels:
                    self._remind(channel, month, gone)

    def _remind(self, channel: str, month: Month, gone: datetime) -> None:
        name = f"reminder-{month}"
        try:
            self.poster.once(name, channel, ANCHOR, last_chance(month, gone), by=name)
        except ComplianceError as error:
            log.warning("reminder not posted", month=str(month), reason=str(error))


def months_at_risk(now: datetime, zone: ZoneInfo, *, days: int) -> list[tuple[Month, datetime]]:
    """Months whose sign-ins will soon be deleted (the portal keeps them for *days*), with the date."""
    if not days:
        return []
    kept, here = timedelta(days=days), now.astimezone(zone)
    months = [Month(here.year, here.month).plus(-n) for n in range(1, days // 28 + 3)]
    found = [(month, month.within(zone).start + kept) for month in months]
    return [(month, gone) for month, gone in found if gone - REMIND_BEFORE <= now < gone]
