"""A bot between stand-ins that fail, on a clock that its own pauses move, and what has to be true in the end."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpcore
import httpx
import pytest
import sqlalchemy as sa
import stamina

from bot.app import running
from bot.config.settings import Settings, load
from bot.demo.demo import bot_settings
from bot.runs import chart_replies
from bot.slack import people
from handlers.slack import api, call_table
from reporting.docspace.api import client as portal_module
from reporting.docspace.api.minimum_rate import MinimumRate, TimedBackend
from reporting.period import Month
from reporting.run import Run, State
from sandbox.portal import PortalSetup, StandInPortal, month_of_events
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.wire import Request, Response
from sandbox.slack import Fault, Message, StandInSlack, WorkspaceSetup, reset
from tests.bot.talk import CHANNEL, LEGAL, entries, written
from tests.until import PATIENCE, until

COMMAND = "/compliance-report"
SCOPES = WorkspaceSetup().scopes | {"channels:history", "groups:history", "im:history", "im:write"}
MONTHS = [Month(2025, 1).plus(-back) for back in range(4)]
MINUTE, HOUR = 60.0, 3_600.0
DEADLINE = 0.3
"""Seconds until a try is given up, in place of half a minute."""
TRIES = 4
"""Of one step, and of one request to the portal."""


@dataclass
class Clock:
    """Moved by the bot's pauses, which are over at once."""

    passed: float = 0.0
    """Seconds."""
    heard: list[Callable[[], None]] = field(default_factory=list)
    """Called after each pause."""

    def pause(self, seconds: float) -> float:
        self.passed += seconds
        for listener in tuple(self.heard):
            listener()
        return 0.0

    def lasts(self, seconds: float) -> Callable[[], bool]:
        end = self.passed + seconds
        return lambda: self.passed < end


@dataclass(frozen=True, slots=True)
class World:
    portal: StandInPortal
    slack: StandInSlack
    clock: Clock
    folder: Path

    def ask(self, month: Month) -> None:
        """In two channels: the second joins the report that is being made for the first."""
        self.slack.command(COMMAND, str(month), user="ann", channel=CHANNEL)
        self.slack.command(COMMAND, str(month), user="ann", channel=LEGAL)

    def over(self, month: Month) -> Run:
        """How the month's run ended, once everything has come to an end.

        There are two where one who asked could only be let in after the other's report was made: it is made for both.
        """

        def look() -> list[Run]:
            mine = [one for one in entries(self.folder) if one.order.month == month]
            return mine if mine and all(one.ended for one in mine) and self.idle() else []

        found = until(look, 4 * PATIENCE, of=lambda: [(one.state, one.failure) for one in entries(self.folder)])
        assert len({(one.state, one.sha256) for one in found}) == 1, found
        return found[0]

    def idle(self) -> bool:
        """Whether the engine has nothing left to do."""
        engine = sa.create_engine(f"sqlite:///{self.folder / 'data' / 'bot.sqlite'}", poolclass=sa.NullPool)
        with engine.connect() as connection:
            return {*connection.scalars(sa.text("SELECT status FROM workflow_status"))} <= {"SUCCESS"}

    def form(self, method: str) -> str:
        """Ask for the form for a report, or the one on top of it: ``a form``, or what was answered instead of it."""
        person = self.slack.workspace.user("ann").id
        for view in (self.slack.workspace.views.top(person) for _ in range(3)):
            if view:
                self.slack.close_view(view.id, user="ann")
        answer = self.slack.command(COMMAND, "", user="ann", channel=CHANNEL)
        if method == "views.push" and (first := self.slack.workspace.views.top(person)):
            count = len(self.slack.workspace.ephemerals("ann"))
            self.slack.press(first, "every_month", user="ann")
            second = self.slack.workspace.views.top(person)
            if second and second.id != first.id:
                return "a form"
            found = until(lambda: [m.text for m in self.answers()][count:], PATIENCE)
            return found[-1]
        return answer.shown.text if answer.shown else "a form" if self.slack.workspace.views.top(person) else ""

    def answers(self) -> list[Message]:
        """What only Ann sees."""
        workspace = self.slack.workspace
        return [*workspace.ephemerals("ann"), *workspace.messages(workspace.direct("ann").id)]

    def said(self, month: Month, channel: str) -> list[Message]:
        return [one for one in self.slack.workspace.messages(channel) if month.title in one.text.partition("\n")[0]]

    def check(self, month: Month, entry: Run, *, case: str) -> None:
        """The right report in every channel that asked, or a failure told there; nothing twice, nothing left over."""
        for channel in (CHANNEL, LEGAL):
            told = f"{case}: {entry.state}, {entry.failure}, {[m.text for m in self.said(month, channel)]}"
            assert len(self.said(month, channel)) == 1, told
            [message] = self.said(month, channel)
            if entry.state is State.FAILED:
                assert "No compliance report" in message.text, told
                ends = self.slack.workspace.thread(message.channel, message.ts)[1:]
                assert len([one for one in ends if "could not be made" in one.text]) <= 1, told
                continue
            assert entry.state is State.DONE, told
            assert entry.sha256[:12] in written(message), told
            replies = self.slack.workspace.thread(message.channel, message.ts)[1:]
            assert len([one for one in replies if "From the report" in one.text]) == 1, told
        name = f"compliance-report-{month}.txt"
        files = [one for one in self.portal.files.files_in(self.portal.folder_id) if one.title == name]
        unconfirmed = entry.state is State.FAILED  # the file may lie there; who asks again finds it
        assert len(files) == 1 or (unconfirmed and not files), case
        assert all(len(file.versions) == 1 for file in files), case


