"""The app's own page and the year's calendar: gathered from the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, or_

from bot import __version__
from bot.config.access_policy import Refusals, admin
from bot.slack.channels import MissingScopes
from bot.store import requests, schedules
from bot.store.database import Store
from handlers.desk import RequestContext, is_direct_message
from handlers.errors import ZoneNotLearned
from handlers.exposure import Exposure, is_wording_of
from handlers.schedule import ScheduleWithLastRun
from handlers.views.home import Page
from handlers.views.redaction import NAMING, redact_failure
from reporting.docspace.api.client import Portal
from reporting.docspace.audit.retention import days_kept
from reporting.evidence import chain, ledger
from reporting.evidence.calendar import calendar, history, total
from reporting.evidence.ledger import runs
from reporting.period import Month
from reporting.plurals import number_of
from reporting.run import Run
from reporting.time_zones import name_and_label
from reporting.verification import MonthRow, PastRun

MOST = 100
"""Runs that are looked up."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at what was made."""

    user: str
    admin: bool

    @property
    def may_know(self) -> tuple[ColumnElement[bool], ...]:
        """What others have asked for in their direct messages is theirs, and the admins'."""
        mine, public = runs.c.asker == self.user, requests.public(runs.c.place)
        return () if self.admin else (or_(mine, public, requests.known_to(self.user)),)

    def redact(self, c: Connection, past: PastRun) -> PastRun:
        """The run as the reader knows it: by who asked where they could see it.

        It is without the names that only who asked first may have been told, and without a later run that is private.
        """
        entry, failure = past.entry, past.entry.failure
        later = ledger.find(c, past.superseded_by) if past.superseded_by else None
        if later and not self.knows_run(c, later):
            past = replace(past, superseded_by="")
        if failure and failure.kind in NAMING and not is_wording_of(entry, self.user):
            entry = replace(entry, failure=redact_failure(failure, Exposure.COUNTS))
        if is_direct_message(entry.place) and entry.asker != self.user and not self.admin:
            asked = requests.of_run(c, entry.run)
            entry = requests.as_asked(entry, next(one for one in asked if self.may_see(one.place)))
        return replace(past, entry=entry)

    def may_see(self, place: RequestContext) -> bool:
        return place.asker == self.user or not is_direct_message(place.channel)

    def knows_run(self, c: Connection, entry: Run) -> bool:
        """Whether the run is one that they may know of."""
        return self.admin or requests.known_run(c, entry.run, self.user) is not None


PUBLIC_VIEWER = Viewer("", admin=False)
"""Whoever reads a channel: what was asked for in direct messages never existed for them."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Looks up what was made, and how the bot is."""

    store: Store
    portal: Callable[[datetime], Portal]
    zone: Callable[[], str]
    """Of the reports; empty while it is not known."""
    refusals: Refusals
    lacking: MissingScopes
    now: Callable[[], datetime]

    def months(self, year: int, reader: Viewer) -> tuple[MonthRow, ...]:
        """How the months of a year are covered, by what the reader may know.

        Raises:
            ZoneNotLearned: it is not known yet when they begin.
        """
        if not self.zone():
            raise ZoneNotLearned
        portal, now = self.portal(self.now()), self.now()
        kept = days_kept(portal)
        zone = ZoneInfo(self.zone())
        which = reader.may_know
        return self.store.read(lambda c: calendar(c, portal.address, year, *which, now=now, zone=zone, retention=kept))

    def history(self, month: Month | None, year: int, reader: Viewer) -> tuple[PastRun, ...]:
        """What was made: of a month, of a year, or lately; newest first."""
        which = reader.may_know

        def look(c: Connection) -> tuple[PastRun, ...]:
            found = history(c, *which, month=month, year=year or None, most=MOST)
            return tuple(reader.redact(c, one) for one in found)

        return self.store.read(look)

    def total(self, month: Month | None, year: int, reader: Viewer) -> int:
        """How many runs there are of that."""
        which = reader.may_know
        return self.store.read(lambda c: total(c, *which, month=month, year=year or None))

    def page(self, person: Mapping[str, Any], *, may_ask: bool) -> Page:
        """The page of somebody who may look: an admin's has everything, others' what is theirs."""
        everything, user = admin(person), str(person["id"])
        year = self.now().astimezone(ZoneInfo(self.zone() or "UTC")).year
        reader = Viewer(user, admin=everything)
        lately = self.history(None, 0, reader)
        mine = [one for one in lately if everything or one.entry.asker == user]
        there = self.store.read(listed, None if everything else user)
        address, months = self.portal(self.now()).address, self.months(year, reader)
        return Page(address, year, months, there, mine, self.health(), may_ask=may_ask)

    def health(self) -> list[str]:
        """What can be said of the bot without asking anybody."""
        head, going_on = self.store.read(lambda c: (chain.head(c), ledger.list_open_runs(c)))
        zone = name_and_label(self.zone()) or "not known yet"
        turned_away = number_of(self.refusals.total, "request was", "requests were")
        return [
            f"Version {__version__}; the time zone of the reports is {zone}.",
            f"Reports that are being made or wait: {len(going_on)}.",
            f"The ledger has {head.length}, the newest is `{head.short}`." if head else "The ledger is empty.",
            *([f"{turned_away} turned away since the start."] if self.refusals.total else []),
            *([f"The app lacks the scopes {', '.join(self.lacking.scopes)}."] if self.lacking.scopes else []),
        ]


def listed(c: Connection, maker: str | None) -> list[ScheduleWithLastRun]:
    """Every schedule, or those that somebody made."""
    there = [one for one in schedules.list_schedules(c, None) if maker in {None, one.maker}]
    return [ScheduleWithLastRun(one, requests.last_of(c, one.number)) for one in there]
