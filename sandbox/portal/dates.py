"""Dates as the portal reads and prints them.

Source: DocSpace server 3.7.2, ``common/ASC.Api.Core/Core/ApiDateTime.cs``.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from sandbox.portal.generation import Generation

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000

_ACCEPTED = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:T(?P<hour>\d\d)(?P<mark>[:-])(?P<minute>\d\d)(?P=mark)(?P<second>\d\d)"
    r"(?:\.(?P<fraction>\d{3}|\d{7}))?(?P<zone>Z|[+-]\d\d:\d\d)?)?",
    re.ASCII,
)


def micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware *moment*."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def read_date(text: str, generation: Generation) -> datetime:
    """Return the instant *text* means to the server.

    Raises:
        ValueError: the server's own list of formats does not hold it. Six fraction digits, Python's
            default, are not on the list.
    """
    found = _ACCEPTED.fullmatch(text)
    if found is None:
        raise ValueError(text)
    clock = f"{found['hour'] or '00'}:{found['minute'] or '00'}:{found['second'] or '00'}"
    plain = datetime.fromisoformat(f"{found['day']}T{clock}.{(found['fraction'] or '0').ljust(6, '0')[:6]}")
    return plain.replace(tzinfo=_zone(found["zone"], text, generation)).astimezone(UTC)


def _zone(suffix: str | None, text: str, generation: Generation) -> timezone:
    """Read a zone; none means the server's own, UTC in the stock containers, and 3.7 refuses it."""
    if suffix is None:
        if generation is Generation.V37:
            raise ValueError(text)
        return UTC
    if suffix == "Z":
        return UTC
    sign = -1 if suffix[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(suffix[1:3]), minutes=int(suffix[4:6])))


def shown(microseconds: int, zone: ZoneInfo, generation: Generation) -> str:
    """Print the date on the wire: portal zone, seven fraction digits, ``Z`` or an offset.

    The server turns UTC into a wall clock and that back into UTC, taking the second reading of an
    ambiguous hour: what happened in the first of the two repeated hours comes back one hour late.
    """
    seconds, fraction = divmod(microseconds, SECOND)
    local = datetime.fromtimestamp(seconds, zone).replace(fold=1)
    clock = local.isoformat()
    suffix = "Z" if generation.mislabels_dates else clock[19:25].replace("+00:00", "Z")
    return f"{clock[:19]}.{fraction:06}0{suffix}"
