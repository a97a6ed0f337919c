"""Files and folders as the wire shows them.

Source: DocSpace server 3.7.2, ``FileDto``, ``FolderDto``.
"""

from pathlib import PurePosixPath

from sandbox.portal.dates import micros, shown
from sandbox.portal.endpoints.people import person_brief
from sandbox.portal.files import ARCHIVE_ROOT, TRASH_ROOT, Folder, StoredFile, Version
from sandbox.portal.rows import Wire, present
from sandbox.portal.seed_people import Person
from sandbox.portal.state import State
from sandbox.portal.wire import Request

VIRTUAL_ROOMS = 14
ARCHIVE = 20
TRASH = 3


def file_shape(state: State, request: Request, file: StoredFile, version: Version) -> Wire:
    """Show a FileDto; ``pureContentLength`` is left out when it is zero, as a default value."""
    folder = state.files.folder(file.folder_id)
    host = request.headers.get("host", "localhost")
    first = file.versions[0]
    return present(
        {
            "folderId": file.folder_id,
            "version": version.number,
            "versionGroup": version.number,
            "contentLength": _readable(len(version.content)),
            "pureContentLength": len(version.content) or None,
            "fileStatus": 0,
            "viewUrl": f"http://{host}/filehandler.ashx?action=download&fileid={file.id}",
            "webUrl": f"http://{host}/doceditor?fileid={file.id}&version={version.number}",
            "fileType": 7,
            "fileExst": PurePosixPath(file.title).suffix.lower(),
            "comment": version.comment,
            "locked": True if file.locked_by else None,
            "lockedBy": _name(state, file.locked_by),
            "id": file.id,
            "title": file.title,
            "access": 0,
            "shared": False,
            "created": shown(micros(first.at), state.setup.zone, state.setup.generation),
            "createdBy": person_brief(_person(state, first.by)),
            "updated": shown(micros(version.at), state.setup.zone, state.setup.generation),
            "updatedBy": person_brief(_person(state, version.by)),
            "rootFolderType": _root_type(folder),
            "security": {"Read": True, "Edit": folder.may_create, "Delete": folder.may_create, "Download": True},
        }
    )


def folder_shape(state: State, folder: Folder) -> Wire:
    inside = state.files.files_in(folder.id)
    return present(
        {
            "id": folder.id,
            "title": folder.title,
            "parentId": folder.parent_id,
            "filesCount": len(inside),
            "foldersCount": len(state.files.folders_in(folder.id)),
            "roomType": folder.room_type,
            "access": 0,
            "rootFolderType": _root_type(folder),
            "security": {"Read": True, "Create": folder.may_create, "Delete": False, "EditRoom": False},
        }
    )


def _root_type(folder: Folder) -> int:
    if folder.id == TRASH_ROOT:
        return TRASH
    return ARCHIVE if folder.archived or folder.id == ARCHIVE_ROOT else VIRTUAL_ROOMS


def _person(state: State, user_id: str) -> Person:
    return next((person for person in state.people if person.id == user_id), state.owner)


def _name(state: State, user_id: str | None) -> str | None:
    return None if user_id is None else _person(state, user_id).name


def _readable(size: int) -> str:
    amount = float(size)
    for unit in ("bytes", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.4g} {unit}"
        amount /= 1024
    return f"{amount:.4g} GB"
