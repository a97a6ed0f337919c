"""The client for a DocSpace portal: it sends, rate-limits and retries every request, and translates errors."""

import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TypeVar, cast

import httpx
import stamina

from reporting.api_call import LONGEST_PAUSE, LONGEST_WAIT, ApiCall
from reporting.docspace.api.file_part import FilePart
from reporting.docspace.api.minimum_rate import MinimumRate, enforce
from reporting.docspace.api.network import certificates, proxy_for
from reporting.docspace.api.rate_limit import RateLimit
from reporting.docspace.api.response_body import ENCODINGS, read_bounded
from reporting.docspace.api.responses import Envelope, Rescue, Shape, content
from reporting.docspace.api.url_template import with_query
from reporting.errors.base import ComplianceError, Stopped
from reporting.errors.portal import (
    AnswerUnreadable,
    CertificateRejected,
    PortalBusy,
    PortalError,
    PortalFailing,
    PortalUnreachable,
    TlsFailed,
)
from reporting.errors.trail import OutOfTime

T = TypeVar("T")
API = "/api/2.0"
TIMEOUT = httpx.Timeout(connect=10, read=60, write=60, pool=None)
"""Seconds: to connect, between two pieces of an answer, between two pieces of a body."""
RATE = MinimumRate(grace=90, bytes_per_second=16 * 1024)
"""For each answer as a whole, however steadily it drips: half a minute of a request's patience is left to repeat it."""
DAMAGED = 20.0
"""Seconds of retries after an unreadable answer; a login page in the portal's place does not go away."""
NO_MEANING: Mapping[int, ComplianceError] = {}


def connect(host: str, key: str) -> httpx.Client:
    """Return a client for the portal at *host*; it follows no redirect, so *key* goes nowhere else.

    Raises:
        WrongSettings: no client can be made with the proxy or the certificates that the environment names.
    """
    proxy = proxy_for(host, os.environ)
    client = httpx.Client(
        proxy=proxy.url if proxy else None,
        verify=certificates(os.environ),
        trust_env=False,
        base_url=host,
        headers={"Authorization": f"Bearer {key}", "Accept": "application/json", "Accept-Encoding": ENCODINGS},
        timeout=TIMEOUT,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
        follow_redirects=False,
    )
    enforce(RATE, client)
    return client


