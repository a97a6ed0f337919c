"""The vendor's own client understands whatever the stand-in answers: every key is known and every value survives."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from sandbox.portal import Generation, StandInPortal, login_events, month_of_events
from sandbox.portal.routes import ROUTES
from sandbox.portal.strictness import OWN
from tests.sandbox.portal.extract_contract import contract
from tests.sandbox.portal.vendor import differences, model

API = "/api/2.0"
RIGA = ZoneInfo("Europe/Riga")
PAGED = {".total: no such key"}
"""The client leaves ``total`` out of its envelopes; the server sends it where a list is paged."""


@pytest.fixture(scope="module")
def portal() -> Iterator[StandInPortal]:
    with StandInPortal() as running:
        running.audit.add_all(month_of_events(2025, 1, count=1_000, seed=3, zone=RIGA, hostile=True))
        running.logins.add_all(login_events(2025, 1, count=100, seed=3, zone=RIGA, hostile=True))
        yield running


@pytest.fixture(scope="module")
def client(portal) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {portal.key}"}
    with httpx.Client(base_url=portal.url + API, headers=headers, timeout=10, trust_env=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def file_id(portal, client) -> int:
    sent = client.post(f"/files/{portal.folder_id}/upload", files={"file": ("Q3 report.txt", b"hello", "text/plain")})
    return int(sent.json()["response"][0]["id"])


def unlike(name: str, answer: httpx.Response) -> set[str]:
    """What the vendor's class of that name makes otherwise of the answer."""
    assert answer.is_success, answer.text
    return set(differences(answer.json(), model(name).from_dict(answer.json())))


@pytest.mark.parametrize("start", range(0, 1_000, 100))
def test_a_page_of_the_audit_trail(client, start):
    answer = client.get("/security/audit/events/filter", params={"startIndex": start})
    assert len(answer.json()["response"]) == 100
    assert unlike("AuditEventArrayWrapper", answer) == set()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/security/audit/events/last", "AuditEventArrayWrapper"),
        ("/security/audit/login/filter", "LoginEventArrayWrapper"),
        ("/security/audit/login/last", "LoginEventArrayWrapper"),
        ("/security/audit/types", "ObjectWrapper"),
        ("/portal", "TenantWrapper"),
        ("/portal/quota", "TenantQuotaWrapper"),
        ("/settings", "SettingsWrapper"),
        ("/keys/@self", "ApiKeyResponseWrapper"),
        ("/people/@self", "EmployeeFullWrapper"),
    ],
)
def test_what_a_portal_says_of_itself_its_plan_and_its_people(client, path, name):
    assert unlike(name, client.get(path)) == set()


def test_the_list_of_people(client):
    assert unlike("EmployeeFullArrayWrapper", client.get("/people")) == PAGED


def test_the_lifetime_of_the_trail(client):
    """The client's wrapper is the server's class of the same name, which is no envelope; so its content is parsed."""
    days = client.get("/security/audit/settings/lifetime").json()["response"]
    assert set(differences(days, model("TenantAuditSettings").from_dict(days))) == set()


def test_a_file_its_versions_and_its_lock(client, file_id):
    assert unlike("FileIntegerWrapper", client.get(f"/files/file/{file_id}")) == set()
    assert unlike("FileIntegerArrayWrapper", client.get(f"/files/file/{file_id}/history")) == set()
    for locked in (True, False):
        answer = client.put(f"/files/file/{file_id}/lock", json={"lockFile": locked})
        assert unlike("FileIntegerWrapper", answer) == set()


def test_a_comment(client, file_id):
    answer = client.put(f"/files/file/{file_id}/comment", json={"version": 1, "comment": "Run 7"})
    assert unlike("StringWrapper", answer) == set()


def test_a_folder(portal, client):
    assert unlike("FolderIntegerWrapper", client.get(f"/files/folder/{portal.folder_id}")) == set()


