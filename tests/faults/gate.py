"""A gate before the stand-ins: it counts every call that the bot makes of either, and can hold one of them."""

import threading
from collections.abc import Callable
from typing import TypeVar

from sandbox.portal import StandInPortal
from sandbox.portal.wire import Request, Response
from sandbox.slack import StandInSlack
from sandbox.slack.http_server import Answer, Asked

T = TypeVar("T")


class Gate:
    """Between the bot and both stand-ins."""

    def __init__(self, portal: StandInPortal, slack: StandInSlack) -> None:
        self.calls: list[str] = []
        self._lock = threading.Condition()
        self._counts = False
        self._at: int | str | None = None
        self._performed = False
        self._held = False
        self._answer, portal._server._answer = portal._server._answer, self._portal
        self._door, slack._door = slack._door, self  # type: ignore[assignment]

    def count(self, *, hold: int | str | None = None, performed: bool = False) -> None:
        """Count from now on; keep the call of that number, or the first of that name, without an answer.

        That is after it was *performed*, or before.
        """
        with self._lock:
            self.calls, self._counts, self._at, self._performed, self._held = [], True, hold, performed, False

    def wait_held(self, timeout: float) -> bool:
        with self._lock:
            return self._lock.wait_for(lambda: self._held, timeout)

    def open(self) -> None:
        """Let go what is held, unperformed if it was, and hold nothing more."""
        with self._lock:
            self._counts, self._at = False, None
            self._lock.notify_all()

    def respond(self, asked: Asked) -> Answer | None:
        """In the place of Slack's own door."""
        return self._pass(f"{asked.method} {asked.path}", lambda: self._door.respond(asked), lambda: None)

    def _portal(self, request: Request) -> Response:
        name = f"{request.method} {request.path}"
        return self._pass(name, lambda: self._answer(request), lambda: Response(delivery="reset"))

    def _pass(self, name: str, perform: Callable[[], T], cut: Callable[[], T]) -> T:
        if not self._is_held(name):
            return perform()
        if self._performed:
            perform()
        with self._lock:
            self._held = True
            self._lock.notify_all()
            self._lock.wait_for(lambda: self._at is None, 60)
        return cut()

    def _is_held(self, name: str) -> bool:
        with self._lock:
            if not self._counts:
                return False
            self.calls.append(name)
            if isinstance(self._at, str):
                return not self._held and self._at in name
            return len(self.calls) - 1 == self._at
