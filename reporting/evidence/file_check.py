"""Check that a filed file is unchanged in DocSpace."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from reporting.docspace.api.client import Portal
from reporting.docspace.files.versions import FileVersion, download, file_version, file_versions
from reporting.errors.portal import FileGone, PortalError
from reporting.escape import escape_untrusted
from reporting.report import FiledFile
from reporting.verification import Check, Edit, Outcome

DOWNLOADED, REVISION_DOWNLOADED = "5009 FileDownloaded", "5062 FileRevisionDownloaded"


@dataclass(slots=True)
class FileFindings:
    """The findings so far."""

    checks: list[Check] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)
    unreached: str = ""
    """Why DocSpace could not be reached, if so."""

    def say(self, what: str, found: str, outcome: Outcome) -> None:
        self.checks.append(Check(escape_untrusted(what), escape_untrusted(found), outcome))

    def suspect(self, what: str) -> bool:
        """Whether anything about *what* has changed since filing."""
        fine = {Outcome.INTACT, Outcome.UNREADABLE}
        return any(check.what == escape_untrusted(what) and check.outcome not in fine for check in self.checks)


def check_file(portal: Portal, filed: FiledFile, told: FileFindings, *, into: IO[bytes] | None) -> bool:
    """Check a file's place, name and content; return whether the content is unchanged; write it *into* a file.

    What the portal does not show counts as unreadable.
    """
    same = False
    try:
        newest = file_version(portal, filed.id, None)
        check_place(newest, filed, told)
        if not newest.deleted:
            same = compare_content(portal, newest, filed, told, into)
    except FileGone as error:
        told.say(filed.title, str(error), Outcome.MISSING)
    except PortalError as error:
        told.say(filed.title, str(error), Outcome.UNREADABLE)
    if told.suspect(filed.title):
        edits_since(portal, filed, told)
    return same


def check_place(newest: FileVersion, filed: FiledFile, told: FileFindings) -> None:
    """Check that the file has its folder and name."""
    if newest.deleted:
        told.say(filed.title, f"file {filed.id} is in the trash", Outcome.MISSING)
    elif newest.folder_id != filed.folder:
        moved = f"it was moved from folder {filed.folder} to folder {newest.folder_id}"
        told.say(filed.title, moved, Outcome.CHANGED)
    if newest.title != filed.title:
        told.say(filed.title, f"it was renamed to “{newest.title}”", Outcome.CHANGED)


def compare_content(
    portal: Portal, newest: FileVersion, filed: FiledFile, told: FileFindings, into: IO[bytes] | None
) -> bool:
    """Check that the filed version is unchanged and still the newest."""
    if newest.version < filed.version:
        gone = f"version {filed.version} is gone; the newest is version {newest.version}"
        told.say(filed.title, gone, Outcome.MISSING)
        return False
    if newest.version == filed.version:
        return hash_version(portal, newest, None, filed, told, into)
    replaced(portal, newest, filed, told)
    return hash_version(portal, file_version(portal, filed.id, filed.version), filed.version, filed, told, into)


def hash_version(
    portal: Portal,
    found: FileVersion,
    version: int | None,
    filed: FiledFile,
    told: FileFindings,
    into: IO[bytes] | None,
) -> bool:
    """Check the filed version's hash."""
    fits = found.pure_content_length == filed.size  # content of another size is not kept
    sha256 = download_version(portal, found, version, told, into if fits else None)
    same = sha256 == filed.sha256
    words = f"version {filed.version} has the {filed.size:,} bytes that were filed: SHA-256 {filed.sha256}"
    other = f"version {filed.version} has different content: SHA-256 {sha256} instead of {filed.sha256}"
    told.say(filed.title, words if same else other, Outcome.INTACT if same else Outcome.CHANGED)
    return same


def replaced(portal: Portal, newest: FileVersion, filed: FiledFile, told: FileFindings) -> None:
    """Report the newer version that replaced the filed one."""
    words = f"the newest is version {newest.version}, the filed one is version {filed.version}"
    try:
        same = download_version(portal, newest, None, told, None) == filed.sha256
        words += "; both have the same content" if same else "; its content is different"
    except PortalError as error:
        words += f"; its content could not be read: {error}"
    told.say(filed.title, words, Outcome.REPLACED)


def download_version(
    portal: Portal, found: FileVersion, version: int | None, told: FileFindings, into: IO[bytes] | None
) -> str:
    """The SHA-256 of a version; the portal's audit trail records the download."""
    trace = f"{REVISION_DOWNLOADED} (version {version})" if version else DOWNLOADED
    told.traces.append(f"{trace} of {escape_untrusted(found.title)}")
    return download(portal, found, version=version, into=into)


def edits_since(portal: Portal, filed: FiledFile, told: FileFindings) -> None:
    """Add who changed the file since filing, from its history if that is readable."""
    try:
        told.edits += since(file_versions(portal, filed.id), filed)
    except FileGone:
        return
    except PortalError as error:
        told.say(f"{filed.title}: history", str(error), Outcome.UNREADABLE)


def since(history: list[FileVersion], filed: FiledFile) -> Iterator[Edit]:
    """Yield the filed version and those after it, oldest first."""
    for one in sorted(history, key=lambda one: one.version):
        if one.version >= filed.version:
            by, comment = escape_untrusted(one.updated_by.display_name), escape_untrusted(one.comment)
            yield Edit(escape_untrusted(one.title), one.version, escape_untrusted(one.updated), by, comment)
