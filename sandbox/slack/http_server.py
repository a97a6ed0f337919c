"""A small HTTP server on loopback: one thread per request, one send per response, nothing left open."""

import http.server
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from sandbox.slack.wire import Wire

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: on, for no time at all. Closing then sends RST."""


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0
    """Seconds between two bytes of the body."""


Respond = Callable[[Asked], Answer | None]
"""No answer at all cuts the connection."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 24
    disable_nagle_algorithm = True
    timeout = 30
    server: "_Server"

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's word
        """Say nothing: a terminal demo owns the terminal."""

    def _respond(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        answer = self.server.respond(Asked(self.command, self.path, headers, body))
        self.close_connection = True
        if answer is None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        else:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.drip:
            self._drip(answer)
        else:
            self.wfile.write(answer.body)
            self.wfile.flush()

    def _drip(self, answer: Answer) -> None:
        """Send the body a byte at a time, until the client or the server has had enough."""
        for byte in answer.body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.closing.wait(answer.drip):
                return


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Wire, client_address: Wire) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Wire) -> None:
        self._open.discard(request)
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == RESET:
            request.close()
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Wire, client_address: Wire) -> None:
        """A client that went away is the client's business."""

    def hang_up(self) -> None:
        self.closing.set()
        for connection in tuple(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class HttpServer:
    """A context manager: it listens inside, and has no thread and no socket left after."""

    def __init__(self, respond: Respond) -> None:
        self._server = _Server(respond)
        self._port = self._server.server_address[1]
        self._thread = self._new_thread()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def close_port(self) -> None:
        """Refuse connections; those that are open stay open."""
        self._server.shutdown()
        self._thread.join()
        self._server.socket.close()

    def open_port(self) -> None:
        """Listen once more, at the same address."""
        self._server.socket = socket.create_server(("127.0.0.1", self._port), backlog=_Server.request_queue_size)
        self._thread = self._new_thread()
        self._thread.start()

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._server.serve_forever, args=(0.02,), name="slack-http")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
