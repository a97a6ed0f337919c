"""Rooms, folders, files and their versions."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock

from sandbox.portal.refusals import Failure
from sandbox.portal.seed_people import ROOMS
from sandbox.portal.setup import PortalSetup
from sandbox.portal.titles import collated, kept_title, numbered

ROOMS_ROOT = 2
ARCHIVE_ROOT = 3
TRASH_ROOT = 4

DENIED = "You don't have enough permission to perform the operation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    id: int
    title: str
    parent_id: int
    room_type: int | None = None
    """None for a folder that is not a room itself."""
    may_create: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    number: int
    content: bytes
    at: datetime
    by: str
    comment: str = "Uploaded"


@dataclass(slots=True, kw_only=True)
class StoredFile:
    id: int
    folder_id: int
    title: str
    versions: list[Version] = field(default_factory=list)
    locked_by: str | None = None
    """User id."""
    in_editor: bool = False

    def version(self, number: int | None) -> Version:
        """Return that version, the newest for None."""
        if number is None:
            return self.versions[-1]
        for version in self.versions:
            if version.number == number:
                return version
        raise Failure(404, "The required file was not found", "System.IO.FileNotFoundException")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    title: str
    content: bytes
    by: str
    at: datetime
    create_new: bool = False


class Files:
    """Safe to use from several threads."""

    def __init__(self, setup: PortalSetup) -> None:
        self._largest = setup.max_file_size
        self._lock = RLock()
        self._folders: dict[int, Folder] = {}
        self._files: dict[int, StoredFile] = {}
        self._next_id = 90_001
        chosen = setup.folder
        self.add_folder(Folder(id=ROOMS_ROOT, title="Rooms", parent_id=0))
        self.add_folder(Folder(id=ARCHIVE_ROOT, title="Archive", parent_id=0))
        self.add_folder(Folder(id=TRASH_ROOT, title="Trash", parent_id=0))
        for room in ROOMS:
            self.add_folder(Folder(id=room.id, title=room.title, parent_id=ROOMS_ROOT, room_type=room.room_type))
        self.add_folder(
            Folder(
                id=chosen.id,
                title=chosen.title,
                parent_id=ARCHIVE_ROOT if chosen.archived else ROOMS_ROOT,
                room_type=5,
                may_create=chosen.may_create and not chosen.archived,
                archived=chosen.archived,
            )
        )

    def add_folder(self, folder: Folder) -> None:
        with self._lock:
            self._folders[folder.id] = folder

    def folder(self, folder_id: int) -> Folder:
        with self._lock:
            if folder_id not in self._folders:
                raise Failure(404, "The required folder was not found", "System.IO.DirectoryNotFoundException")
            return self._folders[folder_id]

    def path(self, folder: Folder) -> list[Folder]:
        """Return the folders from the section's root down to *folder*."""
        above = self.path(self.folder(folder.parent_id)) if folder.parent_id else []
        return [*above, folder]

    def folders_in(self, folder_id: int) -> list[Folder]:
        with self._lock:
            return [folder for folder in self._folders.values() if folder.parent_id == folder_id]

    def file(self, file_id: int) -> StoredFile:
        with self._lock:
            if file_id not in self._files:
                raise Failure(404, "The required file was not found", "System.IO.FileNotFoundException")
            return self._files[file_id]

    def files_in(self, folder_id: int) -> list[StoredFile]:
        """Return the files of the folder, newest change first."""
        with self._lock:
            found = [file for file in self._files.values() if file.folder_id == folder_id]
            return sorted(found, key=lambda file: file.versions[-1].at, reverse=True)

    def content(self, file_id: int, number: int | None = None) -> bytes:
        return self.file(file_id).version(number).content

    def remove(self, file_id: int) -> None:
        with self._lock:
            self._files.pop(file_id, None)

    def move(self, file_id: int, folder_id: int) -> None:
        """Let somebody move the file; to the trash it is deleted, and can be brought back."""
        with self._lock:
            self.file(file_id).folder_id = self.folder(folder_id).id

    def rename(self, file_id: int, title: str) -> None:
        with self._lock:
            self.file(file_id).title = title

    def overwrite(self, file_id: int, number: int, content: bytes) -> None:
        """Let somebody change the bytes of a version where they are stored, behind the portal's back."""
        with self._lock:
            file = self.file(file_id)
            version = file.version(number)
            file.versions[file.versions.index(version)] = replace(version, content=content)

    def forget(self, file_id: int, number: int) -> None:
        """Let somebody delete a version."""
        with self._lock:
            file = self.file(file_id)
            file.versions.remove(file.version(number))

    def admit(self, folder_id: int, size: int) -> Folder:
        """Return the folder if *size* bytes may be put there.

        Raises:
            Failure: 404 no such folder, 403 no right to create, 402 too large for the plan.
        """
        folder = self.folder(folder_id)
        if not folder.may_create:
            raise Failure(403, DENIED, "System.Security.SecurityException")
        if size > self._largest:
            raise Failure(
                402,
                f"The file exceeds the maximum size of {self._largest} bytes",
                "ASC.Core.Tenants.TenantQuotaException",
            )
        return folder

    def upload(self, folder_id: int, upload: Upload) -> StoredFile:
        """Store a new version, a twin of the same title, or a new file.

        Source: DocSpace server 3.7.2, ``Utils/FileUploader.cs:102-124``.
        """
        with self._lock:
            self.admit(folder_id, len(upload.content))
            title = kept_title(upload.title)
            if upload.create_new:
                title = numbered(title, {collated(file.title) for file in self.files_in(folder_id)})
                return self._create(folder_id, title, upload)
            for file in self._same_title(folder_id, title):
                if file.locked_by in {None, upload.by} and not file.in_editor:
                    return self._revise(file, upload)
            return self._create(folder_id, title, upload)

    def _same_title(self, folder_id: int, title: str) -> Iterator[StoredFile]:
        wanted = collated(title)
        return (file for file in self.files_in(folder_id) if collated(file.title) == wanted)

    def _create(self, folder_id: int, title: str, upload: Upload) -> StoredFile:
        first = Version(number=1, content=upload.content, at=upload.at, by=upload.by)
        file = StoredFile(id=self._next_id, folder_id=folder_id, title=title, versions=[first])
        self._files[file.id] = file
        self._next_id += 1
        return file

    def _revise(self, file: StoredFile, upload: Upload) -> StoredFile:
        number = file.versions[-1].number + 1
        file.versions.append(Version(number=number, content=upload.content, at=upload.at, by=upload.by))
        return file

    def comment(self, file_id: int, number: int, text: str) -> str:
        with self._lock:
            file = self.file(file_id)
            version = file.version(number)
            file.versions[file.versions.index(version)] = replace(version, comment=text)
            return text

    def lock(self, file_id: int, user_id: str | None) -> StoredFile:
        """Lock for *user_id*, or unlock for None."""
        with self._lock:
            file = self.file(file_id)
            file.locked_by = user_id
            return file

    def edit(self, file_id: int, *, going_on: bool) -> None:
        """Let somebody open the file in an editor, or close it."""
        with self._lock:
            self.file(file_id).in_editor = going_on
