"""The Socket Mode connection: it notices at once that it is dead, and is opened anew with growing pauses.

slack-sdk's own client takes the end of a connection for an empty message, and asks for the next one at once, until a
minute has gone by; and it takes whatever ``apps.connections.open`` refuses for the end, or sleeps.
"""

import errno
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from http.client import HTTPException
from logging import Logger
from typing import Any, cast

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient

from handlers.slack.errors import AppTokenRejected

log = structlog.get_logger()
PING = 5.0
"""Seconds between two looks at the connection, each with a ping; slack-sdk gives it up after four without an answer."""
DEADLINE = 20.0
"""Seconds that Slack has to name an address, as a whole."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two tries; each pause is twice the one before."""
MOST_ASKED = 300.0
"""Seconds of a pause that Slack asks for."""
REFUSALS = {
    "invalid_auth",
    "not_authed",
    "not_allowed_token_type",
    "missing_scope",
    "no_permission",
    "token_revoked",
    "token_expired",
    "account_inactive",
    "access_denied",
    "forbidden_team",
}
"""What waiting does not change.

Source: https://docs.slack.dev/reference/methods/apps.connections.open, "Errors"
"""
WORDS = {
    "too_many_websockets": "the app has all the connections that Slack allows: of other copies, or of its last run",
    "ratelimited": "it was asked too often",
    "internal_error": "Slack has a fault of its own",
}
FAULTS = (SlackClientError, HTTPException, OSError, ValueError, LookupError, TypeError, AttributeError)
"""What slack-sdk raises for a refusal, for no answer, and for one that it cannot read."""


class WatchedSocket:
    """A socket that says when something came, and for which it is an error that the other side has hung up."""

    def __init__(self, inner: socket.socket, heard: Callable[[], None]) -> None:
        self._inner, self._heard = inner, heard

    def recv(self, size: int) -> bytes:
        found = self._inner.recv(size)
        if not found:
            raise ConnectionResetError(errno.ECONNRESET, "Slack hung up without a word")
        self._heard()
        return found

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a socket has
        return getattr(self._inner, name)


class SocketClient(SocketModeClient):
    """slack-sdk's client, which stays in touch."""

    def __init__(
        self,
        app_token: str,
        *,
        web_client: WebClient,
        logger: Logger,
        ping: float = PING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """*web_client* must not retry by itself. *clock* gives seconds that only ever grow."""
        self._clock, self._heard_at = clock, clock()
        self._failures, self._not_before = 0, float("-inf")
        super().__init__(app_token, logger=logger, web_client=web_client, ping_interval=ping)

    def silence(self) -> float:
        """Seconds since anything came from Slack."""
        return self._clock() - self._heard_at

    def open(self) -> None:
        """Try to connect, and go on trying until the client is closed.

        Raises:
            AppTokenRejected: Slack will never let this token in.
        """
        try:
            self._connect()
        except FAULTS as error:
            if code(error) in REFUSALS:
                raise AppTokenRejected(act="a Socket Mode connection", reason=code(error)) from error
            self._failed(error)
        if not self.current_app_monitor_started:
            self.current_app_monitor_started = True
            self.current_app_monitor.start()

    def close(self) -> None:
        super().close()
        self.disconnect()  # what a thread had just opened when it was told to end

    def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001 - slack-sdk calls it so
        if not self.connect_operation_lock.acquire(timeout=5):
            return
        try:
            if not self.closed and (force or not self.is_connected()) and self._clock() >= self._not_before:
                self._connect()
        except FAULTS as error:
            self._failed(error)
        finally:
            self.connect_operation_lock.release()

    def issue_new_wss_url(self) -> str:
        """An address for one connection.

        Raises:
            SlackApiError: Slack names none, and why.
            TimeoutError: it has not said anything in time, or the client was closed.
        """
        thread, until = ThreadPoolExecutor(1, thread_name_prefix="slack-socket"), self._clock() + DEADLINE
        asked = thread.submit(self.web_client.apps_connections_open, app_token=self.app_token)
        thread.shutdown(wait=False)
        while not wait([asked], timeout=0.2).done:
            if self.closed or self._clock() > until:
                raise TimeoutError(f"no answer within {DEADLINE:g} seconds")
        return str(asked.result()["url"])

    def _connect(self) -> None:
        self.wss_uri = self.issue_new_wss_url()
        self.proxy = self.web_client.proxy if self.wss_uri.startswith("wss:") else None
        self.connect()
        if not self.is_connected():
            raise ConnectionError("the WebSocket could not be opened")
        self._hear()
        self._failures, self._not_before = 0, float("-inf")
        log.info("connected to Slack")

    def _failed(self, error: Exception) -> None:
        """Say so, and when it is tried again."""
        self._failures += 1
        pause = max(asked_pause(error), min(FIRST_PAUSE * 2 ** (self._failures - 1), LONGEST_PAUSE))
        self._not_before = self._clock() + pause
        reason = code(error) or str(error) or type(error).__name__
        log.warning(
            "no Slack connection; retrying",
            reason=reason,
            means=WORDS.get(reason, AppTokenRejected.hint if reason in REFUSALS else ""),
            after_seconds=round(pause),
        )

    def _hear(self) -> None:
        self._heard_at = self._clock()

    def _run_current_session(self) -> None:
        session = self.current_session
        if session is not None and session.sock is not None and not isinstance(session.sock, WatchedSocket):
            session.sock = cast("Any", WatchedSocket(session.sock, self._hear))
        super()._run_current_session()  # type: ignore[no-untyped-call]

    def _monitor_current_session(self) -> None:
        if self.current_session is not None:
            self.current_session.check_state()
        if self.auto_reconnect_enabled and not self.is_connected():
            self.connect_to_new_endpoint()

    def _on_error(self, error: Exception) -> None:
        if self.auto_reconnect_enabled:
            log.warning("Slack connection lost", reason=str(error) or type(error).__name__)


def code(error: Exception) -> str:
    """Slack's word for why it refused; empty if that is not what happened."""
    return str(answer(error).get("error") or "")


def asked_pause(error: Exception) -> float:
    """Seconds after which Slack wants to be asked again; 0 if it does not say."""
    headers = getattr(getattr(error, "response", None), "headers", None) or answer(error).get("headers") or {}
    asked = next((str(value) for name, value in dict(headers).items() if str(name).casefold() == "retry-after"), "")
    return min(float(asked), MOST_ASKED) if asked.isdecimal() else 0.0


def answer(error: Exception) -> Mapping[str, Any]:
    """What Slack answered, as far as it could be read."""
    response = error.response if isinstance(error, SlackApiError) else None
    found = getattr(response, "data", response)
    return found if isinstance(found, Mapping) else {}
