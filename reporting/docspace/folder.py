"""Filing a report in its DocSpace folder, and making sure that it lies there."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from reporting.docspace.portal import Portal
from reporting.errors import (
    ComplianceError,
    FolderForbidden,
    FolderMissing,
    TooLargeToFile,
    UploadUnconfirmed,
)
from reporting.report import Filed


class Folder(msgspec.Struct):
    """Source: ``GET /files/folder/{id}``. The keys of ``security`` are written with a capital."""

    id: int
    title: str = ""
    security: dict[str, bool] = {}


class Stored(msgspec.Struct, rename="camel"):
    """A file as DocSpace describes it. Source: ``FileDto`` of DocSpace server 3.7.2."""

    id: int
    folder_id: int = 0
    title: str = ""
    version: int = 0
    pure_content_length: int = 0
    """Bytes; left out on the wire when 0."""
    web_url: str = ""


def check_folder(portal: Portal, folder: int) -> None:
    """Make sure that the folder is there and takes files, before a month is read for it.

    Raises:
        FolderMissing, FolderForbidden: filing would fail.
    """
    found = portal.get(f"/files/folder/{folder}", Folder, meaning=meaning(portal.host, folder))
    if not found.security.get("Create", True):
        raise FolderForbidden(host=portal.host, folder=folder)


def file_away(portal: Portal, folder: int, *, path: Path, name: str) -> Filed:
    """Upload the file as *name*; a file of that name becomes its next version.

    Raises:
        FilingError: it does not lie there as it was sent.
        PortalUnreachable: unclear whether it arrived.

    Source: ``POST /files/{folderId}/upload``, whose answer is an array from DocSpace 3.7 on and an object before.
    """
    size = path.stat().st_size
    words = {**meaning(portal.host, folder), 402: TooLargeToFile(host=portal.host, size=size)}
    answer = portal.upload(f"/files/{folder}/upload", list[Stored] | Stored, file=path, name=name, meaning=words)
    sent = answer if isinstance(answer, Stored) else only(answer, portal.host)
    return confirmed(portal, sent, folder=folder, size=size)


def only(answer: list[Stored], host: str) -> Stored:
    if len(answer) != 1:
        raise UploadUnconfirmed(host=host, found=f"{len(answer)} files instead of one")
    return answer[0]


def confirmed(portal: Portal, sent: Stored, *, folder: int, size: int) -> Filed:
    """Ask the portal again what it keeps: same bytes, same folder, same version."""
    kept = portal.get(f"/files/file/{sent.id}", Stored)
    found = f"{kept.pure_content_length} bytes, version {kept.version}, in folder {kept.folder_id}"
    if (kept.pure_content_length, kept.version, kept.folder_id) != (size, sent.version, folder):
        raise UploadUnconfirmed(host=portal.host, found=f"{found}; sent were {size} bytes to folder {folder}")
    return Filed(id=kept.id, version=kept.version, folder=kept.folder_id, title=kept.title, url=kept.web_url)


def meaning(host: str, folder: int) -> Mapping[int, ComplianceError]:
    return {403: FolderForbidden(host=host, folder=folder), 404: FolderMissing(host=host, folder=folder)}