class Portal:
    """The portal's API for one run.

    A request that meets a passing fault is repeated until *patience* seconds are over; one that changes something is
    never repeated here, since only the caller knows where to look whether it was done.
    """

    def __init__(self, client: httpx.Client, budget: RateLimit, *, patience: float, minutes: float) -> None:
        """*minutes* is how long the run may take in all."""
        self._client = client
        self._budget = budget
        self._patience = patience
        self._minutes = minutes
        self._until = time.monotonic() + minutes * 60
        self._counting = threading.Lock()
        self._halted = False
        self._places: dict[str, httpx.URL] = {}
        """Where questions with parameters go, by their path."""
        self.requests = 0
        """How many requests were sent, repeated ones included."""
        self.date = ""
        """The portal's clock at its last answer, as HTTP writes it; empty if it was not given."""
        self.exchanges: list[ApiCall] = []
        """Those of the API, in the order of their answers; some 300 bytes of memory each."""

    def halt(self) -> None:
        """Send nothing more: the run was abandoned."""
        self._halted = True

    @property
    def host(self) -> str:
        return self._client.base_url.host

    @property
    def at_once(self) -> int:
        """How many requests may be open at once."""
        return self._budget.at_once

    @property
    def address(self) -> str:
        """Scheme, host and port, as people open it in a browser."""
        return str(self._client.base_url).rstrip("/")

    def get(
        self,
        path: str,
        into: Shape[T],
        *,
        params: Mapping[str, str | int] | None = None,
        meaning: Mapping[int, ComplianceError] = NO_MEANING,
        patience: float | None = None,
        rescue: Rescue[T] | None = None,
    ) -> T:
        """The content of ``GET path``, decoded as *into*; *patience* instead of the usual one.

        Raises:
            PortalError: refused, not understood, or out of patience.
        """
        return self.page(path, into, params=params, meaning=meaning, patience=patience, rescue=rescue).response

    def page(
        self,
        path: str,
        into: Shape[T],
        *,
        params: Mapping[str, str | int] | None = None,
        meaning: Mapping[int, ComplianceError] = NO_MEANING,
        patience: float | None = None,
        rescue: Rescue[T] | None = None,
    ) -> Envelope[T]:
        """The same, with the answer's envelope."""
        request = self._question(path, params)
        passing, until = retryable_until_now(), time.monotonic() + (patience or self._patience)
        try:
            return self._ask(request, into, meaning, rescue)
        except PortalError as error:
            left = until - time.monotonic()
            if passing(error) is False or left <= 0:
                raise
            first = [error]
        for attempt in stamina.retry_context(on=passing, attempts=None, timeout=left, wait_max=LONGEST_WAIT):
            with attempt:
                if first:
                    raise first.pop()  # the attempt above was the first; most requests need no retry
                found = self._ask(request, into, meaning, rescue)
        return found

    def _question(self, path: str, params: Mapping[str, str | int] | None) -> httpx.Request:
        if not params:
            return self._client.build_request("GET", API + path)
        place = self._places.get(path)
        if place is None:
            place = self._places[path] = self._client.build_request("GET", API + path).url
        return self._client.build_request("GET", with_query(place, params))

    def _ask(
        self,
        request: httpx.Request,
        into: Shape[T],
        meaning: Mapping[int, ComplianceError] = NO_MEANING,
        rescue: Rescue[T] | None = None,
    ) -> Envelope[T]:
        """Send the request once, translate the answer and record both."""
        began, status, size, rows = time.monotonic(), 0, 0, None
        try:
            answer = self._send(request)
            status, size = answer.status_code, len(answer.content)
            found = content(answer, into, meaning=meaning, rescue=rescue)
            rows = found.count
        except PortalBusy:
            status = status or int(httpx.codes.TOO_MANY_REQUESTS)
            raise
        finally:
            target = request.url.raw_path.decode("ascii")
            taken = round((time.monotonic() - began) * 1_000)
            self.exchanges.append(ApiCall(request.method, target, status, rows, size, taken))
        return found

    def upload(self, path: str, into: Shape[T], *, file: Path, name: str, meaning: Mapping[int, ComplianceError]) -> T:
        """Send a text file as the form field ``file``, once.

        Raises:
            PortalError: refused, not understood, or unclear whether it arrived (``transient``).
        """
        with file.open("rb") as stream:
            form = {"file": (name, stream, "text/plain")}
            return self._ask(self._client.build_request("POST", API + path, files=form), into, meaning).response

    def owns(self, place: httpx.URL) -> bool:
        """Whether the key may be sent there: same scheme, host and port."""
        own = self._client.base_url
        return (place.scheme, place.host, place.port) == (own.scheme, own.host, own.port)

    @contextmanager
    def stream(self, place: httpx.URL) -> Iterator[httpx.Response]:
        """Open the answer to ``GET place``, once, with its body unread; the key goes to no other address.

        Raises:
            PortalError: it did not come, or not to its end.
        """
        request = self._client.build_request("GET", place) if self.owns(place) else httpx.Request("GET", place)
        with self._turn(place.host), closing(self._client.send(request, stream=True)) as answer:
            raise_if_not_processed(answer)
            yield answer

    def _send(self, request: httpx.Request) -> httpx.Response:
        """Read the answer with its whole, size-limited body."""
        with self._turn(request.url.host), closing(self._client.send(request, stream=True)) as opened:
            answer = read_bounded(opened)
        self.date = answer.headers.get("date", "") or self.date
        raise_if_not_processed(answer)
        return answer

    @contextmanager
    def _turn(self, host: str) -> Iterator[None]:
        """Hold the permit to send one request and read its answer."""
        with self._budget.permit():
            if self._halted:
                raise Stopped
            if time.monotonic() > self._until:
                raise OutOfTime(host=host, minutes=f"{self._minutes:g}")
            with self._counting:
                self.requests += 1
            try:
                yield
            except httpx.RequestError as error:
                raise unreachable(host, error) from error

    def again(self, act: Callable[[], T], *, on: Callable[[Exception], bool | float] | None = None) -> T:
        """The result of *act*, retried; it must be safe to repeat.

        It is repeated after a passing fault, or what *on* takes for one, until *patience* is over.
        """
        for attempt in stamina.retry_context(
            on=on or retryable_until_now(), attempts=None, timeout=self._patience, wait_max=LONGEST_WAIT
        ):
            with attempt:
                found = act()
        return found

    def send_change(
        self,
        method: str,
        path: str,
        into: Shape[T],
        *,
        json: Mapping[str, str | int | bool] | None = None,
        meaning: Mapping[int, ComplianceError],
    ) -> T:
        """Send a request that changes something, once.

        Raises:
            PortalError: refused, not understood, or unclear whether it was done (``transient``).
        """
        return self._ask(self._client.build_request(method, API + path, json=json), into, meaning).response

    def send_chunk(self, place: str, chunk: FilePart | bytes) -> httpx.Response:
        """Send a piece of a file as the form field ``file`` to a path and query of the portal, once.

        Raises:
            PortalUnreachable: unclear whether it arrived.
            PortalBusy: the portal did not process it.
        """
        content = chunk if isinstance(chunk, bytes) else cast("IO[bytes]", chunk)
        form = {"file": ("chunk", content, "application/octet-stream")}
        return self._send(self._client.build_request("POST", place, files=form))


def raise_if_not_processed(answer: httpx.Response) -> None:
    """Raise PortalBusy if the portal did not process the request."""
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise PortalBusy(host=answer.url.host, pause=answer.headers.get("retry-after", ""))


def pause(error: Exception) -> bool | float:
    """Whether to retry, and after how many seconds if the portal gave a delay."""
    if not isinstance(error, PortalBusy | PortalFailing | PortalUnreachable | AnswerUnreadable):
        return False
    asked = str(error.facts.get("pause", ""))
    return min(float(asked), LONGEST_PAUSE) if asked.isdecimal() else True


def retryable_until_now() -> Callable[[Exception], bool | float]:
    """Like *pause*, but for unreadable answers, which recover within *DAMAGED* seconds or never."""
    began = time.monotonic()

    def passing(error: Exception) -> bool | float:
        if isinstance(error, AnswerUnreadable) and time.monotonic() - began > DAMAGED:
            return False
        return pause(error)

    return passing


def unreachable(host: str, error: httpx.RequestError) -> ComplianceError:
    """What a failure below HTTP means."""
    if isinstance(error, httpx.LocalProtocolError):  # its message quotes the header with the key
        return PortalUnreachable(host=host, reason="the request cannot be sent as it is")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CertificateRejected(host=host, reason=cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return TlsFailed(host=host, reason=cause.reason or str(cause))
        cause = cause.__cause__ or cause.__context__
    return PortalUnreachable(host=host, reason=str(error) or type(error).__name__)
