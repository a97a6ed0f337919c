import hashlib
import hmac
import urllib.parse
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt import App

from sandbox.slack import Sending, StandInSlack, Workspace, WorkspaceSetup
from sandbox.slack.escape import escaped
from sandbox.slack.http_server import Answer, Asked, HttpServer
from sandbox.slack.signing import Signature

Hosted = Callable[[App], AbstractContextManager[None]]
FIELDS = [
    "token",
    "team_id",
    "team_domain",
    "channel_id",
    "channel_name",
    "user_id",
    "user_name",
    "command",
    "text",
    "api_app_id",
    "is_enterprise_install",
    "response_url",
    "trigger_id",
]


def test_a_command_over_http_is_answered_in_text(slack: StandInSlack, app: App, hosted: Hosted) -> None:
    app.command("/c")(lambda ack, body: ack(f"Working on {body['text']}"))
    with hosted(app):
        delivery = slack.command("/c", "2025-01", user="ann", channel="#compliance")
    assert (delivery.status, delivery.door, delivery.body) == (200, "http", "Working on 2025-01")
    assert [one.text for one in slack.workspace.ephemerals("ann")] == ["Working on 2025-01"]


def test_an_answer_with_blocks_is_an_object(slack: StandInSlack, app: App, hosted: Hosted) -> None:
    app.command("/c")(lambda ack: ack(text="x", blocks=[{"type": "divider"}]))
    with hosted(app):
        delivery = slack.command("/c", user="ann", channel="#compliance")
    assert delivery.shown is not None
    assert delivery.shown.blocks == ({"type": "divider", "block_id": "b0001"},)


def test_wrong_blocks_in_an_answer_are_an_invalid_command_response(
    slack: StandInSlack, app: App, hosted: Hosted
) -> None:
    app.command("/c")(lambda ack: ack(text="x", blocks=[{"type": "carousel"}]))
    with hosted(app):
        delivery = slack.command("/c", user="ann", channel="#compliance")
    assert delivery.trouble == "invalid_command_response"
    assert [one.text for one in slack.workspace.ephemerals("ann")] == [
        '/c failed with the error "invalid_command_response"'
    ]


@pytest.mark.parametrize(("signature", "status"), [("forged", 401), ("stale", 401), ("missing", 401)])
def test_bolt_refuses_what_slack_did_not_sign(
    slack: StandInSlack, app: App, hosted: Hosted, signature: Signature, status: int
) -> None:
    app.command("/c")(lambda ack: ack("never"))
    with hosted(app):
        delivery = slack.command("/c", user="ann", channel="#compliance", sending=Sending(signature=signature))
    assert (delivery.acked, delivery.status, delivery.trouble) == (False, status, "dispatch_failed")


def answered(slack: StandInSlack, answer: Answer | None, act: Callable[[], object]) -> Asked:
    """Return what the workspace posted to a listener that always answers the same."""
    seen: list[Asked] = []

    def respond(asked: Asked) -> Answer | None:
        seen.append(asked)
        return answer

    with HttpServer(respond) as server:
        slack.request_url = f"{server.url}/slack/events"
        act()
    [asked] = seen
    return asked


