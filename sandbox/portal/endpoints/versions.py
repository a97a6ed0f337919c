"""One file: its versions, comments, lock and bytes."""

from urllib.parse import quote

from sandbox.portal.endpoints.shapes import file_shape
from sandbox.portal.endpoints.uploads import json_body
from sandbox.portal.envelope import number, reply
from sandbox.portal.files import DENIED
from sandbox.portal.refusals import BadParameters, Failure
from sandbox.portal.state import State
from sandbox.portal.wire import Request, Response

DOWNLOADED = 5009
REVISION_DOWNLOADED = 5062
READ = 5064


def one_file(state: State, request: Request, names: dict[str, str]) -> Response:
    file = state.files.file(int(names["file"]))
    version = file.version(_version(request))
    return reply(request, file_shape(state, request, file, version))


def history(state: State, request: Request, names: dict[str, str]) -> Response:
    """Show every version, newest first, to who may edit the file; reading it is not enough."""
    _demand_edit(state, int(names["file"]))
    file = state.files.file(int(names["file"]))
    shapes = [file_shape(state, request, file, version) for version in reversed(file.versions)]
    return reply(request, shapes)


def comment(state: State, request: Request, names: dict[str, str]) -> Response:
    body = json_body(request)
    wanted, text = body.get("version"), body.get("comment")
    if not isinstance(wanted, int) or not isinstance(text, str):
        raise BadParameters({"comment": "The Comment field is required."})
    _demand_edit(state, int(names["file"]))
    return reply(request, state.files.comment(int(names["file"]), wanted, text))


def lock(state: State, request: Request, names: dict[str, str]) -> Response:
    wanted = json_body(request).get("lockFile")
    if not isinstance(wanted, bool):
        raise BadParameters({"lockFile": "The LockFile field is required."})
    _demand_edit(state, int(names["file"]))
    file = state.files.lock(int(names["file"]), state.owner.id if wanted else None)
    return reply(request, file_shape(state, request, file, file.versions[-1]))


def download(state: State, request: Request, _: dict[str, str]) -> Response:
    """Send the bytes; looking leaves a trace in the audit trail."""
    file = state.files.file(number(request, "fileid", 0))
    wanted = _version(request)
    version = file.version(wanted)
    viewed = request.params.get("action") == "view"
    action = READ if viewed else DOWNLOADED if wanted is None else REVISION_DOWNLOADED
    state.record(request, action, file_id=file.id, title=file.title, folder_id=file.folder_id)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.title)}",
    }
    return Response(headers=headers, body=version.content)


def _version(request: Request) -> int | None:
    wanted = number(request, "version", -1)
    return wanted if wanted > 0 else None


def _demand_edit(state: State, file_id: int) -> None:
    if not state.files.folder(state.files.file(file_id).folder_id).may_create:
        raise Failure(403, DENIED, "System.Security.SecurityException")
