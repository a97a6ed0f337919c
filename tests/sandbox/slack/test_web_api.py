from dataclasses import replace

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import StandInSlack, WorkspaceSetup
from sandbox.slack.setup import ANN, BOB, OLGA

COMPLIANCE, LEGAL, PARTNERS, RANDOM, OLD = "C0COMPLY01", "C0LEGAL001", "C0PARTNER1", "C0RANDOM01", "C0OLD00001"


def error(client: WebClient, method: str, **args: object) -> dict[str, object]:
    with pytest.raises(SlackApiError) as refused:
        client.api_call(method, json=args)
    data = refused.value.response.data
    assert isinstance(data, dict)
    return data


def test_auth_test_says_who_the_bot_is(client: WebClient) -> None:
    answer = client.auth_test()
    assert (answer["team_id"], answer["user_id"]) == ("T0SANDBOX", "U0BOT00001")
    assert answer.headers["x-oauth-scopes"] == (
        "channels:read,chat:write,commands,files:write,groups:read,usergroups:read,users:read"
    )


@pytest.mark.parametrize(
    ("token", "said"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), (StandInSlack.app_token, "not_allowed_token_type")],
)
def test_a_wrong_token_is_refused(slack: StandInSlack, token: str, said: str) -> None:
    answer = httpx.post(f"{slack.api_url}auth.test", headers={"Authorization": f"Bearer {token}"} if token else {})
    assert answer.json() == {"ok": False, "error": said}


def test_only_the_app_token_opens_a_socket(client: WebClient) -> None:
    assert error(client, "apps.connections.open")["error"] == "not_allowed_token_type"


def test_the_token_may_be_a_form_field(slack: StandInSlack) -> None:
    answer = httpx.post(f"{slack.api_url}auth.test", data={"token": slack.bot_token})
    assert answer.json()["ok"] is True


def test_an_unknown_method_is_named(client: WebClient) -> None:
    assert error(client, "chat.shout") == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}


def test_a_body_that_is_no_json_is_refused(slack: StandInSlack) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": "application/json"}
    answer = httpx.post(f"{slack.api_url}auth.test", headers=headers, content=b"{")
    assert answer.json()["error"] == "invalid_json"


def test_an_unknown_argument_is_named(client: WebClient) -> None:
    refused = error(client, "chat.postMessage", channel=COMPLIANCE, text="x", colour="red")
    assert refused["error"] == "invalid_arguments"
    assert refused["response_metadata"] == {"messages": ["[ERROR] invalid additional property: colour"]}


def test_a_missing_argument_is_named(client: WebClient) -> None:
    refused = error(client, "chat.update", channel=COMPLIANCE, text="x")
    assert refused["response_metadata"] == {"messages": ["[ERROR] missing required field: ts"]}


@pytest.mark.parametrize(
    ("method", "args", "needed"),
    [
        ("chat.postMessage", {"channel": COMPLIANCE, "text": "x"}, "chat:write"),
        ("chat.update", {"channel": COMPLIANCE, "ts": "1.0", "text": "x"}, "chat:write"),
        ("chat.postEphemeral", {"channel": COMPLIANCE, "user": ANN, "text": "x"}, "chat:write"),
        ("chat.delete", {"channel": COMPLIANCE, "ts": "1.0"}, "chat:write"),
        ("conversations.info", {"channel": COMPLIANCE}, "channels:read"),
        ("conversations.info", {"channel": LEGAL}, "groups:read"),
        ("conversations.members", {"channel": COMPLIANCE}, "channels:read"),
        ("conversations.open", {"users": ANN}, "im:write"),
        ("conversations.history", {"channel": COMPLIANCE}, "channels:history"),
        ("conversations.replies", {"channel": LEGAL, "ts": "1.0"}, "groups:history"),
        ("users.info", {"user": ANN}, "users:read"),
        ("users.list", {}, "users:read"),
        ("usergroups.list", {}, "usergroups:read"),
        ("usergroups.users.list", {"usergroup": "S0AUDITORS"}, "usergroups:read"),
        ("files.getUploadURLExternal", {"filename": "a.txt", "length": 1}, "files:write"),
        ("files.completeUploadExternal", {"files": [{"id": "F1"}]}, "files:write"),
        ("files.info", {"file": "F1"}, "files:read"),
    ],
)
def test_a_missing_scope_is_named(method: str, args: dict[str, object], needed: str) -> None:
    with StandInSlack(WorkspaceSetup(scopes=frozenset({"commands"}))) as slack:
        refused = error(WebClient(slack.bot_token, base_url=slack.api_url), method, **args)
    assert refused == {"ok": False, "error": "missing_scope", "needed": needed, "provided": "commands"}


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        (RANDOM, "not_in_channel"),
        (OLD, "is_archived"),
        ("C0NOWHERE1", "channel_not_found"),
        ("#nowhere", "channel_not_found"),
    ],
)
def test_posting_is_refused_where_the_bot_may_not_post(client: WebClient, channel: str, said: str) -> None:
    assert error(client, "chat.postMessage", channel=channel, text="x")["error"] == said


