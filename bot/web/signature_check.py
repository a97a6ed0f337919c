"""Who gets in by the HTTP door: Slack, by its signature, within five minutes and once."""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from slack_sdk.signature import Clock, SignatureVerifier

from bot.web.log_rate_limit import RateLimitedLog

log = structlog.get_logger()
STAMP, SIGNATURE = re.compile(r"[0-9]{1,12}"), re.compile(r"v0=[0-9a-f]{64}")
LONGEST = 300
"""Seconds that a timestamp may differ from our clock."""
MOST = 50_000
"""Signatures that are remembered; only Slack can make one, and makes fewer in the ten minutes that one may be used."""
REFUSED = b"Slack has not signed this, or long ago, or it was here before.\n"


class SeenSignatures:
    """Signatures that were here lately, each for as long as its timestamp would be believed."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._guard = most, threading.Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def enter(self, signature: str, *, now: float, until: float) -> bool:
        """Remember the signature; False if it was here before."""
        with self._guard:
            while self._until and (len(self._until) >= self._most or next(iter(self._until.values())) < now):
                self._until.popitem(last=False)
            if signature in self._until:
                return False
            self._until[signature] = until
            return True

    def forget(self, signature: str) -> None:
        with self._guard:
            self._until.pop(signature, None)

    def __len__(self) -> int:
        return len(self._until)


class Now(Clock):
    """A clock in the form that Slack's verifier wants."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock()


class SignatureCheck:
    """Lets a request through to *inner* if Slack signed it, within five minutes, and it was not here before.

    What Slack itself sends again has a timestamp of its own and so another signature, except within the same second,
    and so soon only after a failure: a signature is forgotten again unless its request was answered with success. A
    replay is known here and in this process alone; that it changes nothing elsewhere either is up to the keys of the
    requests in the database.

    Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
    """

    def __init__(
        self,
        inner: WSGIApplication,
        secret: str,
        *,
        refused: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """*refused* is told why, whenever somebody is not let through; *clock* gives seconds since 1970."""
        self._inner, self._refused, self._clock = inner, refused, clock
        self._verifier = SignatureVerifier(secret, Now(clock))
        self._known, self._seldom = SeenSignatures(), RateLimitedLog()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        stamp = str(environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", ""))
        signature = str(environ.get("HTTP_X_SLACK_SIGNATURE", ""))
        reason = self._reason(body, stamp, signature)
        if reason:
            self._refused(reason)
            self._seldom.tell(reason, lambda more: log.warning("signature rejected", reason=reason, more=more))
            start_response("401 Unauthorized", [("Content-Type", "text/plain"), ("Content-Length", str(len(REFUSED)))])
            return [REFUSED]
        environ["wsgi.input"] = BytesIO(body)
        return self._answered(signature, environ, start_response)

    def _reason(self, body: bytes, stamp: str, signature: str) -> str:
        """Why the request is not let in; nothing if it is, once."""
        if not STAMP.fullmatch(stamp) or not SIGNATURE.fullmatch(signature):
            return "unsigned"
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return "unreadable"
        now = self._clock()
        if abs(now - int(stamp)) > LONGEST:
            return "stale"
        if not self._verifier.is_valid(text, stamp, signature):
            return "forged"
        return "" if self._known.enter(signature, now=now, until=int(stamp) + LONGEST) else "replayed"

    def _answered(self, signature: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answered: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:  # noqa: ANN401
            answered.append(status)
            return start_response(status, headers, *more)

        try:
            return self._inner(environ, start)
        finally:
            if not (answered and answered[-1].startswith("2")):
                self._known.forget(signature)
