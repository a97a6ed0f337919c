"""Which address is answered by what, to whom, and by which generations."""

import re
from dataclasses import dataclass

from sandbox.portal.endpoints import about, chunks, folders, history, people, security, uploads, versions
from sandbox.portal.generation import Generation
from sandbox.portal.state import Endpoint

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SHAPES = {"folder": r"\d+", "file": r"\d+", "session": r"[0-9a-f]+", "person": r"[^/]+"}


@dataclass(frozen=True, slots=True)
class Route:
    name: str
    """Method and path, placeholders left blank."""
    method: str
    pattern: re.Pattern[str]
    endpoint: Endpoint
    scope: str
    """The part of the portal a key may be limited to; ``*`` where only ``*:read`` and ``*:write`` count."""
    anonymous: bool = False
    since: Generation = Generation.V26


def route(
    method: str,
    path: str,
    endpoint: Endpoint,
    scope: str,
    *,
    anonymous: bool = False,
    since: Generation = Generation.V26,
) -> Route:
    pattern = _PLACEHOLDER.sub(
        lambda name: f"(?P<{name[1]}>{_SHAPES[name[1]]})", re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    )
    return Route(
        f"{method} {_PLACEHOLDER.sub('{}', path)}",
        method,
        re.compile(pattern, re.IGNORECASE),
        endpoint,
        scope,
        anonymous,
        since,
    )


API = "/api/2.0"
SECURITY = f"{API}/security/audit"
FILES = f"{API}/files"

ROUTES = (
    route("GET", f"{SECURITY}/events/filter", security.audit_events, "*"),
    route("GET", f"{SECURITY}/events/last", security.last_audit_events, "*"),
    route("GET", f"{SECURITY}/login/filter", security.sign_ins, "*"),
    route("GET", f"{SECURITY}/login/last", security.last_sign_ins, "*"),
    route("GET", f"{SECURITY}/settings/lifetime", security.lifetime, "*"),
    route("GET", f"{SECURITY}/types", security.types, "*"),
    route("GET", f"{API}/settings", about.settings, "*", anonymous=True),
    route("GET", f"{API}/settings/version/build", about.build, "*", anonymous=True),
    route("GET", f"{API}/keys/@self", about.key, "", since=Generation.V30),
    route("GET", f"{API}/portal", about.portal, "*"),
    route("GET", f"{API}/portal/quota", about.quota, "*"),
    route("GET", f"{API}/people", people.list_people, "accounts"),
    route("GET", f"{API}/people/filter", people.list_people, "accounts"),
    route("GET", f"{API}/people/@self", people.myself, "accounts.self"),
    route("GET", f"{API}/people/email", people.one_person, "accounts"),
    route("GET", f"{API}/people/{{person}}", people.one_person, "accounts"),
    route("GET", f"{FILES}/rooms", folders.rooms, "rooms"),
    route("GET", f"{FILES}/{{folder}}", folders.contents, "files"),
    route("GET", f"{FILES}/folder/{{folder}}", folders.one_folder, "files"),
    route("GET", f"{FILES}/folder/{{folder}}/log", history.room_log, "files"),
    route("GET", f"{FILES}/file/{{file}}", versions.one_file, "files"),
    route("GET", f"{FILES}/file/{{file}}/history", versions.history, "files"),
    route("PUT", f"{FILES}/file/{{file}}/comment", versions.comment, "files"),
    route("PUT", f"{FILES}/file/{{file}}/lock", versions.lock, "files"),
    route("GET", "/filehandler.ashx", versions.download, "files"),
    route("POST", f"{FILES}/{{folder}}/upload", uploads.upload, "files"),
    route("POST", f"{FILES}/{{folder}}/upload/check", uploads.check, "files"),
    route("POST", f"{FILES}/{{folder}}/upload/create_session", chunks.begin_legacy, "files"),
    route("POST", "/ChunkedUploader.ashx", chunks.legacy_chunk, "files"),
    route("POST", f"{FILES}/{{folder}}/session", chunks.begin, "files", since=Generation.V37),
    route("POST", f"{FILES}/{{folder}}/session/{{session}}", chunks.next_chunk, "files", since=Generation.V37),
    route("DELETE", f"{FILES}/{{folder}}/session/{{session}}", chunks.abort, "files", since=Generation.V37),
    route(
        "POST",
        f"{FILES}/{{folder}}/session/{{session}}/upload",
        chunks.numbered_chunk,
        "files",
        since=Generation.V37,
    ),
    route(
        "PUT",
        f"{FILES}/{{folder}}/session/{{session}}/finalize",
        chunks.finalize,
        "files",
        since=Generation.V37,
    ),
)


def found(method: str, path: str, generation: Generation) -> tuple[Route, dict[str, str]] | None:
    """Return the route and what its placeholders stand for."""
    for one in ROUTES:
        if one.method == method and generation.reached(one.since) and (match := one.pattern.fullmatch(path)):
            return one, match.groupdict()
    return None
