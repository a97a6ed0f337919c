"""``/files``: what is where."""

from bot.sandbox.portal.endpoints.shapes import file_shape, folder_shape
from bot.sandbox.portal.envelope import number, reply, window
from bot.sandbox.portal.files import ROOMS_ROOT, Folder, StoredFile
from bot.sandbox.portal.state import State
from bot.sandbox.portal.titles import collated
from bot.sandbox.portal.wire import Request, Response

FILES_ONLY = {"filesonly", "1"}


def rooms(state: State, request: Request, _: dict[str, str]) -> Response:
    return _contents(state, request, state.files.folder(ROOMS_ROOT))


def contents(state: State, request: Request, names: dict[str, str]) -> Response:
    return _contents(state, request, state.files.folder(int(names["folder"])))


def one_folder(state: State, request: Request, names: dict[str, str]) -> Response:
    return reply(request, folder_shape(state, state.files.folder(int(names["folder"]))))


def _contents(state: State, request: Request, folder: Folder) -> Response:
    """List folders, unless only files are asked for, then files, whose title contains ``filterValue``."""
    wanted = collated(request.params.get("filtervalue", "").strip())
    folders = [] if request.params.get("filtertype", "").lower() in FILES_ONLY else state.files.folders_in(folder.id)
    inside: list[Folder | StoredFile] = [*folders, *state.files.files_in(folder.id)]
    found = [item for item in inside if wanted in collated(item.title)]
    page = window(request, found)
    listing = {
        "files": [file_shape(state, request, item, item.versions[-1]) for item in page if isinstance(item, StoredFile)],
        "folders": [folder_shape(state, item) for item in page if isinstance(item, Folder)],
        "current": folder_shape(state, folder),
        "pathParts": [{"id": part.id, "title": part.title} for part in state.files.path(folder)],
        "startIndex": max(0, number(request, "startIndex", 0)),
        "count": len(page),
        "total": len(found),
        "new": 0,
    }
    return reply(request, listing, count=len(page), total=len(found))
