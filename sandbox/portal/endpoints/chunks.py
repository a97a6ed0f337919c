"""Files in chunks, by both protocols.

Source: DocSpace server 3.7.2, ``/files/{folderId}/session``; ``ChunkedUploaderHandler.cs:285-308``.
"""

from datetime import timedelta

from sandbox.multipart import Part
from sandbox.portal.dates import micros, shown
from sandbox.portal.endpoints.shapes import file_shape
from sandbox.portal.endpoints.uploads import form_parts, json_body, store, truth
from sandbox.portal.envelope import number, reply
from sandbox.portal.refusals import BadParameters, Failure, Refusal
from sandbox.portal.rows import Wire
from sandbox.portal.state import State
from sandbox.portal.upload_sessions import Session
from sandbox.portal.wire import Request, Response, json_response


def begin(state: State, request: Request, names: dict[str, str]) -> Response:
    return reply(request, _shape(state, request, _begin(state, request, names)))


def begin_legacy(state: State, request: Request, names: dict[str, str]) -> Response:
    shape = _shape(state, request, _begin(state, request, names))
    return reply(request, {"success": True, "data": shape})


def next_chunk(state: State, request: Request, names: dict[str, str]) -> Response:
    """Take chunks in order; the last one makes the file and is answered with 201."""
    session = _session(state, names)
    state.sessions.receive(session, _chunk(request))
    if session.received < session.size:
        return reply(request, _shape(state, request, session) | {"uploaded": False})
    return reply(request, _finish(state, request, session), status=201)


def numbered_chunk(state: State, request: Request, names: dict[str, str]) -> Response:
    session = _session(state, names)
    place = number(request, "chunkNumber", 0)
    if place < 1:
        raise BadParameters({"chunkNumber": "The ChunkNumber field is required."})
    state.sessions.receive(session, _chunk(request), place)
    return reply(request, _shape(state, request, session))


def finalize(state: State, request: Request, names: dict[str, str]) -> Response:
    return reply(request, _finish(state, request, _session(state, names)), status=201)


def abort(state: State, request: Request, names: dict[str, str]) -> Response:
    session = _session(state, names)
    state.sessions.end(session)
    return reply(request, {"success": True})


def legacy_chunk(state: State, request: Request, _: dict[str, str]) -> Response:
    """Answer 200 whatever happens: an error is ``success: false``, outside any envelope."""
    try:
        session = state.sessions.session(request.params.get("uid", ""))
        if request.params.get("abort") == "true":
            state.sessions.end(session)
            return json_response({"success": True, "message": ""})
        state.sessions.receive(session, _chunk(request))
        data = _shape(state, request, session) | {"uploaded": False}
        if session.received >= session.size:
            data = _finish(state, request, session)
    except Refusal as reason:
        return json_response({"success": False, "message": reason.message})
    return json_response({"success": True, "data": data, "message": ""})


def _begin(state: State, request: Request, names: dict[str, str]) -> Session:
    body = json_body(request)
    title, size = body.get("fileName"), body.get("fileSize")
    if not isinstance(title, str) or not isinstance(size, int) or size < 1:
        raise BadParameters({"fileName": "The FileName and FileSize fields are required."})
    folder = state.files.admit(int(names["folder"]), size)
    create_new = truth("createNewIfExist", body.get("createNewIfExist", ""))
    return state.sessions.begin(folder.id, title, size, state.now(), create_new=create_new)


def _session(state: State, names: dict[str, str]) -> Session:
    session = state.sessions.session(names["session"])
    if session.folder_id != int(names["folder"]):
        raise Failure(404, "Upload session not found")
    return session


def _chunk(request: Request) -> bytes:
    files = [part for part in form_parts(request) if part.filename is not None]
    if len(files) != 1:
        raise Failure(400, "Exactly one chunk is expected", "System.ArgumentException")
    return files[0].content


def _finish(state: State, request: Request, session: Session) -> Wire:
    part = Part("file", session.title, session.content())
    stored = store(state, request, session.folder_id, part, create_new=session.create_new)
    state.sessions.end(session)
    newest = stored.versions[-1]
    return {
        "id": stored.id,
        "folderId": stored.folder_id,
        "version": newest.number,
        "title": stored.title,
        "uploaded": True,
        "file": file_shape(state, request, stored, newest),
    }


def _shape(state: State, request: Request, session: Session) -> Wire:
    zone, generation = state.setup.zone, state.setup.generation
    host = request.headers.get("host", "localhost")
    path = state.files.path(state.files.folder(session.folder_id))
    return {
        "id": session.id,
        "path": [folder.id for folder in path],
        "created": shown(micros(session.created), zone, generation),
        "expired": shown(micros(session.created + timedelta(hours=12)), zone, generation),
        "location": f"http://{host}/ChunkedUploader.ashx?uid={session.id}",
        "bytes_total": session.size,
    }
