"""What a stand-in portal is told about itself before it starts."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sandbox.portal.generation import Generation
from sandbox.portal.lies import Lie
from sandbox.portal.semantics import Semantics, of_generation

FALLBACK = 20
"""Rows a portal shows whose plan has no audit trail."""

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
    owner_order: Literal["newest", "oldest", "title"] = "newest"
    """How the key's owner has folders sorted in the browser: what a listing has that is asked for no order."""
    strict: bool = True
    """Refuse what the vendor's OpenAPI does not have, where the real server takes no notice: ``strictness``."""
    seed: int = 1
    semantics: Semantics | None = None
    """What the audit endpoint does about a question; None for what its generation does."""
    lies: tuple[Lie, ...] = ()
    """Told by the audit endpoint; counted from its first answer, or from the change that brought them."""
    login_semantics: Semantics | None = None
    """The same of the sign-in history."""
    login_lies: tuple[Lie, ...] = ()

    @property
    def audit_semantics(self) -> Semantics:
        return self._with_fallback(self.semantics or self._usual)

    @property
    def sign_in_semantics(self) -> Semantics:
        """Up to 3.8 the filters only thin out the page that OFFSET and LIMIT had cut."""
        usual = replace(self._usual, filters_after_page=self.generation is not Generation.NEXT)
        return self._with_fallback(self.login_semantics or usual)

    @property
    def _usual(self) -> Semantics:
        usual = of_generation(self.generation)
        return usual if self.shuffle_ties or usual.ties != "random" else replace(usual, ties="stored")

    def _with_fallback(self, semantics: Semantics) -> Semantics:
        return semantics if self.shows_audit else replace(semantics, fallback=FALLBACK)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def shows_audit(self) -> bool:
        """Without it the audit endpoints fall back to the 20 newest rows and ignore every filter."""
        return self.plan_has_audit and not self.section_hidden
