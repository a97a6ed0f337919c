import contextlib
import json
import queue
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from sandbox.slack import Message, Sending, StandInSlack
from tests.sandbox.slack.conftest import part
from tests.until import PATIENCE

Connected = Callable[[App], AbstractContextManager[SocketModeHandler]]


def opened(slack: StandInSlack) -> str:
    return str(WebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)["url"])


def test_a_command_reaches_bolt_and_its_answer_is_seen_by_its_user_only(
    slack: StandInSlack, app: App, connected: Connected
) -> None:
    app.command("/compliance-report")(lambda ack, body: ack(f"Working on {body['text']}"))
    with connected(app):
        delivery = slack.command("/compliance-report", "2025-01", user="ann", channel="#compliance")
    assert (delivery.acked, delivery.door, delivery.timed_out) == (True, "socket", False)
    assert delivery.ack_seconds is not None
    assert delivery.ack_seconds < 3
    assert [one.text for one in slack.workspace.ephemerals("ann")] == ["Working on 2025-01"]
    assert slack.workspace.ephemerals("bob") == slack.workspace.messages("#compliance") == []


def test_an_answer_in_channel_is_seen_by_all(slack: StandInSlack, app: App, connected: Connected) -> None:
    app.command("/c")(lambda ack: ack(text="here", response_type="in_channel"))
    with connected(app):
        slack.command("/c", user="ann", channel="#random")
    assert [one.text for one in slack.workspace.messages("#random")] == ["here"]


def test_a_press_carries_the_message_and_the_button(
    slack: StandInSlack, app: App, connected: Connected, posted: Callable[..., Message]
) -> None:
    seen: queue.Queue[dict[str, Any]] = queue.Queue()

    @app.action("again")
    def again(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        respond("on it", replace_original=False)
        seen.put(body)
        ack()

    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "again", "value": "7"}
    message = posted("partners", blocks=[{"type": "actions", "elements": [button]}])
    with connected(app):
        assert slack.press(message, "again", user="olga").acked
    body = seen.get(timeout=PATIENCE)
    assert body["user"] == {"id": "U0OLGA0001", "username": "olga", "name": "olga", "team_id": "T0PARTNER"}
    assert body["team"] == {"id": "T0SANDBOX", "domain": "sandbox"}
    assert (body["enterprise"], body["is_enterprise_install"]) == (None, False)
    assert body["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": "C0PARTNER1",
        "is_ephemeral": False,
    }
    [action] = body["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("again", "b0001", "7")
    assert [one.text for one in slack.workspace.ephemerals("olga")] == ["on it"]


def test_an_event_is_acknowledged_without_a_payload(slack: StandInSlack, app: App, connected: Connected) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}

    @app.event("app_home_opened")
    def show(event: dict[str, str], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view=home)

    with connected(app):
        delivery = slack.open_home("bob")
        view = slack.workspace.wait_for(lambda workspace: workspace.views.home("U0BOB00001"), timeout=PATIENCE)
    assert (delivery.acked, delivery.body) == (True, None)
    assert view is not None
    assert view.payload["blocks"] == [{"type": "divider", "block_id": "b0001"}]


def test_no_acknowledgement_in_time_is_an_operation_timeout() -> None:
    with StandInSlack(patience=0.05) as slack, connect(opened(slack)) as socket:
        assert json.loads(socket.recv(timeout=PATIENCE))["type"] == "hello"
        slack.socket.wait_connected(1, timeout=PATIENCE)
        delivery = slack.command("/compliance-report", "2025-01", user="ann", channel="#compliance")
        late = json.loads(socket.recv(timeout=PATIENCE))
        socket.send(json.dumps({"envelope_id": late["envelope_id"], "payload": {"text": "late"}}))
    assert (delivery.acked, delivery.timed_out, delivery.ack_seconds) == (False, True, None)
    [shown] = slack.workspace.ephemerals("ann")
    assert shown.text == '/compliance-report failed with the error "operation_timeout"'