def test_a_private_channel_without_the_bot_does_not_exist(slack: StandInSlack, client: WebClient) -> None:
    slack.workspace.remove_bot("#legal")
    assert error(client, "chat.postMessage", channel=LEGAL, text="x")["error"] == "channel_not_found"
    assert error(client, "conversations.info", channel=LEGAL)["error"] == "channel_not_found"


def test_a_read_only_channel_restricts_the_action(slack: StandInSlack, client: WebClient) -> None:
    slack.workspace.change_channel("#compliance", is_read_only=True)
    assert error(client, "chat.postMessage", channel=COMPLIANCE, text="x")["error"] == "restricted_action"


def test_an_invited_bot_may_post(slack: StandInSlack, client: WebClient) -> None:
    slack.workspace.invite_bot("#random")
    assert client.chat_postMessage(channel=RANDOM, text="here")["ok"]


def test_chat_write_public_opens_public_channels_without_an_invitation() -> None:
    setup = WorkspaceSetup()
    with StandInSlack(replace(setup, scopes=setup.scopes | {"chat:write.public"})) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        assert client.chat_postMessage(channel=RANDOM, text="here")["ok"]


def test_a_message_to_a_user_goes_to_the_direct_messages(slack: StandInSlack, client: WebClient) -> None:
    answer = client.chat_postMessage(channel=ANN, text="psst")
    assert answer["channel"] == slack.workspace.direct("ann").id
    assert [message.text for message in slack.workspace.messages(answer["channel"])] == ["psst"]


def test_a_form_and_a_json_body_say_the_same(slack: StandInSlack, client: WebClient) -> None:
    blocks = '[{"type":"divider"}]'
    client.api_call("chat.postMessage", data={"channel": COMPLIANCE, "text": "a", "blocks": blocks})
    client.api_call("chat.postMessage", json={"channel": COMPLIANCE, "text": "b", "blocks": [{"type": "divider"}]})
    first, second = slack.workspace.messages("#compliance")
    assert first.blocks == second.blocks == ({"type": "divider", "block_id": "b0001"},)


def test_metadata_is_kept_and_update_replaces_what_it_names(slack: StandInSlack, client: WebClient) -> None:
    metadata = {"event_type": "report", "event_payload": {"run": "1"}}
    posted = client.chat_postMessage(channel=COMPLIANCE, text="a", metadata=metadata)
    client.chat_update(channel=COMPLIANCE, ts=str(posted["ts"]), text="b")
    [message] = slack.workspace.messages("#compliance")
    assert (message.text, message.metadata, message.revisions) == ("b", metadata, 1)


@pytest.mark.parametrize("metadata", [{"event_type": "x"}, {"event_type": "x", "event_payload": 1}, [1]])
def test_metadata_of_another_shape_is_refused(client: WebClient, metadata: object) -> None:
    refused = error(client, "chat.postMessage", channel=COMPLIANCE, text="a", metadata=metadata)
    assert refused["error"] == "invalid_metadata_schema"


def test_text_without_blocks_takes_the_blocks_away_and_marks_the_edit(slack: StandInSlack, client: WebClient) -> None:
    ts = str(client.chat_postMessage(channel=COMPLIANCE, text="a", blocks=[{"type": "divider"}])["ts"])
    client.chat_update(channel=COMPLIANCE, ts=ts, text="b", blocks=[{"type": "divider"}])
    with_blocks = slack.workspace.message("#compliance", ts)
    client.chat_update(channel=COMPLIANCE, ts=ts, text="c")
    without = slack.workspace.message("#compliance", ts)
    assert with_blocks is not None
    assert without is not None
    assert (bool(with_blocks.blocks), with_blocks.edited) == (True, None)
    assert (without.blocks, bool(without.edited)) == ((), True)


