"""What a client may ask of the audit trail, and how the server reads it from a query string.

Source: DocSpace server 3.7.2, ``ApiModels/RequestsDto/AuditEventRequestDto.cs``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sandbox.portal.catalog import action_names
from sandbox.portal.dates import read_date
from sandbox.portal.generation import Generation
from sandbox.portal.refusals import BadParameters
from sandbox.portal.semantics import Semantics, of_generation, refused

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
    surplus: int = 0
    """Rows to return beyond ``count``: a fault."""

    def without(self, names: frozenset[str]) -> "AuditQuery":
        """Return the query without those filters, by their names on the wire."""
        return replace(self, **{_FILTERS[name][0]: _FILTERS[name][1] for name in names}) if names else self

    @property
    def filters(self) -> bool:
        """Tell whether anything but the bounds is asked for."""
        return any(getattr(self, name) != nothing for name, nothing in _FILTERS.values())


_FILTERS: Mapping[str, tuple[str, Any]] = {
    "userId": ("user_id", None),
    "action": ("action", 0),
    "actionType": ("action_type", 0),
    "entryType": ("entry_type", 0),
    "target": ("target", None),
    "moduleType": ("place", 0),
    "productType": ("product", 0),
}


def read_query(params: Mapping[str, str], generation: Generation, semantics: Semantics | None = None) -> AuditQuery:
    """Return the query a server of *generation* binds from *params* (keys in lower case).

    *semantics* are those of the generation, if nothing else is said.

    Raises:
        BadParameters: with every parameter that could not be bound.
    """
    read = _Binder(params, generation, semantics or of_generation(generation))
    query = AuditQuery(
        since=read.bind("from", read.date),
        until=read.bind("to", read.date),
        count=read.count(),
        start=read.start(),
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

    def __init__(self, params: Mapping[str, str], generation: Generation, semantics: Semantics) -> None:
        self._params = params
        self._generation = generation
        self._semantics = semantics
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
        self._errors.update(refused(asked, 0, self._semantics))
        return self._semantics.cap if asked is None or asked < 1 else min(asked, self._semantics.cap)

    def start(self) -> int:
        asked = max(0, self.bind("startIndex", int) or 0)
        self._errors.update(refused(None, asked, self._semantics))
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