@pytest.mark.parametrize(("path", "inside"), [("/files/{folder}", "files"), ("/files/rooms", "folders")])
def test_the_content_of_a_folder(portal, client, file_id, path, inside):
    """The client's listing keeps only what files and folders have in common; so each of them is parsed by itself."""
    answer = client.get(path.format(folder=portal.folder_id)).json()
    entries = answer["response"].pop(inside)
    assert entries
    kind = {"files": "FileIntegerWrapper", "folders": "FolderIntegerWrapper"}[inside]
    for entry in entries:
        assert set(differences({"response": entry}, model(kind).from_dict({"response": entry}))) == set()
    whole = model("FolderContentIntegerWrapper").from_dict(answer)
    assert set(differences(answer, whole)) == PAGED


@pytest.mark.parametrize(
    ("generation", "name"), [(Generation.V37, "FileIntegerArrayWrapper"), (Generation.V36, "FileIntegerWrapper")]
)
def test_an_upload_answers_with_a_list_and_on_an_elder_server_with_one_file(serve, generation, name):
    portal, client = serve(generation=generation)
    path = f"{API}/files/{portal.folder_id}/upload"
    assert unlike(name, client.post(path, files={"file": ("a.txt", b"x", "text/plain")})) == set()


def test_an_upload_in_chunks_by_either_protocol(portal, client):
    order = {"fileName": "big.txt", "fileSize": 10}
    begun = client.post(f"/files/{portal.folder_id}/session", json=order)
    assert unlike("ChunkedUploadSessionResponseIntegerWrapper", begun) == set()
    place = f"/files/{portal.folder_id}/session/{begun.json()['response']['id']}"
    chunk = client.post(f"{place}/upload?chunkNumber=1", files={"file": ("chunk", b"0123456789")})
    assert unlike("ChunkedUploadSessionResponseIntegerWrapper", chunk) == set()
    assert unlike("UploadSessionResponseIntegerWrapper", client.put(f"{place}/finalize")) == set()
    elder = client.post(f"/files/{portal.folder_id}/upload/create_session", json=order)
    assert unlike("ChunkedUploadSessionResponseWrapperIntegerWrapper", elder) == set()


def test_which_titles_there_are(portal, client, file_id):
    answer = client.post(f"/files/{portal.folder_id}/upload/check", json={"filesTitle": ["Q3 report.txt", "b.txt"]})
    assert unlike("STRINGArrayWrapper", answer) == set()


def test_the_history_of_a_room(client, portal, file_id):
    """What an entry is about has no type in the document."""
    found = unlike("HistoryArrayWrapper", client.get(f"/files/folder/{portal.folder_id}/log"))
    assert {one for one in found if ".data." not in one} == PAGED


@pytest.mark.parametrize(
    ("wire", "seen"),
    [
        ({"response": [{"id": 1, "date": "2025-01-10T12:00:00.0000000Z", "surplus": 1}]}, "surplus: no such key"),
        ({"response": [], "count": 0, "colour": 1}, "colour: no such key"),
    ],
)
def test_a_key_too_many_would_be_seen(wire, seen):
    assert [one.endswith(seen) for one in differences(wire, model("AuditEventArrayWrapper").from_dict(wire))] == [True]


@pytest.mark.parametrize(
    "row", [{"id": "1"}, {"actionId": 1}, {"date": "yesterday"}, {"target": "12"}, {"userId": "me"}]
)
def test_a_value_of_another_type_would_be_refused(row):
    with pytest.raises(ValueError, match=r"AuditEventDto|ApiDateTime"):
        model("AuditEventArrayWrapper").from_dict({"response": [row]})


def test_what_may_be_asked_is_what_the_vendors_client_may_ask():
    stored = Path("sandbox/portal/contract.json").read_text()
    assert json.loads(stored) == contract()


def test_every_endpoint_of_the_stand_in_is_in_the_vendors_document_or_named():
    known: dict[str, Any] = contract()["endpoints"] | OWN
    assert {one.name for one in ROUTES} == set(known)
