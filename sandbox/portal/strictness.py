"""Nothing may be asked of the stand-in but what the vendor's OpenAPI has, in the types that it has.

The real server ignores a parameter that it does not know and takes a default for some words that it does not know:
whoever misspells one gets another answer than he asked for, and no error. So the stand-in refuses them, with words of
its own. It also refuses what the server knows and the stand-in does not play, for nothing would be tried by it.

``contract.json`` is made by ``tests/sandbox/portal/extract_contract.py`` from the vendor's own client.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from sandbox.multipart import NotMultipart, parts
from sandbox.portal.contract import contract, member
from sandbox.portal.dates import read_date
from sandbox.portal.generation import Generation
from sandbox.portal.refusals import BadParameters, Failure
from sandbox.portal.routes import Route
from sandbox.portal.wire import Request

OWN: Mapping[str, Mapping[str, Any]] = {
    "GET /api/2.0/settings/version/build": {},
    "GET /filehandler.ashx": {"query": {"action": "text", "fileid": "integer", "version": "integer"}},
    "POST /ChunkedUploader.ashx": {"query": {"uid": "text", "abort": "boolean"}, "file": "file"},
}
"""Endpoints that the vendor's client does not have."""
GONE: Mapping[str, tuple[Generation, frozenset[str]]] = {
    "GET /api/2.0/security/audit/events/filter": (Generation.V35, frozenset({"producttype"})),
}
"""What generations before that one took besides; in lower case."""
UNPLAYED: Mapping[str, frozenset[str]] = {
    "GET /api/2.0/files/{}": frozenset(
        {
            *("Location", "applyFilterOption", "excludeSubject", "extension", "formsItemKey", "formsItemType"),
            *("roomId", "searchArea", "sharedBy", "userIdOrGroupId", "withSubFolders"),
        }
    ),
    "GET /api/2.0/files/rooms": frozenset(
        {
            *("excludeSubject", "groupId", "provider", "quotaFilter", "searchArea", "storageFilter"),
            *("subjectFilter", "subjectId", "subjectOwnerId", "tags", "type", "withoutTags"),
        }
    ),
    "GET /api/2.0/people": frozenset({"filterBy", "filterSeparator", "sortBy", "sortOrder"}),
    "GET /api/2.0/people/email": frozenset({"culture", "encemail"}),
    "GET /api/2.0/settings": frozenset({"withpassword"}),
    "POST /api/2.0/files/{}/upload": frozenset({"keepConvertStatus", "storeOriginalFile"}),
}
PLAYED: Mapping[str, Mapping[str, frozenset[int]]] = {
    "GET /api/2.0/files/{}": {"filterType": frozenset({0, 1, 2}), "sortBy": frozenset({0, 1, 2, 6})},
    "GET /api/2.0/files/rooms": {"sortBy": frozenset({0, 1, 2, 6})},
}
"""Members of enums that the stand-in knows what to do about, where it does not know it of all."""
READ_ELSEWHERE = frozenset({"count", "startindex"})
"""Names that each endpoint reads for itself, with the range that its generation has."""


def demand_contract(request: Request, route: Route, generation: Generation) -> None:
    """Return if the vendor's OpenAPI allows the request.

    Raises:
        Failure: 400 or 415 with the stand-in's words; the real server would often not mind.
        BadParameters: 400 where the real server refuses the value too.
    """
    asked = contract()["endpoints"].get(route.name, OWN.get(route.name))
    if asked is None:
        raise _refusal(f"{route.name} is not in the vendor's OpenAPI")
    _demand_names(request, route.name, asked.get("query", {}), generation)
    if "/security/audit/" not in route.name:
        _demand_types(request, asked.get("query", {}), generation)
        _demand_played(request, route.name, asked.get("query", {}))
    _demand_body(request, route.name, asked, generation)


def _refusal(words: str, status: int = 400) -> Failure:
    return Failure(status, f"The stand-in portal is strict: {words}.", "StandIn")


