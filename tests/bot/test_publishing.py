"""What was acknowledged ends in words in Slack, however long Slack is away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from bot.web.readiness import UNTOLD
from bot.workflows import engine
from handlers.slack import api, call_table
from reporting.run import State
from sandbox.portal import StandInPortal
from sandbox.slack import (
    Fault,
    StandInSlack,
    half,
    hang,
    html,
    refuse,
    reset,
    server_error,
)
from sandbox.slack.setup import SCOPES
from tests.bot.agenda import Clock
from tests.bot.talk import CHANNEL, LEGAL, Bot, Endings, entries, filed_texts, reported, say, seen, summaries
from tests.until import PATIENCE, until

STEP = 3
"""Tries of one step in a test."""
FAULTS = {
    "hang": hang(performed=True),
    "reset": reset(),
    "502": server_error(502),
    "504 after it was done": server_error(504, performed=True),
    "a page": html(performed=True),
    "cut": half(),
    "internal_error": refuse("internal_error"),
    "ratelimited": refuse("ratelimited"),
}
"""Those of each kind; tests/faults/test_sweep.py has all of them."""
USUAL = ("504 after it was done", "cut", "ratelimited")
"""Those that the gate tries: an answer that is lost, one that cannot be read, and a refusal."""
EACH = pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=name, marks=[] if name in USUAL else [pytest.mark.faults])
        for name, fault in FAULTS.items()
    ],
)


@pytest.fixture
def scopes() -> frozenset[str]:
    return (SCOPES - {"files:write"}) | {"channels:history", "groups:history", "im:history", "im:write"}


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A try is given up after half a second."""
    short = {name: replace(call, deadline=0.5) for name, call in call_table.METHODS.items()}
    monkeypatch.setattr(api, "METHODS", short)


def over(folder: Path) -> State:
    """How the only run ended."""
    [entry] = until(lambda: [one for one in entries(folder) if one.ended])
    return entry.state


@EACH
def test_a_result_that_slack_does_not_take_is_told_again_until_it_does(
    fault: Fault, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        slack.faults.plan("chat.update", fault, times=3 * STEP, after=1)
        say(slack, "2025-01")
        [summary] = reported(slack)
        assert over(tmp_path) is State.DONE
    assert slack.workspace.messages(CHANNEL) == [summary]
    assert [len(file.versions) for file in filed_texts(portal)] == [1]


@EACH
def test_a_first_message_that_slack_does_not_take_is_there_once_in_the_end(
    fault: Fault, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        slack.faults.plan("chat.postMessage", fault, times=2 * STEP)
        say(slack, "2025-01")
        [summary] = reported(slack)
        assert over(tmp_path) is State.DONE
    assert slack.workspace.messages(CHANNEL) == [summary]


@EACH
def test_who_asked_is_let_in_once_slack_says_who_they_are(
    fault: Fault, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        slack.faults.plan("users.info", fault, times=3 * STEP)
        say(slack, "2025-01")
        [summary] = reported(slack)
        assert over(tmp_path) is State.DONE
    assert slack.workspace.messages(CHANNEL) == [summary]


def test_a_result_that_waits_for_slack_keeps_no_other_report_waiting(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = [True]
    with bot(MAX_RUNS="1"):
        say(slack, "2025-01", channel=LEGAL)
        seen(slack, "January 2025", channel=LEGAL)
        slack.faults.plan_while("chat.update", refuse("internal_error"), lambda: away[0])
        say(slack, "2024-12")
        until(lambda: len(portal.files.files_in(portal.folder_id)) == 2 * 2)  # each with its manifest
        away.clear()
        slack.faults.clear()
        reported(slack)
        reported(slack, channel=LEGAL)


def test_a_result_that_could_not_be_told_is_told_by_the_next_process(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        slack.faults.plan("chat.update", server_error(503), times=500, after=1)
        say(slack, "2025-01")
        until(lambda: entries(tmp_path) and entries(tmp_path)[0].state is State.ENDING)
    slack.faults.clear()
    with bot():
        [summary] = reported(slack)
        assert over(tmp_path) is State.DONE
    assert slack.workspace.messages(CHANNEL) == [summary]


def test_a_result_that_waits_for_slack_is_seen_by_whoever_supervises_the_bot(
    bot: Bot, slack: StandInSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch, datetime(2025, 3, 10, tzinfo=UTC))
    with bot(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=slack.signing_secret, HTTP_PORT="0") as door:

        def ready() -> str:
            answer = httpx.get(urljoin(door.where, "/readyz"), timeout=PATIENCE)
            assert answer.is_success is (answer.text == "ok\n")
            return answer.text

        slack.faults.plan("chat.update", server_error(503), times=10_000, after=1)
        say(slack, "2025-01")
        until(lambda: entries(tmp_path) and entries(tmp_path)[0].state is State.ENDING)
        assert ready() == "ok\n"
        clock.at += timedelta(seconds=UNTOLD + 60)
        until(lambda: ready() == "publishing-stuck: a result has been waiting for 11 minutes to be told in Slack\n")
        slack.faults.clear()
        reported(slack)
        until(lambda: ready() == "ok\n")


def test_what_slack_does_not_take_for_a_week_is_a_warning_in_the_ledger(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "RETRY_PAUSES", (5.0, 10.0))
    end = Endings(monkeypatch)
    with bot():
        slack.faults.plan("chat.update", server_error(503), times=50, after=1)
        say(slack, "2025-01")
        end.wait()
    [entry] = entries(tmp_path)
    assert (entry.state, entry.failure and entry.failure.kind) == (State.WARNED, "SlackFailing")
    assert summaries(slack.workspace) == []


def test_who_cannot_be_looked_up_for_a_week_is_told_so(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "RETRY_PAUSES", (5.0, 10.0))
    with bot():
        slack.faults.plan("users.info", server_error(503), times=50)
        say(slack, "2025-01")
        slack.workspace.wait_for(
            lambda w: [m for m in w.ephemerals("ann") if "asked to say who you are" in str(m.blocks)],
            PATIENCE,
        )
    assert entries(tmp_path) == []  # what nobody has let in is no run


def test_the_pauses_grow_to_a_quarter_of_an_hour_and_last_for_a_week() -> None:
    assert engine.RETRY_PAUSES[:4] == (5.0, 10.0, 20.0, 40.0)
    assert max(engine.RETRY_PAUSES) == 15 * 60
    assert sorted(engine.RETRY_PAUSES) == list(engine.RETRY_PAUSES)
    assert 6.9 < sum(engine.RETRY_PAUSES) / 86_400 < 7


@pytest.mark.parametrize("code", ["invalid_auth", "no_permission"])
def test_a_channel_that_slack_refuses_for_good_is_told_in_direct_messages(
    code: str, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        slack.faults.plan("chat.update", refuse(code), after=1)
        say(slack, "2025-01")
        direct = slack.workspace.direct("ann").id
        slack.workspace.wait_for(lambda w: summaries(w, direct), PATIENCE)
        assert over(tmp_path) is State.WARNED
