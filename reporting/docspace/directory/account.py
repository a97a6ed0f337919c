"""Read the portal's version, the key, its owner and the plan."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import msgspec

from reporting.docspace.api.client import API, Portal
from reporting.docspace.files.filing import meaning

ARCHIVE, TRASH = 20, 3
"""``rootFolderType`` of what nobody may add to. Source: ``FolderType.cs``, DocSpace server 3.7.2."""


class Build(msgspec.Struct):
    """Source: ``GET /settings/version/build``, which needs no key."""

    version: str = msgspec.field(name="docSpace", default="")


class Key(msgspec.Struct, rename="camel"):
    """Source: ``GET /keys/@self``, DocSpace 3.1 or newer."""

    permissions: list[str] = []
    """Scopes; none of them is all of them."""
    expires_at: str | None = None
    is_active: bool = True

    @property
    def end(self) -> datetime | None:
        """When the key expires, if it does and that can be read."""
        try:
            found = datetime.fromisoformat(self.expires_at or "")
        except ValueError:
            return None
        return found.replace(tzinfo=found.tzinfo or UTC)

    def may(self, scope: str) -> bool:
        """Whether the key has a scope such as ``files:write``."""
        section, _, deed = scope.partition(":")
        return not self.permissions or bool({"*", f"*:{deed}", f"{section}:{deed}"} & set(self.permissions))


class Owner(msgspec.Struct, rename="camel"):
    """Who the key acts as. Source: ``GET /people/@self``."""

    is_admin: bool = False
    is_owner: bool = False


class Plan(msgspec.Struct, rename="camel"):
    """Source: ``GET /portal/quota``, for administrators only from DocSpace 3.7 on."""

    audit: bool | None = None
    title: str = ""


class Root(msgspec.Struct, rename="camel"):
    """Where a folder lies. Source: ``GET /files/folder/{id}``."""

    title: str = ""
    root_folder_type: int = 0

    @property
    def put_away(self) -> bool:
        """Whether it is in the archive or in the trash."""
        return self.root_folder_type in {ARCHIVE, TRASH}


def build(portal: Portal) -> str:
    """The server's version."""
    return portal.get("/settings/version/build", Build).version


def key(portal: Portal) -> Key:
    return portal.get("/keys/@self", Key)


def owner(portal: Portal) -> Owner:
    return portal.get("/people/@self", Owner)


def plan(portal: Portal) -> Plan:
    return portal.get("/portal/quota", Plan)


def root(portal: Portal, folder: int) -> Root:
    """Where the folder lies.

    Raises:
        FolderMissing, FolderForbidden
    """
    return portal.get(f"/files/folder/{folder}", Root, meaning=meaning(portal.host, folder))


def clock(portal: Portal) -> datetime | None:
    """The portal's time, to the second, if it reports it."""
    with portal.stream(httpx.URL(f"{portal.address}{API}/settings/version/build")) as answer:
        return moment(answer.headers.get("date", ""))


def moment(said: str) -> datetime | None:
    """The moment that an HTTP ``Date`` stands for."""
    try:
        return parsedate_to_datetime(said).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