def _demand_names(request: Request, endpoint: str, query: Mapping[str, str], generation: Generation) -> None:
    sent = [name for name, _ in parse_qsl(request.query, keep_blank_values=True)]
    known = {name.lower() for name in query}
    since, gone = GONE.get(endpoint, (generation, frozenset()))
    if not generation.reached(since):
        known |= gone
    unplayed = {name.lower() for name in UNPLAYED.get(endpoint, ())}
    for name in sent:
        if name.lower() not in known:
            raise _refusal(f"{endpoint} has no parameter {name!r}")
        if name.lower() in unplayed:
            raise _refusal(f"it does not play the parameter {name!r} of {endpoint}")
    if len({name.lower() for name in sent}) < len(sent):
        raise _refusal(f"{endpoint} is asked the same parameter twice")


def _demand_types(request: Request, query: Mapping[str, str], generation: Generation) -> None:
    wrong = {}
    for name, kind in query.items():
        text = request.params.get(name.lower(), "")
        if text.strip() and name.lower() not in READ_ELSEWHERE and not _reads(text, kind, generation):
            wrong[name] = f"The value '{text}' is not valid."
    if wrong:
        raise BadParameters(wrong)


def _demand_played(request: Request, endpoint: str, query: Mapping[str, str]) -> None:
    for name, played in PLAYED.get(endpoint, {}).items():
        text = request.params.get(name.lower(), "").strip()
        if text and member(query[name], text) not in played:
            raise _refusal(f"it does not play {name}={text} of {endpoint}")


def _reads(text: str, kind: str, generation: Generation) -> bool:
    """Tell whether the server can bind *text*; white space is no value and binds to nothing."""
    if kind in _READERS:
        try:
            _READERS[kind](text)
        except ValueError:
            return False
        return True
    if kind == "date":
        try:
            read_date(text, generation)
        except (ValueError, OverflowError):
            return False
        return True
    return member(kind, text) is not None


def _boolean(text: str) -> bool:
    if text.strip().lower() not in {"true", "false"}:
        raise ValueError(text)
    return text.strip().lower() == "true"


def _demand_body(request: Request, endpoint: str, asked: Mapping[str, Any], generation: Generation) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if "body" in asked:
        if kind != "application/json":
            raise _refusal(f"{endpoint} takes application/json, not {kind or 'a body without a type'}", 415)
        _demand_fields(request, endpoint, asked["body"], generation)
    elif "file" in asked:
        if generation.reached(Generation.V37):
            _demand_file(request, endpoint, asked["file"])
    elif request.body:
        raise _refusal(f"{endpoint} takes no body")


def _demand_fields(request: Request, endpoint: str, model: Mapping[str, str], generation: Generation) -> None:
    """Look at names and types; what must be there is the endpoint's own business, and so is what is no JSON."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return
    if not isinstance(body, dict):
        return
    for name, value in body.items():
        kind = model.get(name, "").rstrip("!")
        if not kind:
            raise _refusal(f"the body of {endpoint} has no field {name!r}")
        if value is not None and not _fits(value, kind, generation):
            raise BadParameters({f"$.{name}": "The JSON value could not be converted."})


def _fits(value: object, kind: str, generation: Generation) -> bool:
    if kind == "[text]":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if kind == "date":
        return isinstance(value, str) and _reads(value, kind, generation)
    return type(value) is {"text": str, "integer": int, "boolean": bool}[kind]


def _demand_file(request: Request, endpoint: str, field: str) -> None:
    try:
        sent = parts(request.headers.get("content-type", ""), request.body)
    except NotMultipart:
        return
    for part in sent:
        if part.name.lower() != field.lower() or part.filename is None:
            raise _refusal(f"the form of {endpoint} has no field {part.name!r}; its file is {field!r}")


_READERS: Mapping[str, Callable[[str], object]] = {
    "text": str,
    "integer": int,
    "boolean": _boolean,
    "uuid": UUID,
}
