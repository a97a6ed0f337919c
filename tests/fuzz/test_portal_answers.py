"""What a portal could answer: understood, or refused in words."""

import json
from contextlib import suppress
from typing import Any

import httpx
from hypothesis import strategies as st

from reporting.docspace.api.lenient import rows
from reporting.docspace.api.responses import content
from reporting.docspace.api.server_info import Settings
from reporting.docspace.audit.page import lenient_page
from reporting.docspace.audit.retention import Birth, Lifetime
from reporting.docspace.directory import account
from reporting.docspace.files.filing import Folder, Quota
from reporting.docspace.files.listing import Listing, StoredFile
from reporting.errors.base import ComplianceError
from reporting.events import AuditEvent
from tests.fuzz.inputs import JSON, bent
from tests.fuzz.tried import fuzzed

SHAPES = [
    list[AuditEvent],
    Settings,
    Folder,
    Quota,
    Listing,
    StoredFile,
    Birth,
    Lifetime,
    account.Build,
    account.Key,
    account.Owner,
    account.Plan,
    account.Root,
    dict,
    str,
]
EVENT = {
    "id": 9846,
    "date": "2026-10-05T14:03:22.0000000+02:00",
    "user": "Zoe Miller",
    "userId": "aae1e103-bca5-9fa1-ba8c-42058b4abf28",
    "action": "File Uploaded: Q3.docx",
    "actionId": 5011,
    "ip": "192.0.2.1",
    "country": "Germany",
    "page": "https://portal/rooms/shared/123/filter?folder=123",
    "actionType": 13,
    "target": ["4711"],
    "entries": [1],
    "context": "Rooms: Legal",
}
ENVELOPES = [
    {"response": [EVENT, EVENT | {"id": 9847}], "count": 2, "links": [], "status": 0, "statusCode": 200},
    {"response": {"id": 1, "title": "x", "security": {"Create": True}}, "count": 1, "status": 0, "statusCode": 200},
    {"error": {"message": "Access denied", "type": "x", "stack": "y"}, "status": 1, "statusCode": 403},
    {"response": {"title": "wrong", "errors": {"from": ["The input was not valid."]}}, "status": 1, "statusCode": 400},
]
BODY = st.one_of(
    st.binary(max_size=300),
    JSON.map(lambda value: json.dumps(value).encode()),
    bent(ENVELOPES).map(lambda value: json.dumps(value).encode()),
    bent(ENVELOPES).map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")),
    st.integers(1, 3_000).map(lambda deep: b'{"response":' + b"[" * deep),
)
STATUS = st.sampled_from([200, 200, 200, 201, 204, 301, 302, 400, 401, 402, 403, 404, 415, 418, 429, 500, 503, 599])


def answer(status: int, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    request = httpx.Request("GET", "https://d.example/api/2.0/x")
    return httpx.Response(status, content=body, headers=headers, request=request)


@fuzzed(status=STATUS, body=BODY, shape=st.sampled_from(SHAPES))
def test_an_answer_is_understood_or_refused(status: int, body: bytes, shape: Any) -> None:
    with suppress(ComplianceError):
        content(answer(status, body), shape, meaning={})


@fuzzed(body=BODY)
def test_a_page_of_events_is_events_or_refused(body: bytes) -> None:
    with suppress(ComplianceError):
        found = content(answer(200, body), list[AuditEvent], meaning={}, rescue=lenient_page).response
        assert all(event.id for event in found)


@fuzzed(body=BODY)
def test_odd_rows_are_events_or_nothing(body: bytes) -> None:
    found = rows(body, AuditEvent)
    assert found is None or all(isinstance(event, AuditEvent) for event in found.response)


@fuzzed(location=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_a_redirect_is_refused_wherever_it_leads(location: str) -> None:
    with suppress(ComplianceError):
        content(answer(302, b"", {"location": location}), str, meaning={})
        raise AssertionError("followed")
