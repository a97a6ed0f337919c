"""Filing a report in its DocSpace folder, and making sure that it lies there."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from reporting.docspace.portal import Portal
from reporting.docspace.session import CHUNK, Parcel, Sent, send_in_chunks
from reporting.document.parts import split
from reporting.errors import (
    ComplianceError,
    FolderForbidden,
    FolderMissing,
    PortalError,
    TooLargeToFile,
    UploadUnconfirmed,
)
from reporting.report import Filed

QUOTA_PATIENCE = 30.0
"""Seconds; a report can be filed without knowing the quota."""


class Folder(msgspec.Struct):
    """Source: ``GET /files/folder/{id}``. The keys of ``security`` are written with a capital."""

    id: int
    title: str = ""
    security: dict[str, bool] = {}


class Stored(Sent, rename="camel"):
    """A file as DocSpace describes it. Source: ``FileDto`` of DocSpace server 3.7.2."""

    folder_id: int = 0
    title: str = ""
    pure_content_length: int = 0
    """Bytes; left out on the wire when 0."""
    web_url: str = ""


class Listing(msgspec.Struct):
    """Source: ``GET /files/{folderId}``, at most 100 files a page."""

    files: list[Stored] = []


class Quota(msgspec.Struct, rename="camel"):
    """Source: ``GET /portal/quota``."""

    max_file_size: int = 0
    """Bytes."""


def check_folder(portal: Portal, folder: int) -> None:
    """Make sure that the folder is there and takes files, before a month is read for it.

    Raises:
        FolderMissing, FolderForbidden: filing would fail.
    """
    found = portal.get(f"/files/folder/{folder}", Folder, meaning=meaning(portal.host, folder))
    if not found.security.get("Create", True):
        raise FolderForbidden(host=portal.host, folder=folder)


def file_away(portal: Portal, folder: int, *, path: Path, name: str, version: str, scratch: Path) -> tuple[Filed, ...]:
    """Upload the TXT as *name* to a portal of DocSpace *version*; a file of that name becomes its next version.

    One that is larger than any file that the portal takes goes up as numbered parts, told in their order; they are
    made in *scratch*, which needs as much space as the file again.

    Raises:
        FilingError: it does not lie there as it was sent.
        PortalUnreachable: unclear whether it arrived.
    """
    limit = largest(portal)
    if limit is None or path.stat().st_size <= limit:
        return (send(portal, folder, path=path, name=name, version=version),)
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".parts-") as room:
        parts = split(path, name=name, limit=limit, folder=Path(room))
        return tuple(send(portal, folder, path=part, name=part.name, version=version) for part in parts)


def largest(portal: Portal) -> int | None:
    """How many bytes a file may have, if the portal says; what else is wrong, the upload will tell.

    Source: ``GET /portal/quota``, for administrators only from DocSpace 3.7 on.
    """
    try:
        told = portal.get("/portal/quota", Quota, patience=QUOTA_PATIENCE).max_file_size
    except PortalError:
        return None
    return told if told > 0 else None


def send(portal: Portal, folder: int, *, path: Path, name: str, version: str) -> Filed:
    """Upload one file, in chunks if it is large, and confirm it."""
    size = path.stat().st_size
    words = {**meaning(portal.host, folder), 402: TooLargeToFile(host=portal.host, size=size)}
    if size <= CHUNK:
        sent = upload(portal, folder, path=path, name=name, words=words)
    else:
        landed = lookout(portal, folder, name=name, size=size)
        parcel = Parcel(path=path, name=name, folder=folder, chunk=CHUNK, meaning=words, landed=landed)
        sent = send_in_chunks(portal, parcel, version=version)
    return confirmed(portal, sent, folder=folder, size=size)


def upload(portal: Portal, folder: int, *, path: Path, name: str, words: Mapping[int, ComplianceError]) -> Sent:
    """Send a whole file in one request.

    Source: ``POST /files/{folderId}/upload``, whose answer is an array from DocSpace 3.7 on and an object before.
    """
    answer = portal.upload(f"/files/{folder}/upload", list[Stored] | Stored, file=path, name=name, meaning=words)
    return answer if isinstance(answer, Stored) else only(answer, portal.host)


def only(answer: list[Stored], host: str) -> Stored:
    if len(answer) != 1:
        raise UploadUnconfirmed(host=host, found=f"{len(answer)} files instead of one")
    return answer[0]


def lookout(portal: Portal, folder: int, *, name: str, size: int) -> Callable[[], Sent | None]:
    """Remember what lies in the folder under *name*; the result finds what has come since, if it has *size* bytes."""
    before = {(file.id, file.version) for file in titled(portal, folder, name)}

    def landed() -> Sent | None:
        new = (file for file in titled(portal, folder, name) if (file.id, file.version) not in before)
        return next((file for file in new if file.pure_content_length == size), None)

    return landed


def titled(portal: Portal, folder: int, name: str) -> list[Stored]:
    """The folder's files of that title in their newest versions; ``filterValue`` finds longer titles too."""
    asked: dict[str, str | int] = {"filterValue": name, "count": 100}
    found = portal.get(f"/files/{folder}", Listing, params=asked, meaning=meaning(portal.host, folder))
    return [file for file in found.files if file.title.casefold() == name.casefold()]


def confirmed(portal: Portal, sent: Sent, *, folder: int, size: int) -> Filed:
    """Ask the portal again what it keeps: same bytes, same folder, same version."""
    gone = UploadUnconfirmed(host=portal.host, found=f"file {sent.id} is not there any more")
    kept = portal.get(f"/files/file/{sent.id}", Stored, meaning={404: gone})
    found = f"{kept.pure_content_length} bytes, version {kept.version}, in folder {kept.folder_id}"
    if (kept.pure_content_length, kept.version, kept.folder_id) != (size, sent.version, folder):
        raise UploadUnconfirmed(host=portal.host, found=f"{found}; sent were {size} bytes to folder {folder}")
    return Filed(id=kept.id, version=kept.version, folder=kept.folder_id, title=kept.title, url=kept.web_url)


def meaning(host: str, folder: int) -> Mapping[int, ComplianceError]:
    return {403: FolderForbidden(host=host, folder=folder), 404: FolderMissing(host=host, folder=folder)}
