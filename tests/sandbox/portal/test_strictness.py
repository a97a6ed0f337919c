"""The stand-in refuses what the vendor's OpenAPI does not have, where the real server takes no notice."""

import json
from datetime import timedelta

import httpx
import pytest

from sandbox.portal import Generation
from sandbox.portal.files import Upload

API = "/api/2.0"
TRAIL = f"{API}/security/audit/events/filter"


@pytest.fixture
def ask(serve):
    portal, client = serve()

    def send(method, path, **sent):
        return client.request(method, API + path.replace("FOLDER", str(portal.folder_id)), **sent)

    return send


def words(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["message"])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/security/audit/events/filter", "room"),
        ("/security/audit/events/filter", "productType"),
        ("/security/audit/login/filter", "target"),
        ("/files/FOLDER", "sort"),
        ("/files/folder/FOLDER", "count"),
        ("/files/folder/FOLDER/log", "from"),
        ("/people", "query"),
        ("/portal/quota", "x"),
        ("/settings/version/build", "x"),
    ],
)
def test_a_parameter_that_the_endpoint_does_not_have_is_named(ask, path, name):
    answer = ask("GET", path, params={name: "1"})
    assert answer.status_code == 400
    assert words(answer).startswith("The stand-in portal is strict: GET /api/2.0")
    assert words(answer).endswith(f"has no parameter {name!r}.")


def test_a_parameter_may_not_come_twice(ask):
    answer = ask("GET", "/security/audit/events/filter?count=1&COUNT=2")
    assert (answer.status_code, "twice" in words(answer)) == (400, True)


def test_a_parameter_that_the_stand_in_does_not_play_is_named(ask):
    answer = ask("GET", "/files/FOLDER", params={"withSubFolders": "true"})
    assert words(answer).endswith("does not play the parameter 'withSubFolders' of GET /api/2.0/files/{}.")


@pytest.mark.parametrize("generation", [Generation.V26, Generation.V32])
def test_an_elder_server_has_the_parameter_that_is_gone(serve, generation):
    _, client = serve(generation=generation)
    assert client.get(TRAIL, params={"productType": "Documents"}).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("filterType", "FileOnly"),
        ("sortBy", "DateAndTimes"),
        ("sortOrder", "down"),
    ],
)
def test_a_word_that_is_no_member_of_the_enum_is_refused(ask, name, value):
    answer = ask("GET", "/files/FOLDER", params={name: value})
    assert answer.status_code == 400
    assert answer.json()["response"]["errors"] == {name: [f"The value '{value}' is not valid."]}


@pytest.mark.parametrize(("name", "value"), [("filterType", "DocumentsOnly"), ("sortBy", "Author")])
def test_a_member_that_the_stand_in_does_not_play_is_named(ask, name, value):
    assert f"does not play {name}={value}" in words(ask("GET", "/files/FOLDER", params={name: value}))


@pytest.mark.parametrize(
    "params",
    [
        {"filterType": "filesonly", "sortBy": "dateandtime", "sortOrder": "Descending"},
        {"filterType": "1", "sortBy": "0", "sortOrder": "1"},
        {"filterType": "", "sortBy": " ", "sortOrder": ""},
    ],
)
def test_members_are_known_by_name_in_any_case_and_by_number(ask, params):
    assert ask("GET", "/files/FOLDER", params=params).status_code == 200