@pytest.mark.parametrize(
    ("method", "size", "said"),
    [("chat.postMessage", 40_001, "msg_too_long"), ("chat.update", 4_001, "msg_too_long")],
)
def test_too_long_a_text_is_refused(client: WebClient, method: str, size: int, said: str) -> None:
    ts = str(client.chat_postMessage(channel=COMPLIANCE, text="a")["ts"])
    args = {"ts": ts} if method == "chat.update" else {}
    assert client.api_call(method, json={"channel": COMPLIANCE, "text": "x" * (size - 1), **args})["ok"]
    assert error(client, method, channel=COMPLIANCE, text="x" * size, **args)["error"] == said


def test_a_message_without_content_is_refused(client: WebClient) -> None:
    assert error(client, "chat.postMessage", channel=COMPLIANCE)["error"] == "no_text"


def test_only_its_own_messages_can_be_changed_or_deleted(slack: StandInSlack, client: WebClient) -> None:
    [own] = [client.chat_postMessage(channel=COMPLIANCE, text="a")]
    message = slack.workspace.message(COMPLIANCE, str(own["ts"]))
    assert message is not None
    slack.workspace.keep(replace(message, ts="1.000001", user=ANN))
    for method, said in (("chat.update", "cant_update_message"), ("chat.delete", "cant_delete_message")):
        text = {"text": "x"} if method == "chat.update" else {}
        assert error(client, method, channel=COMPLIANCE, ts="1.000001", **text)["error"] == said
        assert error(client, method, channel=COMPLIANCE, ts="2.000000", **text)["error"] == "message_not_found"
    assert client.chat_delete(channel=COMPLIANCE, ts=str(own["ts"]))["ok"]
    assert [one.user for one in slack.workspace.messages(COMPLIANCE)] == [ANN]


def test_replies_hang_on_their_thread_and_not_in_the_channel(slack: StandInSlack, client: WebClient) -> None:
    parent = str(client.chat_postMessage(channel=COMPLIANCE, text="parent")["ts"])
    reply = client.chat_postMessage(channel=COMPLIANCE, text="reply", thread_ts=parent)
    client.chat_postMessage(channel=COMPLIANCE, text="answer", thread_ts=str(reply["ts"]))
    client.chat_postMessage(channel=COMPLIANCE, text="loud", thread_ts=parent, reply_broadcast=True)
    assert [one.text for one in slack.workspace.messages(COMPLIANCE)] == ["parent", "loud"]
    assert [one.text for one in slack.workspace.thread(COMPLIANCE, parent)] == ["parent", "reply", "answer", "loud"]
    refused = error(client, "chat.postMessage", channel=COMPLIANCE, text="x", thread_ts="1.0")
    assert refused["error"] == "thread_not_found"


def test_a_permalink_names_channel_and_message(client: WebClient) -> None:
    parent = str(client.chat_postMessage(channel=COMPLIANCE, text="parent")["ts"])
    reply = str(client.chat_postMessage(channel=COMPLIANCE, text="reply", thread_ts=parent)["ts"])
    link = f"https://sandbox.slack.com/archives/{COMPLIANCE}/p"
    answer = client.chat_getPermalink(channel=COMPLIANCE, message_ts=parent)
    assert answer["permalink"] == link + parent.replace(".", "")
    answer = client.chat_getPermalink(channel=COMPLIANCE, message_ts=reply)
    assert answer["permalink"] == f"{link}{reply.replace('.', '')}?thread_ts={parent}&cid={COMPLIANCE}"


def test_an_ephemeral_message_is_seen_by_one_member_only(slack: StandInSlack, client: WebClient) -> None:
    client.chat_postEphemeral(channel=COMPLIANCE, user=ANN, text="for you")
    assert [one.text for one in slack.workspace.ephemerals("ann", "#compliance")] == ["for you"]
    assert slack.workspace.ephemerals("bob") == slack.workspace.messages("#compliance") == []
    nobody = error(client, "chat.postEphemeral", channel=COMPLIANCE, user="U1", text="x")
    assert nobody["error"] == "user_not_found"
    refused = error(client, "chat.postEphemeral", channel=COMPLIANCE, user=OLGA, text="x")
    assert refused["error"] == "user_not_in_channel"


def test_conversations_info_tells_what_matters_before_posting(client: WebClient) -> None:
    facts = ("is_private", "is_ext_shared", "is_archived", "is_member")
    seen = {one: client.conversations_info(channel=one)["channel"] for one in (LEGAL, PARTNERS, RANDOM, OLD)}
    assert {one: [channel[fact] for fact in facts] for one, channel in seen.items()} == {
        LEGAL: [True, False, False, True],
        PARTNERS: [False, True, False, True],
        RANDOM: [False, False, False, False],
        OLD: [False, False, True, True],
    }


