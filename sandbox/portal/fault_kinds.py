"""The ways an answer can go wrong; each takes the place of the portal's own answering."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from sandbox.portal.damage import damaged
from sandbox.portal.lies import LieKind
from sandbox.portal.wire import Delivery, Request, Response, json_response

Answer = Callable[[Request], Response]

JSON = "application/json; charset=utf-8"


class Fault(Protocol):
    def reply(self, request: Request, answer: Answer) -> Response:
        """Answer *request*, with or without what the portal would *answer*."""


@dataclass(frozen=True, slots=True)
class Status:
    """A status from a proxy or a gate; *processed* if the portal had done its work before."""

    code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    processed: bool = False

    def reply(self, request: Request, answer: Answer) -> Response:
        if self.processed:
            answer(request)
        return Response(status=self.code, headers=self.headers, body=self.body)


def too_many(retry_after: int | None = None) -> Status:
    """Make a 429: the per-minute limit says nothing about when to come back, the daily one does (seconds)."""
    if retry_after is None:
        return Status(429, {"X-RateLimit-Limit": "1500", "X-RateLimit-Remaining": "0"})
    return Status(429, {"Retry-After": str(retry_after), "X-RateLimit-Reset": str(retry_after)})


@dataclass(frozen=True, slots=True)
class Html:
    """A page for people, with status 200: a proxy's, or a sign-in page."""

    text: str = "<!DOCTYPE html><html><body>Please sign in</body></html>"

    def reply(self, request: Request, answer: Answer) -> Response:  # noqa: ARG002
        return Response(headers={"Content-Type": "text/html; charset=utf-8"}, body=self.text.encode())


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """Status 200 and an error inside."""

    message: str = "Something went wrong"

    def reply(self, request: Request, answer: Answer) -> Response:  # noqa: ARG002
        return json_response({"error": {"message": self.message}, "status": 1, "statusCode": 500})


@dataclass(frozen=True, slots=True)
class NoResponse:
    """An envelope whose ``response`` is missing, or null."""

    null: bool = False

    def reply(self, request: Request, answer: Answer) -> Response:
        whole = answer(request)
        envelope = json.loads(whole.body)
        del envelope["response"]
        return json_response({"response": None} | envelope if self.null else envelope, whole.status)


@dataclass(frozen=True, slots=True)
class Damaged:
    """The right answer, its work done, in bytes that cannot be read."""

    kind: LieKind
    amount: int = 1

    def reply(self, request: Request, answer: Answer) -> Response:
        return damaged(answer(request), self.kind, self.amount)


@dataclass(frozen=True, slots=True)
class TooLong:
    """A page longer than was asked for."""

    surplus: int = 1

    def reply(self, request: Request, answer: Answer) -> Response:
        return answer(replace(request, surplus=self.surplus))


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection breaks; *processed* if the portal had done its work before."""

    processed: bool = False

    def reply(self, request: Request, answer: Answer) -> Response:
        if self.processed:
            answer(request)
        return Response(delivery="reset")


@dataclass(frozen=True, slots=True)
class Hang:
    """Nothing more is sent until ``Faults.release`` or the portal's end.

    At ``accept`` the path is not known yet: the next new connection hangs, whatever it was to ask.
    """

    at: Literal["accept", "first byte", "body"] = "first byte"
    processed: bool = False

    def reply(self, request: Request, answer: Answer) -> Response:
        if self.at == "body":
            return replace(answer(request), delivery="hang in body")
        if self.processed:
            answer(request)
        return Response(delivery="hang")


@dataclass(frozen=True, slots=True)
class Slow:
    """The right answer, *seconds* late."""

    seconds: float

    def reply(self, request: Request, answer: Answer) -> Response:
        return answer(request)


@dataclass(frozen=True, slots=True)
class Drip:
    """The right answer, one byte each so many *seconds*, until ``Faults.release`` or the portal's end."""

    seconds: float = 1.0
    at: Literal["first byte", "body"] = "body"

    def reply(self, request: Request, answer: Answer) -> Response:
        delivery: Delivery = "drip in body" if self.at == "body" else "drip"
        return replace(answer(request), delivery=delivery, pause=self.seconds)


@dataclass(frozen=True, slots=True)
class Redirect:
    location: str
    code: int = 302

    def reply(self, request: Request, answer: Answer) -> Response:  # noqa: ARG002
        return Response(status=self.code, headers={"Location": self.location})


@dataclass(frozen=True, slots=True)
class Garbage:
    """Status 200, called JSON, and not JSON."""

    body: bytes = b'{"response":[{"id":1,'

    def reply(self, request: Request, answer: Answer) -> Response:  # noqa: ARG002
        return Response(headers={"Content-Type": JSON}, body=self.body)


@dataclass(frozen=True, slots=True)
class Truncated:
    """The connection closes in the middle of the body."""

    def reply(self, request: Request, answer: Answer) -> Response:
        return replace(answer(request), delivery="cut")