def test_an_envelope_has_what_slack_puts_in_it(slack: StandInSlack) -> None:
    with connect(opened(slack)) as socket:
        assert json.loads(socket.recv(timeout=PATIENCE))["num_connections"] == 1
        slack.socket.wait_connected(1, timeout=PATIENCE)
        sender = threading.Thread(target=lambda: slack.event({"type": "x"}, sending=Sending(retry_num=2)))
        sender.start()
        envelope = json.loads(socket.recv(timeout=PATIENCE))
        socket.send("no json")
        socket.send(json.dumps({"envelope_id": "unknown"}))
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        sender.join()
    assert envelope["type"] == "events_api"
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (2, "http_timeout")
    assert envelope["accepts_response_payload"] is False
    assert envelope["payload"]["event"]["type"] == "x"


def test_a_payload_goes_to_one_socket_only_and_they_take_turns(slack: StandInSlack) -> None:
    heard: queue.Queue[str] = queue.Queue()

    def answer(name: str) -> Callable[[SocketModeClient, SocketModeRequest], None]:
        def listen(client: SocketModeClient, request: SocketModeRequest) -> None:
            heard.put(name)
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

        return listen

    clients = []
    for name in ("first", "second"):
        web = WebClient(slack.app_token, base_url=slack.api_url)
        client = SocketModeClient(app_token=slack.app_token, web_client=web)
        client.socket_mode_request_listeners.append(answer(name))  # type: ignore[arg-type]
        client.connect()
        clients.append(client)
    slack.socket.wait_connected(2, timeout=PATIENCE)
    for _ in range(4):
        assert slack.command("/c", user="ann", channel="#compliance").acked
    part(slack, *clients)
    assert sorted(heard.get(timeout=PATIENCE) for _ in range(4)) == ["first", "first", "second", "second"]


def test_a_ticket_lets_one_connection_in(slack: StandInSlack) -> None:
    url = opened(slack)
    with connect(url) as socket:
        socket.recv(timeout=PATIENCE)
        with pytest.raises(InvalidStatus):
            connect(url)


def test_there_are_at_most_ten_sockets(slack: StandInSlack) -> None:
    with contextlib.ExitStack() as sockets:
        for _ in range(10):
            sockets.enter_context(connect(opened(slack)))
        slack.socket.wait_connected(10, timeout=PATIENCE)
        with pytest.raises(SlackApiError, match="too_many_websockets"):
            opened(slack)


def test_a_client_told_to_disconnect_comes_back(slack: StandInSlack, app: App, connected: Connected) -> None:
    app.command("/c")(lambda ack: ack("again"))
    with connected(app):
        slack.socket.disconnect("refresh_requested")
        slack.socket.wait_connected(1, timeout=PATIENCE)
        assert slack.command("/c", user="ann", channel="#compliance").body == {"text": "again"}
    assert len(slack.calls_of("apps.connections.open")) >= 2


def test_a_repeated_delivery_carries_the_same_payload(slack: StandInSlack, app: App, connected: Connected) -> None:
    seen: list[str] = []

    @app.command("/c")
    def note(ack: Ack, body: dict[str, str]) -> None:
        seen.append(body["trigger_id"])
        ack()

    with connected(app):
        first = slack.command("/c", "x", user="ann", channel="#compliance")
        again = slack.redeliver(first, sending=Sending(retry_num=1))
    assert again.payload == first.payload
    assert seen == [first.payload["trigger_id"]] * 2


def test_pings_are_answered(slack: StandInSlack) -> None:
    with connect(opened(slack)) as socket:
        socket.recv(timeout=PATIENCE)
        assert socket.ping().wait(timeout=PATIENCE)


def test_a_warning_leaves_the_connection_open(slack: StandInSlack) -> None:
    with connect(opened(slack)) as socket:
        socket.recv(timeout=PATIENCE)
        slack.socket.wait_connected(1, timeout=PATIENCE)
        slack.socket.disconnect("warning")
        assert json.loads(socket.recv(timeout=PATIENCE))["reason"] == "warning"
        assert len(slack.socket) == 1


def test_waiting_for_sockets_ends_after_its_time(slack: StandInSlack) -> None:
    with pytest.raises(TimeoutError, match="0 of 1 sockets"):
        slack.socket.wait_connected(1, timeout=0.01)
    with connect(opened(slack)):
        slack.socket.wait_connected(1, timeout=PATIENCE)
        with pytest.raises(TimeoutError, match="1 sockets still open"):
            slack.socket.wait_gone(timeout=0.01)
