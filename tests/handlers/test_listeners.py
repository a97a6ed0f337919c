"""What happens when somebody types or presses something, through Bolt's own dispatch."""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import time
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier

from handlers import register
from handlers.desk import Cancellation, Desk, Place, Receipt, Request
from reporting.entry import Entry, Origin, Standing, State
from reporting.errors import ComplianceError, NotAllowed, NothingToCancel
from reporting.period import Month
from reporting.report import Order

SECRET = "a signing secret"
ENTRY = Entry("run", Order(Month(2025, 1)), Origin.COMMAND, "C1", "U7", datetime(2026, 1, 1, tzinfo=UTC), State.RUNNING)
HERE = Place("C1", "U7", response_url="https://hooks.slack.example/1")


@dataclass
class RecordingDesk:
    """Takes every request, or refuses every one with *refusal*."""

    refusal: Exception | None = None
    receipt: Receipt = field(default_factory=lambda: Receipt("run"))
    standing: Standing = field(default_factory=lambda: Standing((), (), elsewhere=0))
    requests: list[Request] = field(default_factory=list)
    cancellations: list[Cancellation] = field(default_factory=list)
    asked: list[Place] = field(default_factory=list)

    def submit(self, request: Request) -> Receipt:
        self._let_in()
        self.requests.append(request)
        return self.receipt

    def cancel(self, cancellation: Cancellation) -> Entry:
        self._let_in()
        self.cancellations.append(cancellation)
        return ENTRY

    def status(self, place: Place) -> Standing:
        self._let_in()
        self.asked.append(place)
        return self.standing

    def _let_in(self) -> None:
        if self.refusal:
            raise self.refusal


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
def app(desk: RecordingDesk) -> App:
    bot = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U1")
    app = App(signing_secret=SECRET, authorize=lambda: bot)
    register(app, cast("Desk", desk))  # its verbs for schedules have tests of their own
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


def press(
    value: str,
    *,
    action: str = "run_again",
    team: str = "T1",
    response_url: str = "https://hooks.slack.example/1",
) -> dict[str, str]:
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": "U7", "team_id": team},
        "team": {"id": "T1", "domain": "example"},
        "channel": {"id": "C1"},
        "trigger_id": "T.2",
        "response_url": response_url,
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    return {"payload": json.dumps(payload)}


def test_a_month_is_written_down_before_it_is_acknowledged(app: App, desk: RecordingDesk) -> None:
    answer = sent(app, command("2025-01"))
    assert desk.requests == [Request(Order(Month(2025, 1)), HERE, "T.1", Origin.COMMAND)]
    assert answer.status == 200
    assert "January 2025 is on its way" in answer.body


def test_rerun_is_written_down_like_any_other_request(app: App, desk: RecordingDesk) -> None:
    assert sent(app, command("rerun 2025-01")).status == 200
    assert desk.requests == [Request(Order(Month(2025, 1)), HERE, "T.1", Origin.COMMAND)]


@pytest.mark.parametrize(
    ("receipt", "said"),
    [
        (Receipt("run", joined=True), "is being made already"),
        (Receipt("run", ahead=1), "One report has its turn before it."),
        (Receipt("run", joined=True, ahead=3), "3 reports have their turn before it."),
    ],
)
def test_what_becomes_of_the_request_is_said_at_once(
    receipt: Receipt, said: str, app: App, desk: RecordingDesk
) -> None:
    desk.receipt = receipt
    assert said in sent(app, command("2025-01")).body


@pytest.mark.parametrize(("text", "month"), [("cancel", None), ("cancel 2025-01", Month(2025, 1))])
def test_cancel_is_written_down_and_its_month_said_back(
    text: str, month: Month | None, app: App, desk: RecordingDesk
) -> None:
    answer = sent(app, command(text))
    assert desk.cancellations == [Cancellation(HERE, "T.1", month=month)]
    assert "ending the report of January 2025" in answer.body


def test_status_is_answered_at_once_to_the_asker_alone(app: App, desk: RecordingDesk) -> None:
    desk.standing = Standing((ENTRY,), (0,), elsewhere=2)
    answer = sent(app, command("status"))
    assert desk.asked == [HERE]
    assert "January 2025" in answer.body
    assert "2 more in other places" in answer.body
    assert "in_channel" not in answer.body
    assert desk.requests == []


@pytest.mark.parametrize("text", ["cancel", "status"])
def test_a_refused_cancel_or_status_is_told_to_the_asker_alone(text: str, app: App, desk: RecordingDesk) -> None:
    desk.refusal = NothingToCancel(of=" of January 2025")
    answer = sent(app, command(text))
    assert answer.status == 200
    assert json.loads(answer.body)["response_type"] == "ephemeral"
    assert "No report of January 2025 is being made" in answer.body


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
    assert (request.key, request.origin) == ("T.2", Origin.BUTTON)
    assert not request.place.stranger


def test_the_cancel_button_ends_the_run_that_its_message_stands_for(app: App, desk: RecordingDesk) -> None:
    assert sent(app, press("a-run", action="cancel")).status == 200
    assert desk.cancellations == [Cancellation(HERE, "T.2", run="a-run")]


def test_a_stranger_who_presses_cancel_is_known_as_one(app: App, desk: RecordingDesk) -> None:
    sent(app, press("a-run", action="cancel", team="T2"))
    assert desk.cancellations[0].place.stranger


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


@pytest.mark.parametrize("action", ["run_again", "cancel"])
def test_a_button_s_refusal_reaches_the_presser_and_leaves_the_message_alone(
    action: str, app: App, desk: RecordingDesk, response_url: tuple[str, list[bytes]]
) -> None:
    desk.refusal = NotAllowed(reason="you belong to another workspace")
    url, said = response_url
    assert sent(app, press("2025-01", action=action, response_url=url)).status == 200
    [answer] = map(json.loads, said)
    assert "another workspace" in answer["text"]
    assert answer["response_type"] == "ephemeral"
    assert answer["replace_original"] is False
