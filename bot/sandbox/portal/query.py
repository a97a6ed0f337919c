"""What a client may ask of the audit trail, and how the server reads it from a query string.

Source: DocSpace server 3.7.2, ``ApiModels/RequestsDto/AuditEventRequestDto.cs``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from bot.sandbox.portal.catalog import action_names
from bot.sandbox.portal.dates import read_date
from bot.sandbox.portal.generation import Generation
from bot.sandbox.portal.refusals import BadParameters

T = TypeVar("T")

ACTION_TYPES = (
    "None",
    "Create",
    "Update",
    "Delete",
    "Link",
    "Unlink",
    "Attach",
    "Detach",
    "Send",
    "Import",
    "Export",
    "UpdateAccess",
    "Download",
    "Upload",
    "Copy",
    "Move",
    "Reassigns",
    "Follow",
    "Unfollow",
    "Logout",
)
ENTRY_TYPES = {"None": 0, "File": 1, "Folder": 2, "User": 23, "Group": 24, "Room": 25, "Tag": 26, "Agent": 27}
LOCATIONS = {
    "None": 0,
    "Files": 1,
    "Folders": 2,
    "DocumentsSettings": 3,
    "Rooms": 27,
    "Settings": 29,
    "Contacts": 30,
    "Agents": 31,
}
PRODUCTS = {"None": 0, "Documents": 2, "Login": 3, "Settings": 7, "Contacts": 8}

_ACTION_TYPES = {name.lower(): number for number, name in enumerate(ACTION_TYPES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Bounds are inclusive; None is no bound and zero is no filter."""

    since: datetime | None = None
    until: datetime | None = None
    count: int = 100
    start: int = 0
    user_id: str | None = None
    action: int = 0
    action_type: int = 0
    entry_type: int = 0
    target: str | None = None
    place: int = 0
    """``moduleType``."""
    product: int = 0
    """``productType``, gone since 3.5."""


def read_query(params: Mapping[str, str], generation: Generation) -> AuditQuery:
    """Return the query a server of *generation* binds from *params* (keys in lower case).

    Raises:
        BadParameters: with every parameter that could not be bound.
    """
    read = _Binder(params, generation)
    query = AuditQuery(
        since=read.bind("from", read.date),
        until=read.bind("to", read.date),
        count=read.count(),
        start=max(0, read.bind("startIndex", int) or 0),
        user_id=read.bind("userId", _guid),
        action=read.bind("action", _member(action_names())) or 0,
        action_type=read.bind("actionType", _member(_ACTION_TYPES)) or 0,
        entry_type=read.bind("entryType", _member(_lower(ENTRY_TYPES))) or 0,
        target=params.get("target") or None,
        place=read.bind("moduleType", _member(_lower(LOCATIONS))) or 0,
        product=0 if generation.reached(Generation.V35) else read.product(),
    )
    read.finish()
    return query


class _Binder:
    """ASP.NET's model binder: white space is no value, every failure is collected."""

    def __init__(self, params: Mapping[str, str], generation: Generation) -> None:
        self._params = params
        self._generation = generation
        self._errors: dict[str, str] = {}

    def bind(self, name: str, read: Callable[[str], T]) -> T | None:
        text = self._params.get(name.lower(), "")
        if not text.strip():
            return None
        try:
            return read(text)
        except (ValueError, OverflowError):
            self._errors[name] = "The input was not valid."
            return None

    def date(self, text: str) -> datetime:
        return read_date(text, self._generation)

    def count(self) -> int:
        asked = self.bind("count", int)
        largest = self._generation.largest_page
        if asked is None:
            return largest
        if self._generation.clamps_count:
            return min(asked, largest) if asked > 0 else largest
        if not 1 <= asked <= largest:
            self._errors["count"] = f"The field count must be between 1 and {largest}."
        return asked

    def product(self) -> int:
        return self.bind("productType", _member(_lower(PRODUCTS))) or 0

    def finish(self) -> None:
        if self._errors:
            raise BadParameters(self._errors)


def _guid(text: str) -> str | None:
    number = UUID(text)
    return str(number) if number.int else None


def _lower(members: Mapping[str, int]) -> dict[str, int]:
    return {name.lower(): number for name, number in members.items()}


def _member(members: Mapping[str, int]) -> Callable[[str], int]:
    """Enums are bound by name, any case, or by number; an unknown one is refused."""
    numbers = frozenset(members.values())

    def read(text: str) -> int:
        number = members.get(text.strip().lower())
        if number is None:
            number = int(text)
        if number not in numbers:
            raise ValueError(text)
        return number

    return read
