"""The two doors that Slack's deliveries come in by: Socket Mode, and signed HTTP on a production server."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from waitress.server import create_server

PATH = "/slack/events"
LARGEST_BODY = 1 << 20
"""Bytes of a request that the HTTP door takes; Slack's own are far smaller."""
THREADS = 8


@dataclass(frozen=True, slots=True)
class Door:
    """An open door: where it is, and how to close it."""

    where: str
    close: Callable[[], None]


def open_socket(app: App, token: str, client: WebClient) -> Door:
    """Connect to Slack; nothing has to reach this machine from outside.

    Raises:
        SlackApiError: the token is not accepted.
    """
    handler = SocketModeHandler(app, token, web_client=client)
    handler.connect()  # type: ignore[no-untyped-call]

    def close() -> None:
        with suppress(AttributeError):  # slack-sdk 3.47 trips when the other side hangs up at the same moment
            handler.close()  # type: ignore[no-untyped-call]

    return Door("Socket Mode", close)


def open_http(app: App, host: str, port: int) -> Door:
    """Listen for Slack's requests; a proxy with TLS stands before this door.

    Raises:
        OSError: the port is taken.
    """
    server = create_server(
        SlackRequestHandler(app, path=PATH),
        host=host,
        port=port,
        threads=THREADS,
        max_request_body_size=LARGEST_BODY,
        ident=None,
    )

    def listen() -> None:
        with suppress(OSError):  # waitress 3 may still look at its socket while that is closed
            server.run()

    thread = threading.Thread(target=listen, name="http-door", daemon=True)
    thread.start()

    def close() -> None:
        server.close()
        thread.join(timeout=5)

    return Door(f"http://{host}:{getattr(server, 'effective_port', port)}{PATH}", close)
