"""HTTP/1.1 as the stand-in speaks it: requests in, responses out, one send each."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BufferedIOBase
from typing import Literal
from urllib.parse import parse_qsl, unquote

Delivery = Literal["whole", "reset", "hang", "hang in body", "cut", "drip", "drip in body"]

# Source: System.Text.Json's default encoder leaves none of these readable.
_ESCAPED = tuple((sign, f"\\u{ord(sign):04X}") for sign in "<>&'+`\x7f")


class MalformedRequest(Exception):
    """Not HTTP/1.1, or not the part of it that is spoken here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Keys in lower case."""
    body: bytes = b""
    params: Mapping[str, str] = field(default_factory=dict)
    """The query by lower-case name; of a repeated one the first counts."""
    signed_in: bool = False
    surplus: int = 0
    """Rows to return beyond what was asked for: a fault."""

    @property
    def url(self) -> str:
        question = "?" if self.query else ""
        return f"http://{self.headers.get('host', 'localhost')}{self.path}{question}{self.query}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delivery: Delivery = "whole"
    announced: int | None = None
    """The ``Content-Length`` where it is not the body's: a fault."""

    @property
    def reusable(self) -> bool:
        """Whether the connection can take another request after it."""
        return self.delivery == "whole" and self.announced is None

    pause: float = 0.0
    """Seconds before each byte that drips."""

    def head(self) -> bytes:
        reason = HTTPStatus(self.status).phrase if self.status in _KNOWN else ""
        lines = [f"HTTP/1.1 {self.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        length = len(self.body) if self.announced is None else self.announced
        lines += [f"Content-Length: {length}", "", ""]
        return "\r\n".join(lines).encode("latin-1")


_KNOWN = frozenset(int(status) for status in HTTPStatus)


def json_bytes(value: object) -> bytes:
    """Encode as System.Text.Json does: compact, and nothing beyond plain ASCII."""
    text = json.dumps(value, separators=(",", ":"))
    for sign, escaped in _ESCAPED:
        text = text.replace(sign, escaped)
    return text.encode("ascii")


def json_response(value: object, status: int = 200) -> Response:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return Response(status=status, headers=headers, body=json_bytes(value))


def read_request(stream: BufferedIOBase, go_on: Callable[[], None]) -> Request | None:
    """Read the next request on a connection, None when the client has closed it.

    Raises:
        MalformedRequest: nothing sensible can be answered on this connection any more.
    """
    line = stream.readline(65_537)
    if not line.endswith(b"\n"):
        return None
    parts = line.decode("latin-1").split()
    if len(parts) != 3 or parts[2] != "HTTP/1.1":
        raise MalformedRequest(line)
    method, target, _ = parts
    headers = _headers(stream)
    if headers.get("expect", "").lower() == "100-continue":
        go_on()
    raw_path, _, query = target.partition("?")
    params: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        params.setdefault(name.lower(), value)
    return Request(
        method=method,
        path=unquote(raw_path),
        query=query,
        headers=headers,
        body=_body(stream, headers),
        params=params,
    )


def _headers(stream: BufferedIOBase) -> dict[str, str]:
    headers: dict[str, str] = {}
    while (line := stream.readline(65_537)) not in {b"\r\n", b"\n"}:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise MalformedRequest(line)
        headers[name.strip().lower()] = value.strip()
    return headers


def _body(stream: BufferedIOBase, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return _chunks(stream)
    length = headers.get("content-length", "0")
    if not length.isdecimal():
        raise MalformedRequest(length)
    return _exactly(stream, int(length))


def _chunks(stream: BufferedIOBase) -> bytes:
    body = bytearray()
    while size := _chunk_size(stream):
        body += _exactly(stream, size)
        stream.readline(3)
    while stream.readline(65_537) not in {b"\r\n", b"\n", b""}:
        pass
    return bytes(body)


def _chunk_size(stream: BufferedIOBase) -> int:
    line = stream.readline(1_025)
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError:
        raise MalformedRequest(line) from None


def _exactly(stream: BufferedIOBase, length: int) -> bytes:
    body = stream.read(length)
    if len(body) < length:
        raise MalformedRequest(f"{len(body)} of {length} bytes")
    return body
