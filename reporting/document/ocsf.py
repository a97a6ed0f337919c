"""Write the events for security tools: one event of the Open Cybersecurity Schema Framework (OCSF) per line.

Every text is escaped as in the JSONL. All columns of the JSONL, and the kinds of the targets, stand in ``unmapped``, so
that no field is lost where OCSF has no place for it.

Source: https://schema.ocsf.io, the version in ``ocsf.toml``
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import msgspec

from reporting.actions import Category, action
from reporting.document.csv_jsonl import pages, row
from reporting.document.ocsf_mapping import activity, mapping
from reporting.escape import escape_untrusted
from reporting.events import AuditEvent

Attributes = dict[str, Any]
"""An object of OCSF, or attributes of one."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND, MINUTE = timedelta(milliseconds=1), timedelta(minutes=1)
PRODUCT = {"name": "ONLYOFFICE DocSpace", "vendor_name": "Ascensio System SIA"}
"""Without its version: a portal that is upgraded must give the same bytes for the same events."""
PROFILES = ("host",)
"""What OCSF's classes are extended by: here actor and device."""
UNKNOWN = {"name": "Unknown"}
"""For what OCSF demands and the portal does not tell."""
UNKNOWN_TYPE, OTHER_TYPE = 0, 99
LONGEST_IP = 40
"""Characters of OCSF's type ``ip_t``."""
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
COUNTRY_CODE = re.compile("[A-Z]{2}")
SYSTEMS = (
    ("windows", 100),
    ("android", 201),
    ("ipados", 302),
    ("ios", 301),
    ("mac", 300),
    ("linux", 200),
    ("ubuntu", 200),
)
"""How a platform begins, in small letters, and what it is in OCSF."""
FILE_TYPES = {1: 1, 2: 2}
"""The portal's kind of a target, and the type of a file in OCSF: regular file, folder."""
encode = msgspec.json.Encoder().encode


def ocsf(event: AuditEvent, local: datetime) -> bytes:
    """One JSON object on one line; *local* is the event's date in the report's zone."""
    known, words = activity(event.action_id), escape_untrusted(event.action)
    where = endpoint(event)
    body: Attributes = {
        "metadata": {
            "version": mapping().version,
            "profiles": PROFILES,
            "product": PRODUCT,
            "uid": str(event.id),
            "event_code": str(event.action_id),
            "original_time": local.isoformat(),
        },
        "time": (event.date - EPOCH) // MILLISECOND,
        "timezone_offset": (local.utcoffset() or timedelta()) // MINUTE,
        "category_uid": known.category_uid,
        "class_uid": known.class_uid,
        "class_name": known.class_name,
        "activity_id": known.activity_id,
        "activity_name": known.activity_name,
        "type_uid": known.type_uid,
        "severity_id": known.severity_id,
        "message": words or action(event.action_id).label,
        "actor": {"user": actor(event)},
    }
    if known.status_id:
        body["status_id"] = known.status_id
    body |= {name: REQUIRED[name](event) for name in known.required}
    if where:
        body["device"] = device(event, where)
    if known.network:
        if where:
            body["src_endpoint"] = where | location(event)
        if event.page:
            body["http_request"] = {"url": {"url_string": pages[event.page,]}}
    body["unmapped"] = msgspec.structs.asdict(row(event, local)) | {"entries": event.entries}
    return encode(body) + b"\n"


def actor(event: AuditEvent) -> Attributes:
    """Who did it."""
    known = {"name": escape_untrusted(event.user), "uid": escape_untrusted(event.user_id)}
    return {key: value for key, value in known.items() if value} or UNKNOWN


def endpoint(event: AuditEvent) -> Attributes:
    """Where from, without the place; an address that is none is a name. Nothing if the portal does not tell it."""
    if not event.ip:
        return {}
    return {"ip": event.ip} if is_ip(event.ip) else {"name": escape_untrusted(event.ip)}


def is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return len(text) <= LONGEST_IP and "%" not in text


def location(event: AuditEvent) -> Attributes:
    """The portal's guess of the place. OCSF has countries as codes; a country's name is the place's description."""
    city, country = escape_untrusted(event.city), escape_untrusted(event.country)
    if COUNTRY_CODE.fullmatch(country):
        return {"location": {"country": country} | ({"city": city} if city else {})}
    return {"location": {"city": city} | ({"desc": country} if country else {})} if city else {}


def device(event: AuditEvent, where: Attributes) -> Attributes:
    """What it was done with, as far as the portal tells it."""
    name = escape_untrusted(event.platform)
    return {"type_id": UNKNOWN_TYPE} | where | ({"os": {"name": name, "type_id": system(name)}} if name else {})


def system(platform: str) -> int:
    lower = platform.lower()
    return next((number for start, number in SYSTEMS if lower.startswith(start)), OTHER_TYPE)


def user(event: AuditEvent) -> Attributes:
    """Whom it was done to: the first target; of a sign-in without one, who signs in."""
    if not event.target and action(event.action_id).category is Category.SIGN_IN:
        return actor(event)
    return subject(event)


def subject(event: AuditEvent) -> Attributes:
    """The first target: an id where it is one, otherwise a name."""
    first = escape_untrusted(next(iter(event.target), ""))
    if not first:
        return UNKNOWN
    return {"uid" if first.isdecimal() or GUID.fullmatch(first) else "name": first}


def file(event: AuditEvent) -> Attributes:
    """The file or folder. The portal tells its id alone, and OCSF demands a name."""
    named = subject(event)
    kind = FILE_TYPES.get(event.entries[0], UNKNOWN_TYPE) if event.entries else UNKNOWN_TYPE
    return {"name": next(iter(named.values()))} | named | {"type_id": kind}


REQUIRED: Mapping[str, Callable[[AuditEvent], Any]] = {
    "user": user,
    "group": subject,
    "entity": subject,
    "app": subject,
    "web_resources": lambda event: [subject(event)],
    "file": file,
    "service": lambda _: {"name": PRODUCT["name"]},
    "privileges": lambda event: [action(event.action_id).label],
    "src_endpoint": lambda _: UNKNOWN,
}
"""How each attribute that a class demands is made; what the event tells replaces it."""
