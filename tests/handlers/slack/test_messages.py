"""What Slack refuses has its own words, and what it cannot show is said plainly."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.slack.clients import web_client
from handlers.slack import api, messages
from handlers.slack.directory import channel, members, person
from handlers.slack.errors import (
    ChannelClosed,
    FormExpired,
    MessageRefused,
    MissingScope,
    PostUnclear,
    SlackBusy,
    SlackFailing,
    SlackTrouble,
    TokenRejected,
)
from handlers.slack.messages import Anchor, open_form, post, publish_home, push_form, update_message
from handlers.slack.response_url import post_ephemeral
from handlers.views.blocks import TEXT, section, table, verbatim
from handlers.views.home import closed
from handlers.views.report_form import order_form
from reporting.errors.base import ComplianceError
from reporting.period import Month
from sandbox.slack import (
    Channel,
    Fault,
    Message,
    StandInSlack,
    WorkspaceSetup,
    refuse,
    reset,
    server_error,
    unclear,
)
from tests.handlers.loopback import recorded

COMPLIANCE, ANN = "C0COMPLY01", "U0ANN00001"
POST, UPDATE = "chat.postMessage", "chat.update"
MESSAGE = {"text": "The report", "blocks": [section("*The* report"), section("of January")]}
HOME = closed("You may not.", "Ask an admin.")
FORM = order_form(Month(2025, 2), channel=COMPLIANCE)
Act = Callable[[WebClient], object]


@pytest.fixture(params=[WorkspaceSetup()])
def slack(request: pytest.FixtureRequest) -> Iterator[StandInSlack]:
    with StandInSlack(request.param) as slack:
        yield slack


@pytest.fixture
def client(slack: StandInSlack) -> WebClient:
    return web_client(slack.bot_token, slack.api_url)


def posted(client: WebClient, message: dict[str, Any] | None = None, *, where: str = COMPLIANCE) -> Anchor:
    return post(client, where, message or MESSAGE, tag="r1")


def shown(slack: StandInSlack) -> list[Message]:
    return slack.workspace.messages(COMPLIANCE)


ACTS: dict[str, Act] = {
    POST: posted,
    UPDATE: lambda client: update_message(client, Anchor(COMPLIANCE, "1.5"), MESSAGE),
    "views.open": lambda client: open_form(client, "T.1", FORM),
    "views.push": lambda client: push_form(client, "T.1", FORM),
    "views.publish": lambda client: publish_home(client, ANN, HOME),
    "users.info": lambda client: person(client, ANN),
    "conversations.info": lambda client: channel(client, COMPLIANCE),
    "usergroups.users.list": lambda client: members(client, "S1"),
}
CODES: dict[str, type[ComplianceError]] = {
    "not_in_channel": ChannelClosed,
    "channel_not_found": ChannelClosed,
    "is_archived": ChannelClosed,
    "restricted_action": ChannelClosed,
    "token_revoked": TokenRejected,
    "token_expired": TokenRejected,
    "account_inactive": TokenRejected,
    "invalid_auth": TokenRejected,
    "not_authed": TokenRejected,
    "missing_scope": MissingScope,
    "ratelimited": SlackBusy,
    "rate_limited": SlackBusy,
    "invalid_blocks": MessageRefused,
    "invalid_blocks_format": MessageRefused,
    "msg_too_long": MessageRefused,
    "msg_blocks_too_long": MessageRefused,
    "expired_trigger_id": FormExpired,
    "exchanged_trigger_id": FormExpired,
    "trigger_expired": FormExpired,
    "trigger_exchanged": FormExpired,
    "message_not_found": SlackTrouble,
    "something_new": SlackTrouble,
}


@pytest.mark.parametrize("method", ACTS)
def test_every_refusal_of_slack_s_has_words_of_its_own(method: str) -> None:
    with recorded() as api:
        for code, kind in CODES.items():
            api.refusals[method] = code
            with pytest.raises(ComplianceError) as caught:
                ACTS[method](WebClient("xoxb-1", base_url=api.url))
            assert type(caught.value) is kind, code
            assert caught.value.advice, code


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived", "restricted_action"])
def test_a_closed_channel_is_told_with_why(code: str, slack: StandInSlack, client: WebClient) -> None:
    slack.faults.plan(POST, refuse(code))
    with pytest.raises(ChannelClosed) as caught:
        posted(client)
    assert api.CLOSED[code] in str(caught.value)
    assert "/invite" in caught.value.advice


@pytest.mark.parametrize(
    "slack", [WorkspaceSetup(scopes=frozenset({"commands", "chat:write"}))], indirect=True, ids=["few scopes"]
)
@pytest.mark.parametrize(
    ("method", "scope"),
    [
        ("conversations.info", "channels:read"),
        ("users.info", "users:read"),
        ("usergroups.users.list", "usergroups:read"),
    ],
)
def test_a_lacking_scope_is_told_by_its_name(method: str, scope: str, client: WebClient) -> None:
    with pytest.raises(MissingScope, match=scope) as caught:
        ACTS[method](client)
    assert caught.value.facts["scope"] == scope


@pytest.mark.parametrize("fault", [unclear(), reset(), server_error(503), *map(refuse, sorted(api.FAULTS))])
def test_a_post_without_a_clear_answer_is_unclear_and_not_repeated(
    fault: Fault, slack: StandInSlack, client: WebClient
) -> None:
    slack.faults.plan(POST, fault)
    with pytest.raises(PostUnclear):
        posted(client)
    assert len(slack.calls_of(POST)) == 1
    assert len(shown(slack)) == fault.performed


@pytest.mark.parametrize("method", [method for method in ACTS if method != POST])
@pytest.mark.parametrize("code", ["internal_error", "fatal_error"])
def test_what_can_be_repeated_is_never_unclear(code: str, method: str) -> None:
    with recorded() as api:
        api.refusals[method] = code
        with pytest.raises(SlackTrouble) as caught:
            ACTS[method](WebClient("xoxb-1", base_url=api.url))
    assert type(caught.value) is SlackFailing


@pytest.mark.parametrize("code", sorted(api.REFUSED))
def test_refused_blocks_are_said_in_plain_words_once(code: str, slack: StandInSlack, client: WebClient) -> None:
    slack.faults.plan(POST, refuse(code))
    anchor = posted(client)
    [message] = shown(slack)
    assert (message.ts, message.blocks) == (anchor.ts, ())
    assert message.text == "*The* report\nof January"
    assert message.metadata == {"event_type": "compliance_report", "event_payload": {"tag": "r1"}}


@pytest.mark.parametrize("code", sorted(api.REFUSED))
def test_a_message_whose_new_blocks_are_refused_changes_to_plain_words(
    code: str, slack: StandInSlack, client: WebClient
) -> None:
    anchor = posted(client, {"text": "Reading", "blocks": [section("Reading")]})
    slack.faults.plan(UPDATE, refuse(code))
    update_message(client, anchor, MESSAGE)
    [message] = shown(slack)
    assert (message.blocks, message.text) == ((), "*The* report\nof January")


@pytest.mark.parametrize("method", [POST, UPDATE])
def test_plain_words_that_are_refused_too_are_given_up(method: str, slack: StandInSlack, client: WebClient) -> None:
    anchor = posted(client)
    slack.faults.plan(method, refuse("invalid_blocks"), times=2)
    acts: dict[str, Act] = {POST: posted, UPDATE: lambda client: update_message(client, anchor, MESSAGE)}
    with pytest.raises(MessageRefused):
        acts[method](client)
    assert len([call for call in slack.calls_of(method) if not call.ok]) == 2


def test_too_much_text_is_said_as_far_as_it_fits(slack: StandInSlack, client: WebClient) -> None:
    anchor = posted(client)
    blocks = [section(f"{number} " + "word " * 550) for number in range(5)]
    update_message(client, anchor, {"text": "Much", "blocks": blocks})
    [message] = shown(slack)
    assert message.blocks == ()
    assert message.text.startswith("0 word")
    assert message.text.endswith("\n…")
    assert len(message.text) <= TEXT


def test_foreign_text_in_plain_words_mentions_nobody_and_links_nowhere(slack: StandInSlack, client: WebClient) -> None:
    hostile = "<!channel> <@U1> <https://evil.example|x> & more"
    blocks = [verbatim(hostile), table(("Name", "Events"), [(hostile, "3")]), section("by <@U0ANN00001>")]
    slack.faults.plan(POST, refuse("invalid_blocks"))
    posted(client, {"text": "x", "blocks": blocks})
    [message] = shown(slack)
    assert "&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|x&gt; &amp; more" in message.text
    assert "<!channel>" not in message.text
    assert message.text.endswith("by <@U0ANN00001>")


@pytest.mark.parametrize("method", [POST, UPDATE])
@pytest.mark.parametrize("code", ["is_archived", "token_revoked", "missing_scope", "cant_update_message"])
def test_what_is_refused_for_another_reason_is_not_tried_in_plain_words(
    code: str, method: str, slack: StandInSlack, client: WebClient
) -> None:
    anchor = posted(client)
    slack.faults.plan(method, refuse(code))
    acts: dict[str, Act] = {POST: posted, UPDATE: lambda client: update_message(client, anchor, MESSAGE)}
    with pytest.raises(ComplianceError):
        acts[method](client)
    assert len([call for call in slack.calls_of(method) if not call.ok]) == 1


def test_a_post_goes_where_it_says_and_previews_no_links(slack: StandInSlack, client: WebClient) -> None:
    anchor = posted(client)
    post(client, COMPLIANCE, MESSAGE, tag="r2", thread=anchor.ts)
    first, second = slack.calls_of(POST)
    assert (first.args["unfurl_links"], first.args["unfurl_media"]) == (False, False)
    assert second.args["thread_ts"] == anchor.ts
    assert len(slack.workspace.thread(COMPLIANCE, anchor.ts)) == 2


def test_a_change_reads_no_names_and_no_links_in_its_text(slack: StandInSlack, client: WebClient) -> None:
    update_message(client, posted(client), MESSAGE)
    [call] = slack.calls_of(UPDATE)
    assert call.args["parse"] == "none"


@pytest.mark.parametrize(
    ("code", "gone"),
    [("message_not_found", True), ("cant_update_message", True), ("thread_not_found", True), ("not_in_channel", False)],
)
def test_whether_a_message_is_gone_is_known(code: str, gone: bool, slack: StandInSlack, client: WebClient) -> None:
    slack.faults.plan(UPDATE, refuse(code))
    with pytest.raises(ComplianceError) as caught:
        update_message(client, Anchor(COMPLIANCE, "1.5"), MESSAGE)
    assert (isinstance(caught.value, SlackTrouble) and messages.is_deleted(caught.value)) is gone


def test_a_channel_s_kind_is_told(client: WebClient) -> None:
    found = channel(client, COMPLIANCE)
    assert (found["id"], found["is_archived"]) == (COMPLIANCE, False)


@pytest.mark.parametrize(
    "slack",
    [WorkspaceSetup(channels=(Channel("C0SECRET01", "secret", frozenset({ANN}), is_private=True),))],
    indirect=True,
    ids=["a private channel"],
)
def test_a_private_channel_without_the_bot_is_closed(client: WebClient) -> None:
    with pytest.raises(ChannelClosed, match="private"):
        channel(client, "C0SECRET01")


def test_a_user_group_s_members_are_told(slack: StandInSlack, client: WebClient) -> None:
    [group, *_] = slack.workspace.setup.usergroups
    assert members(client, group.id) == frozenset(group.users)


def test_the_app_s_page_is_put_before_somebody(slack: StandInSlack, client: WebClient) -> None:
    publish_home(client, ANN, HOME)
    view = slack.workspace.views.home(ANN)
    assert view is not None
    assert "You may not." in str(view.payload)


@pytest.mark.parametrize("code", sorted(api.REFUSED))
def test_a_private_answer_whose_blocks_are_refused_is_given_in_plain_words(code: str) -> None:
    with recorded() as api:
        api.refusals["whisper"] = code
        with pytest.raises(MessageRefused):
            post_ephemeral(f"{api.url}whisper", MESSAGE)
        first, second = api.whispers
    assert first["blocks"] == MESSAGE["blocks"]
    assert (second["blocks"], second["text"]) == ([], "*The* report\nof January")


def test_a_private_answer_is_for_the_asker_alone_and_replaces_nothing() -> None:
    with recorded() as api:
        post_ephemeral(f"{api.url}whisper", MESSAGE)
    [said] = api.whispers
    assert (said["response_type"], said["replace_original"]) == ("ephemeral", False)


def test_a_private_answer_that_came_too_late_is_trouble(slack: StandInSlack) -> None:
    with pytest.raises(SlackTrouble, match="invalid_url"):
        post_ephemeral(f"{slack.api_url.removesuffix('api/')}commands/none", MESSAGE)
