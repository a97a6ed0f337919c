"""A picture is shown once in its thread, or it is said why not."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from bot.slack.clients import web_client
from handlers.slack.errors import ChannelClosed, MissingScope, PostUnclear, SlackTrouble
from handlers.slack.files import safe, send, upload_and_share
from handlers.slack.messages import post
from handlers.views.blocks import section
from sandbox.slack import (
    Fault,
    Message,
    StandInSlack,
    WorkspaceSetup,
    rate_limit,
    refuse,
    reset,
    server_error,
    unclear,
)
from sandbox.slack.setup import SCOPES

COMPLIANCE, RANDOM = "C0COMPLY01", "C0RANDOM01"
PNG = b"\x89PNG and so on"
ADDRESS, COMPLETE = "files.getUploadURLExternal", "files.completeUploadExternal"


@pytest.fixture(params=[SCOPES])
def slack(request: pytest.FixtureRequest) -> Iterator[StandInSlack]:
    """With the scopes for files, unless a test says otherwise."""
    with StandInSlack(WorkspaceSetup(scopes=request.param)) as slack:
        yield slack


@pytest.fixture
def client(slack: StandInSlack) -> WebClient:
    return web_client(slack.bot_token, slack.api_url)


@pytest.fixture
def thread(client: WebClient) -> str:
    return post(client, COMPLIANCE, {"text": "The report", "blocks": [section("The report")]}, tag="r1").ts


def shared(client: WebClient, thread: str = "", *, channel: str = COMPLIANCE, alt: str = "Bars") -> str:
    return upload_and_share(client, channel, thread, PNG, name="january.png", title="January 2025", alt=alt)


def shown(slack: StandInSlack) -> list[Message]:
    return [message for message in slack.workspace.messages(COMPLIANCE) if message.files]


def test_a_picture_is_shown_in_the_thread(slack: StandInSlack, client: WebClient, thread: str) -> None:
    file = shared(client, thread)
    [_, reply] = slack.workspace.thread(COMPLIANCE, thread)
    kept = slack.workspace.files[file]
    assert reply.files == (file,)
    assert (kept.name, kept.title, kept.content) == ("january.png", "January 2025", PNG)


def test_without_a_thread_it_is_shown_in_the_channel(slack: StandInSlack, client: WebClient) -> None:
    file = shared(client)
    assert [message.files for message in shown(slack)] == [(file,)]


@pytest.mark.parametrize(("alt", "kept"), [("Bars", 4), ("x" * 1_001, 1_000)])
def test_it_is_described_for_those_who_do_not_see_it(
    slack: StandInSlack, client: WebClient, alt: str, kept: int
) -> None:
    shared(client, alt=alt)
    [call] = slack.calls_of(ADDRESS)
    assert call.args["alt_txt"] == alt[:kept]


@pytest.mark.parametrize("slack", [frozenset({"chat:write"})], indirect=True)
def test_a_missing_scope_is_told_by_its_name(client: WebClient) -> None:
    with pytest.raises(MissingScope, match="files:write"):
        shared(client)


def test_a_channel_that_the_bot_is_not_in_is_told_as_that(client: WebClient) -> None:
    with pytest.raises(ChannelClosed):
        shared(client, channel=RANDOM)


@pytest.mark.parametrize("fault", [unclear(), reset(), server_error(503), refuse("internal_error")])
def test_an_unclear_last_answer_is_unclear_and_never_tried_again(
    slack: StandInSlack, client: WebClient, fault: Fault
) -> None:
    slack.faults.plan(COMPLETE, fault)
    with pytest.raises(PostUnclear, match="the file"):
        shared(client)
    assert len(slack.calls_of(COMPLETE)) == 1
    assert len(shown(slack)) == fault.performed


@pytest.mark.parametrize("door", [ADDRESS, "upload"])
@pytest.mark.parametrize("fault", [reset(), server_error(500), server_error(307), refuse("internal_error")])
def test_what_breaks_before_it_is_shown_is_not_unclear(
    slack: StandInSlack, client: WebClient, door: str, fault: Fault
) -> None:
    slack.faults.plan(door, fault, times=3)
    with pytest.raises(SlackTrouble) as caught:
        shared(client)
    assert not isinstance(caught.value, PostUnclear)
    assert shown(slack) == []


def test_what_slack_puts_off_is_shown_once_it_has_time(slack: StandInSlack, client: WebClient) -> None:
    slack.faults.plan(COMPLETE, rate_limit(0))
    file = shared(client)
    assert [message.files for message in shown(slack)] == [(file,)]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://files.slack.com/upload/v1/x", True),
        ("http://127.0.0.1:8080/upload", True),
        ("http://[::1]:8080/upload", True),
        ("http://localhost/upload", True),
        ("http://files.slack.com/upload", False),
        ("http://127.0.0.1.example.com/", False),
        ("ftp://127.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_bytes_go_to_https_or_stay_on_this_machine(address: str, allowed: bool) -> None:
    assert safe(address) is allowed


def test_an_address_that_is_not_safe_gets_nothing(client: WebClient) -> None:
    with pytest.raises(SlackTrouble, match="not https"):
        send(client, "http://files.example.com/upload", PNG)
