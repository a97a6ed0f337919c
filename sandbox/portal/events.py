"""Rows of the portal's two journals as they are stored, before the wire changes them."""

from dataclasses import dataclass
from datetime import datetime

Visible = int | datetime | None
"""A number of the log's query (the first is 1), or a time of the portal's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    id: int
    date: datetime
    """Aware; the portal keeps UTC, rounded to whole seconds unless its store has fractions."""
    action_id: int
    user_id: str
    user: str = "Zoe Miller"
    arguments: tuple[str, ...] = ()
    """What the sentence names; the portal splits it again at commas."""
    text: str | None = None
    """The sentence itself, in place of the catalogue's."""
    ip: str | None = "192.0.2.1"
    country: str | None = ""
    city: str | None = ""
    browser: str | None = None
    platform: str | None = None
    page: str | None = None
    target: tuple[str, ...] = ()
    context: str | None = None
    room_id: int | None = None
    """Never on the wire; the folder's own history is chosen by it."""
    visible_from: Visible = None
    """The row arrives only then: the portal writes asynchronously."""
    visible_until: Visible = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginEvent:
    id: int
    date: datetime
    action_id: int
    user_id: str
    user: str = "Zoe Miller"
    login: str | None = None
    ip: str | None = "192.0.2.1"
    country: str | None = ""
    city: str | None = ""
    browser: str | None = None
    platform: str | None = None
    page: str | None = None
