"""The two doors that Slack's deliveries come in by: Socket Mode, and signed HTTP on a production server."""

import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode.base_handler import BaseSocketModeHandler
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.adapter.wsgi.http_request import WsgiHttpRequest
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.web.http_server import listen
from bot.web.router import Route, router
from bot.web.signature_check import SignatureCheck
from bot.web.socket_client import SocketClient
from reporting.errors.base import ComplianceError

log = structlog.get_logger()
PATH = "/slack/events"
MISSHAPEN = (LookupError, TypeError, ValueError, AttributeError)
"""What Bolt trips over where a delivery has another shape than Slack's; what listeners raise does not come this far."""
Timed = Callable[[float], None]
"""Is told how many seconds a request took from its arrival to its acknowledgement."""


@dataclass(frozen=True, slots=True)
class DeliveryChannel:
    """An open door: where it is, and how to close it."""

    where: str
    close: Callable[[], None]
    connected: Callable[[], bool]
    silence: Callable[[], float]
    """Seconds since Slack was last heard; nothing of that can be known over HTTP."""


class Handler(BaseSocketModeHandler):
    """Answers what comes in by a socket, and measures how long that takes."""

    def __init__(self, app: App, client: SocketClient, acknowledged: Timed) -> None:
        self.app, self.client, self._acknowledged = app, client, acknowledged
        client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        at, began = time.time(), time.perf_counter()
        answer = with_bad_requests_refused(lambda: run_bolt_app(self.app, req), otherwise=200)
        send_response(client, req, answer, at)
        self._acknowledged(time.perf_counter() - began)


class Requests(SlackRequestHandler):
    """Answers what comes in over HTTP."""

    def dispatch(self, request: WsgiHttpRequest) -> BoltResponse:
        usual = super().dispatch
        return with_bad_requests_refused(lambda: usual(request), otherwise=400)


def with_bad_requests_refused(dispatch: Callable[[], BoltResponse], *, otherwise: int) -> BoltResponse:
    """Bolt's answer to a delivery; an empty one with the status *otherwise* if it cannot be one of Slack's."""
    try:
        return dispatch()
    except MISSHAPEN as error:
        log.warning("delivery not understood", kind=type(error).__name__)
        return BoltResponse(status=otherwise, body="")
    except (OSError, ComplianceError) as error:
        log.warning("error message not posted", kind=type(error).__name__)
        return BoltResponse(status=500, body="")


def open_socket(app: App, token: str, client: WebClient, *, acknowledged: Timed) -> DeliveryChannel:
    """Connect to Slack, now or as soon as it can be; nothing has to reach this machine from outside.

    Raises:
        AppTokenRejected: the token is not accepted.
    """
    line = SocketClient(token, web_client=client, logger=app.logger)
    handler = Handler(app, line, acknowledged)

    def close() -> None:
        hang_up(line)
        with suppress(AttributeError):  # slack-sdk 3.47 trips when the other side hangs up at the same moment
            handler.close()  # type: ignore[no-untyped-call]

    try:
        line.open()
    except ComplianceError:
        close()
        raise
    return DeliveryChannel("Socket Mode", close, line.is_connected, line.silence)


def hang_up(client: SocketModeClient) -> None:
    """End the connection from this side: slack-sdk 3.47 would first wait three seconds for whoever listens to it.

    What listens is told first that it is over, or it would listen for ever to a line that is slow to close.
    """
    client.auto_reconnect_enabled = False
    client.current_session_runner.event.set()
    with suppress(AttributeError, OSError):  # it is closed already
        client.current_session.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


def open_http(
    app: App,
    secret: str,
    host: str,
    port: int,
    pages: Mapping[str, Route],
    *,
    acknowledged: Timed,
    refused: Callable[[str], None],
) -> DeliveryChannel:
    """Listen for Slack's requests, and show the *pages*; a proxy with TLS stands before this door.

    Raises:
        OSError: the port is taken.
    """
    gate = SignatureCheck(timed(Requests(app, path=PATH), acknowledged), secret, refused=refused)
    listener = listen(router({**pages, PATH: Route(("POST",), gate)}), host, port, apart=dict.fromkeys(pages, 1))
    return DeliveryChannel(listener.url + PATH, listener.close, connected=lambda: True, silence=lambda: 0.0)


def timed(app: WSGIApplication, acknowledged: Timed) -> WSGIApplication:
    def measured(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        answer = app(environ, start_response)
        acknowledged(time.perf_counter() - began)
        return answer

    return measured
