"""What is done about schedules: kept, changed, ended, told. The steps of short workflows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot.clock import wish
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.store import requests, schedules
from bot.store.database import Store
from bot.store.posts import ANCHOR
from handlers.desk import Amendment, Keeping, Place
from handlers.exposure import Exposure
from handlers.planned import Verb
from handlers.views.answers import refusal
from handlers.views.kit import Message
from handlers.views.schedules import kept, paused
from reporting.errors import NoSuchSchedule, SlackTrouble
from reporting.period import Month
from reporting.report import Failure

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scheduling:
    """The work on schedules, for real."""

    store: Store
    poster: Poster
    people: People
    exposure: Callable[[str], Exposure]
    """How much a channel may see now."""
    zone: str
    """Of the reports; empty for the portal's own."""
    now: Callable[[], datetime]

    def keep(self, keeping: Keeping) -> int:
        """Write the schedule down, or its new plan, if the asker may; its number."""
        place = keeping.place
        if keeping.number:
            self._own(place, keeping.number)
            return self.store.write(lambda c: schedules.edit(c, keeping.number, keeping.plan)).number
        self.people.admit(place)
        key = requests.request_id(keeping.key)
        return self.store.write(
            lambda c: schedules.keep(c, keeping.plan, key=key, channel=place.channel, maker=place.asker, now=self.now())
        ).number

    def amend(self, amendment: Amendment) -> None:
        """Do with a schedule what was asked, if the asker made it or is an admin; to run it, whoever may ask there."""
        number, place = amendment.number, amendment.place
        schedule = self.store.read(lambda c: schedules.find(c, number))
        if amendment.verb is Verb.RUN and schedule and schedule.channel == place.channel:
            self.people.admit(place)
        else:
            self._own(place, number)

        def change(c: Connection) -> None:
            match amendment.verb:
                case Verb.PAUSE:
                    schedules.pause(c, number)
                case Verb.RESUME:
                    schedules.resume(c, number, now=self.now())
                case Verb.DELETE:
                    schedules.delete(c, number)
                case Verb.RUN:
                    self._run(c, number, amendment)

        self.store.write(change)

    def tell(self, number: int, place: Place, key: str, done: str, *, by: str) -> None:
        """Say in the schedule's channel what somebody did with it; once a *key*, whichever click *by* names."""
        schedule = self.store.read(lambda c: schedules.get(c, number))
        post = f"schedule-{requests.request_id(key)}"
        message = kept(schedule, place.asker, done, exposure=self.exposure(schedule.channel))
        self.poster.once(post, schedule.channel, ANCHOR, message, by=requests.request_id(by))

    def stop(self, number: int, why: Failure) -> None:
        """Pause a schedule that cannot go on, and tell who made it."""
        reason = f"{why.message} {why.hint}".strip()
        self.store.write(lambda c: schedules.pause(c, number, reason))
        schedule = self.store.read(lambda c: schedules.find(c, number))
        if schedule is None:
            return  # it was deleted meanwhile
        log.warning("schedule paused", schedule=number, reason=why.message)
        self._direct(schedule.maker, f"paused-{number}-{self.now():%Y%m%dT%H}", paused(schedule, reason))

    def refuse(self, place: Place, key: str, failure: Failure) -> None:
        """Tell the asker alone why nothing was done."""
        message = refusal(failure.message, failure.hint)
        self.poster.privately(place, f"refused-{requests.request_id(key)}", message)

    def _run(self, c: Connection, number: int, amendment: Amendment) -> None:
        """Ask for the report of the month before, as the schedule would; its own next month stays."""
        schedule, now = schedules.get(c, number), self.now()
        here = now.astimezone(ZoneInfo(schedule.plan.rule.zone))
        month = Month(here.year, here.month)
        requests.write_down(c, wish(schedule, month, zone=self.zone, key=amendment.key), now=now)

    def _own(self, place: Place, number: int) -> None:
        """Make sure that the asker may change that schedule.

        Raises:
            NoSuchSchedule: it was deleted meanwhile.
            ForAdmins, NotAllowed: with the reason.
        """
        schedule = self.store.read(lambda c: schedules.find(c, number))
        if schedule is None:
            raise NoSuchSchedule(number=number)
        if schedule.maker != place.asker:
            self.people.check_admin(place.asker, deed="change a schedule that somebody else made")
        else:
            self.people.admit(place)

    def _direct(self, user: str, key: str, message: Message) -> None:
        """A direct message; if even that cannot be posted, the log has to do.

        Raises:
            SlackTrouble: it is to be posted later (``transient``).
        """
        try:
            self.poster.once(key, user, ANCHOR, message, by=key)
        except SlackTrouble as error:
            if error.transient:
                raise
            log.exception("nobody could be told", user=user, reason=str(error))
