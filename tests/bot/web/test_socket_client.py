"""The connection to Slack breaks in every way there is, and is opened anew; what Slack will never allow is said."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from structlog.testing import capture_logs

from bot.web import socket_client
from bot.web.slack_delivery import hang_up
from bot.web.socket_client import LONGEST_PAUSE, PING, REFUSALS, SocketClient, asked_pause
from bot.web.socket_watchdog import FRESH
from handlers.slack.errors import AppTokenRejected
from sandbox.slack import Fault, StandInSlack, rate_limit, refuse, reset, server_error
from tests.until import until

OPEN = "apps.connections.open"
SOON = 15.0
"""Seconds."""
PASSING = [
    refuse("too_many_websockets"),
    refuse("ratelimited"),
    refuse("internal_error"),
    refuse("fatal_error"),
    refuse("service_unavailable"),
    refuse("something_new"),
    rate_limit(0),
    server_error(500),
    server_error(503),
    reset(),
]


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def client(
    slack: StandInSlack, *, ping: float = 0.1, clock: Callable[[], float] | None = None
) -> Iterator[SocketClient]:
    """One that looks after itself far more often than usual."""
    web, logger = WebClient(base_url=slack.api_url, timeout=5, retry_handlers=[]), logging.getLogger("quiet")
    more = {"clock": clock} if clock else {}
    found = SocketClient(slack.app_token, web_client=web, logger=logger, ping=ping, **more)
    try:
        yield found
    finally:
        hang_up(found)
        with suppress(AttributeError):  # slack-sdk's own threads may have closed the socket meanwhile
            found.close()


@pytest.fixture(autouse=True)
def _haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_client, "FIRST_PAUSE", 0.05)


def connected(slack: StandInSlack, found: SocketClient) -> None:
    slack.socket.wait_connected(1, SOON)
    until(found.is_connected, SOON)


def test_silence_lasts_from_the_last_that_was_heard(slack: StandInSlack) -> None:
    clock = Hand()
    with client(slack, clock=clock) as found:
        found.open()
        connected(slack, found)
        clock.seconds = 7.0
        until(lambda: found.silence() == 0.0, SOON)
        slack.faults.plan(OPEN, refuse("ratelimited"), times=1_000)  # else the next connection is there in a moment
        slack.socket.fall_silent()
        until(lambda: not found.is_connected(), SOON)
        clock.seconds += 100.0
        assert found.silence() == 100.0


def test_a_connection_that_ends_without_a_word_is_known_to_be_dead_at_once(slack: StandInSlack) -> None:
    with client(slack, ping=60.0) as found:
        found.open()
        connected(slack, found)
        slack.socket.vanish()
        until(lambda: not found.is_connected(), SOON)


@pytest.mark.parametrize("end", ["vanish", "fall_silent", "hang_up"])
def test_a_connection_that_is_dead_in_any_way_is_followed_by_another(end: str, slack: StandInSlack) -> None:
    with client(slack) as found:
        found.open()
        connected(slack, found)
        getattr(slack.socket, end)()
        connected(slack, found)
        assert len(slack.calls_of(OPEN)) >= 2


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_a_connection_that_slack_takes_leave_of_is_followed_by_another(reason: str, slack: StandInSlack) -> None:
    with client(slack) as found:
        found.open()
        connected(slack, found)
        slack.socket.disconnect(reason)
        until(lambda: len(slack.calls_of(OPEN)) >= 2, SOON)
        connected(slack, found)


@pytest.mark.parametrize("fault", PASSING, ids=repr)
def test_a_start_at_which_slack_gives_no_connection_waits_for_one(fault: Fault, slack: StandInSlack) -> None:
    slack.faults.plan(OPEN, fault, times=2)
    with client(slack) as found, capture_logs() as said:
        found.open()
        connected(slack, found)
    waits = [line for line in said if line["event"] == "no Slack connection; retrying"]
    assert len(waits) == 2
    assert all("scope" not in str(line) for line in waits)


@pytest.mark.parametrize("fault", PASSING, ids=repr)
def test_a_dead_connection_that_cannot_be_replaced_at_once_is_replaced_later(fault: Fault, slack: StandInSlack) -> None:
    with client(slack) as found:
        found.open()
        connected(slack, found)
        slack.faults.plan(OPEN, fault, times=2)
        slack.socket.vanish()
        connected(slack, found)


@pytest.mark.parametrize("reason", sorted(REFUSALS))
def test_what_waiting_does_not_change_ends_the_start_and_names_the_app_token(reason: str, slack: StandInSlack) -> None:
    slack.faults.plan(OPEN, refuse(reason))
    with client(slack) as found, pytest.raises(AppTokenRejected, match=reason) as refused:
        found.open()
    assert "connections:write" in refused.value.advice


def test_a_token_that_is_rejected_later_is_said_and_the_bot_goes_on_trying(slack: StandInSlack) -> None:
    with client(slack) as found, capture_logs() as said:
        found.open()
        connected(slack, found)
        slack.faults.plan(OPEN, refuse("token_revoked"))
        slack.socket.vanish()
        connected(slack, found)
    assert any(line.get("reason") == "token_revoked" and "SLACK_APP_TOKEN" in line["means"] for line in said)


def test_the_pauses_grow_up_to_a_minute_and_begin_anew_after_a_connection(
    slack: StandInSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_client, "FIRST_PAUSE", 1.0)
    clock = Hand()
    slack.faults.plan(OPEN, refuse("too_many_websockets"), times=9)
    with client(slack, ping=60.0, clock=clock) as found, capture_logs() as said:
        found.open()
        for _ in range(8):
            found.connect_to_new_endpoint()
            clock.seconds += LONGEST_PAUSE
            found.connect_to_new_endpoint()
        clock.seconds += LONGEST_PAUSE
        found.connect_to_new_endpoint()
        connected(slack, found)
    pauses = [line["after_seconds"] for line in said if "after_seconds" in line]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len(slack.calls_of(OPEN)) == 10


@pytest.mark.parametrize(
    ("response", "seconds"),
    [
        ({"headers": {"Retry-After": "7"}}, 7.0),
        ({"headers": {"retry-after": "100000"}}, 300.0),
        ({"headers": {"Retry-After": "soon"}}, 0.0),
        ({}, 0.0),
        ("<html>", 0.0),
    ],
)
def test_slack_is_asked_again_when_it_says_but_within_minutes(response: object, seconds: float) -> None:
    assert asked_pause(SlackApiError("no", response)) == seconds  # type: ignore[no-untyped-call]


def test_a_slack_that_does_not_answer_is_given_up_as_a_whole(
    slack: StandInSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_client, "DEADLINE", 0.3)
    slack.faults.plan(OPEN, Fault(delay=1.5))
    with client(slack) as found:
        found.open()
        assert not found.is_connected()
        connected(slack, found)


def test_a_silent_connection_is_replaced_before_half_a_minute_is_over() -> None:
    assert PING * 4 <= FRESH
    assert PING * 6 <= 30
