"""What whoever supervises the bot is told of it, and when it gives itself up."""

import http.client
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

import pytest
from structlog.testing import capture_logs

from bot.doctor.cached_examination import CachedExamination, HealthReport
from bot.errors import DatabaseGone, DatabaseTrouble
from bot.schedules.ticker import LATE, TICK
from bot.store.database import Store, single_instance
from bot.web import socket_watchdog, startup
from bot.web.health import Health, Heartbeat
from bot.web.http_server import Listener, listen
from bot.web.metrics import Metrics
from bot.web.readiness import STUCK, UNTOLD, UNWRITABLE, own_conditions, slack_conditions
from bot.web.self_check import SelfCheck, UnpublishedRuns
from bot.web.slack_delivery import DeliveryChannel
from bot.web.socket_watchdog import CUT_OFF, DEAD, FRESH, check_line
from reporting.evidence import ledger
from reporting.run import State
from sandbox.slack import StandInSlack, refuse
from tests.entries import NOON, entry
from tests.until import PATIENCE, until

Bot = Callable[..., AbstractContextManager[DeliveryChannel]]
ROOT = Path(__file__).parents[3]


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def asked(where: str, path: str) -> tuple[int, str]:
    parts = urlsplit(where)
    connection = http.client.HTTPConnection(str(parts.hostname), int(parts.port or 0), timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.fixture
def clock() -> Hand:
    return Hand()


class Inside:
    """What the conditions look at."""

    def __init__(self, store: Store, clock: Hand) -> None:
        self.vitals, self.ticks, self.debts = (
            SelfCheck(lambda: None, clock),
            Heartbeat(clock),
            UnpublishedRuns(store, lambda: NOON),
        )
        self.store, self.connected, self.silence = store, True, 0.0
        self.clocks: timedelta | None = None
        self.health = Health(own_conditions(self.vitals, self.ticks, lambda: self.clocks, store, self.debts))
        self.health.watch(*slack_conditions(lambda: self.connected, lambda: self.silence))


@pytest.fixture
def inside(sqlite_store: Store, clock: Hand) -> Iterator[Inside]:
    with single_instance(sqlite_store) as store:
        yield Inside(store, clock)


def test_a_bot_that_has_everything_is_alive_and_ready(inside: Inside) -> None:
    for page in (inside.health.alive(), inside.health.ready()):
        assert (page.status, page.text) == ("200 OK", "ok\n")


def stuck(inside: Inside, clock: Hand) -> None:
    clock.seconds = STUCK + 1
    inside.vitals.wrote()
    inside.ticks.beat()


def late(inside: Inside, clock: Hand) -> None:
    clock.seconds = TICK + LATE + 1
    inside.vitals.beat()
    inside.vitals.wrote()


def unwritable(inside: Inside, clock: Hand) -> None:
    clock.seconds = UNWRITABLE + 1
    inside.vitals.failed(DatabaseTrouble(reason="database or disk is full"))


def hanging(inside: Inside, clock: Hand) -> None:
    clock.seconds = UNWRITABLE + 1


def gone(inside: Inside, clock: Hand) -> None:
    assert inside.store.file
    inside.store.file.unlink()


def untold(inside: Inside, clock: Hand) -> None:
    inside.debts.seconds = UNTOLD + 60


def differs(inside: Inside, clock: Hand) -> None:
    inside.clocks = timedelta(minutes=7)


def disconnected(inside: Inside, clock: Hand) -> None:
    inside.connected, inside.silence = False, 100.0


def silent(inside: Inside, clock: Hand) -> None:
    inside.silence = FRESH + 1


UNWRITTEN = "nothing could be written into the database for 11 s"
CONDITIONS = [
    (stuck, "process-stuck: no heartbeat for 61 s", True),
    (late, "ticks-late: the schedules were not looked at for 71 s", True),
    (
        unwritable,
        "database-unwritable: nothing could be written into the database for 11 s: database or disk is full",
        False,
    ),
    (
        hanging,
        "database-unwritable: nothing could be written into the database for 11 s: the database does not answer",
        False,
    ),
    (gone, "database-gone: bot.sqlite is not there any more", False),
    (untold, "publishing-stuck: a result has been waiting for 11 minutes to be told in Slack", False),
    (differs, "clock-differs: this machine's clock is 7 min ahead of the portal's: schedules wait", False),
    (disconnected, "slack-disconnected: not connected to Slack", False),
    (silent, "slack-silent: nothing heard of Slack for 21 s", False),
]


@pytest.mark.parametrize(
    ("happen", "said", "restart"), CONDITIONS, ids=[said.partition(":")[0] for _, said, _ in CONDITIONS]
)
def test_each_condition_fails_by_its_name_wherever_somebody_looks(
    happen: Callable[[Inside, Hand], None], said: str, restart: bool, inside: Inside, clock: Hand
) -> None:
    happen(inside, clock)
    assert (inside.health.ready().text, inside.health.ready().status[:3]) == (f"{said}\n", "503")
    assert inside.health.alive().text == (f"{said}\n" if restart else "ok\n")
    assert HealthReport(CachedExamination(lambda: ["All in order."]), inside.health)() == [
        f"FAILING: {said}.",
        "All in order.",
    ]
    metrics = Metrics()
    metrics.watch(inside.store, inside.health, silence=lambda: 0.0, turned_away=lambda: 0, now=lambda: NOON)
    figures = metrics.page().text
    failing = [
        line for line in figures.splitlines() if line.startswith("compliance_failing{") and line.endswith(" 1.0")
    ]
    assert failing == [f'compliance_failing{{condition="{said.partition(":")[0]}"}} 1.0']


def test_each_condition_is_in_the_table_of_what_to_do(inside: Inside) -> None:
    table = (ROOT / "docs" / "operations.md").read_text()
    names = [condition.name for condition, _ in inside.health.found()]
    assert sorted(names) == sorted({said.partition(":")[0] for _, said, _ in CONDITIONS})
    assert [name for name in names if f"| `{name}` |" not in table] == []


def test_whoever_asks_waits_neither_for_who_writes_nor_for_a_database_that_hangs(inside: Inside) -> None:
    with closing(sqlite3.connect(str(inside.store.file), isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert inside.health.ready().text == "ok\n"


@pytest.mark.parametrize("seconds", [0.0, UNTOLD, UNTOLD + 60])
def test_a_result_that_nobody_was_told_of_is_counted_from_when_it_was_written_down(
    seconds: float, inside: Inside
) -> None:
    inside.store.write(ledger.accept, entry())
    inside.store.write(ledger.record_result, "r1", {}, now=NOON - timedelta(seconds=seconds))
    inside.debts.look()
    assert inside.debts.seconds == seconds
    assert ("publishing-stuck" in inside.health.ready().text) is (seconds > UNTOLD)
    inside.store.write(ledger.end, "r1", State.FAILED, now=NOON)
    inside.debts.look()
    assert inside.debts.seconds == 0.0


def test_a_database_that_is_gone_is_rescued_once_and_said_once(clock: Hand) -> None:
    copies: list[Path] = []

    def rescue() -> Path:
        copies.append(Path("copy.sqlite"))
        return copies[-1]

    vitals = SelfCheck(rescue, clock)
    with capture_logs() as said:
        for _ in range(3):
            vitals.failed(DatabaseGone(reason="bot.sqlite is not there any more"))
    assert copies == [Path("copy.sqlite")]
    assert [line["rescued"] for line in said] == ["copy.sqlite"]


@pytest.mark.parametrize(("silence", "left"), [(0.0, []), (DEAD, []), (DEAD + 1, ["left"])])
def test_a_bot_that_has_not_heard_slack_for_minutes_gives_itself_up(silence: float, left: list[str]) -> None:
    done: list[str] = []
    check_line(lambda: silence, leave=lambda: done.append("left"))
    assert done == left


def test_a_bot_whose_sockets_are_killed_and_who_gets_no_new_one_leaves(
    bot: Bot, slack: StandInSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []
    usual = startup.serve
    monkeypatch.setattr(socket_watchdog, "DEAD", 1.0)
    monkeypatch.setattr(startup, "TICK", 0.1)
    monkeypatch.setattr("bot.app.serve", lambda *a: usual(*a, leave=lambda: left.append("left")))
    with bot():
        slack.faults.plan("apps.connections.open", refuse("internal_error"), times=1_000)
        slack.socket.hang_up()
        until(lambda: left)


HASTY = """
import sys
from bot import cli
from bot.web import socket_watchdog, startup
socket_watchdog.DEAD, startup.TICK = 1.0, 0.1
sys.argv = ["bot", "run"]
cli.main()
"""
"""A bot that loses its patience with Slack after a second."""


def test_a_process_that_cannot_reach_slack_any_more_ends_with_a_code_of_its_own(
    environment: Callable[..., dict[str, str]], slack: StandInSlack, tmp_path: Path
) -> None:
    settings = os.environ | environment() | {"PYTHONPATH": str(ROOT), "ALOWED_USERS": "U1"}
    bot = subprocess.Popen([sys.executable, "-c", HASTY], cwd=tmp_path, env=settings, stderr=subprocess.PIPE)
    with bot:
        try:
            slack.socket.wait_connected(1, PATIENCE)
            slack.faults.plan("apps.connections.open", refuse("internal_error"), times=1_000)
            slack.socket.hang_up()
            _, said = bot.communicate(timeout=PATIENCE)
        finally:
            bot.kill()
    assert bot.returncode == CUT_OFF
    assert b"Slack is unreachable" in said
    assert re.search(rb'"name": "ALOWED_USERS", "meant": "ALLOWED_USERS", "event": "unknown setting"', said)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the bot listens for whoever supervises it, in Socket Mode."""
    urls: list[str] = []

    def noted(app: WSGIApplication, host: str, port: int) -> Listener:
        there = listen(app, host, port)
        urls.append(there.url)
        return there

    monkeypatch.setattr("bot.web.startup.listen", noted)
    return urls


def test_in_socket_mode_nothing_is_listened_on_unless_a_port_is_named(bot: Bot, opened: list[str]) -> None:
    with bot():
        assert opened == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_bot_in_socket_mode_tells_how_it_is_on_the_port_that_was_named(
    path: str, bot: Bot, opened: list[str]
) -> None:
    with bot(HTTP_PORT="0"):
        assert asked(opened[0], path) == (200, "ok\n")
        assert asked(opened[0], "/slack/events")[0] == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_bot_behind_its_http_door_tells_how_it_is(path: str, bot: Bot, slack: StandInSlack) -> None:
    with bot(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=slack.signing_secret, HTTP_PORT="0") as door:
        assert asked(door.where, path) == (200, "ok\n")