def test_a_command_is_a_signed_form_with_slacks_fields(slack: StandInSlack) -> None:
    asked = answered(
        slack,
        Answer(200, b""),
        lambda: slack.command("/c", "2025-01 room:Legal", user="bob", channel="#legal"),
    )
    form = dict(urllib.parse.parse_qsl(asked.body.decode(), keep_blank_values=True, strict_parsing=True))
    assert list(form) == FIELDS
    assert (form["channel_name"], form["user_name"], form["text"]) == ("privategroup", "bob", "2025-01 room:Legal")
    stamp = asked.headers["x-slack-request-timestamp"]
    base = f"v0:{stamp}:".encode() + asked.body
    digest = hmac.new(slack.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    assert asked.headers["x-slack-signature"] == f"v0={digest}"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_repetition_says_so_in_its_headers(slack: StandInSlack) -> None:
    sending = Sending(retry_num=2, retry_reason="http_error")
    asked = answered(slack, Answer(200, b""), lambda: slack.event({"type": "x"}, sending=sending))
    assert (asked.headers["x-slack-retry-num"], asked.headers["x-slack-retry-reason"]) == ("2", "http_error")
    assert asked.headers["content-type"] == "application/json"


def test_anything_at_all_can_be_posted(slack: StandInSlack) -> None:
    asked = answered(slack, Answer(200, b""), lambda: slack.post_raw(b"garbage", {"X-Slack-Signature": "v0=1"}))
    assert (asked.body, asked.headers["x-slack-signature"]) == (b"garbage", "v0=1")


def test_a_garbled_timestamp_is_no_number(slack: StandInSlack) -> None:
    sending = Sending(signature="garbled")
    asked = answered(slack, Answer(200, b""), lambda: slack.open_home("ann", sending=sending))
    assert asked.headers["x-slack-request-timestamp"] == "yesterday"


@pytest.mark.parametrize("answer", [Answer(500, b"oops"), Answer(404, b""), None])
def test_an_answer_that_is_none_is_a_failed_dispatch(slack: StandInSlack, answer: Answer | None) -> None:
    answered(slack, answer, lambda: slack.command("/c", user="ann", channel="#compliance"))
    assert [one.text for one in slack.workspace.ephemerals("ann")] == ['/c failed with the error "dispatch_failed"']


def test_nobody_listening_is_a_failed_dispatch(slack: StandInSlack) -> None:
    delivery = slack.command("/c", user="ann", channel="#compliance")
    assert (delivery.acked, delivery.door, delivery.trouble) == (False, None, "dispatch_failed")


def test_a_person_cannot_do_what_slack_does_not_offer(slack: StandInSlack) -> None:
    with pytest.raises(PermissionError, match="another company"):
        slack.command("/c", user="olga", channel="#partners")
    with pytest.raises(PermissionError, match="not in #legal"):
        slack.command("/c", user="gus", channel="#legal")
    with pytest.raises(PermissionError, match="old is archived"):
        slack.command("/c", user="ann", channel="#old")
    with pytest.raises(LookupError, match="nobody is called zoe"):
        slack.command("/c", user="zoe", channel="#legal")
    with pytest.raises(LookupError, match="no channel is called nowhere"):
        slack.command("/c", user="ann", channel="#nowhere")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("2025-01 type:delete", "2025-01 type:delete"),
        ("a & <b>", "a &amp; &lt;b&gt;"),
        ("ask @bob in #legal", "ask <@U0BOB00001|bob> in <#C0LEGAL001|legal>"),
        ("@nobody #nowhere", "@nobody #nowhere"),
        ("user:ann@example.com", "user:<mailto:ann@example.com|ann@example.com>"),
        ("see https://x.example/a", "see <https://x.example/a>"),
        ('room:"Legal"', 'room:"Legal"'),
    ],
)
def test_should_escape_sends_entities_mentions_and_links(slack: StandInSlack, typed: str, sent: str) -> None:
    assert slack.command("/c", typed, user="ann", channel="#compliance").payload["text"] == sent


def test_without_should_escape_the_text_is_as_typed() -> None:
    with StandInSlack(replace(WorkspaceSetup(), should_escape=False)) as slack:
        delivery = slack.command("/c", "<a> & @bob", user="ann", channel="#compliance")
    assert delivery.payload["text"] == "<a> & @bob"


@given(st.text())
def test_escaped_text_never_holds_a_bare_angle_of_the_typist(typed: str) -> None:
    workspace = Workspace(WorkspaceSetup(), lambda: 0.0)
    assert escaped(typed, workspace).count("<") == escaped(typed, workspace).count(">")
