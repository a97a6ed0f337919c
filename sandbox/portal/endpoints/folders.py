"""``/files``: what is where."""

from collections.abc import Callable, Mapping

from sandbox.portal.contract import member
from sandbox.portal.endpoints.shapes import file_shape, folder_shape
from sandbox.portal.envelope import number, reply, window
from sandbox.portal.files import ROOMS_ROOT, Folder, StoredFile
from sandbox.portal.state import State
from sandbox.portal.titles import collated
from sandbox.portal.wire import Request, Response

FILES_ONLY = 1
FOLDERS_ONLY = 2
DESCENDING = 1
OWNER_ORDERS: Mapping[str, tuple[int, bool]] = {"newest": (0, True), "oldest": (0, False), "title": (1, False)}
"""``SortedByType``, and whether the greatest comes first."""
SORT_KEYS: Mapping[int | str | None, Callable[[StoredFile], object]] = {
    0: lambda file: file.versions[-1].at,
    1: lambda file: collated(file.title),
    2: lambda file: len(file.versions[-1].content),
    6: lambda file: file.versions[0].at,
}


def rooms(state: State, request: Request, _: dict[str, str]) -> Response:
    return _contents(state, request, state.files.folder(ROOMS_ROOT))


def contents(state: State, request: Request, names: dict[str, str]) -> Response:
    return _contents(state, request, state.files.folder(int(names["folder"])))


def one_folder(state: State, request: Request, names: dict[str, str]) -> Response:
    return reply(request, folder_shape(state, state.files.folder(int(names["folder"]))))


def _contents(state: State, request: Request, folder: Folder) -> Response:
    """List folders, then files, whose title contains ``filterValue``."""
    wanted = collated(request.params.get("filtervalue", "").strip())
    kind = member("FilterType", request.params.get("filtertype", ""))
    folders = [] if kind == FILES_ONLY else state.files.folders_in(folder.id)
    stored = [] if kind == FOLDERS_ONLY else _sorted(state, request, state.files.files_in(folder.id))
    inside: list[Folder | StoredFile] = [*folders, *stored]
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


def _sorted(state: State, request: Request, stored: list[StoredFile]) -> list[StoredFile]:
    """Sort as asked, and as the key's owner has it in the browser where no ``sortBy`` is asked for."""
    by, descending = OWNER_ORDERS[state.setup.owner_order]
    asked = member("SortedByType", request.params.get("sortby", ""))
    if asked is not None:
        by, descending = int(asked), member("SortOrder", request.params.get("sortorder", "")) == DESCENDING
    return sorted(stored, key=SORT_KEYS.get(by, SORT_KEYS[0]), reverse=descending)  # type: ignore[arg-type]
