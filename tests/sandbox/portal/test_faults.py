import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

from sandbox.portal import (
    Drip,
    ErrorBody,
    Garbage,
    Hang,
    Html,
    NoResponse,
    PortalSetup,
    Redirect,
    Reset,
    Slow,
    StandInPortal,
    Status,
    TooLong,
    Truncated,
    too_many,
)
from tests.until import PATIENCE

AUDIT = "/api/2.0/security/audit/events/filter"


def test_a_fault_strikes_as_often_as_ordered_and_only_where_the_path_fits(serve):
    portal, client = serve()
    portal.faults.next("events/filter", Status(503, {"X-From": "proxy"}, b"sorry"), times=2)
    assert client.get("/api/2.0/settings").status_code == 200
    answers = [client.get(AUDIT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert (answers[0].content, answers[0].headers["X-From"]) == (b"sorry", "proxy")
    assert [asked.status for asked in portal.requests.to("events/filter")] == [503, 503, 200]


def test_a_fault_may_spare_the_first_requests(serve):
    portal, client = serve()
    portal.faults.next("events/filter", Status(500), after=2)
    assert [client.get(AUDIT).status_code for _ in range(4)] == [200, 200, 500, 200]


def test_a_fault_may_be_for_one_method(serve):
    portal, client = serve()
    portal.faults.next("/files/", Status(502), method="POST")
    assert client.get(f"/api/2.0/files/{portal.folder_id}").status_code == 200
    assert client.post(f"/api/2.0/files/{portal.folder_id}/upload").status_code == 502


def test_a_fault_without_end_ends_when_cleared(serve):
    portal, client = serve()
    portal.faults.next("", Status(500), times=None)
    assert {client.get(AUDIT).status_code for _ in range(5)} == {500}
    portal.faults.clear()
    assert client.get(AUDIT).status_code == 200


@pytest.mark.parametrize(("after", "there"), [(None, False), (17, True)])
def test_429_says_when_to_come_back_or_does_not(serve, after, there):
    portal, client = serve()
    portal.faults.next("", too_many(after))
    answer = client.get(AUDIT)
    assert (answer.status_code, answer.content) == (429, b"")
    assert ("Retry-After" in answer.headers) is there


def test_a_page_for_people_comes_with_status_200(serve):
    portal, client = serve()
    portal.faults.next("", Html())
    answer = client.get(AUDIT)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


def test_an_error_may_hide_in_status_200(serve):
    portal, client = serve()
    portal.faults.next("", ErrorBody())
    assert client.get(AUDIT).json()["status"] == 1


def test_the_response_may_be_missing_or_null(serve):
    portal, client = serve()
    portal.faults.next("", NoResponse())
    portal.faults.next("", NoResponse(null=True))
    assert "response" not in client.get(AUDIT).json()
    assert client.get(AUDIT).json()["response"] is None


def test_a_page_may_be_longer_than_asked(serve, event):
    portal, client = serve()
    for number in range(1, 6):
        portal.audit.add(event(number))
    portal.faults.next("", TooLong(2))
    assert [len(client.get(AUDIT, params={"count": 2}).json()["response"]) for _ in range(2)] == [4, 2]


def test_garbage_is_called_json(serve):
    portal, client = serve()
    portal.faults.next("", Garbage())
    answer = client.get(AUDIT)
    assert answer.headers["Content-Type"].startswith("application/json")
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_redirect_leads_elsewhere(serve):
    portal, client = serve()
    portal.faults.next("", Redirect("https://elsewhere.example/"))
    assert client.get(AUDIT).headers["Location"] == "https://elsewhere.example/"


@pytest.mark.parametrize("fault", [Reset(), Truncated()])
def test_a_broken_connection_breaks_one_request(serve, fault):
    portal, client = serve()
    portal.faults.next("", fault)
    with pytest.raises(httpx.TransportError):
        client.get(AUDIT)
    assert client.get(AUDIT).status_code == 200


@pytest.mark.parametrize("fault", [Reset(processed=True), Status(502, processed=True)])
def test_work_may_be_done_although_the_client_never_hears_of_it(serve, fault):
    portal, client = serve()
    portal.faults.next("upload", fault)
    with suppress(httpx.TransportError):
        client.post(f"/api/2.0/files/{portal.folder_id}/upload", files={"file": ("a.txt", b"x")})
    assert [file.title for file in portal.files.files_in(portal.folder_id)] == ["a.txt"]


@pytest.mark.parametrize("at", ["accept", "first byte", "body"])
def test_a_hang_lasts_until_it_is_released(serve, at):
    portal, _ = serve()
    portal.faults.next("", Hang(at))
    with httpx.Client(base_url=portal.url, timeout=httpx.Timeout(5, read=0.2), trust_env=False) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get("/api/2.0/settings")
        portal.faults.release()
        assert client.get("/api/2.0/settings").status_code == 200


def test_a_slow_answer_is_the_right_one(serve):
    portal, client = serve()
    portal.faults.next("", Slow(0.15))
    answer = client.get(AUDIT)
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.15


def test_closing_ends_hangs_and_leaves_no_thread_behind():
    before = threading.active_count()
    with StandInPortal() as portal, socket.create_connection(("127.0.0.1", int(portal.url.rpartition(":")[2]))):
        portal.faults.next("", Hang())
        with (
            httpx.Client(base_url=portal.url, timeout=0.2, trust_env=False) as client,
            pytest.raises(httpx.ReadTimeout),
        ):
            client.get("/")
    assert threading.active_count() == before


def test_one_connection_serves_many_requests_without_stalls(serve):
    _, client = serve()
    slowest = sorted(client.get(AUDIT).elapsed.total_seconds() for _ in range(50))[40]
    assert slowest < 0.03


def test_many_clients_are_served_at_once(serve):
    portal, client = serve()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.get(AUDIT), range(160)))
    assert {answer.status_code for answer in answers} == {200}
    assert portal.requests.total == portal.audit.queries == 160


