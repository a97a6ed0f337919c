"""Find out what may be missing from a fully read month: events the portal has deleted or never had."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from reporting.docspace.api.client import Portal
from reporting.docspace.audit.page import endpoint
from reporting.docspace.audit.signins import History
from reporting.errors.base import ComplianceError
from reporting.errors.portal import Declined, KeyTooWeak, PortalMissing
from reporting.errors.trail import BeyondRetention
from reporting.period import Month, Window, utc
from reporting.plurals import number_of

LONG_AGO = datetime.fromisoformat("1990-01-01T00:00:00Z")


class Lifetime(msgspec.Struct, rename="camel"):
    """Days that the portal keeps both logs. Source: ``GET /security/audit/settings/lifetime``."""

    audit_trail_life_time: int = 0
    login_history_life_time: int = 0


class Birth(msgspec.Struct, rename="camel"):
    """Source: ``GET /portal``, which shows an administrator when the portal was created."""

    creation_date_time: datetime | None = None


def lifetime(portal: Portal) -> Lifetime:
    """The portal's retention settings; zeros where it does not report them."""
    try:
        return portal.get("/security/audit/settings/lifetime", Lifetime)
    except (KeyTooWeak, PortalMissing, Declined):
        return Lifetime()


def days_kept(portal: Portal) -> int | None:
    """Days that the portal keeps its audit trail; None if it does not report that or cannot be reached."""
    try:
        return lifetime(portal).audit_trail_life_time or None
    except ComplianceError:
        return None


def portal_created(portal: Portal) -> datetime | None:
    """When the portal was created, if it reports that."""
    try:
        made = portal.get("/portal", Birth).creation_date_time
    except (KeyTooWeak, PortalMissing, Declined):
        return None
    return made.replace(tzinfo=made.tzinfo or UTC) if made else None


def gaps(portal: Portal, window: Window, *, kept: int, now: datetime) -> Iterator[str]:
    """Yield reasons why events of *window* may be missing from an audit trail that is kept for *kept* days.

    An older event that is still there proves that nothing of the window was deleted.
    """
    made = portal_created(portal)
    if made and made > window.start:
        yield f"the portal was created on {utc(made)} and has no earlier events"
    lived = Window(max(window.start, made or window.start), window.end)
    if lived.start < lived.end and is_cut(lived, kept=kept, now=now) and not has_older(portal, window):
        days = number_of(kept, "day") if kept else "an unknown time"
        yield f"the portal keeps its audit trail for {days}; no older event remains to prove that none was deleted"


def check_kept(portal: Portal, month: Month, zone: ZoneInfo, *, now: datetime) -> None:
    """Check that the portal can still have events of *month*.

    Raises:
        BeyondRetention: the portal has deleted all of it.
    """
    days = lifetime(portal).audit_trail_life_time
    if days and month.within(zone).end < now - timedelta(days=days):
        raise BeyondRetention(host=portal.host, days=days, month=month.title)


def is_cut(window: Window, *, kept: int, now: datetime) -> bool:
    """Whether the portal may have deleted part of the window by now."""
    return not kept or window.start < now - timedelta(days=kept)


def has_older(portal: Portal, window: Window) -> bool:
    """Whether the portal still has an event from before *window*."""
    before = Window(LONG_AGO, window.start - timedelta(seconds=1))
    return bool(endpoint(portal).page(before, count=1))


def signins_gaps(history: History, window: Window, *, kept: int, now: datetime) -> Iterator[str]:
    """Yield reasons why sign-ins of *window* may be missing."""
    if history.empty:
        yield "the portal shows no sign-ins at all, so its sign-in history may not be working"
    elif is_cut(window, kept=kept, now=now) and not history.older:
        after = number_of(kept, "day") if kept else "an unknown time"
        yield f"the portal deletes sign-ins after {after}; some of this month's may be gone"
