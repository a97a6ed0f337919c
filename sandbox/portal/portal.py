"""The stand-in portal, put together."""

import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from sandbox.portal.access_check import pass_key, pass_tenant
from sandbox.portal.audit import AuditLog
from sandbox.portal.datemark import DateMark
from sandbox.portal.envelope import refusal
from sandbox.portal.faults import Faults
from sandbox.portal.files import Files
from sandbox.portal.limiter import Limiter
from sandbox.portal.login_history import LoginLog
from sandbox.portal.refusals import Refusal, Silence
from sandbox.portal.requests import Requests
from sandbox.portal.routes import found
from sandbox.portal.server import Server
from sandbox.portal.setup import Clock, PortalSetup, utc_now
from sandbox.portal.state import State
from sandbox.portal.strictness import demand_contract
from sandbox.portal.upload_sessions import Sessions
from sandbox.portal.wire import Request, Response


class StandInPortal:
    """A DocSpace portal on a free loopback port while its ``with`` block lasts.

    *log* is told one line per request. *remember* bounds ``requests``: 0 keeps none of them.
    """

    date: Clock | None = None
    """What its answers say that time it is; without, its own *now*."""

    def __init__(
        self,
        setup: PortalSetup | None = None,
        log: Callable[[str], None] | None = None,
        *,
        now: Clock = utc_now,
        seconds: Callable[[], float] = time.monotonic,
        remember: int | None = None,
    ) -> None:
        self.setup = setup or PortalSetup()
        self.audit = AuditLog(self.setup, now)
        self.logins = LoginLog(self.setup, now)
        self.files = Files(self.setup)
        self.faults = Faults()
        self.requests = Requests(remember)
        self._log = log
        self._limiter = Limiter(self.setup.rate_limit_per_minute, self.setup.writes_per_day, seconds)
        self._state = State(
            setup=self.setup,
            now=now,
            audit=self.audit,
            logins=self.logins,
            files=self.files,
            sessions=Sessions(),
        )
        self._dates = DateMark()
        self._now = now
        self._server = Server(self.answer, self.faults, self.requests, self.setup.latency, self._dated)
        self.url = f"http://127.0.0.1:{self._server.port}"

    def change(self, **changes: object) -> None:
        """Let the portal be otherwise from now on: any field of ``PortalSetup`` but the limits and the folder."""
        self.setup = replace(self.setup, **changes)  # type: ignore[arg-type]
        self.audit.setup = self.logins.setup = self.setup
        self._state = replace(self._state, setup=self.setup)

    @property
    def key(self) -> str:
        return self.setup.key

    @property
    def folder_id(self) -> int:
        return self.setup.folder.id

    def close_port(self) -> None:
        """Refuse connections, and break those that are open, until ``open_port``."""
        self._server.close_port()

    def open_port(self) -> None:
        self._server.open_port()

    def _dated(self) -> dict[str, str]:
        """The ``Date`` of an answer given now, if it has one."""
        return self._dates.headers((self.date or self._now)(), self.setup.audit_semantics.date_header)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()

    def answer(self, request: Request) -> Response:
        """Answer without a socket."""
        try:
            response = self._endpoint(request)
        except Refusal as reason:
            response = refusal(request, reason)
        response = replace(response, headers={**response.headers, **self._dated()})
        if self._log is not None:
            self._log(f"{request.method} {request.url} {response.status}")
        return response

    def _endpoint(self, request: Request) -> Response:
        pass_tenant(self.setup)
        match = found(request.method, request.path, self.setup.generation)
        if match is None:
            raise Silence(404)
        route, names = match
        request = replace(request, signed_in=pass_key(self.setup, request, route))
        if self.setup.strict:
            demand_contract(request, route, self.setup.generation)
        with self._limiter.admitted(request.method):
            return route.endpoint(self._state, request, names)
