"""What may be missing from a month that was read completely: what the portal no longer has, or never had."""

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
    """Days that the portal keeps its two journals. Source: ``GET /security/audit/settings/lifetime``."""

    audit_trail_life_time: int = 0
    login_history_life_time: int = 0


class Birth(msgspec.Struct, rename="camel"):
    """Source: ``GET /portal``, which tells an administrator when the portal was made."""

    creation_date_time: datetime | None = None


def lifetime(portal: Portal) -> Lifetime:
    """How long the portal says it keeps things; zeros where it does not say."""
    try:
        return portal.get("/security/audit/settings/lifetime", Lifetime)
    except (KeyTooWeak, PortalMissing, Declined):
        return Lifetime()


def days_kept(portal: Portal) -> int | None:
    """Days that the portal keeps its audit trail; None where it does not say, or cannot be asked at all."""
    try:
        return lifetime(portal).audit_trail_life_time or None
    except ComplianceError:
        return None


def portal_created(portal: Portal) -> datetime | None:
    """When the portal was made, if it says so."""
    try:
        made = portal.get("/portal", Birth).creation_date_time
    except (KeyTooWeak, PortalMissing, Declined):
        return None
    return made.replace(tzinfo=made.tzinfo or UTC) if made else None


def gaps(portal: Portal, window: Window, *, kept: int, now: datetime) -> Iterator[str]:
    """Why events of *window* may be missing from the portal's audit trail, which it keeps for *kept* days.

    An event that is older than the window and still there proves that the window was not cut.
    """
    made = portal_created(portal)
    if made and made > window.start:
        yield f"the portal was made on {utc(made)}; before that there is nothing to report"
    lived = Window(max(window.start, made or window.start), window.end)
    if lived.start < lived.end and is_cut(lived, kept=kept, now=now) and not has_older(portal, window):
        days = number_of(kept, "day") if kept else "an unknown time"
        yield f"the portal keeps its audit trail for {days}, and no older event is left to prove the month whole"


def check_kept(portal: Portal, month: Month, zone: ZoneInfo, *, now: datetime) -> None:
    """Make sure that something of *month* can still be there.

    Raises:
        BeyondRetention: the portal has deleted all of it.
    """
    days = lifetime(portal).audit_trail_life_time
    if days and month.within(zone).end < now - timedelta(days=days):
        raise BeyondRetention(host=portal.host, days=days, month=month.title)


def is_cut(window: Window, *, kept: int, now: datetime) -> bool:
    """Whether the portal may have removed a part of the window by now."""
    return not kept or window.start < now - timedelta(days=kept)


def has_older(portal: Portal, window: Window) -> bool:
    """Whether an event of before *window* is still there."""
    before = Window(LONG_AGO, window.start - timedelta(seconds=1))
    return bool(endpoint(portal).page(before, count=1))


def signins_gaps(history: History, window: Window, *, kept: int, now: datetime) -> Iterator[str]:
    """Why sign-ins of *window* may be missing."""
    if history.empty:
        yield "the portal shows no sign-in of any time, so nothing shows that its sign-in history works"
    elif is_cut(window, kept=kept, now=now) and not history.older:
        after = number_of(kept, "day") if kept else "an unknown time"
        yield f"the portal deletes sign-ins after {after}; those of this month may be gone"
