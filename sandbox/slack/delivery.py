"""One payload to the app, through whichever door is open, and how soon it was acknowledged."""

import http.client
import json
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sandbox.slack.messages import Message
from sandbox.slack.signing import Signature, signed
from sandbox.slack.socket_door import SocketDoor
from sandbox.slack.wire import Json, Wire

Kind = Literal["slash_commands", "interactive", "events_api"]
Door = Literal["http", "socket"]
USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(frozen=True, slots=True)
class Sending:
    """How a payload is sent, when not as usual."""

    retry_num: int = 0
    """Slack's count of repetitions; 0 is the first delivery."""
    retry_reason: str = "http_timeout"
    signature: Signature = "valid"
    door: Door | None = None
    """Nothing: the socket when one is open, else HTTP."""


@dataclass(frozen=True, slots=True)
class Delivery:
    kind: Kind
    payload: Json
    door: Door | None
    """Nothing when neither was open."""
    acked: bool
    ack_seconds: float | None = None
    status: int | None = None
    """HTTP's; over a socket 200 once acknowledged."""
    body: Wire = None
    """The acknowledgement: text, an object, or nothing."""
    timed_out: bool = False
    trouble: str | None = None
    """What the person is told went wrong: ``operation_timeout``, ``dispatch_failed`` …"""
    shown: Message | None = None
    """What the person saw at once."""


@dataclass(frozen=True, slots=True)
class Courier:
    socket: SocketDoor
    secret: str
    clock: Callable[[], float]
    request_url: Callable[[], str | None]
    patience: float
    """Seconds Slack waits for an acknowledgement: 3."""

    def deliver(self, kind: Kind, payload: Json, sending: Sending) -> Delivery:
        door = sending.door or ("socket" if len(self.socket) else "http")
        started = time.perf_counter()
        try:
            status, body = self._send(door, kind, payload, sending)
        except TimeoutError:
            return Delivery(kind, payload, door, acked=False, timed_out=True, trouble="operation_timeout")
        except (OSError, http.client.HTTPException):
            return Delivery(kind, payload, None, acked=False, trouble="dispatch_failed")
        took = time.perf_counter() - started
        acked = 200 <= status < 300
        trouble = None if acked else "dispatch_failed"
        return Delivery(kind, payload, door, acked, took, status, body, trouble=trouble)

    def _send(self, door: Door, kind: Kind, payload: Json, sending: Sending) -> tuple[int, Wire]:
        if door == "socket":
            return 200, self._over_socket(kind, payload, sending)
        content_type, body = encoded(kind, payload)
        headers = {"Content-Type": content_type, **signed(self.secret, self.clock(), body, sending.signature)}
        if sending.retry_num:
            headers |= {
                "X-Slack-Retry-Num": str(sending.retry_num),
                "X-Slack-Retry-Reason": sending.retry_reason,
            }
        return self.post(body, headers)

    def _over_socket(self, kind: Kind, payload: Json, sending: Sending) -> Wire:
        retry: Json = {}
        if kind == "events_api" or sending.retry_num:
            reason = sending.retry_reason if sending.retry_num else ""
            retry = {"retry_attempt": sending.retry_num, "retry_reason": reason}
        ack = self.socket.send(kind, payload, retry, self.patience)
        if ack is None:
            raise TimeoutError
        return ack.get("payload") or None

    def post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Wire]:
        """Post to the app's request URL; return the status and the body, an object if it is JSON."""
        url = self.request_url()
        if url is None:
            raise ConnectionError("neither a socket nor a request URL")
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=self.patience)
        try:
            connection.request("POST", parts.path or "/", body, {"User-Agent": USER_AGENT, "Accept": "*/*", **headers})
            response = connection.getresponse()
            return response.status, _read(response)
        finally:
            connection.close()


def encoded(kind: Kind, payload: Json) -> tuple[str, bytes]:
    """Return the content type and body of a payload, as Slack posts it."""
    if kind == "events_api":
        return "application/json", json.dumps(payload).encode()
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return "application/x-www-form-urlencoded", urllib.parse.urlencode(fields).encode()


def _read(response: http.client.HTTPResponse) -> Wire:
    text = response.read().decode()
    if response.headers.get_content_type() != "application/json":
        return text or None
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
