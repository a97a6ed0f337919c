"""Translate the portal's HTTP answers into errors; nothing else does."""

import functools
import re
from collections.abc import Callable, Hashable, Mapping
from types import UnionType
from typing import Any, Generic, TypeAlias, TypeVar, cast
from urllib.parse import urlsplit

import httpx
import msgspec

from reporting.docspace.api.duplicate_keys import has_duplicate_keys
from reporting.errors.base import ComplianceError
from reporting.errors.portal import (
    AnswerUnknown,
    AnswerUnreadable,
    Declined,
    KeyRejected,
    KeyTooWeak,
    NotAnAnswer,
    PlanUnpaid,
    PortalBusy,
    PortalFailing,
    PortalMissing,
    PortalRedirects,
)

T = TypeVar("T")
Shape: TypeAlias = type[T] | UnionType
"""What an answer is decoded as; a union where servers differ."""
REASON = 200
"""Characters of the portal's explanation that are passed on."""
KEY = re.compile(r"sk-\w{8,}|Bearer \S+")
"""An API key, should the portal, or a proxy before it, repeat what it was sent."""
NOTHING = msgspec.Raw()
TWICE = "an answer with a key twice, or nested too deeply"
REDIRECT = 3
"""First digit of the status codes that send elsewhere."""


class Envelope(msgspec.Struct, Generic[T]):
    """The envelope of every successful answer.

    Source: ``CommonApiResponse.cs`` of DocSpace server 3.7.2:
    ``{"response":…,"count":…,"links":[…],"status":0,"statusCode":200}``.
    """

    response: T
    status: int = 0
    status_code: int = msgspec.field(name="statusCode", default=200)
    count: int | None = None
    """How far a page has come, which may be more than its rows; none where the portal does not say."""
    total: int = 0
    """Rows in all, where an endpoint says so."""


Rescue: TypeAlias = Callable[[bytes], Envelope[T] | None]
"""Makes something of an answer's body that does not have the promised shape, or nothing."""


class Frame(msgspec.Struct, rename="camel"):
    """The same envelope with unread content, to find out why an answer is unusable."""

    response: msgspec.Raw = NOTHING
    status: int = 0
    status_code: int = 0
    error: msgspec.Raw = NOTHING


class Complaint(msgspec.Struct):
    """The fields of a refusal that can explain it."""

    message: str = ""
    title: str = ""
    errors: dict[str, list[str]] = {}

    def __str__(self) -> str:
        fields = [f"{name}: {' '.join(words)}" for name, words in self.errors.items()]
        return " ".join([self.message or self.title, *fields]).strip()


@functools.cache
def envelope(into: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(Envelope[into])  # type: ignore[valid-type]


def content(
    answer: httpx.Response,
    into: Shape[T],
    *,
    meaning: Mapping[int, ComplianceError],
    rescue: Rescue[T] | None = None,
) -> Envelope[T]:
    """What an answer holds.

    *meaning* gives the words for status codes that mean something particular where the request was made; *rescue* makes
    what it can of a content whose values have other types than promised.

    Raises:
        AnswerUnreadable: it cannot be read, or contradicts itself; asking again may help.
        AnswerUnknown: it can be read, and means nothing to this bot.
        PortalError: the answer is a refusal.
    """
    refusal = raise_for_refusal(answer, meaning)
    if refusal is not None:
        raise refusal
    body = answer.content
    try:
        whole: Envelope[T] = envelope(cast("Hashable", into)).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        rescued = rescue(body) if rescue else None
        if rescued is None:
            raise unusable(answer, str(error)) from None
        return rescued
    if whole.status != 0 or whole.status_code >= httpx.codes.BAD_REQUEST:
        raise unusable(answer, "")
    if has_duplicate_keys(body, rows=len(whole.response) if isinstance(whole.response, list) else -1):
        raise AnswerUnreadable(host=answer.url.host, path=answer.url.path, found=TWICE)
    return whole


def raise_for_refusal(answer: httpx.Response, meaning: Mapping[int, ComplianceError]) -> ComplianceError | None:
    """The error that the status code stands for; nothing for a success."""
    status, host = answer.status_code, answer.url.host
    if status in meaning:
        return meaning[status]
    if status // 100 == REDIRECT:
        return PortalRedirects(host=host, target=redirected(answer.headers.get("location", "")))
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return PortalFailing(host=host, status=status)
    if status in PLAIN:
        return PLAIN[status](host=host, act="do this")
    if answer.is_success:
        return None
    return Declined(host=host, path=answer.url.path, reason=explanation(answer.content) or f"HTTP {status}")


def redirected(location: str) -> str:
    """The host that a redirect leads to."""
    try:
        return urlsplit(location).hostname or "another path of its own"
    except ValueError:
        return "nowhere that could be understood"


PLAIN: Mapping[int, type[ComplianceError]] = {
    httpx.codes.UNAUTHORIZED: KeyRejected,
    httpx.codes.PAYMENT_REQUIRED: PlanUnpaid,
    httpx.codes.FORBIDDEN: KeyTooWeak,
    httpx.codes.NOT_FOUND: PortalMissing,
    httpx.codes.TOO_MANY_REQUESTS: PortalBusy,
}


def unusable(answer: httpx.Response, detail: str) -> ComplianceError:
    """Why an answer with a success code is unusable: a web page, damage, a hidden error, or unexpected content."""
    host, path, body = answer.url.host, answer.url.path, answer.content
    if body.lstrip()[:1] == b"<":
        return NotAnAnswer(host=host, path=path, found="a web page")
    try:
        frame = msgspec.json.decode(body, type=Frame)
    except msgspec.ValidationError:
        return AnswerUnknown(host=host, path=path, found="JSON without the API's envelope")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return AnswerUnreadable(host=host, path=path, found="no JSON, or JSON that is cut" if body else "nothing")
    if frame.status != 0 or frame.error != NOTHING or frame.status_code >= httpx.codes.BAD_REQUEST:
        return Declined(host=host, path=path, reason=explanation(body) or f"status {frame.status}")
    absent = bytes(frame.response) in {b"", b"null"}
    if absent or has_duplicate_keys(body):
        return AnswerUnreadable(host=host, path=path, found="an answer without content" if absent else TWICE)
    return AnswerUnknown(host=host, path=path, found=f"content of another shape ({detail[:REASON]})")


def explanation(body: bytes) -> str:
    """The portal's own words in a refusal, if there are any that are meant for people."""
    try:
        frame = msgspec.json.decode(body, type=Frame)
        raw = frame.error if frame.error != NOTHING else frame.response
        words = str(msgspec.json.decode(raw, type=Complaint)) if raw != NOTHING else ""
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return KEY.sub("***", words)[:REASON]
