"""Slack delivers late, twice, not at all, or what an older release asked for."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_interval_calculators import BackoffRetryIntervalCalculator

from handlers.views.blocks import button, section
from reporting.run import State
from sandbox.portal import StandInPortal
from sandbox.slack import Message, Sending, StandInSlack, WorkspaceSetup, server_error
from tests.bot.forms import ask_for_form, fill
from tests.bot.talk import (
    CHANNEL,
    COMMAND,
    Bot,
    entries,
    filed_texts,
    reading_hangs,
    reported,
    say,
    seen,
    summaries,
    told,
    written,
)
from tests.until import PATIENCE, until

HTTP = {"SLACK_APP_TOKEN": "", "HTTP_PORT": "0"}
DOORS = [pytest.param({}, id="socket"), pytest.param(HTTP, id="http")]
AGAIN = Sending(retry_num=1)


class Later:
    """Slack's clock, which is ahead of ours."""

    seconds = 0.0

    def __call__(self) -> float:
        return time.time() + self.seconds


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def slack(scopes: frozenset[str], later: Later) -> Iterator[StandInSlack]:
    with StandInSlack(WorkspaceSetup(scopes=scopes), clock=later) as slack:
        yield slack


def old_message(slack: StandInSlack, action: str, value: str) -> Message:
    """A message with a button, as a release before this one left it in the channel."""
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    pressed: list[dict[str, Any]] = [button("Press", action_id=action, value=value)]
    blocks = [section("January 2025"), {"type": "actions", "elements": pressed}]
    sent = client.chat_postMessage(channel="C0COMPLY01", text="January 2025", blocks=blocks)
    message = slack.workspace.message(CHANNEL, sent["ts"])
    assert message is not None
    return message


@pytest.mark.parametrize("door", DOORS)
def test_whatever_is_delivered_twice_is_done_once(
    door: dict[str, str], bot: Bot, slack: StandInSlack, portal: StandInPortal, later: Later, tmp_path: Path
) -> None:
    """A command, a press, a form and an event; the second delivery says so, and is acknowledged like the first."""
    with bot(SLACK_SIGNING_SECRET=slack.signing_secret, REPORT_TIMEZONE="UTC", **door):
        twice = [slack.open_home("ann"), slack.command(COMMAND, "2025-01", user="ann", channel=CHANNEL)]
        [summary] = reported(slack)
        twice.append(slack.press(summary, "run_again", user="ann"))
        reported(slack, 2)
        twice += [slack.press(summary, name, user="ann") for name in ("verify", "show_how")]
        slack.workspace.wait_for(lambda w: len(w.thread(CHANNEL, summary.ts)) == 5, PATIENCE)
        ask_for_form(slack)
        twice.append(fill(slack, only="type:delete"))
        reported(slack, 3)
        later.seconds = 5
        assert all(slack.redeliver(one, sending=AGAIN).acked for one in twice)
        say(slack, "2024-12")
        reported(slack, 4)
    assert len(entries(tmp_path)) == 4
    assert len(slack.workspace.messages(CHANNEL)) == 4
    assert len(slack.workspace.thread(CHANNEL, summary.ts)) == 5
    assert [len(file.versions) for file in filed_texts(portal)] == [1, 1, 1]
    assert len(slack.calls_of("views.publish")) == 1


def test_a_socket_that_is_closed_while_the_report_is_made_is_opened_again_and_nothing_is_lost(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot():
        delivery = slack.command(COMMAND, "2025-01", user="ann", channel=CHANNEL)
        portal.faults.wait_met(1, PATIENCE)
        slack.socket.disconnect("refresh_requested")
        slack.socket.wait_connected(1, PATIENCE)
        slack.redeliver(delivery, sending=AGAIN)
        portal.faults.clear()
        [summary] = reported(slack)
        assert slack.press(summary, "verify", user="ann").acked
        slack.workspace.wait_for(lambda w: len(w.thread(CHANNEL, summary.ts)) == 4, PATIENCE)
    assert slack.workspace.messages(CHANNEL) == [summary]
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE]


