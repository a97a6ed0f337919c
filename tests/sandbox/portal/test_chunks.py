import pytest

from sandbox.portal import Generation


def _begin(client, portal, size: int = 10, name: str = "big.txt"):
    path = f"/api/2.0/files/{portal.folder_id}/session"
    return path, client.post(path, json={"fileName": name, "fileSize": size})


def _chunk(content: bytes) -> dict[str, tuple[str, bytes]]:
    return {"file": ("blob", content)}


def test_chunks_in_order_make_a_file_with_the_last_one(serve):
    portal, client = serve()
    path, begun = _begin(client, portal)
    session = begun.json()["response"]
    assert session["bytes_total"] == 10
    first = client.post(f"{path}/{session['id']}", files=_chunk(b"01234"))
    last = client.post(f"{path}/{session['id']}", files=_chunk(b"56789"))
    assert (first.status_code, first.json()["response"]["uploaded"]) == (200, False)
    assert (last.status_code, last.json()["response"]["uploaded"]) == (201, True)
    assert portal.files.content(last.json()["response"]["id"]) == b"0123456789"


def test_numbered_chunks_make_a_file_when_it_is_finalized(serve):
    portal, client = serve()
    path, begun = _begin(client, portal)
    session = f"{path}/{begun.json()['response']['id']}"
    for number, content in ((2, b"56789"), (1, b"01234")):
        client.post(f"{session}/upload", params={"chunkNumber": number}, files=_chunk(content))
    done = client.put(f"{session}/finalize")
    assert portal.files.content(done.json()["response"]["id"]) == b"0123456789"
    assert client.put(f"{session}/finalize").status_code == 404


def test_missing_chunks_are_not_finalized(serve):
    portal, client = serve()
    path, begun = _begin(client, portal)
    session = f"{path}/{begun.json()['response']['id']}"
    client.post(f"{session}/upload", params={"chunkNumber": 2}, files=_chunk(b"56789"))
    assert client.put(f"{session}/finalize").status_code == 400
    assert portal.files.files_in(portal.folder_id) == []


def test_an_aborted_session_is_gone(serve):
    portal, client = serve()
    path, begun = _begin(client, portal)
    session = f"{path}/{begun.json()['response']['id']}"
    assert client.delete(session).status_code == 200
    assert client.post(session, files=_chunk(b"01234")).status_code == 404


def test_more_than_was_announced_is_refused(serve):
    portal, client = serve()
    path, begun = _begin(client, portal, size=3)
    session = f"{path}/{begun.json()['response']['id']}"
    assert client.post(session, files=_chunk(b"01234")).status_code == 400


def test_a_file_too_large_for_the_plan_gets_no_session(serve):
    portal, client = serve(max_file_size=9)
    assert _begin(client, portal)[1].status_code == 402


def test_before_3_7_there_are_no_sessions(serve):
    portal, client = serve(generation=Generation.V36)
    assert _begin(client, portal)[1].status_code == 404


@pytest.mark.parametrize("generation", [Generation.V36, Generation.V37])
def test_the_elder_protocol_works_everywhere(serve, generation):
    portal, client = serve(generation=generation)
    path = f"/api/2.0/files/{portal.folder_id}/upload/create_session"
    begun = client.post(path, json={"fileName": "big.txt", "fileSize": 10}).json()["response"]
    assert begun["success"] is True
    location = begun["data"]["location"]
    first = client.post(location, files=_chunk(b"01234")).json()
    last = client.post(location, files=_chunk(b"56789")).json()
    assert (first["success"], first["data"]["uploaded"]) == (True, False)
    assert portal.files.content(last["data"]["id"]) == b"0123456789"


def test_the_elder_protocol_reports_errors_with_status_200(serve):
    _, client = serve()
    answer = client.post("/ChunkedUploader.ashx?uid=nothing", files=_chunk(b"x"))
    assert answer.status_code == 200
    assert answer.json() == {"success": False, "message": "Upload session not found"}