@pytest.mark.parametrize(("path", "name", "value"), [("/files/file/1", "version", "new"), ("/people", "count", "all")])
def test_a_value_of_another_type_is_refused_in_the_vendors_words(ask, path, name, value):
    assert ask("GET", path, params={name: value}).json()["response"]["errors"].keys() == {name}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/files/file/1/comment", {"version": 1, "text": "x"}),
        ("PUT", "/files/file/1/lock", {"lock": True}),
        ("POST", "/files/FOLDER/session", {"fileName": "a", "fileSize": 1, "folder": 2}),
        ("POST", "/files/FOLDER/upload/check", {"titles": []}),
    ],
)
def test_a_field_that_the_body_does_not_have_is_named(ask, method, path, body):
    answer = ask(method, path, json=body)
    assert (answer.status_code, "has no field" in words(answer)) == (400, True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/files/file/1/comment", {"version": "1", "comment": "x"}),
        ("/files/file/1/comment", {"version": True, "comment": "x"}),
        ("/files/file/1/comment", {"version": 1, "comment": 2}),
        ("/files/file/1/lock", {"lockFile": "true"}),
    ],
)
def test_a_field_of_another_type_is_refused(ask, path, body):
    answer = ask("PUT", path, json=body)
    assert answer.status_code == 400
    assert "could not be converted" in json.dumps(answer.json()["response"]["errors"])


def test_a_body_must_be_called_json(ask):
    assert ask("PUT", "/files/file/1/lock", content=b'{"lockFile":true}').status_code == 415


def test_a_body_where_none_belongs_is_refused(ask):
    assert "takes no body" in words(ask("PUT", "/files/FOLDER/session/ab/finalize", json={}))


@pytest.mark.parametrize(
    "sent", [{"files": {"document": ("a.txt", b"x")}}, {"files": {"file": ("a.txt", b"x")}, "data": {"title": "b"}}]
)
def test_a_form_has_its_file_and_nothing_else(ask, sent):
    answer = ask("POST", "/files/FOLDER/upload", **sent)
    assert (answer.status_code, "has no field" in words(answer)) == (400, True)


def test_an_elder_server_takes_any_field(serve):
    portal, client = serve(generation=Generation.V36)
    path = f"{API}/files/{portal.folder_id}/upload"
    assert client.post(path, files={"document": ("a.txt", b"x")}).status_code == 200


def test_the_real_server_takes_no_notice(serve):
    _, client = serve(strict=False)
    assert client.get(TRAIL, params={"room": "12", "count": "1"}).status_code == 200


@pytest.mark.parametrize(
    ("params", "titles"),
    [
        ({}, ["b.txt", "c.txt", "a.txt"]),
        ({"sortBy": "DateAndTime", "sortOrder": "descending"}, ["b.txt", "c.txt", "a.txt"]),
        ({"sortBy": "DateAndTime", "sortOrder": "ascending"}, ["a.txt", "c.txt", "b.txt"]),
        ({"sortBy": "DateAndTime"}, ["a.txt", "c.txt", "b.txt"]),
        ({"sortBy": "AZ"}, ["a.txt", "b.txt", "c.txt"]),
        ({"sortBy": "Size", "sortOrder": "1"}, ["c.txt", "b.txt", "a.txt"]),
        ({"sortOrder": "ascending"}, ["b.txt", "c.txt", "a.txt"]),
        ({"filterType": "FoldersOnly"}, []),
    ],
)
def test_a_folder_is_listed_as_asked(serve, start, params, titles):
    portal, client = serve()
    for second, (title, size) in enumerate((("a.txt", 1), ("c.txt", 3), ("b.txt", 2))):
        moment = start + timedelta(seconds=second)
        portal.files.upload(portal.folder_id, Upload(title=title, content=b"x" * size, by="u", at=moment))
    found = client.get(f"{API}/files/{portal.folder_id}", params=params).json()["response"]["files"]
    assert [file["title"] for file in found] == titles


@pytest.mark.parametrize(("order", "titles"), [("oldest", ["b.txt", "a.txt"]), ("title", ["a.txt", "b.txt"])])
def test_without_an_order_the_owners_own_holds(serve, start, order, titles):
    portal, client = serve(owner_order=order)
    for second, title in enumerate(("b.txt", "a.txt")):
        moment = start + timedelta(seconds=second)
        portal.files.upload(portal.folder_id, Upload(title=title, content=b"x", by="u", at=moment))
    found = client.get(f"{API}/files/{portal.folder_id}").json()["response"]["files"]
    assert [file["title"] for file in found] == titles
