"""Socket Mode: a WebSocket per connection, envelopes out, acknowledgements in.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode, 2026-09.
"""

import itertools
import json
import queue
import secrets
import socket
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from sandbox.slack.refusal import Refusal
from sandbox.slack.wire import Json, Wire

MOST_CONNECTIONS = 10
Acks = queue.SimpleQueue[Wire]


class SocketDoor:
    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._connections: list[ServerConnection] = []
        self._turns = itertools.count()
        self._pending: dict[str, Acks] = {}
        self._changed = threading.Condition()
        self._mute: list[ServerConnection] = []
        self._server = serve(
            self._talk,
            "127.0.0.1",
            0,
            process_request=self._admit,
            compression=None,
            max_size=None,
            close_timeout=0.1,
            ping_timeout=60,  # a busy machine may take long to answer, and nobody has hung up
        )
        self._thread = threading.Thread(target=self._server.serve_forever, name="slack-socket")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.speak_again()
        self._server.shutdown()
        self._thread.join()

    def __len__(self) -> int:
        return len(self._connections)

    def url(self) -> str:
        """Return an address that lets one connection in."""
        if len(self) >= MOST_CONNECTIONS:
            raise Refusal("too_many_websockets")
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        port = self._server.socket.getsockname()[1]
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={self._app_id}"

    def wait_connected(self, count: int, timeout: float) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: len(self) >= count, timeout):
                raise TimeoutError(f"{len(self)} of {count} sockets within {timeout} s")

    def wait_gone(self, timeout: float) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: not len(self), timeout):
                raise TimeoutError(f"{len(self)} sockets still open after {timeout} s")

    def send(self, kind: str, payload: Json, retry: Mapping[str, Wire], timeout: float) -> Json | None:
        """Send one envelope to one connection; return its acknowledgement, or nothing.

        Raises:
            ConnectionError: no socket is open.
        """
        envelope_id = str(uuid.uuid4())
        acks = self._pending[envelope_id] = queue.SimpleQueue()
        takes_payload = kind != "events_api"
        envelope = {"envelope_id": envelope_id, "payload": payload, "type": kind, **retry}
        try:
            self._to_one({**envelope, "accepts_response_payload": takes_payload})
            ack: Json = acks.get(timeout=timeout)
        except queue.Empty:
            return None
        finally:
            del self._pending[envelope_id]
        return ack if takes_payload else {}

    def disconnect(self, reason: str) -> None:
        """Tell every connection to go, as Slack does every few hours, and close it.

        *reason*: ``warning`` (does not close), ``refresh_requested``, ``link_disabled``.
        """
        farewell = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        for connection in tuple(self._connections):
            try:
                connection.send(json.dumps(farewell))
            except ConnectionClosed:
                continue
        if reason != "warning":
            self.hang_up()

    def hang_up(self) -> None:
        """Close every connection without a word before."""
        for connection in tuple(self._connections):
            self._leave(connection)
            connection.close()

    def vanish(self) -> None:
        """End every connection as a machine between does that dies: no frame says so."""
        for connection in tuple(self._connections):
            self._leave(connection)
            connection.socket.shutdown(socket.SHUT_RDWR)

    def fall_silent(self) -> None:
        """Leave every connection open, and neither read nor write on it any more: not even a ping is answered."""
        for connection in tuple(self._connections):
            self._leave(connection)
            connection.protocol_mutex.acquire()
            self._mute.append(connection)

    def speak_again(self) -> None:
        """End the silence of connections."""
        while self._mute:
            self._mute.pop().protocol_mutex.release()

    def _to_one(self, envelope: Json) -> None:
        while True:
            connections = tuple(self._connections)
            if not connections:
                raise ConnectionError("no socket is open")
            connection = connections[next(self._turns) % len(connections)]
            try:
                connection.send(json.dumps(envelope))
            except ConnectionClosed:
                self._leave(connection)
            else:
                return

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        ticket = request.path.partition("ticket=")[2].partition("&")[0]
        if ticket not in self._tickets:
            return connection.respond(401, "invalid ticket\n")
        self._tickets.discard(ticket)
        return None

    def _talk(self, connection: ServerConnection) -> None:
        with self._joined(connection):
            for text in connection:
                self._hear(text)

    @contextmanager
    def _joined(self, connection: ServerConnection) -> Iterator[None]:
        try:
            connection.send(json.dumps(self._hello()))
            with self._changed:
                self._connections.append(connection)
                self._changed.notify_all()
            yield
        except ConnectionClosed:
            pass
        finally:
            self._leave(connection)

    def _leave(self, connection: ServerConnection) -> None:
        with self._changed:
            if connection in self._connections:
                self._connections.remove(connection)
            self._changed.notify_all()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self) + 1,
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    def _hear(self, text: str | bytes) -> None:
        """Match an acknowledgement with its envelope; anything else is ignored, as Slack does."""
        try:
            ack = json.loads(text)
        except ValueError:
            return
        acks = self._pending.get(ack.get("envelope_id", "")) if isinstance(ack, dict) else None
        if acks is not None:
            acks.put(ack)
