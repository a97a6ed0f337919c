from typing import Any

import pytest

from sandbox.portal import FolderSetup, Generation

OTHER = "22222222-2222-2222-2222-222222222222"


def _send(client, portal, content: bytes = b"report", name: str = "report.txt", **params):
    path = f"/api/2.0/files/{portal.folder_id}/upload"
    return client.post(path, params=params, files={"file": (name, content, "text/plain")})


def _file(answer) -> dict[str, Any]:
    shape: dict[str, Any]
    [shape] = answer.json()["response"]
    return shape


def _trail(client) -> list[tuple[int, list[str]]]:
    rows = client.get("/api/2.0/security/audit/events/filter").json()["response"]
    return [(row["actionId"], row["target"]) for row in rows]


def test_since_3_7_the_answer_is_a_list_of_one_file(serve):
    portal, client = serve()
    shape = _file(_send(client, portal))
    assert (shape["title"], shape["version"], shape["pureContentLength"]) == ("report.txt", 1, 6)
    assert shape["folderId"] == portal.folder_id
    assert shape["webUrl"] == f"{portal.url}/doceditor?fileid={shape['id']}&version=1"


def test_up_to_3_6_the_answer_is_the_file(serve):
    portal, client = serve(generation=Generation.V36)
    assert _send(client, portal).json()["response"]["title"] == "report.txt"


def test_an_empty_file_has_no_length(serve):
    portal, client = serve()
    assert "pureContentLength" not in _file(_send(client, portal, b""))


def test_the_same_title_becomes_a_new_version_and_both_are_kept(serve):
    portal, client = serve()
    first, second = _file(_send(client, portal)), _file(_send(client, portal, b"second", "REPORT.txt"))
    assert (second["id"], second["version"]) == (first["id"], 2)
    assert portal.files.content(first["id"], 1) == b"report"
    assert portal.files.content(first["id"]) == b"second"
    assert sorted(_trail(client)) == [(5011, [str(first["id"])]), (5099, [str(first["id"])])]


def test_accents_do_not_make_another_title(serve):
    portal, client = serve()
    first, second = _file(_send(client, portal, name="résumé.txt")), _file(_send(client, portal, name="resume.txt"))
    assert first["id"] == second["id"]


@pytest.mark.parametrize("busy", ["locked by another", "open in an editor"])
def test_a_file_that_cannot_be_changed_gets_a_twin_of_the_same_title(serve, busy):
    portal, client = serve()
    first = _file(_send(client, portal))
    if busy == "locked by another":
        portal.files.lock(first["id"], OTHER)
    else:
        portal.files.edit(first["id"], going_on=True)
    twin = _file(_send(client, portal, b"twin"))
    assert (twin["title"], twin["version"]) == ("report.txt", 1)
    assert twin["id"] != first["id"]


def test_a_file_the_uploader_locked_gets_a_new_version(serve):
    portal, client = serve()
    first = _file(_send(client, portal))
    assert client.put(f"/api/2.0/files/file/{first['id']}/lock", json={"lockFile": True}).status_code == 200
    assert _file(_send(client, portal))["version"] == 2