@contextmanager
def world(
    folder: Path,
    patch: pytest.MonkeyPatch,
    *,
    scopes: frozenset[str],
    before: Callable[["World"], None] | None = None,
    **settings: str,
) -> Iterator[World]:
    """The bot at work, with short tries and pauses; *before* is called before it starts."""
    patch.setattr(api, "METHODS", {name: replace(one, deadline=DEADLINE) for name, one in call_table.METHODS.items()})
    patch.setattr(people, "KEPT", -1.0)
    patch.setattr(chart_replies, "chart", lambda *_, **__: b"no picture")
    patch.setattr(portal_module, "TIMEOUT", httpx.Timeout(connect=1, read=DEADLINE, write=1, pool=None))
    patch.setattr(portal_module, "RATE", MinimumRate(grace=DEADLINE, bytes_per_second=16 * 1024))
    clock = Clock()
    with (
        StandInPortal(PortalSetup()) as portal,
        StandInSlack(WorkspaceSetup(scopes=scopes)) as slack,
        stamina.set_testing(True, attempts=TRIES),
    ):
        for month in (*MONTHS, MONTHS[-1].plus(-1)):
            portal.audit.add_all(month_of_events(month.year, month.month, count=20, seed=1, zone=portal.setup.zone))
        for name, value in (bot_settings(portal, slack, folder / "data") | settings).items():
            patch.setenv(name, value)
        here = World(portal, slack, clock, folder)
        if before:
            before(here)
        with running(load(Settings), pause=clock.pause):
            slack.socket.wait_connected(1, 30)
            try:
                yield here
            finally:
                slack.faults.clear()
                portal.faults.clear()


def spoil(world: World, method: str, fault: Fault, length: str) -> None:
    """Plan the fault: so many times, or for so long by the moved clock."""
    if length in {"once", "three times"}:
        world.slack.faults.plan(method, fault, times=1 if length == "once" else 3)
    else:
        seconds = MINUTE if length == "a minute" else HOUR
        world.slack.faults.plan_while(method, fault, world.clock.lasts(seconds))


class Refusal:
    """Slack's door is closed from the first call of a method on, for so many pauses or so long."""

    def __init__(self, world: World, method: str, length: str, patch: pytest.MonkeyPatch) -> None:
        self._world, self._method = world, method
        self._pauses = {"once": 1, "three times": 3}.get(length, 0)
        self._seconds = {"a minute": MINUTE, "an hour": HOUR}.get(length, 0.0)
        self._lock, self._closed, self._since, self._met = threading.Lock(), False, 0.0, 0
        self._usual = world.slack.faults.take
        patch.setattr(world.slack.faults, "take", self.take)
        world.clock.heard.append(self.paused)

    def take(self, called: str) -> Fault | None:
        with self._lock:
            first = called == self._method and self._met == 0 and not self._closed
            if first:
                self._closed, self._since = True, self._world.clock.passed
                self._world.slack._http.close_port()
        return reset() if first else self._usual(called)

    def paused(self) -> None:
        with self._lock:
            if not self._closed:
                return
            self._met += 1
            if self._met >= self._pauses and self._world.clock.passed - self._since >= self._seconds:
                self._closed = False
                self._world.slack._http.open_port()


class PortalRefusal:
    """The portal's port is closed from the first request that meets this on, for so many attempts to connect."""

    def __init__(self, world: World, attempts: int | None, patch: pytest.MonkeyPatch) -> None:
        """*attempts* is None where the port stays closed until :meth:`end`."""
        self._portal, self._attempts = world.portal, attempts
        self._lock, self._closed, self._met = threading.Lock(), False, 0
        self._usual = TimedBackend.connect_tcp
        patch.setattr(TimedBackend, "connect_tcp", lambda backend, *args, **named: self._connect(backend, args, named))

    def reply(self, request: Request, answer: Answer) -> Response:
        """The fault's answer: none."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._portal.close_port()
        return Response(delivery="reset")

    def _connect(self, backend: TimedBackend, args: tuple[object, ...], named: dict[str, object]) -> object:
        try:
            return self._usual(backend, *args, **named)
        except httpcore.ConnectError:
            self._met += 1
            if self._met == self._attempts:
                self.end()
            raise

    def end(self) -> None:
        with self._lock:
            if self._closed:
                self._closed = False
                self._portal.open_port()