def test_lists_come_in_pages(client: WebClient) -> None:
    pages = [[user["name"] for user in page["members"]] for page in client.users_list(limit=2)]
    assert pages == [["ann", "bob"], ["gus", "olga"], ["compliance_reports"]]
    assert error(client, "users.list", limit=2, cursor="?")["error"] == "invalid_cursor"
    assert error(client, "users.list", limit=1001)["error"] == "invalid_limit"
    assert error(client, "users.list", limit="many")["error"] == "invalid_arguments"


def test_conversations_list_shows_public_channels_and_its_own_private_ones(client: WebClient) -> None:
    public = client.conversations_list(exclude_archived=True)["channels"]
    private = client.conversations_list(types="private_channel")["channels"]
    assert [channel["name"] for channel in public] == ["compliance", "partners", "random"]
    assert [channel["name"] for channel in private] == ["legal"]


def test_conversations_info_counts_members_when_asked(client: WebClient) -> None:
    assert client.conversations_info(channel=COMPLIANCE, include_num_members=True)["channel"]["num_members"] == 4
    assert client.conversations_members(channel=LEGAL)["members"] == [ANN, BOB, "U0BOT00001"]


def test_users_info_tells_guests_and_strangers(client: WebClient) -> None:
    assert client.users_info(user="U0GUS00001")["user"]["is_ultra_restricted"] is True
    olga = client.users_info(user=OLGA)["user"]
    assert (olga["is_stranger"], olga["team_id"], olga["tz_offset"]) == (True, "T0PARTNER", 32400)
    assert error(client, "users.info", user="U1")["error"] == "user_not_found"


def test_user_groups_are_for_paid_plans(client: WebClient) -> None:
    assert client.usergroups_users_list(usergroup="S0AUDITORS")["users"] == [ANN]
    assert client.usergroups_list(include_users=True)["usergroups"][0]["users"] == [ANN]
    assert error(client, "usergroups.users.list", usergroup="S1")["error"] == "no_such_subteam"
    with StandInSlack(WorkspaceSetup(paid=False)) as free:
        poor = WebClient(free.bot_token, base_url=free.api_url)
        assert error(poor, "usergroups.list")["error"] == "paid_teams_only"


def test_history_needs_its_scope_and_shows_newest_first() -> None:
    setup = WorkspaceSetup()
    scopes = setup.scopes | {"channels:history", "im:write"}
    with StandInSlack(replace(setup, scopes=scopes)) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        metadata = {"event_type": "report", "event_payload": {}}
        first = str(client.chat_postMessage(channel=COMPLIANCE, text="1", metadata=metadata)["ts"])
        client.chat_postMessage(channel=COMPLIANCE, text="1.1", thread_ts=first)
        client.chat_postMessage(channel=COMPLIANCE, text="2")
        history = client.conversations_history(channel=COMPLIANCE, include_all_metadata=True)["messages"]
        assert [(one["text"], one.get("reply_count"), "metadata" in one) for one in history] == [
            ("2", None, False),
            ("1", 1, True),
        ]
        after = client.conversations_history(channel=COMPLIANCE, oldest=first)["messages"]
        assert [one["text"] for one in after] == ["2"]
        replies = client.conversations_replies(channel=COMPLIANCE, ts=first)["messages"]
        assert [one["text"] for one in replies] == ["1", "1.1"]
        both = client.conversations_history(channel=COMPLIANCE, oldest=first, inclusive=True, limit=1)
        assert (both["has_more"], [one["text"] for one in both["messages"]]) == (True, ["2"])
        assert error(client, "conversations.replies", channel=COMPLIANCE, ts="1.0")["error"] == "thread_not_found"
        assert error(client, "conversations.open", users="U1")["error"] == "user_not_found"
        assert error(client, "conversations.history", channel=RANDOM)["error"] == "not_in_channel"
        assert client.conversations_open(users=BOB)["channel"]["id"] == slack.workspace.direct("bob").id


def test_every_call_is_on_record_without_its_token(slack: StandInSlack, client: WebClient) -> None:
    client.chat_postMessage(channel=COMPLIANCE, text="a")
    error(client, "chat.postMessage", channel=RANDOM, text="b")
    record = [(call.args["channel"], call.ok, call.error) for call in slack.calls_of("chat.postMessage")]
    assert record == [(COMPLIANCE, True, None), (RANDOM, False, "not_in_channel")]
    assert "token" not in str(slack.calls)
