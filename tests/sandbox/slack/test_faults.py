import time

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from sandbox.slack import (
    StandInSlack,
    WorkspaceSetup,
    delay,
    rate_limit,
    refuse,
    reset,
    server_error,
    unclear,
)
from tests.sandbox.slack.conftest import Clock

CHANNEL = "C0COMPLY01"


@pytest.fixture
def single(slack: StandInSlack) -> WebClient:
    """A client that tries once."""
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def texts(slack: StandInSlack) -> list[str]:
    return [message.text for message in slack.workspace.messages(CHANNEL)]


def test_a_planned_refusal_comes_once(slack: StandInSlack, single: WebClient) -> None:
    slack.faults.plan("chat.postMessage", refuse("fatal_error"))
    with pytest.raises(SlackApiError, match="fatal_error"):
        single.chat_postMessage(channel=CHANNEL, text="a")
    single.chat_postMessage(channel=CHANNEL, text="b")
    assert texts(slack) == ["b"]


def test_a_fault_may_wait_for_some_calls_to_pass_and_come_several_times(slack: StandInSlack, single: WebClient) -> None:
    slack.faults.plan("auth.test", refuse("fatal_error"), times=2, after=1)
    said = [httpx.post(f"{slack.api_url}auth.test", data={"token": slack.bot_token}).json()["ok"] for _ in range(4)]
    assert said == [True, False, False, True]


def test_a_rate_limit_says_when_to_come_back(slack: StandInSlack, single: WebClient) -> None:
    slack.faults.plan("chat.postMessage", rate_limit(30))
    with pytest.raises(SlackApiError) as refused:
        single.chat_postMessage(channel=CHANNEL, text="a")
    response = refused.value.response
    assert (response.status_code, response.headers["retry-after"], response["error"]) == (429, "30", "ratelimited")


def test_slacks_own_retry_handler_honours_the_rate_limit(slack: StandInSlack) -> None:
    client = WebClient(
        slack.bot_token, base_url=slack.api_url, retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=1)]
    )
    slack.faults.plan("chat.postMessage", rate_limit(0))
    assert client.chat_postMessage(channel=CHANNEL, text="a")["ok"]
    assert [call.status for call in slack.calls_of("chat.postMessage")] == [429, 200]


def test_a_server_error_performs_nothing(slack: StandInSlack, single: WebClient) -> None:
    slack.faults.plan("chat.postMessage", server_error(503))
    with pytest.raises(SlackApiError) as refused:
        single.chat_postMessage(channel=CHANNEL, text="a")
    assert (refused.value.response.status_code, texts(slack)) == (503, [])


def test_a_reset_performs_nothing_and_an_unclear_answer_does(slack: StandInSlack, single: WebClient) -> None:
    slack.faults.plan("chat.postMessage", reset())
    slack.faults.plan("chat.postMessage", unclear())
    for text in ("reset", "unclear"):
        with pytest.raises(OSError, match=r"reset|closed"):
            single.chat_postMessage(channel=CHANNEL, text=text)
    assert texts(slack) == ["unclear"]
    assert [(call.ok, call.status) for call in slack.calls_of("chat.postMessage")] == [(False, 0), (True, 200)]


def test_a_delay_is_only_a_delay(slack: StandInSlack, single: WebClient) -> None:
    slack.faults.plan("chat.postMessage", delay(0.05))
    started = time.monotonic()
    assert single.chat_postMessage(channel=CHANNEL, text="a")["ok"]
    assert time.monotonic() - started >= 0.05


def test_closing_the_workspace_does_not_wait_for_a_delay() -> None:
    started = time.monotonic()
    with StandInSlack() as slack:
        slack.faults.plan("auth.test", delay(60))
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{slack.api_url}auth.test", timeout=0.05)
    assert time.monotonic() - started < 10


def test_an_outage_meets_every_call_until_it_is_over(slack: StandInSlack, single: WebClient) -> None:
    slack.faults.always = server_error(503)
    for call in (single.auth_test, single.users_list):
        with pytest.raises(SlackApiError):
            call()
    slack.faults.clear()
    assert single.auth_test()["ok"]


def test_a_cleared_plan_is_no_plan(slack: StandInSlack, single: WebClient) -> None:
    slack.faults.plan("auth.test", refuse("fatal_error"), times=100)
    slack.faults.clear()
    assert single.auth_test()["ok"]


def test_the_rate_of_a_channel_can_be_slacks_own() -> None:
    clock = Clock()
    with StandInSlack(WorkspaceSetup(post_interval=1.0), clock=clock) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        client.chat_postMessage(channel=CHANNEL, text="a")
        with pytest.raises(SlackApiError) as refused:
            client.chat_postMessage(channel=CHANNEL, text="b")
        assert refused.value.response.headers["retry-after"] == "1"
        clock.now += 1.1
        client.chat_postMessage(channel=CHANNEL, text="c")
        assert texts(slack) == ["a", "c"]
