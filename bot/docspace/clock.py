"""What time it is by the portal: schedules go no further than both clocks allow."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import structlog

from bot.errors import ClocksDiffer
from reporting.docspace.api.client import Portal
from reporting.docspace.directory.account import clock, moment
from reporting.errors.base import ComplianceError
from reporting.plurals import number_of

log = structlog.get_logger()
TOLERANCE = timedelta(minutes=5)
"""How far the two clocks may be apart."""
FRESH = 300.0
"""Seconds after which the portal is asked for the time, if it has answered nothing meanwhile."""


def elapsed() -> float:
    """Seconds that only ever grow, where the system can tell also while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class PortalClock:
    """Compares this machine's clock with the portal's, which says the time (``Date``) with each of its answers.

    Between two answers the portal's time goes on by a clock that nobody sets, so a jump of this machine's own is known
    at once. A portal that has not said the time yet is not waited for: a run of a schedule looks once more before it
    reads anything.
    """

    def __init__(self, host: str, now: Callable[[], datetime], *, elapsed: Callable[[], float]) -> None:
        """*now* is this machine's clock, *elapsed* gives seconds that only ever grow."""
        self._host, self._now, self._elapsed = httpx.URL(host).host, now, elapsed
        self._guard = threading.Lock()
        self._said: tuple[datetime, float] | None = None
        self._asked = False

    def note_date(self, answer: httpx.Response) -> None:
        """Take the time from an answer, unless it comes from elsewhere or out of a cache."""
        said = moment(answer.headers.get("date", ""))
        if said and answer.url.host == self._host and "age" not in answer.headers:
            with self._guard:
                self._said = said, self._elapsed()

    def look(self, portal: Callable[[datetime], Portal]) -> None:
        """Ask the portal, if it has not said the time for a while or the clocks seem to differ."""
        with self._guard:
            fresh = self._said and self._elapsed() - self._said[1] < FRESH
        if fresh and not self.differs():
            return
        try:
            clock(portal(self._now()))
        except ComplianceError as error:
            log.info("portal time unknown", reason=str(error))
        self._asked = True

    def difference(self) -> timedelta | None:
        """How far this machine's clock is ahead of the portal's; less than nothing if it is behind, None if unknown."""
        with self._guard:
            said = self._said
        if said is None:
            return None
        date, at = said
        return self._now() - (date + timedelta(seconds=self._elapsed() - at))

    def differs(self) -> timedelta | None:
        """By how much the clocks differ, if that is too much."""
        ahead = self.difference()
        return ahead if ahead is not None and abs(ahead) > TOLERANCE else None

    def now(self) -> datetime:
        """What time it is by this machine; by the portal, while the two differ by too much."""
        return self._now() - (self.differs() or timedelta())

    def allowed(self) -> datetime | None:
        """How far schedules may go: as far as the earlier clock.

        None while they wait: the clocks differ, or the portal was not asked yet.
        """
        if self.differs() or (self.difference() is None and not self._asked):
            return None
        return self._now() - max(self.difference() or timedelta(), timedelta())

    def check(self) -> None:
        """Make sure that a schedule's report is not made by a clock that is wrong.

        Raises:
            ClocksDiffer: one of both is.
        """
        if differs := self.differs():
            raise ClocksDiffer(host=self._host, difference=difference_in_words(differs))


def difference_in_words(ahead: timedelta) -> str:
    """``3 h 20 min ahead of``."""
    minutes = round(abs(ahead).total_seconds() / 60)
    hours, days = minutes // 60, minutes // 1440
    length = number_of(days, "day") if days > 1 else f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
    return f"{length} {'ahead of' if ahead > timedelta() else 'behind'}"
