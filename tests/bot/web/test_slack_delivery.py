"""The HTTP door as anybody on the network finds it: bytes over a socket, against a whole bot."""

import contextlib
import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from urllib.parse import urlencode, urlsplit

import pytest

from bot.app import running
from bot.config.settings import Settings, load
from bot.web import http_server
from bot.web.log_rate_limit import RateLimitedLog
from bot.web.signature_check import SignatureCheck
from bot.web.slack_delivery import PATH
from sandbox.portal import StandInPortal
from sandbox.slack import StandInSlack
from sandbox.slack.signing import signed
from tests.until import PATIENCE

HELP = urlencode({"command": "/compliance-report", "text": "help", "user_id": "U0ANN00001", "channel_id": "C0COMPLY01"})
BODY = f"{HELP}&team_id=T0SANDBOX&trigger_id=1.2.ab&response_url=http://127.0.0.1:1/r".encode()
FORM = "application/x-www-form-urlencoded"
Answer = tuple[int, str]
Listening = tuple[tuple[str, int], threading.Event, threading.Semaphore]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Where a bot listens. One for all tests of this file: none of them asks it for a report."""
    with StandInPortal() as portal, StandInSlack() as slack, pytest.MonkeyPatch.context() as patch:
        patch.setattr(http_server, "TIMEOUT", 1)
        patch.setattr(http_server, "SWEEP", 0)
        for name in [name for name in os.environ if name.startswith(("SLACK_", "DOCSPACE_"))]:
            patch.delenv(name)
        for name, value in {
            "DOCSPACE_API_HOST": portal.url,
            "DOCSPACE_API_KEY": portal.key,
            "COMPLIANCE_ROOM_FOLDER_ID": str(portal.folder_id),
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "HTTP_PORT": "0",
        }.items():
            patch.setenv(name, value)
        with running(load(Settings)) as door:
            parts = urlsplit(door.where)
            yield str(parts.hostname), int(parts.port or 0)


@pytest.fixture
def body(request: pytest.FixtureRequest) -> bytes:
    """A command that no other test sends, so that its signature is new."""
    return BODY + f"&test={request.node.nodeid}-{time.monotonic_ns()}".encode()


def headers(body: bytes, *, ago: float = 0.0) -> dict[str, str]:
    return {"Content-Type": FORM, **signed(StandInSlack.signing_secret, time.time() - ago, body, "valid")}


def asked(address: tuple[str, int], method: str, path: str, body: bytes = b"", **more: str) -> Answer:
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in more.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def sent(address: tuple[str, int], body: bytes, said: dict[str, str]) -> Answer:
    return asked(address, "POST", PATH, body, **said)


@contextmanager
def connected(address: tuple[str, int]) -> Iterator[socket.socket]:
    with socket.create_connection(address, timeout=PATIENCE) as line:
        yield line


def heard(line: socket.socket) -> bytes:
    """Everything until the other side hangs up."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := line.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def test_what_slack_has_signed_just_now_is_let_in(address: tuple[str, int], body: bytes) -> None:
    status, answer = sent(address, body, headers(body))
    assert (status, "What can be asked" in answer or "/compliance-report" in answer) == (200, True)


def test_what_was_let_in_once_is_refused_the_second_time(address: tuple[str, int], body: bytes) -> None:
    said = headers(body)
    assert sent(address, body, said)[0] == 200
    assert sent(address, body, said)[0] == 401


def test_what_slack_sends_again_is_signed_anew_and_let_in(address: tuple[str, int], body: bytes) -> None:
    assert sent(address, body, headers(body, ago=3))[0] == 200
    assert sent(address, body, headers(body) | {"X-Slack-Retry-Num": "1"})[0] == 200


def test_what_was_answered_with_a_failure_may_come_again(address: tuple[str, int]) -> None:
    nothing = b"payload=%7B%7D&" + str(time.monotonic_ns()).encode()
    said = headers(nothing)
    assert sent(address, nothing, said)[0] == 404
    assert sent(address, nothing, said)[0] == 404


@pytest.mark.parametrize("change", ["text=help", "text=2025-01"])
def test_what_somebody_else_has_changed_or_signed_is_refused(
    change: str, address: tuple[str, int], body: bytes
) -> None:
    said = headers(body)
    assert sent(address, body + b"&" + change.encode(), said)[0] == 401
    forged = signed(StandInSlack.signing_secret, time.time(), body, "forged")
    assert sent(address, body, {"Content-Type": FORM, **forged})[0] == 401


@pytest.mark.parametrize("ago", [301, 86_400, -301])
def test_what_was_signed_more_than_five_minutes_away_is_refused(
    ago: int, address: tuple[str, int], body: bytes
) -> None:
    assert sent(address, body, headers(body, ago=ago))[0] == 401


