"""Whole files in one request.

Source: DocSpace server 3.7.2, ``UploadController.cs:460-468``, ``UploadRequestDto.cs:39-81``.
"""

import json

from sandbox.multipart import NotMultipart, Part, parts
from sandbox.portal.endpoints.shapes import file_shape
from sandbox.portal.envelope import reply
from sandbox.portal.files import StoredFile, Upload
from sandbox.portal.refusals import BadParameters, Failure
from sandbox.portal.state import State
from sandbox.portal.titles import collated
from sandbox.portal.wire import Request, Response

UPLOADED = 5011
UPLOADED_WITH_OVERWRITING = 5099


def upload(state: State, request: Request, names: dict[str, str]) -> Response:
    folder_id = int(names["folder"])
    form = form_parts(request)
    files = [part for part in form if part.filename is not None]
    array = state.setup.generation.answers_upload_with_array
    if array and (len(files) != 1 or files[0].name.lower() != "file"):
        raise Failure(400, "The File field is required", "System.ArgumentException")
    if not files:
        raise Failure(400, "No input files", "System.InvalidOperationException")
    fields = {part.name.lower(): part.content.decode("utf-8", "replace") for part in form if part.filename is None}
    text = request.params.get("createnewifexist") or ("" if array else fields.get("createnewifexist", ""))
    create_new = truth("createNewIfExist", text)
    shapes = []
    for part in files:
        stored = store(state, request, folder_id, part, create_new=create_new)
        shapes.append(file_shape(state, request, stored, stored.versions[-1]))
    return reply(request, shapes if array or len(shapes) > 1 else shapes[0])


def store(state: State, request: Request, folder_id: int, part: Part, *, create_new: bool) -> StoredFile:
    """Store what was sent and write it into the audit trail, as an upload or as a new version."""
    sent = Upload(
        title=part.filename or "",
        content=part.content,
        by=state.owner.id,
        at=state.now(),
        create_new=create_new,
    )
    stored = state.files.upload(folder_id, sent)
    action = UPLOADED if stored.versions[-1].number == 1 else UPLOADED_WITH_OVERWRITING
    state.record(request, action, file_id=stored.id, title=stored.title, folder_id=folder_id)
    return stored


def check(state: State, request: Request, names: dict[str, str]) -> Response:
    """Answer which of the titles exist already."""
    folder = state.files.folder(int(names["folder"]))
    titles = json_body(request).get("filesTitle")
    if not isinstance(titles, list):
        raise BadParameters({"filesTitle": "The FilesTitle field is required."})
    there = {collated(file.title) for file in state.files.files_in(folder.id)}
    return reply(request, [title for title in titles if collated(str(title)) in there])


def form_parts(request: Request) -> list[Part]:
    try:
        return parts(request.headers.get("content-type", ""), request.body)
    except NotMultipart as reason:
        raise Failure(400, str(reason), "System.IO.InvalidDataException") from None


def json_body(request: Request) -> dict[str, object]:
    try:
        value = json.loads(request.body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise BadParameters({"$": "The JSON value could not be converted."})
    return value


def truth(name: str, text: object) -> bool:
    word = str(text).strip().lower()
    if word not in {"", "true", "false"}:
        raise BadParameters({name: f"The value '{text}' is not valid."})
    return word == "true"
