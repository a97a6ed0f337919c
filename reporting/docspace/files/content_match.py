"""Find identical content in a folder, so that nothing is filed twice."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

from reporting.docspace.api.client import Portal
from reporting.docspace.files.chunked_upload import UploadedFile
from reporting.docspace.files.download import sha256_of
from reporting.docspace.files.listing import StoredFile, titled
from reporting.errors.base import ComplianceError
from reporting.errors.portal import PortalError

Known: TypeAlias = Mapping[tuple[int, int], str]
"""The SHA-256 in hex of what was filed under a file's id and version before."""
MOST = 5
"""Files of one title and size that are compared."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is to lie in a folder."""

    path: Path
    name: str
    size: int
    """Bytes."""
    sha256: str
    """In hex."""

    @classmethod
    def of(cls, path: Path, name: str) -> Self:
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        return cls(path, name, path.stat().st_size, sha256)


def find_identical(portal: Portal, there: Iterable[StoredFile], content: Content, known: Known) -> StoredFile | None:
    """The first of those files that has this very content.

    A download is told by the portal's audit trail, so one is only made of what is not *known*. Where none can be made
    it counts as not found: filing it again makes a version too many, not filing it makes none.
    """
    alike = same_size(there, content)
    for file in alike:
        if known.get((file.id, file.version)) == content.sha256:
            return file
    try:
        return find_by_download(portal, (file for file in alike if (file.id, file.version) not in known), content)
    except PortalError:
        return None


def same_size(there: Iterable[StoredFile], content: Content) -> list[StoredFile]:
    return [file for file in there if file.pure_content_length == content.size][:MOST]


def find_by_download(portal: Portal, files: Iterable[StoredFile], content: Content) -> StoredFile | None:
    """The first of them that turns out to have this content."""
    return next((file for file in files if sha256_of(portal, file) == content.sha256), None)


def identical_file_finder(
    portal: Portal,
    folder: int,
    content: Content,
    *,
    before: Iterable[StoredFile],
    meaning: Mapping[int, ComplianceError],
) -> Callable[[], UploadedFile | None]:
    """A look for the content among what has come to the folder since *before* was there.

    It raises PortalError if it cannot be sure.
    """
    seen = {(file.id, file.version) for file in before}

    def landed() -> UploadedFile | None:
        there = titled(portal, folder, content.name, meaning=meaning)
        new = same_size((file for file in there if (file.id, file.version) not in seen), content)
        return find_by_download(portal, new, content)

    return landed