@pytest.mark.parametrize(
    "stamp",
    ["yesterday", "", "-1", "1e9", "٣٣٣", "1" * 4_000, "nan", " 1", "0x10", "1_000", "1.5"],
)
def test_a_timestamp_that_is_no_number_is_refused_like_any_other(
    stamp: str, address: tuple[str, int], body: bytes
) -> None:
    said = {**headers(body), "X-Slack-Request-Timestamp": stamp.encode().decode("latin-1")}
    assert sent(address, body, said)[0] == 401


@pytest.mark.parametrize("signature", ["", "v0=", "v0=\xff\xfe", "v1=" + "a" * 64, "a" * 64, "v0=" + "A" * 64])
def test_a_signature_of_another_form_is_refused(signature: str, address: tuple[str, int], body: bytes) -> None:
    assert sent(address, body, {**headers(body), "X-Slack-Signature": signature})[0] == 401


@pytest.mark.parametrize("missing", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
def test_without_signature_or_timestamp_nobody_is_let_in(missing: str, address: tuple[str, int], body: bytes) -> None:
    assert sent(address, body, {k: v for k, v in headers(body).items() if k != missing})[0] == 401


def test_a_signed_body_that_is_no_text_is_refused(address: tuple[str, int]) -> None:
    body = b"\xff\xfe" + str(time.monotonic_ns()).encode()
    assert sent(address, body, headers(body))[0] == 401


def test_a_body_of_more_than_a_megabyte_is_refused_before_it_is_read(address: tuple[str, int]) -> None:
    with connected(address) as line:
        line.sendall(f"POST {PATH} HTTP/1.1\r\nHost: bot\r\nContent-Length: {(1 << 20) + 1}\r\n\r\n".encode())
        assert heard(line).startswith(b"HTTP/1.1 413 ")


def test_a_body_of_a_megabyte_is_read(address: tuple[str, int]) -> None:
    body = str(time.monotonic_ns()).encode().ljust(1 << 20, b"x")
    assert sent(address, body, headers(body))[0] == 404


def test_a_body_in_chunks_is_cut_at_a_megabyte(address: tuple[str, int]) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with connected(address) as line:
        line.sendall(f"POST {PATH} HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        with contextlib.suppress(ConnectionError):
            for _ in range(40):
                line.sendall(chunk)
        assert heard(line)[:13] in {b"HTTP/1.1 413 ", b""}  # the answer may be lost with the connection


def test_headers_that_never_end_are_refused(address: tuple[str, int]) -> None:
    with connected(address) as line:
        with contextlib.suppress(ConnectionError):
            line.sendall(f"POST {PATH} HTTP/1.1\r\nX-Long: {'x' * 40_000}".encode())
        assert heard(line)[8:13] in {b" 431 ", b""}


@pytest.mark.parametrize("drip", [b"POST / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n"])
def test_who_sends_a_byte_now_and_then_is_cut(drip: bytes, address: tuple[str, int]) -> None:
    began = time.monotonic()
    with connected(address) as line:
        line.sendall(drip)
        line.settimeout(0.2)
        cut = False
        while not cut and time.monotonic() - began < PATIENCE:
            try:
                line.sendall(b"x")
                cut = line.recv(1) == b""
            except TimeoutError:
                continue
            except ConnectionError:
                cut = True
    assert cut


def test_a_command_is_answered_while_two_hundred_connections_do_nothing(address: tuple[str, int], body: bytes) -> None:
    with ExitStack() as idle:
        for number in range(200):
            line = idle.enter_context(connected(address))
            line.sendall(b"POST / HTTP/1.1\r\nHost: bot\r\n" if number % 2 else b"")
        began = time.monotonic()
        assert sent(address, body, headers(body))[0] == 200
        assert time.monotonic() - began < 3


def test_only_so_many_connections_are_taken_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "CONNECTIONS", 12)
    monkeypatch.setattr(http_server, "TIMEOUT", 1)
    monkeypatch.setattr(http_server, "SWEEP", 0)

    def app(_environ: object, start: object) -> list[bytes]:
        start("200 OK", [("Content-Length", "2")])  # type: ignore[operator]
        return [b"ok"]

    there = http_server.listen(app, "127.0.0.1", 0)
    try:
        where = str(urlsplit(there.url).hostname), int(urlsplit(there.url).port or 0)
        with ExitStack() as idle:
            for _ in range(40):
                idle.enter_context(connected(where))
            assert asked(where, "GET", "/") == (200, "ok")  # once those that do nothing have been cut
    finally:
        there.close()


@contextmanager
def listening(
    monkeypatch: pytest.MonkeyPatch, **limits: float
) -> Iterator[tuple[tuple[str, int], threading.Event, threading.Semaphore]]:
    """A listener whose usual path answers once the event is set, while the one apart answers at once."""
    go_on, arrived = threading.Event(), threading.Semaphore(0)
    for name, value in limits.items():
        monkeypatch.setattr(http_server, name, value)

    def app(environ: dict[str, str], start: object) -> list[bytes]:
        if environ["PATH_INFO"] != "/healthz":
            arrived.release()
            go_on.wait(PATIENCE)
        start("200 OK", [("Content-Length", "2")])  # type: ignore[operator]
        return [b"ok"]

    there = http_server.listen(app, "127.0.0.1", 0, apart={"/healthz": 1})
    try:
        yield (str(urlsplit(there.url).hostname), int(urlsplit(there.url).port or 0)), go_on, arrived
    finally:
        go_on.set()
        there.close()


def test_health_is_told_while_requests_keep_every_thread_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(monkeypatch, THREADS=2) as (where, go_on, _), ExitStack() as busy:
        lines = [busy.enter_context(connected(where)) for _ in range(20)]
        for line in lines:
            line.sendall(b"POST /slack/events HTTP/1.0\r\n\r\n")
        assert asked(where, "GET", "/healthz") == (200, "ok")
        go_on.set()
        assert all(heard(line).endswith(b"ok") for line in lines)


@pytest.mark.parametrize("limits", [{"OF_ONE": 10}, {"CONNECTIONS": 10}])
@pytest.mark.parametrize("head", [b"", b"POST / HTTP/1.1\r\nHost: bot\r\n"])
def test_connections_that_do_nothing_make_room_at_once_for_who_has_a_request(
    head: bytes, limits: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the usual limit of ten seconds for a request: nobody is waited for."""
    with listening(monkeypatch, TIMEOUT=PATIENCE * 9, **limits) as (where, _, _), ExitStack() as idle:
        lines = [idle.enter_context(connected(where)) for _ in range(70)]
        for line in lines[:10]:
            with contextlib.suppress(ConnectionError):
                line.sendall(head)
        assert asked(where, "GET", "/healthz") == (200, "ok")
        assert heard(lines[0]) == b""


def test_whose_request_is_being_answered_makes_room_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(monkeypatch, OF_ONE=3) as (where, go_on, arrived), ExitStack() as busy:
        lines = [busy.enter_context(connected(where)) for _ in range(3)]
        for line in lines:
            line.sendall(b"POST /slack/events HTTP/1.0\r\n\r\n")
        assert all(arrived.acquire(timeout=PATIENCE) for _ in lines)
        with connected(where) as late, contextlib.suppress(ConnectionError):
            late.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            assert heard(late) == b""
        go_on.set()
        assert all(heard(line).endswith(b"ok") for line in lines)


def test_a_flood_of_refusals_is_a_line_a_minute_for_each_reason() -> None:
    seconds, lines = [0.0], []
    seldom = RateLimitedLog(lambda: seconds[0])
    for second in range(130):
        seconds[0] = float(second)
        for reason in ("forged", "stale"):
            seldom.tell(reason, lambda more, reason=reason: lines.append((reason, more)))  # type: ignore[misc]
    assert sorted(lines) == [("forged", 0), ("forged", 59), ("forged", 59), ("stale", 0), ("stale", 59), ("stale", 59)]


def test_refused_requests_do_not_flood_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    gate = SignatureCheck(lambda _, __: [], "secret", refused=lambda _: None)
    for _ in range(500):
        gate({"wsgi.input": BytesIO(b"")}, lambda *_: lambda _: None)
    assert capsys.readouterr().out.count("signature rejected") == 1


@pytest.mark.parametrize(
    "path", ["/", "/slack", "/slack/events/", "/slack/install", "/metrics/x", "/%2e%2e/etc/passwd"]
)
def test_there_is_nothing_at_any_other_path(path: str, address: tuple[str, int]) -> None:
    assert asked(address, "GET", path)[0] == 404


@pytest.mark.parametrize(
    ("method", "path"), [("GET", PATH), ("PUT", PATH), ("POST", "/healthz"), ("DELETE", "/metrics"), ("TRACE", PATH)]
)
def test_a_method_that_a_page_does_not_know_is_refused(method: str, path: str, address: tuple[str, int]) -> None:
    assert asked(address, method, path)[0] == 405


def test_refusals_are_counted_by_their_reason(address: tuple[str, int], body: bytes) -> None:
    said = headers(body)
    sent(address, body, said)
    sent(address, body, said)
    page = asked(address, "GET", "/metrics")[1]
    assert 'compliance_http_refused_total{reason="replayed"}' in page
    assert json.dumps(said["X-Slack-Signature"]) not in page
