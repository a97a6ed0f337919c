"""Read a file's versions from DocSpace's history, and download one of them."""

from collections.abc import Iterator, Mapping
from typing import IO

import httpx
import msgspec

from reporting.docspace.api.client import Portal
from reporting.docspace.files.download import fetch, hash_pieces
from reporting.docspace.files.listing import StoredFile
from reporting.errors.base import ComplianceError
from reporting.errors.portal import FileGone, KeyTooWeak, NotAnAnswer

TRASH = 3
"""``rootFolderType`` of what somebody has deleted and may still bring back. Source: ``FolderType``."""


class Author(msgspec.Struct, rename="camel"):
    display_name: str = ""


class FileVersion(StoredFile, rename="camel"):
    """A version of a file. Source: ``FileDto`` of DocSpace server 3.7.2."""

    updated: str = ""
    """ISO 8601, in the portal's zone."""
    updated_by: Author = msgspec.field(default_factory=Author)
    comment: str = ""
    root_folder_type: int = 0

    @property
    def deleted(self) -> bool:
        return self.root_folder_type == TRASH


def file_version(portal: Portal, file: int, version: int | None) -> FileVersion:
    """A version of the file; the newest one for None.

    Raises:
        FileGone: there is no such file, or no such version.
        PortalError: refused or not understood.
    """
    asked = {"version": version} if version else None
    what = f"version {version} of file {file}" if version else f"file {file}"
    return portal.get(f"/files/file/{file}", FileVersion, params=asked, meaning=refusals(portal.host, what))


def file_versions(portal: Portal, file: int) -> list[FileVersion]:
    """Every version of the file, newest first; only people who may edit it can list them.

    Source: ``GET /files/file/{id}/history``.
    """
    words = refusals(portal.host, f"file {file}")
    return portal.get(f"/files/file/{file}/history", list[FileVersion], meaning=words)


def download(portal: Portal, found: FileVersion, *, version: int | None, into: IO[bytes] | None) -> str:
    """Download a version (None: the newest), optionally *into* a file; return its SHA-256 in hex.

    The portal's audit trail records each call: 5009 FileDownloaded, with a version 5062 FileRevisionDownloaded.

    Raises:
        NotAnAnswer: what came is not as long as the version is said to be, like a web page.
        PortalError: refused, gone, or out of patience.

    Source: ``FileHandler.ashx.cs`` of DocSpace server 3.7.2.
    """

    def take(pieces: Iterator[bytes]) -> tuple[int, str]:
        if into is None:
            return hash_pieces(pieces)
        into.seek(0)
        into.truncate()
        return hash_pieces(copy_pieces(pieces, into))

    place = str(httpx.URL(found.view_url).copy_set_param("version", version)) if version else found.view_url
    length, sha256 = fetch(portal, place, take, meaning=refusals(portal.host, f"file {found.id}"))
    if length != found.pure_content_length:
        told = f"{length} bytes instead of the {found.pure_content_length} of file {found.id}"
        raise NotAnAnswer(host=portal.host, path=httpx.URL(found.view_url).path, found=told)
    return sha256


def copy_pieces(pieces: Iterator[bytes], into: IO[bytes]) -> Iterator[bytes]:
    """Yield the same pieces, and write each to a file."""
    for piece in pieces:
        into.write(piece)
        yield piece


def refusals(host: str, what: str) -> Mapping[int, ComplianceError]:
    return {403: KeyTooWeak(host=host, act=f"read {what}"), 404: FileGone(host=host, what=what)}