def test_slack_that_is_down_for_minutes_while_the_report_is_read_hears_of_it_afterwards(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BackoffRetryIntervalCalculator, "calculate_sleep_duration", lambda *_: 0.0)
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        seen(slack, "Reading the audit trail")
        slack.faults.always = server_error(503)
        failed = len(slack.calls_of("chat.update"))
        until(lambda: len(slack.calls_of("chat.update")) > failed)
        slack.faults.clear()
        portal.faults.clear()
        [summary] = reported(slack)
    assert slack.workspace.messages(CHANNEL) == [summary]
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE]


def test_the_buttons_under_a_report_work_after_a_restart_behind_the_other_door(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bot(HTTP_PORT="0"):
        say(slack, "2025-01")
        [summary] = reported(slack)
    slack.socket.wait_gone(PATIENCE)
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    with bot(SLACK_SIGNING_SECRET=slack.signing_secret, **HTTP):
        for number, name in enumerate(("verify", "show_how"), 4):
            slack.press(summary, name, user="ann")
            slack.workspace.wait_for(lambda w: len(w.thread(CHANNEL, summary.ts)) == number, PATIENCE)  # noqa: B023
        slack.press(summary, "review", user="ann")
        told(slack, "requested, started or scheduled this report")
        slack.press(summary, "run_again", user="ann")
        reported(slack, 2)
    assert len(filed_texts(portal)) == 1


@pytest.mark.parametrize("value", ["2025-01", "2025-01 type:delete", '2025-01 -room:"Legal, old" user:ann'])
def test_buttons_of_an_older_release_ask_for_what_they_asked_for_then(
    value: str, bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot():
        slack.press(old_message(slack, "run_again", value), "run_again", user="ann")
        if "user:" in value:
            seen(slack, "No compliance report")
        else:
            reported(slack)
    assert bool(filed_texts(portal)) == ("user:" not in value)


UNKNOWN = [
    ("run_again", "banana", "no report"),
    ("run_again", "2025-13", "2025-13"),
    ("cancel", "0123456789abcdef", "No report is in progress"),
    ("verify", "0123456789abcdef", "no report"),
    ("compare", "0123456789abcdef", "no report"),
    ("show_how", "0123456789abcdef", "no report"),
    ("schedule_pause", "77", "no schedule 77"),
    ("schedule_pause", "banana", ""),
    ("edit_schedule", "banana", ""),
    ("save_schedule", "every full moon", "has expired"),
    ("save_schedule", "monthly on full moon", "can't read when the schedule is due"),
    ("new_schedule", "every full moon", "no report"),
    ("new_schedule", "monthly on full moon", "can't read when the schedule is due"),
]


def refusals(slack: StandInSlack) -> list[Message]:
    return [message for message in slack.workspace.ephemerals("ann") if ":no_entry:" in written(message)]


def test_a_button_that_no_release_ever_wrote_is_answered_in_words_to_the_one_who_pressed(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot():
        messages = []
        for number, (action, value, said) in enumerate(UNKNOWN, 1):
            messages.append(old_message(slack, action, value))
            slack.press(messages[-1], action, user="ann")
            refused = slack.workspace.wait_for(lambda _: refusals(slack)[number - 1 :], PATIENCE)  # noqa: B023
            assert said.casefold() in written(refused[0]).casefold(), (action, value)
            assert "Traceback" not in written(refused[0]), (action, value)
    assert len(refusals(slack)) == len(UNKNOWN)
    assert entries(tmp_path) == []
    assert [slack.workspace.thread(CHANNEL, one.ts) for one in messages] == [[one] for one in messages]


def test_a_filter_of_a_newer_release_makes_no_report_of_all_events(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot():
        slack.press(old_message(slack, "run_again", "2025-01 frob:nicate"), "run_again", user="ann")
        assert "frob:nicate" in seen(slack, "No compliance report").text
    assert filed_texts(portal) == []


def test_a_review_of_a_run_that_there_is_not_is_answered_in_words(bot: Bot, slack: StandInSlack) -> None:
    with bot():
        slack.press(old_message(slack, "review", "0123456789abcdef"), "review", user="ann")
        told(slack, "The ledger has no report of")
    assert summaries(slack.workspace) == []
