"""What a stand-in portal is told about itself before it starts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.sandbox.portal.generation import Generation

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSetup:
    """The folder reports are uploaded to; it is a room of its own."""

    id: int = 4711
    title: str = "Compliance"
    may_create: bool = True
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSetup:
    generation: Generation = Generation.V37
    key: str = "sk-" + "0123456789abcdef" * 4
    key_valid: bool = True
    scopes: tuple[str, ...] = ()
    """Empty means full access, as on the server."""
    is_admin: bool = True
    """Is the key's owner a DocSpace administrator?"""
    timezone: str = "Europe/Riga"
    culture: str = "en-US"
    plan_has_audit: bool = True
    section_hidden: bool = False
    standalone: bool = True
    tenant: Literal["active", "unpaid", "suspended", "restoring"] = "active"
    folder: FolderSetup = field(default_factory=FolderSetup)
    max_file_size: int = 100 * 1024 * 1024
    """Bytes."""
    created: datetime = datetime(2019, 3, 1, 9, 0, tzinfo=UTC)
    audit_lifetime_days: int = 180
    login_lifetime_days: int = 180
    latency: float = 0.0
    """Seconds that an answer takes at the least, its making included."""
    rate_limit_per_minute: int | None = None
    writes_per_day: int | None = None
    shuffle_ties: bool = True
    subsecond: bool = False
    """Keep fractions of a second, as PostgreSQL does; MySQL rounds to whole seconds."""
    seed: int = 1

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def shows_audit(self) -> bool:
        """Without it the audit endpoints fall back to the 20 newest rows and ignore every filter."""
        return self.plan_has_audit and not self.section_hidden
