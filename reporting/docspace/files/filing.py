"""File a report in its DocSpace folder exactly once, and confirm it."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from reporting.docspace.api.client import Portal
from reporting.docspace.files.chunked_upload import CHUNK, Upload, UploadedFile, send_in_chunks
from reporting.docspace.files.content_match import Content, Known, find_identical, identical_file_finder
from reporting.docspace.files.listing import StoredFile, same_title, titled
from reporting.docspace.files.single_upload import upload_single
from reporting.document.split import split
from reporting.errors.base import ComplianceError
from reporting.errors.filing import FolderForbidden, FolderMissing, TooLargeToFile, UploadTooLarge, UploadUnconfirmed
from reporting.errors.portal import PortalError
from reporting.report import Change, FiledFile

QUOTA_PATIENCE = 30.0
"""Seconds; a report can be filed without knowing the quota."""


class Folder(msgspec.Struct):
    """Source: ``GET /files/folder/{id}``. The keys of ``security`` are written with a capital."""

    id: int
    title: str = ""
    security: dict[str, bool] = {}


class Quota(msgspec.Struct, rename="camel"):
    """Source: ``GET /portal/quota``."""

    max_file_size: int = 0
    """Bytes."""


def check_folder(portal: Portal, folder: int) -> None:
    """Check that the folder exists and accepts files, before the month is read.

    Raises:
        FolderMissing, FolderForbidden: filing would fail.
    """
    found = portal.get(f"/files/folder/{folder}", Folder, meaning=meaning(portal.host, folder))
    if not found.security.get("Create", True):
        raise FolderForbidden(host=portal.host, folder=folder)


def file_once(
    portal: Portal, folder: int, *, path: Path, name: str, version: str, scratch: Path, known: Known
) -> tuple[FiledFile, ...]:
    """Ensure that the folder has the TXT as *name*, with one upload at most; the portal runs DocSpace *version*.

    A file of that name becomes its next version. Where the very content lies there already nothing is uploaded: it is
    told by *known*, or else by a download, of which the portal's audit trail tells (5009). An upload that ended unclear
    is looked up and only repeated if it surely got lost.

    One that is larger than any file that the portal takes goes up as numbered parts, told in their order; they are
    made in *scratch*, which needs as much space as the file again.

    Raises:
        FilingError: it does not lie there as it was sent.
        PortalError: unclear whether it arrived.
    """
    limit = largest(portal)
    if limit is None or path.stat().st_size <= limit:
        return (upload_or_match(portal, folder, Content.of(path, name), version=version, known=known),)
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".parts-") as room:
        parts = [Content.of(part, part.name) for part in split(path, name=name, limit=limit, folder=Path(room))]
        return tuple(upload_or_match(portal, folder, part, version=version, known=known) for part in parts)


def largest(portal: Portal) -> int | None:
    """The maximum file size in bytes, if the portal reports it; the upload reveals other problems.

    Source: ``GET /portal/quota``, for administrators only from DocSpace 3.7 on.
    """
    try:
        told = portal.get("/portal/quota", Quota, patience=QUOTA_PATIENCE).max_file_size
    except PortalError:
        return None
    return told if told > 0 else None


def upload_or_match(portal: Portal, folder: int, content: Content, *, version: str, known: Known) -> FiledFile:
    """Find the content in the folder or upload it, and confirm it."""
    words = {
        **meaning(portal.host, folder),
        402: TooLargeToFile(host=portal.host, size=content.size),
        413: UploadTooLarge(host=portal.host, size=content.size),
    }
    before = titled(portal, folder, content.name, meaning=words)
    found = find_identical(portal, before, content, known)
    if found is not None:
        kept = confirm(portal, found, folder=folder, size=content.size)
        ours = (kept.id, kept.version) in known
        return filed_file(kept, content, Change.UNCHANGED if ours else change_of(kept, ()), uploaded=False)
    landed = identical_file_finder(portal, folder, content, before=before, meaning=words)
    parcel = Upload(path=content.path, name=content.name, folder=folder, chunk=CHUNK, meaning=words, landed=landed)
    kept = confirm(portal, send(portal, parcel, content.size, version), folder=folder, size=content.size)
    if not same_title(kept.title, content.name):
        before = titled(portal, folder, kept.title, meaning=words)
    return filed_file(kept, content, change_of(kept, before), uploaded=True)


def send(portal: Portal, parcel: Upload, size: int, version: str) -> UploadedFile:
    """Upload one file, in chunks if it is large."""
    return upload_single(portal, parcel) if size <= CHUNK else send_in_chunks(portal, parcel, version=version)


def confirm(portal: Portal, sent: UploadedFile, *, folder: int, size: int) -> StoredFile:
    """Confirm with the portal: same size, same folder, same version."""
    gone = UploadUnconfirmed(host=portal.host, found=f"file {sent.id} is not there any more")
    kept = portal.get(f"/files/file/{sent.id}", StoredFile, meaning={404: gone})
    found = f"{kept.pure_content_length} bytes, version {kept.version}, in folder {kept.folder_id}"
    if (kept.pure_content_length, kept.version, kept.folder_id) != (size, sent.version, folder):
        raise UploadUnconfirmed(host=portal.host, found=f"{found}; sent were {size} bytes to folder {folder}")
    return kept


def change_of(kept: StoredFile, before: Iterable[StoredFile]) -> Change:
    """What the upload did to the files of that title *before*; DocSpace adds a second file beside a locked or open one.

    Source: ``Utils/FileUploader.cs``, DocSpace server 3.7.2.
    """
    if kept.version > 1:
        return Change.VERSION
    return Change.TWIN if any(file.id != kept.id for file in before) else Change.NEW


def filed_file(kept: StoredFile, content: Content, change: Change, *, uploaded: bool) -> FiledFile:
    return FiledFile(
        id=kept.id,
        version=kept.version,
        folder=kept.folder_id,
        title=kept.title,
        url=kept.web_url,
        size=content.size,
        sha256=content.sha256,
        change=change,
        uploaded=uploaded,
    )


def meaning(host: str, folder: int) -> Mapping[int, ComplianceError]:
    return {403: FolderForbidden(host=host, folder=folder), 404: FolderMissing(host=host, folder=folder)}
