"""The page on a free loopback port, while its context is open."""

from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

from sandbox.page.long_poll import Watch
from sandbox.page.manifest import Manifest
from sandbox.page.origin_check import HEADERS, objection
from sandbox.page.routes import answer
from sandbox.page.session import Playing, told
from sandbox.page.switches import Switches
from sandbox.portal import StandInPortal
from sandbox.portal.setup import Clock, utc_now
from sandbox.slack import StandInSlack
from sandbox.slack.http_server import Answer, Asked, HttpServer


class SandboxPage:
    """Drives the stand-ins by what their people could do, and shows what they could see.

    *words* are offered where a command is being typed, after the first word.
    """

    def __init__(
        self,
        slack: StandInSlack,
        portal: StandInPortal,
        manifest: Manifest,
        *,
        words: tuple[str, ...] = (),
        now: Clock = utc_now,
    ) -> None:
        self._watch = Watch(slack.workspace, portal)
        self.playing = Playing(slack, portal, manifest, words, Switches(portal, slack), self._watch, now)
        self._http = HttpServer(self._respond)
        self._open = ExitStack()

    @property
    def url(self) -> str:
        return f"{self._http.url}/"

    def __enter__(self) -> Self:
        self._open.enter_context(self._http)
        self._open.callback(self._watch.close)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _respond(self, asked: Asked) -> Answer:
        refused = objection(asked, self.url)
        given = told({"refused": refused}, 403) if refused else answer(self.playing, asked)
        return replace(given, headers={**given.headers, **HEADERS})