def test_what_is_not_http_is_400_and_the_end(serve):
    portal, _ = serve()
    with socket.create_connection(("127.0.0.1", int(portal.url.rpartition(":")[2])), timeout=PATIENCE) as raw:
        raw.sendall(b"hello\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")


def test_a_body_in_chunks_is_read_whole(serve):
    portal, client = serve()
    parts = (b'{"fileName":', b'"a.txt","fileSize":1}')
    path, headers = f"/api/2.0/files/{portal.folder_id}/session", {"Content-Type": "application/json"}
    assert client.post(path, content=iter(parts), headers=headers).status_code == 200


def test_the_record_of_requests_can_be_bounded_or_off(serve):
    portal, client = serve(remember=0)
    client.get(AUDIT)
    assert (len(portal.requests), portal.requests.total) == (0, 1)


def test_each_request_is_logged():
    lines: list[str] = []
    with StandInPortal(PortalSetup(), lines.append) as portal:
        httpx.get(portal.url + AUDIT, trust_env=False)
    assert lines == [f"GET {portal.url}{AUDIT} 401"]


def ended(raw: socket.socket, portal: StandInPortal) -> bool:
    """Whether the connection ends once the drip is released, which may not have begun to wait at the first time."""
    raw.settimeout(0.1)
    for _ in range(100):
        portal.faults.release()
        with suppress(TimeoutError):
            return raw.recv(4096) == b""
    return False


@pytest.mark.parametrize(("at", "head"), [("body", True), ("first byte", False)])
def test_an_answer_may_drip_and_the_drip_be_ended(serve, at, head):
    portal, _ = serve()
    portal.faults.next("", Drip(60, at))
    with socket.create_connection(("127.0.0.1", int(portal.url.rpartition(":")[2])), timeout=5) as raw:
        raw.sendall(b"GET /api/2.0/settings HTTP/1.1\r\nHost: a\r\n\r\n")
        portal.faults.wait_met(1, timeout=5)
        if head:
            assert raw.recv(4096).endswith(b"\r\n\r\n")
        assert ended(raw, portal)


def test_what_drips_is_the_right_answer(serve):
    portal, client = serve()
    portal.faults.next("", Drip(0.001))
    assert client.get("/api/2.0/settings/version/build").json() == client.get("/api/2.0/settings/version/build").json()
