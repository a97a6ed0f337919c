"""Ask the portal for its version and time zone."""

import re
from dataclasses import dataclass

import msgspec

from reporting.docspace.api.client import Portal
from reporting.errors.portal import AnswerUnknown, PortalTooOld

OLDEST = (3, 0)
"""Before, audit dates were the portal's wall clock mislabelled as UTC (``AuditEventDto.cs``, DocSpace 2.0 to 2.6)."""
NUMBERS = re.compile(r"(\d+)\.(\d+)")


class Settings(msgspec.Struct):
    """Source: ``GET /settings``, which shows the zone to an authenticated caller only."""

    timezone: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """The portal's address, version and time zone."""

    address: str
    version: str
    timezone: str
    """IANA name: the zone of the portal's dates."""


def server_info(portal: Portal) -> ServerInfo:
    """Ask the portal for its version and its time zone.

    Raises:
        KeyRejected: the key is not one of the portal's.
        PortalTooOld: its audit dates cannot be trusted.
        PortalError: refused or not understood.
    """
    found = portal.get("/settings", Settings)
    if not found.timezone:
        portal.get("/keys/@self", dict)  # a rejected key fails here, not above: settings need no key
        raise AnswerUnknown(host=portal.host, path="/settings", found="settings without a time zone")
    numbers = NUMBERS.match(found.version)
    if numbers and (int(numbers[1]), int(numbers[2])) < OLDEST:
        raise PortalTooOld(host=portal.host, version=found.version[:20])
    return ServerInfo(address=portal.address, version=found.version[:20], timezone=found.timezone)
