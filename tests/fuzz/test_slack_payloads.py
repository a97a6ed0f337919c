"""What could come in by Slack's doors: answered, never with a crash."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import strategies as st
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.web.signature_check import SeenSignatures, SignatureCheck
from bot.web.slack_delivery import PATH, Handler, Requests
from handlers import register
from tests.fuzz.inputs import TEXT, bent
from tests.fuzz.tried import fuzzed
from tests.handlers.dispatch import (
    SECRET,
    RecordingDesk,
    command,
    press,
    pressed,
    pressed_in_view,
    submission,
)
from tests.handlers.loopback import recorded

FORM, NOWHERE = "application/x-www-form-urlencoded", "http://127.0.0.1:1/r"
KINDS = st.sampled_from([FORM, "application/json", "text/plain", ""])
NAMES = ["command", "text", "payload", "team_id", "user_id", "ssl_check", "x"]
TYPES = ["slash_commands", "interactive", "events_api", "hello", ""]
PRESSES = [
    json.loads(form["payload"])
    for form in [
        press("2025-01", response_url=NOWHERE),
        press("run", action="cancel", response_url=NOWHERE),
        pressed("save_schedule", "monthly on 1 at 09:00", response_url=NOWHERE),
        pressed_in_view("open_schedule_form"),
        submission("schedule", "0 C1", {"day": "1", "at": "09:00", "zone": "Europe/Riga", "only": ""}),
        submission("order", "C1", {"month": "2025-01", "only": "type:delete"}),
    ]
]
EVENTS = [
    {"type": "event_callback", "team_id": "T1", "event": {"type": "app_home_opened", "user": "U7", "tab": "home"}},
    {"type": "url_verification", "challenge": "x"},
]


def as_form(said: dict[str, str]) -> str:
    return urlencode({name: value.encode("utf-8", "replace").decode() for name, value in said.items()})


@dataclass(frozen=True)
class Stage:
    """Bolt with everything that people can do, and where its answers go."""

    app: App
    url: str

    def here(self, text: str) -> str:
        """*text* with the address for answers in it led there: one where nobody is costs a second each time."""
        return text.replace(NOWHERE, f"{self.url}whisper")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    bot = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U1")
    with recorded() as api:
        client = WebClient(base_url=api.url)
        app = App(signing_secret=SECRET, authorize=lambda: bot, client=client, request_verification_enabled=False)
        app.logger.disabled = True
        register(app, RecordingDesk())
        yield Stage(app, api.url)


def answered(app: App, body: str, kind: str) -> tuple[str, bytes]:
    """What is said to that over HTTP."""
    statuses: list[str] = []
    raw = body.encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PATH,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(raw)),
        "wsgi.input": BytesIO(raw),
    }
    said = Requests(app, path=PATH)(environ, lambda status, _headers: statuses.append(status))  # type: ignore[arg-type]
    return statuses[0], b"".join(said)


def check_answered(stage: Stage, body: str, kind: str) -> None:
    status, said = answered(stage.app, body, kind)
    assert status[:3] in {"200", "400", "404", "500"}
    assert b"Traceback" not in said


@fuzzed(text=TEXT)
def test_whatever_is_typed_is_acknowledged_with_words(text: str, stage: Stage) -> None:
    form = command(text.encode("utf-8", "replace").decode(), response_url=NOWHERE)
    status, said = answered(stage.app, urlencode(form), FORM)
    assert (status, said != b"") == ("200 OK", True) or not asks_for_words(text)


def asks_for_words(text: str) -> bool:
    """Whether it does not open a form instead."""
    return text.strip().casefold() not in {"", "schedule"}


@fuzzed(payload=bent(PRESSES))
def test_a_press_or_a_form_of_any_shape_ends_in_an_answer(payload: Any, stage: Stage) -> None:
    check_answered(stage, urlencode({"payload": stage.here(json.dumps(payload))}), FORM)


@fuzzed(payload=bent([*EVENTS, *PRESSES]))
def test_an_event_of_any_shape_ends_in_an_answer(payload: Any, stage: Stage) -> None:
    check_answered(stage, stage.here(json.dumps(payload)), "application/json")


@fuzzed(body=st.one_of(st.text(max_size=60), st.dictionaries(st.sampled_from(NAMES), TEXT).map(as_form)), kind=KINDS)
def test_a_body_of_anything_ends_in_an_answer(body: str, kind: str, stage: Stage) -> None:
    check_answered(stage, body.encode("utf-8", "replace").decode(), kind)


@fuzzed(payload=bent([*EVENTS, *PRESSES, command("help", NOWHERE)]), kind=st.sampled_from(TYPES))
def test_a_delivery_by_socket_of_any_shape_is_acknowledged_or_left_to_slack(
    payload: Any, kind: str, stage: Stage
) -> None:
    client = Listening()
    times: list[float] = []
    payload = json.loads(stage.here(json.dumps(payload)))
    handler = Handler.__new__(Handler)
    handler.app, handler._acknowledged = stage.app, times.append
    handler.handle(client, SocketModeRequest(type=kind, envelope_id="e", payload=payload))  # type: ignore[arg-type]
    assert len(times) == 1


class Listening:
    """A client that only hears what it is to say."""

    def __init__(self) -> None:
        self.said: list[object] = []
        self.logger = logging.getLogger("nobody")

    def send_socket_mode_response(self, said: object) -> None:
        self.said.append(said)


@fuzzed(
    body=st.binary(max_size=200),
    stamp=st.one_of(st.text(max_size=20), st.integers().map(str), st.just("1000")),
    signature=st.one_of(
        st.text(max_size=80), st.text("0123456789abcdef", min_size=64, max_size=64).map("v0={}".format)
    ),
)
def test_nobody_gets_in_with_a_signature_that_was_guessed(body: bytes, stamp: str, signature: str) -> None:
    statuses: list[str] = []

    def inner(_environ: object, _start: object) -> list[bytes]:
        raise AssertionError("let in")

    gate = SignatureCheck(inner, "a secret", refused=lambda _: None, clock=lambda: 1_000.0)
    environ = {
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_SLACK_REQUEST_TIMESTAMP": stamp,
        "HTTP_X_SLACK_SIGNATURE": signature,
    }
    gate(environ, lambda status, _headers: statuses.append(status))  # type: ignore[arg-type]
    assert statuses == ["401 Unauthorized"]


@fuzzed(steps=st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 20)), max_size=60), most=st.integers(1, 8))
def test_what_is_remembered_is_bounded_and_let_in_once_while_it_is(steps: list[tuple[str, int]], most: int) -> None:
    known, now = SeenSignatures(most), 0.0
    entered: dict[str, float] = {}
    for name, wait in steps:
        now += wait
        fresh = known.enter(name, now=now, until=now + 10)
        assert len(known) <= most
        if most >= 6 and name in entered and entered[name] >= now:
            assert not fresh
        if fresh:
            entered[name] = now + 10
