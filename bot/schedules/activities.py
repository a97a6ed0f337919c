"""The steps of schedule workflows: save, change, stop, post."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot.schedules.ticker import due_request
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.store import requests, run_causes, schedules
from bot.store.database import Store
from bot.store.posts import ANCHOR
from bot.store.run_causes import Act
from handlers.desk import RequestContext, SaveSchedule, ScheduleAction
from handlers.errors import NoSuchSchedule
from handlers.exposure import Exposure
from handlers.schedule import ScheduleStatus, Verb
from handlers.views.replies import refusal
from handlers.views.schedules import saved
from reporting.errors.request import UnknownZone
from reporting.period import Month, zone
from reporting.report import Failure
from reporting.time_zones import EXAMPLE, is_of_machine

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ScheduleActivities:
    """The steps of schedule workflows."""

    store: Store
    poster: Poster
    people: People
    exposure: Callable[[str], Exposure]
    """How much a channel may see at the moment."""
    zone: str
    """Of the reports; empty for the portal's own."""
    now: Callable[[], datetime]

    def save(self, keeping: SaveSchedule) -> int:
        """Save the schedule or its new plan, if the requester may; return its number."""
        place = keeping.place
        if keeping.number:
            self._own(place, keeping.number)
            return self.store.write(self._changed, keeping)
        self.people.admit(place)
        return self.store.write(self._saved, keeping)

    def _changed(self, c: Connection, keeping: SaveSchedule) -> int:
        run_causes.note(c, Act.CHANGED, keeping.place.asker, schedule=keeping.number, now=self.now())
        return schedules.edit(c, keeping.number, keeping.plan).number

    def _saved(self, c: Connection, keeping: SaveSchedule) -> int:
        place, key, now = keeping.place, requests.request_id(keeping.key), self.now()
        kept = schedules.save(c, keeping.plan, key=key, channel=place.channel, maker=place.asker, now=now)
        run_causes.note(c, Act.MADE, place.asker, schedule=kept.number, now=now)
        return kept.number

    def change(self, amendment: ScheduleAction) -> None:
        """Change a schedule for its owner or an admin; *run* is open to anybody who may request reports there."""
        number, place = amendment.number, amendment.place
        schedule = self.store.read(schedules.find, number)
        if amendment.verb is Verb.TAKE_OVER:
            self._adopt(place, number)
        elif amendment.verb is Verb.RUN and schedule and schedule.channel == place.channel:
            self.people.admit(place)
        else:
            self._own(place, number)

        def change(c: Connection) -> None:
            now = self.now()
            match amendment.verb:
                case Verb.PAUSE:
                    schedules.pause(c, number)
                case Verb.RESUME:
                    zone(schedules.get(c, number).plan.rule.zone)
                    resumed = schedules.resume(c, number, now=now)
                    run_causes.note(c, Act.RESUMED, place.asker, schedule=number, month=resumed.reports, now=now)
                case Verb.DELETE:
                    schedules.delete(c, number)
                case Verb.RUN:
                    month = self._run(c, number, amendment)
                    run_causes.note(c, Act.RAN, place.asker, schedule=number, month=month, now=now)
                case Verb.TAKE_OVER:
                    run_causes.note(c, Act.TOOK_OVER, place.asker, schedule=number, now=now)
                    schedules.take_over(c, number, place.asker, now=now)

        self.store.write(change)

    def tell(self, number: int, place: RequestContext, key: str, done: str, *, by: str) -> None:
        """Post in the schedule's channel what somebody changed; once per *key*."""
        schedule = self.store.read(schedules.get, number)
        post = f"schedule-{requests.request_id(key)}"
        seen, overdue = self.exposure(schedule.channel), schedule.due <= self.now()
        message = saved(schedule, place.asker, done, exposure=seen, overdue=overdue)
        self.poster.once(post, schedule.channel, ANCHOR, message, by=requests.request_id(by))

    def stop(self, number: int, why: Failure) -> None:
        """Pause a schedule that cannot go on; its owner and the admins are told (:mod:`bot.schedules.overdue`)."""
        reason = f"{why.message} {why.hint}".strip()
        self.store.write(schedules.pause, number, reason)
        log.warning("schedule paused", schedule=number, reason=why.message)

    def stop_unusable(self) -> None:
        """Pause schedules of older releases whose zone depends on the machine, and say so."""
        for one in self.store.read(schedules.list_schedules, None):
            if one.standing is ScheduleStatus.ACTIVE and is_of_machine(one.plan.rule.zone):
                why = ": it means something else on each machine"
                wrong = UnknownZone(zone=one.plan.rule.zone, why=why, nearest="", example=EXAMPLE)
                self.stop(one.number, Failure.of(wrong))

    def refuse(self, place: RequestContext, key: str, failure: Failure) -> None:
        """Tell the requester privately why nothing was done."""
        message = refusal(failure.message, failure.hint)
        self.poster.privately(place, f"refused-{requests.request_id(key)}", message)

    def _run(self, c: Connection, number: int, amendment: ScheduleAction) -> Month:
        """Request last month's report as the schedule would; its next month stays. Returns that month.

        A late month is tried at once instead, so that its message becomes the report.
        """
        schedule, now = schedules.get(c, number), self.now()
        if schedule.again and schedule.standing is ScheduleStatus.ACTIVE:
            schedules.try_now(c, number)
            return schedule.reports
        here = now.astimezone(ZoneInfo(schedule.plan.rule.zone))
        month = Month(here.year, here.month)
        requests.save(c, due_request(schedule, month, zone=self.zone, key=amendment.key), now=now)
        return month.plus(-1)

    def _adopt(self, place: RequestContext, number: int) -> None:
        """Check that the requester may run the schedule.

        Raises:
            NoSuchSchedule: it was deleted meanwhile.
            ForAdmins, NotAllowed: with the reason.
        """
        if self.store.read(schedules.find, number) is None:
            raise NoSuchSchedule(number=number)
        self.people.check_admin(place.asker, deed="take over a schedule")
        self.people.admit(place)

    def _own(self, place: RequestContext, number: int) -> None:
        """Check that the requester may change the schedule.

        Raises:
            NoSuchSchedule: it was deleted meanwhile.
            ForAdmins, NotAllowed: with the reason.
        """
        schedule = self.store.read(schedules.find, number)
        if schedule is None:
            raise NoSuchSchedule(number=number)
        if schedule.maker != place.asker:
            self.people.check_admin(place.asker, deed="change a schedule that somebody else made")
        else:
            self.people.admit(place)
