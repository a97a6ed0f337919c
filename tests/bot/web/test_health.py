"""What whoever supervises the bot is told of it, and when it gives itself up."""

import http.client
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

import pytest
import sqlalchemy as sa
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.clock import LATE, TICK
from bot.sandbox.slack import StandInSlack, refuse
from bot.store import replicas, tables
from bot.store.database import Store
from bot.web import entrance, line
from bot.web.doors import Door
from bot.web.health import STALE, Health, Pulse
from bot.web.line import CUT_OFF, DEAD, FRESH, Line, check_line
from bot.web.listener import Listener, listen
from tests.entries import NOON
from tests.until import until

Bot = Callable[..., AbstractContextManager[Door]]
ROOT = Path(__file__).parents[3]


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def asked(where: str, path: str) -> tuple[int, str]:
    parts = urlsplit(where)
    connection = http.client.HTTPConnection(str(parts.hostname), int(parts.port or 0), timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def health(sqlite_store: Store, clock: Hand) -> Health:
    sqlite_store.write(lambda c: replicas.enter(c, "me", now=NOON))
    return Health(Pulse(clock), Pulse(clock), sqlite_store, "me", lambda: True, lambda: 0.0, lambda: None)


@pytest.mark.parametrize(("age", "status"), [(0.0, 200), (STALE, 200), (STALE + 1, 503)])
def test_a_process_whose_heart_stands_still_is_not_alive(age: float, status: int, health: Health, clock: Hand) -> None:
    clock.seconds = age
    assert health.alive().status.startswith(str(status))
    health.pulse.beat()
    assert health.alive().text == "ok\n"


@pytest.mark.parametrize(("age", "status"), [(TICK + LATE, 200), (TICK + LATE + 1, 503)])
def test_a_process_that_does_not_look_at_the_schedules_is_not_alive(
    age: float, status: int, health: Health, clock: Hand
) -> None:
    clock.seconds = age
    health.pulse.beat()
    assert health.alive().status.startswith(str(status))
    assert ("the schedules were not looked at for" in health.alive().text) is (status == 503)
    health.ticks.beat()
    assert health.alive().text == "ok\n"


def test_a_bot_whose_clock_differs_from_the_portal_s_is_not_ready(health: Health) -> None:
    differs = replace(health, clocks=lambda: timedelta(hours=-2))
    assert differs.ready().text == "this machine's clock is 2 h 0 min behind the portal's: schedules wait\n"
    assert differs.alive().text == "ok\n"


def test_a_bot_that_has_everything_is_ready(health: Health) -> None:
    assert (health.ready().status, health.ready().text) == ("200 OK", "ok\n")


def test_whoever_asks_does_not_wait_for_who_writes(health: Health) -> None:
    with closing(sqlite3.connect(str(health.store.file), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert health.ready().text == "ok\n"


def test_a_bot_whose_replica_gives_no_sign_of_life_is_not_ready(health: Health) -> None:
    long_ago = sa.update(tables.replicas).values(seen=0.0)
    health.store.write(lambda c: c.execute(long_ago))
    assert health.ready().text == "the engine does not run, or gives no sign of life\n"


def test_a_bot_without_its_database_is_alive_and_not_ready(health: Health) -> None:
    health.store.write(lambda c: c.execute(sa.text("DROP TABLE replicas")))
    assert (health.alive().text, health.ready().text) == ("ok\n", "the database does not answer\n")
    assert health.ready().status.startswith("503")


@pytest.mark.parametrize(
    ("connected", "silence", "said"),
    [
        (False, 0.0, "not connected to Slack\n"),
        (True, FRESH, "ok\n"),
        (True, FRESH + 1, "nothing heard of Slack for 61 s\n"),
    ],
)
def test_a_bot_that_does_not_hear_slack_is_not_ready(
    connected: bool, silence: float, said: str, sqlite_store: Store
) -> None:
    sqlite_store.write(lambda c: replicas.enter(c, "me", now=NOON))
    assert (
        Health(Pulse(), Pulse(), sqlite_store, "me", lambda: connected, lambda: silence, lambda: None).ready().text
        == said
    )


@contextmanager
def client(slack: StandInSlack) -> Iterator[SocketModeClient]:
    """A connected one; it looks after itself ten times as often as usual."""
    found = SocketModeClient(
        slack.app_token, web_client=WebClient(base_url=slack.api_url), ping_interval=0.05, auto_reconnect_enabled=False
    )
    found.connect()
    slack.socket.wait_connected(1, 10)
    try:
        yield found
    finally:
        with suppress(AttributeError):  # slack-sdk's own threads may have closed the socket meanwhile
            found.close()


def pongs(found: SocketModeClient) -> None:
    """Wait until Slack has answered a ping."""
    session = found.current_session
    assert session is not None
    until(lambda: session.last_ping_pong_time, 10)


def test_silence_lasts_from_the_last_answer_to_a_ping(slack: StandInSlack, clock: Hand) -> None:
    with client(slack) as found:
        there = Line(found, clock)
        clock.seconds = 7.0
        pongs(found)
        assert (there.connected(), there.silence()) == (True, 0.0)
        slack.socket.hang_up()
        slack.socket.wait_gone(10)
        there.silence()
        clock.seconds += 100.0
        assert there.silence() == 100.0


@pytest.mark.parametrize(("silence", "left"), [(0.0, []), (DEAD, []), (DEAD + 1, ["left"])])
def test_a_bot_that_has_not_heard_slack_for_minutes_gives_itself_up(silence: float, left: list[str]) -> None:
    done: list[str] = []
    check_line(lambda: silence, leave=lambda: done.append("left"))
    assert done == left


def test_a_bot_whose_sockets_are_killed_and_who_gets_no_new_one_leaves(
    bot: Bot, slack: StandInSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []
    usual = entrance.entrance
    monkeypatch.setattr(line, "DEAD", 1.0)
    monkeypatch.setattr(entrance, "TICK", 0.1)
    monkeypatch.setattr("bot.app.entrance", lambda *a: usual(*a, leave=lambda: left.append("left")))
    with bot():
        slack.faults.plan("apps.connections.open", refuse("internal_error"), times=1_000)
        slack.socket.hang_up()
        until(lambda: left, 15)


HASTY = """
import sys
from bot import cli
from bot.web import entrance, line
line.DEAD, entrance.TICK = 1.0, 0.1
sys.argv = ["bot", "run"]
cli.main()
"""
"""A bot that loses its patience with Slack after a second."""


def test_a_process_that_cannot_reach_slack_any_more_ends_with_a_code_of_its_own(
    environment: Callable[..., dict[str, str]], slack: StandInSlack, tmp_path: Path
) -> None:
    settings = os.environ | environment() | {"PYTHONPATH": str(ROOT)}
    bot = subprocess.Popen([sys.executable, "-c", HASTY], cwd=tmp_path, env=settings, stderr=subprocess.PIPE)
    with bot:
        try:
            slack.socket.wait_connected(1, 30)
            slack.faults.plan("apps.connections.open", refuse("internal_error"), times=1_000)
            slack.socket.hang_up()
            _, said = bot.communicate(timeout=30)
        finally:
            bot.kill()
    assert bot.returncode == CUT_OFF
    assert b"Slack is out of reach" in said


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the bot listens for whoever supervises it, in Socket Mode."""
    urls: list[str] = []

    def noted(app: WSGIApplication, host: str, port: int) -> Listener:
        there = listen(app, host, port)
        urls.append(there.url)
        return there

    monkeypatch.setattr("bot.web.entrance.listen", noted)
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