def test_create_new_numbers_the_title(serve):
    portal, client = serve()
    titles = [_file(_send(client, portal, createNewIfExist="true"))["title"] for _ in range(3)]
    assert titles == ["report.txt", "report (1).txt", "report (2).txt"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (' a*b:c+d"<>?|.txt', "a_b_c_d_____.txt"),
        ("a😀b.txt", "a__b.txt"),
        ("x" * 200 + ".txt", "x" * 166 + ".txt"),
        ("Līgums.txt", "Līgums.txt"),
    ],
)
def test_titles_are_cleaned(serve, sent, kept):
    portal, client = serve()
    boundary = "b0undary"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{sent.replace(chr(34), "_")}"'
    answer = client.post(
        f"/api/2.0/files/{portal.folder_id}/upload",
        content=f"{head}\r\n\r\nx\r\n--{boundary}--\r\n".encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    assert _file(answer)["title"] == kept


@pytest.mark.parametrize(
    "files",
    [
        {"document": ("a.txt", b"x")},
        [("file", ("a.txt", b"x")), ("file", ("b.txt", b"x"))],
    ],
)
def test_since_3_7_exactly_one_file_called_file_is_taken(serve, files):
    portal, client = serve()
    answer = client.post(f"/api/2.0/files/{portal.folder_id}/upload", files=files)
    assert answer.status_code == 400
    assert answer.json()["status"] == 1


def test_up_to_3_6_the_field_may_have_any_name_and_options_come_in_the_form(serve):
    portal, client = serve(generation=Generation.V36)
    path = f"/api/2.0/files/{portal.folder_id}/upload"
    send = {"files": {"document": ("a.txt", b"x")}, "data": {"createNewIfExist": "true"}}
    titles = [client.post(path, **send).json()["response"]["title"] for _ in range(2)]
    assert titles == ["a.txt", "a (1).txt"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data", ""])
def test_what_is_no_form_is_refused(serve, content_type):
    portal, client = serve()
    answer = client.post(
        f"/api/2.0/files/{portal.folder_id}/upload", content=b"hello", headers={"Content-Type": content_type}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("setup", "status"),
    [
        ({"max_file_size": 5}, 402),
        ({"folder": FolderSetup(may_create=False)}, 403),
        ({"folder": FolderSetup(archived=True)}, 403),
    ],
)
def test_an_upload_that_may_not_be_is_refused_with_an_error(serve, setup, status):
    portal, client = serve(**setup)
    answer = _send(client, portal)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
    assert client.get(f"/api/2.0/files/folder/{portal.folder_id}").status_code == 200


def test_an_unknown_folder_is_404_with_an_error(serve):
    _, client = serve()
    answer = client.post("/api/2.0/files/999/upload", files={"file": ("a.txt", b"x")})
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "The required folder was not found"


@pytest.mark.parametrize("may", [True, False])
def test_a_folder_says_whether_one_may_create_there(serve, may):
    portal, client = serve(folder=FolderSetup(may_create=may))
    shape = client.get(f"/api/2.0/files/folder/{portal.folder_id}").json()["response"]
    assert shape["security"]["Create"] is may
    assert shape["rootFolderType"] == 14


def test_the_archive_is_another_root(serve):
    portal, client = serve(folder=FolderSetup(archived=True))
    assert client.get(f"/api/2.0/files/folder/{portal.folder_id}").json()["response"]["rootFolderType"] == 20


def test_a_folder_is_listed_with_a_total_and_by_a_part_of_the_title(serve):
    portal, client = serve()
    for name in ("a.txt", "b.txt", "report.txt"):
        _send(client, portal, name=name)
    page = client.get(f"/api/2.0/files/{portal.folder_id}", params={"count": 2, "startIndex": 1}).json()
    assert (page["count"], page["total"], len(page["response"]["files"])) == (2, 3, 2)
    found = client.get(f"/api/2.0/files/{portal.folder_id}", params={"filterValue": "REP"}).json()["response"]
    assert [file["title"] for file in found["files"]] == ["report.txt"]


def test_the_rooms_are_listed(serve):
    _, client = serve()
    listing = client.get("/api/2.0/files/rooms").json()["response"]
    assert {"Legal", "Compliance"} <= {room["title"] for room in listing["folders"]}


def test_titles_that_exist_are_told_before_an_upload(serve):
    portal, client = serve()
    _send(client, portal)
    answer = client.post(
        f"/api/2.0/files/{portal.folder_id}/upload/check", json={"filesTitle": ["REPORT.txt", "new.txt"]}
    )
    assert answer.json()["response"] == ["REPORT.txt"]


def test_a_file_is_looked_at_without_a_trace_and_downloaded_with_one(serve):
    portal, client = serve()
    shape = _file(_send(client, portal))
    assert client.get(f"/api/2.0/files/file/{shape['id']}").json()["response"]["version"] == 1
    assert client.get(shape["viewUrl"]).content == b"report"
    assert client.get(shape["viewUrl"] + "&version=1").content == b"report"
    assert sorted(action for action, _ in _trail(client)) == [5009, 5011, 5062]


def test_versions_have_comments_and_a_history(serve):
    portal, client = serve()
    number = _file(_send(client, portal))["id"]
    _send(client, portal, b"second")
    body = {"version": 1, "comment": "sha256 abc"}
    assert client.put(f"/api/2.0/files/file/{number}/comment", json=body).json()["response"] == "sha256 abc"
    history = client.get(f"/api/2.0/files/file/{number}/history").json()["response"]
    assert [(version["version"], version["comment"]) for version in history] == [(2, "Uploaded"), (1, "sha256 abc")]
    assert client.get(f"/api/2.0/files/file/{number}", params={"version": 3}).status_code == 404
