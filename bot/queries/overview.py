"""The Home tab, the calendar and the history, from the database."""

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
"""Runs on one page."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at runs, with what they may see."""

    user: str
    admin: bool

    @property
    def may_know(self) -> tuple[ColumnElement[bool], ...]:
        """Whether they may see what was requested there: direct messages belong to their owner and to admins."""
        mine, public = runs.c.asker == self.user, requests.public(runs.c.place)
        return () if self.admin else (or_(mine, public, requests.known_to(self.user)),)

    def redact(self, c: Connection, past: PastRun) -> PastRun:
        """The run as the viewer may see it: with the requester that they could see.

        Names that only the first requester was shown, and later private runs, are left out.
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
        """Whether the viewer may know about the run."""
        return self.admin or requests.known_run(c, entry.run, self.user) is not None


PUBLIC_VIEWER = Viewer("", admin=False)
"""Everybody in a channel: private requests do not exist for them."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Looks up runs, months and the bot's health."""

    store: Store
    portal: Callable[[datetime], Portal]
    zone: Callable[[], str]
    """Of the reports; empty while it is not known."""
    refusals: Refusals
    lacking: MissingScopes
    now: Callable[[], datetime]

    def months(self, year: int, reader: Viewer) -> tuple[MonthRow, ...]:
        """How the months of a year are covered, as far as the viewer may see.

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
        """Past runs of a month, of a year, or of any time, newest first."""
        which = reader.may_know

        def look(c: Connection) -> tuple[PastRun, ...]:
            found = history(c, *which, month=month, year=year or None, most=MOST)
            return tuple(reader.redact(c, one) for one in found)

        return self.store.read(look)

    def total(self, month: Month | None, year: int, reader: Viewer) -> int:
        """How many such runs there are."""
        which = reader.may_know
        return self.store.read(lambda c: total(c, *which, month=month, year=year or None))

    def page(self, person: Mapping[str, Any], *, may_ask: bool) -> Page:
        """The Home tab: everything for admins, their own for others."""
        everything, user = admin(person), str(person["id"])
        year = self.now().astimezone(ZoneInfo(self.zone() or "UTC")).year
        reader = Viewer(user, admin=everything)
        lately = self.history(None, 0, reader)
        mine = [one for one in lately if everything or one.entry.asker == user]
        there = self.store.read(listed, None if everything else user)
        address, months = self.portal(self.now()).address, self.months(year, reader)
        return Page(address, year, months, there, mine, self.health(), may_ask=may_ask)

    def health(self) -> list[str]:
        """The bot's health, as far as this process knows it."""
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
    """All schedules, or those of one owner."""
    there = [one for one in schedules.list_schedules(c, None) if maker in {None, one.maker}]
    return [ScheduleWithLastRun(one, requests.last_of(c, one.number)) for one in there]
