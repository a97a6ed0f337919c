"""List the files in a DocSpace folder by title."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePath

import msgspec

from reporting.docspace.api.client import Portal
from reporting.docspace.api.pagination import paginate
from reporting.docspace.files.chunked_upload import UploadedFile
from reporting.errors.base import ComplianceError

PAGE = 100
NEWEST: Mapping[str, str | int] = {
    "filterType": "FilesOnly",
    "sortBy": "DateAndTime",
    "sortOrder": "descending",
    "count": PAGE,
}
"""Source: ``GET /files/{folderId}``; without an order it is the one that the key's owner chose in the browser."""
ENOUGH = 1_000
"""Files that are looked through for one title."""
LONGEST = 170
"""UTF-16 units of a title, which are characters once the surrogates are gone."""
FORBIDDEN = re.compile(r'[\t*+:"<>?|\\/\ud800-\udfff]')
ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")


class StoredFile(UploadedFile, rename="camel"):
    """A file as DocSpace describes it. Source: ``FileDto`` of DocSpace server 3.7.2."""

    folder_id: int = 0
    title: str = ""
    pure_content_length: int = 0
    """Bytes; left out on the wire when 0."""
    view_url: str = ""
    """Where its bytes are, whole address."""
    web_url: str = ""


class Listing(msgspec.Struct):
    """Source: ``GET /files/{folderId}``, at most 100 files a page."""

    files: list[StoredFile] = []
    total: int = 0


def newest(portal: Portal, folder: int) -> list[StoredFile]:
    """The folder's files in their newest versions, changed last first; no more than a hundred of them.

    Raises:
        PortalError: refused or not understood.
    """
    return portal.get(f"/files/{folder}", Listing, params=NEWEST).files


def titled(portal: Portal, folder: int, name: str, *, meaning: Mapping[int, ComplianceError]) -> list[StoredFile]:
    """The folder's files of that title in their newest versions, changed last first.

    A search by title (``filterValue``) may be answered from an index that is behind, and finds longer titles too; so
    what was changed last is looked through first, and searched is only beyond that.

    Source: ``FileDao.cs`` of DocSpace server 3.x, ``factoryIndexer.TrySelectIdsAsync``.
    """
    place = f"/files/{folder}"

    def searched(start: int) -> tuple[list[StoredFile], int]:
        asked = {**NEWEST, "filterValue": stored_title(name), "startIndex": start}
        page = portal.get(place, Listing, params=asked, meaning=meaning)
        return page.files, page.total

    newest = portal.get(place, Listing, params=NEWEST, meaning=meaning)
    files = {file.id: file for file in newest.files}
    if len(newest.files) >= PAGE or newest.total > len(newest.files):
        found = paginate(searched, identity=lambda file: file.id, most=ENOUGH, host=portal.host)
        files |= {file.id: file for file in found if file.id not in files}
    return [file for file in files.values() if same_title(file.title, name)]


def same_title(title: str, name: str) -> bool:
    """Whether DocSpace treats the title as this name; its database ignores case and accents.

    Source: ``EF/DbFile.cs``, collation ``utf8_general_ci``.
    """
    return collated(title) == collated(stored_title(name))


def stored_title(name: str) -> str:
    """The title that a file of that name gets.

    Source: ``Helpers/Global.cs``, ``ReplaceInvalidCharsAndTruncate``, which sees an emoji as two characters.
    """
    clean = FORBIDDEN.sub("_", ASTRAL.sub("__", name.strip()))
    ending = PurePath(clean).suffix
    return clean if len(clean) <= LONGEST else clean[: LONGEST - len(ending)] + ending


def collated(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
