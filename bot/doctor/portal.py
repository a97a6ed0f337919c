"""What the doctor asks DocSpace: each question by itself, in the order of the first start's troubles."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.config.settings import PortalSettings
from bot.doctor.clock_skew import check_clock
from bot.doctor.finding import Check, Finding, Grade, after, broken, check, fine, unknown, warning
from reporting.docspace.api.client import Portal
from reporting.docspace.api.server_info import OLDEST, server_info
from reporting.docspace.audit.page import endpoint
from reporting.docspace.audit.probe import probe
from reporting.docspace.audit.retention import lifetime
from reporting.docspace.directory import account
from reporting.docspace.files.filing import check_folder
from reporting.errors.portal import KeyRejected, KeyTooWeak, PortalMissing, PortalTooOld
from reporting.period import zone as named_zone
from reporting.plurals import number_of

SOON = timedelta(days=14)
KEPT = 62
"""Days: two months, so that a month's report can still be made anew in the month after."""
NEEDED = ("*:read", "files:write")
SCOPES = "Make a key with the scopes *:read and files:write (Developer tools, API keys)."
KEYED = (3, 1)
"""The first version that has API keys."""


def portal_checks(settings: PortalSettings, portal: Portal, now: Callable[[], datetime]) -> list[Check]:
    folder = settings.compliance_room_folder_id
    asked = [
        check("key", key, portal, now),
        check("key's scopes", scopes, portal),
        check("key's owner", owner, portal),
        check("audit trail", audit, portal, now),
        check("retention", retention, portal),
        check("folder", takes_files, portal, folder),
        check("time zone", zone, portal, settings.report_timezone),
        check("portal's clock", clock, portal, now),
    ]
    return [check("portal", answers, portal), *after("portal", asked)]


def answers(portal: Portal) -> Finding:
    """A supported version of DocSpace answers at DOCSPACE_API_HOST."""
    try:
        version = account.build(portal)
    except (KeyRejected, KeyTooWeak):
        return fine(f"{portal.host} answers, but does not show its version to this key")
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if not numbers:
        return unknown(f"{portal.host} does not show its version")
    if numbers < OLDEST:
        error = PortalTooOld(host=portal.host, version=version[:20])
        return broken(str(error), error.advice)
    if numbers < KEYED:
        return broken(
            f"{portal.host} runs DocSpace {version[:20]}, which has no API keys", "Update it to 3.1 or newer."
        )
    return fine(f"{portal.host} runs DocSpace {version[:20]}")


def key(portal: Portal, now: Callable[[], datetime]) -> Finding:
    """The portal accepts DOCSPACE_API_KEY, which is valid for at least two more weeks."""
    found = account.key(portal)
    if not found.is_active:
        return broken("the key is disabled", "Enable it under Developer tools, API keys, or create a new one.")
    if found.end is None:
        return fine("the key is valid and does not expire")
    if found.end < now():
        return broken(f"the key expired on {found.end:%Y-%m-%d}", SCOPES)
    said = f"the key is valid until {found.end:%Y-%m-%d}"
    return warning(said, f"{SCOPES} Do it before then.") if found.end - now() < SOON else fine(said)


def scopes(portal: Portal) -> Finding:
    """The key's scopes let it read the audit trail and add files."""
    found = account.key(portal)
    lacking = [scope for scope in NEEDED if not found.may(scope)]
    if lacking:
        return broken(f"the key lacks {' and '.join(lacking)}", SCOPES)
    return fine("*:read and files:write" if found.permissions else "full access; *:read and files:write are enough")


def owner(portal: Portal) -> Finding:
    """The key's owner is a DocSpace administrator, as the audit trail requires."""
    found = account.owner(portal)
    if found.is_owner or found.is_admin:
        return fine("the portal's owner" if found.is_owner else "an administrator")
    return broken(
        "neither an administrator nor the portal's owner", "Make the owner an administrator, or create the key as one."
    )


def audit(portal: Portal, now: Callable[[], datetime]) -> Finding:
    """The plan includes the audit trail, and the portal answers queries consistently."""
    view = probe(endpoint(portal), named_zone(server_info(portal).timezone), nobody=uuid4(), now=now())
    try:
        had = account.plan(portal).audit
    except (KeyTooWeak, PortalMissing):
        had = None
    if had is False:
        return warning(f"readable ({view}), but the plan does not list it", "Check the portal's plan.")
    return fine(f"included in the plan; {view}")


def retention(portal: Portal) -> Finding:
    """The portal keeps the audit trail long enough to report on a past month."""
    days = lifetime(portal).audit_trail_life_time
    if not days:
        return unknown("the portal does not show how long it keeps the audit trail")
    hint = "Schedule reports early in the month, or ask the portal's owner to extend the retention period."
    return warning(number_of(days, "day"), hint) if days < KEPT else fine(number_of(days, "day"))


def takes_files(portal: Portal, folder: int) -> Finding:
    """The folder COMPLIANCE_ROOM_FOLDER_ID exists, and the key's owner can add files to it."""
    found = account.root(portal, folder)
    if found.put_away:
        return broken(
            f"folder {folder} is in the archive or in the trash", "Bring its room back, or choose another one."
        )
    check_folder(portal, folder)
    return fine(f"folder {folder} is writable")


def zone(portal: Portal, wanted: str) -> Finding:
    """The time zone of the reports is known."""
    told = server_info(portal).timezone
    if wanted and wanted != told:
        return fine(f"{wanted} (REPORT_TIMEZONE); the portal's own is {told}")
    return fine(told)


def clock(portal: Portal, now: Callable[[], datetime]) -> Finding:
    """The portal's clock agrees with this machine's."""
    found = check_clock("the portal", lambda: account.clock(portal), now)
    if found.grade is not Grade.BROKEN:
        return found
    return replace(found, hint=f"{found.hint} Schedules are on hold while the clocks differ by more than five minutes.")
