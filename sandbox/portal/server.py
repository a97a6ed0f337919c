"""The socket side: threads, keep-alive, one send a response, and an end without loose ends."""

import selectors
import socket
import struct
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from io import BufferedIOBase
from threading import Lock, Thread
from typing import cast

from sandbox.portal.fault_kinds import Answer, Slow
from sandbox.portal.faults import Faults
from sandbox.portal.requests import Asked, Requests
from sandbox.portal.wire import MalformedRequest, Request, Response, read_request

_RESET = struct.pack("ii", 1, 0)


class Server:
    """Listens on a free loopback port from its making on; answers between ``start`` and ``close``."""

    def __init__(
        self,
        answer: Answer,
        faults: Faults,
        requests: Requests,
        latency: float,
        dated: Callable[[], Mapping[str, str]],
    ) -> None:
        self._answer, self._dated = answer, dated
        self._faults = faults
        self._requests = requests
        self._latency = latency
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._waker, self._woken = socket.socketpair()
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self._threads: set[Thread] = set()
        self._closing = False
        self._accepting = self._new_thread()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def _new_thread(self) -> Thread:
        return Thread(target=self._accept, name="portal", daemon=True)

    def close_port(self) -> None:
        """Refuse connections, and break those that are open."""
        self._port = self.port
        self._stop_accepting()
        self._listener.close()
        with self._lock:
            self._break(list(self._open))

    def open_port(self) -> None:
        """Listen once more, at the same address."""
        self._woken.recv(1)
        self._listener = socket.create_server(("127.0.0.1", self._port), backlog=1024)
        self._accepting = self._new_thread()
        self._accepting.start()

    def start(self) -> None:
        self._accepting.start()

    def close(self) -> None:
        """Break every connection and wait for every thread."""
        with self._lock:
            self._closing = True
            connections, threads = list(self._open), list(self._threads)
        self._stop_accepting()
        for end in (self._listener, self._waker, self._woken):
            end.close()
        self._break(connections)
        self._faults.close()
        for thread in threads:
            thread.join(5)

    def _stop_accepting(self) -> None:
        self._waker.send(b"x")
        if self._accepting.is_alive():
            self._accepting.join()

    @staticmethod
    def _break(connections: list[socket.socket]) -> None:
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while self._woken not in [key.fileobj for key, _ in selector.select()]:
                connection, _ = self._listener.accept()
                self._begin(connection)

    def _begin(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = Thread(target=self._serve, args=(connection,), name="portal connection", daemon=True)
        with self._lock:
            if self._closing:
                connection.close()
                return
            self._open.add(connection)
            self._threads.add(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as stream, suppress(ConnectionError):
                self._converse(connection, cast("BufferedIOBase", stream))
        finally:
            with self._lock:
                self._open.discard(connection)
                self._threads = {thread for thread in self._threads if thread.is_alive()}

    def _converse(self, connection: socket.socket, stream: BufferedIOBase) -> None:
        if self._faults.take_accept():
            self._faults.wait()
            return
        try:
            while request := read_request(stream, lambda: connection.sendall(_CONTINUE)):
                response = self._respond(request)
                if not self._deliver(connection, response) or request.headers.get("connection", "").lower() == "close":
                    return
        except MalformedRequest:
            connection.sendall(Response(status=400, headers={"Connection": "close"}).head())

    def _respond(self, request: Request) -> Response:
        fault = self._faults.take(request.method, request.path)
        due = time.monotonic() + self._latency
        if isinstance(fault, Slow):
            self._faults.wait(fault.seconds)
        response = fault.reply(request, self._answer) if fault else self._answer(request)
        if (left := due - time.monotonic()) > 0:
            self._faults.wait(left)
        answered = response.delivery not in {"hang", "reset"}
        self._requests.note(Asked(request.method, request.path, request.query, response.status if answered else 0))
        return replace(response, headers={**self._dated(), **response.headers}) if fault else response

    def _deliver(self, connection: socket.socket, response: Response) -> bool:
        """Tell whether the connection can be used again."""
        half = len(response.body) // 2
        match response.delivery:
            case "whole":
                connection.sendall(response.head() + response.body)
            case "cut":
                connection.sendall(response.head() + response.body[:half])
            case "hang in body":
                connection.sendall(response.head() + response.body[:half])
                self._faults.wait()
            case "drip" | "drip in body":
                return self._drip(connection, response)
            case "hang":
                self._faults.wait()
            case "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        return response.reusable

    def _drip(self, connection: socket.socket, response: Response) -> bool:
        """Tell whether it came to its end."""
        head, body = response.head(), response.body
        if response.delivery == "drip":
            head, body = b"", head + body
        connection.sendall(head)
        for place in range(len(body)):
            if self._faults.wait(response.pause):
                return False
            connection.sendall(body[place : place + 1])
        return True


_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
