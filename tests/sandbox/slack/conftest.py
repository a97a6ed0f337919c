import contextlib
import threading
import wsgiref.simple_server
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection

from sandbox.slack import Message, StandInSlack
from tests.until import PATIENCE


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_738_400_000.0

    def __call__(self) -> float:
        return self.now


class _Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's word
        pass


def part(slack: StandInSlack, *clients: SocketModeClient) -> None:
    """Close the clients at once.

    Left alone each would listen for up to 3 s before it lets its lock go; so the line is cut here, and each is
    waited for, because closing it while it notices fails.
    """
    gone = []
    for client in clients:
        client.auto_reconnect_enabled = False
        if client.current_session is not None and client.current_session.sock is not None:
            gone.append(_noted(client.current_session))
    slack.socket.hang_up()
    for event in gone:
        assert event.wait(timeout=PATIENCE)
    for client in clients:
        client.close()


def _noted(session: Connection) -> threading.Event:
    """Return an event that is set once *session* has let its socket go."""
    gone, disconnect = threading.Event(), session.disconnect

    def noted() -> None:
        disconnect()
        gone.set()

    session.disconnect = noted  # type: ignore[method-assign]
    return gone


@pytest.fixture
def slack() -> Iterator[StandInSlack]:
    with StandInSlack() as slack:
        yield slack


@pytest.fixture
def client(slack: StandInSlack) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url)


@pytest.fixture
def app(slack: StandInSlack, client: WebClient) -> App:
    return App(client=client, signing_secret=slack.signing_secret, process_before_response=False)


@pytest.fixture
def hosted(slack: StandInSlack) -> Callable[[App], AbstractContextManager[None]]:
    """Serve a Bolt app over HTTP, and tell the workspace where."""

    @contextlib.contextmanager
    def serve(app: App) -> Iterator[None]:
        handler = SlackRequestHandler(app)
        server = wsgiref.simple_server.make_server("127.0.0.1", 0, handler, handler_class=_Quiet)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        slack.request_url = f"http://127.0.0.1:{server.server_port}/slack/events"
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    return serve


@pytest.fixture
def connected(slack: StandInSlack) -> Callable[[App], AbstractContextManager[SocketModeHandler]]:
    """Connect a Bolt app over Socket Mode."""

    @contextlib.contextmanager
    def connect(app: App) -> Iterator[SocketModeHandler]:
        handler = SocketModeHandler(app, slack.app_token)
        handler.client.web_client.base_url = slack.api_url
        handler.connect()  # type: ignore[no-untyped-call]
        slack.socket.wait_connected(1, timeout=PATIENCE)
        try:
            yield handler
        finally:
            part(slack, handler.client)
            slack.socket.wait_gone(timeout=PATIENCE)

    return connect


@pytest.fixture
def posted(slack: StandInSlack, client: WebClient) -> Callable[..., Message]:
    """Post as the bot, and return the message as the workspace keeps it."""

    def post(channel: str = "compliance", **content: object) -> Message:
        where = slack.workspace.channel(channel)
        answer = client.api_call("chat.postMessage", json={"channel": where.id, "text": "words", **content})
        message = slack.workspace.message(where, str(answer["ts"]))
        assert message is not None
        return message

    return post
