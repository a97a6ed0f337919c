"""What happens when somebody types or presses something, through Bolt's own dispatch."""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import time
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier

from handlers import register
from handlers.desk import Place, Receipt, Request
from reporting.errors import ComplianceError, NotAllowed
from reporting.period import Month
from reporting.report import Order

SECRET = "a signing secret"


@dataclass
class RecordingDesk:
    """Takes every request, or refuses every one with *refusal*."""

    refusal: Exception | None = None
    requests: list[Request] = field(default_factory=list)

    def submit(self, request: Request) -> Receipt:
        if self.refusal:
            raise self.refusal
        self.requests.append(request)
        return Receipt("run")


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
def app(desk: RecordingDesk) -> App:
    bot = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U1")
    app = App(signing_secret=SECRET, authorize=lambda: bot)
    register(app, desk)
    return app


def sent(app: App, form: dict[str, str]) -> BoltResponse:
    body = urlencode(form)
    signed = SignatureVerifier(SECRET).generate_signature
    stamp = str(int(time()))
    headers: dict[str, str | Sequence[str]] = {
        "content-type": ["application/x-www-form-urlencoded"],
        "x-slack-request-timestamp": [stamp],
        "x-slack-signature": [signed(timestamp=stamp, body=body) or ""],
    }
    return app.dispatch(BoltRequest(body=body, headers=headers))


def command(text: str, response_url: str = "https://hooks.slack.example/1") -> dict[str, str]:
    return {
        "command": "/compliance-report",
        "text": text,
        "team_id": "T1",
        "channel_id": "C1",
        "user_id": "U7",
        "trigger_id": "T.1",
        "response_url": response_url,
    }


def press(value: str, *, team: str = "T1", response_url: str = "https://hooks.slack.example/1") -> dict[str, str]:
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": "U7", "team_id": team},
        "team": {"id": "T1", "domain": "example"},
        "channel": {"id": "C1"},
        "trigger_id": "T.2",
        "response_url": response_url,
        "actions": [{"type": "button", "action_id": "run_again", "block_id": "b", "value": value}],
    }
    return {"payload": json.dumps(payload)}


def test_a_month_is_written_down_before_it_is_acknowledged(app: App, desk: RecordingDesk) -> None:
    answer = sent(app, command("2025-01"))
    place = Place("C1", "U7", response_url="https://hooks.slack.example/1")
    assert desk.requests == [Request(Order(Month(2025, 1)), place, key="T.1")]
    assert answer.status == 200
    assert "January 2025 is on its way" in answer.body


def test_help_is_answered_without_a_request(app: App, desk: RecordingDesk) -> None:
    assert "Compliance reports from DocSpace" in sent(app, command("help")).body
    assert desk.requests == []


@pytest.mark.parametrize("text", ["2025-13", "yesterday", "2025-01 typ:delete"])
def test_what_is_not_understood_is_refused_to_the_asker_alone(text: str, app: App, desk: RecordingDesk) -> None:
    answer = sent(app, command(text))
    assert answer.status == 200
    assert json.loads(answer.body)["response_type"] == "ephemeral"
    assert "2025-01" in answer.body
    assert desk.requests == []


@pytest.mark.parametrize(
    ("refusal", "said"),
    [(NotAllowed(reason="you are not one of those who may"), "not one of those"), (KeyError("x"), "should not have")],
)
def test_a_refusal_and_a_fault_of_our_own_both_end_in_words(
    refusal: Exception, said: str, app: App, desk: RecordingDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.refusal = refusal
    answer = sent(app, command("2025-01"))
    assert said in answer.body
    assert "Traceback" not in answer.body
    assert bool(caplog.records) != isinstance(refusal, ComplianceError)


def test_run_again_asks_for_the_same_month_where_it_was_pressed(app: App, desk: RecordingDesk) -> None:
    assert sent(app, press("2025-01")).status == 200
    [request] = desk.requests
    assert (request.order.month, request.place.channel, request.place.asker) == (Month(2025, 1), "C1", "U7")
    assert not request.place.stranger


def test_somebody_of_another_workspace_is_known_as_a_stranger(app: App, desk: RecordingDesk) -> None:
    sent(app, press("2025-01", team="T2"))
    assert desk.requests[0].place.stranger


@pytest.fixture
def response_url() -> Iterator[tuple[str, list[bytes]]]:
    """An address of Slack's for private answers, and what was sent there."""
    said: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", said
        server.shutdown()
        thread.join()


def test_a_button_s_refusal_reaches_the_presser_and_leaves_the_message_alone(
    app: App, desk: RecordingDesk, response_url: tuple[str, list[bytes]]
) -> None:
    desk.refusal = NotAllowed(reason="you belong to another workspace")
    url, said = response_url
    assert sent(app, press("2025-01", response_url=url)).status == 200
    [answer] = map(json.loads, said)
    assert "another workspace" in answer["text"]
    assert answer["response_type"] == "ephemeral"
    assert answer["replace_original"] is False
