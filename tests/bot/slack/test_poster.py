"""A message appears once, whatever Slack answers and whatever dies while it is posted."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from slack_sdk import WebClient

from bot.slack.clients import web_client
from bot.slack.poster import Poster
from bot.store import posts
from bot.store.database import Store
from bot.store.posts import ANCHOR, PREVIEW, Post
from handlers.slack import messages
from handlers.slack.errors import ChannelClosed, PostUnclear, SlackFailing, SlackTrouble
from handlers.slack.messages import post as post_once
from handlers.views.blocks import section
from sandbox.slack import (
    Fault,
    Message,
    StandInSlack,
    WorkspaceSetup,
    half,
    html,
    refuse,
    reset,
    server_error,
    unclear,
)
from sandbox.slack.setup import SCOPES
from tests.entries import ANN, COMPLIANCE

SAID = {"text": "Hello", "blocks": [section("Hello")]}
POST = "chat.postMessage"
HISTORY = {"channels:history", "groups:history", "im:history", "im:write"}
LOOKED_AT = 4


@pytest.fixture(params=[True])
def slack(request: pytest.FixtureRequest) -> Iterator[StandInSlack]:
    """With the scopes for looking up messages, unless a test says otherwise."""
    with StandInSlack(WorkspaceSetup(scopes=SCOPES | (HISTORY if request.param else set()))) as slack:
        yield slack


without_scopes = pytest.mark.parametrize("slack", [False], indirect=True)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def poster(slack: StandInSlack, store: Store) -> Poster:
    return Poster(store, web_client(slack.bot_token, slack.api_url), now)


def client(slack: StandInSlack) -> WebClient:
    return web_client(slack.bot_token, slack.api_url)


def once(poster: Poster, *, by: str = "q1", what: str = ANCHOR, thread: str = "") -> Post:
    return poster.once("r1", COMPLIANCE, what, SAID, by=by, thread=thread)


def shown(slack: StandInSlack) -> list[Message]:
    return slack.workspace.messages(COMPLIANCE)


def kept(poster: Poster, what: str = ANCHOR) -> Post | None:
    return poster.store.write(posts.find, "r1", COMPLIANCE, what)


def die_after_writing_down(poster: Poster, what: str = ANCHOR) -> None:
    """What a process leaves behind that died before it knew what came of its post."""
    attempt = Post("r1", COMPLIANCE, what, "q1", now(), ts="", unclear=False)
    poster.store.write(posts.attempt, attempt)


def post_unseen(slack: StandInSlack, what: str = ANCHOR, thread: str = "") -> str:
    return post_once(client(slack), COMPLIANCE, SAID, tag=f"r1:{COMPLIANCE}:{what}", thread=thread).ts


def test_a_message_is_posted_once_however_often_it_is_asked_for(poster: Poster, slack: StandInSlack) -> None:
    first = once(poster)
    assert [once(poster), once(poster)] == [kept(poster)] * 2
    [message] = shown(slack)
    assert message.ts == first.ts
    assert len(slack.calls_of(POST)) == 1


def test_each_kind_has_a_message_of_its_own(poster: Poster, slack: StandInSlack) -> None:
    anchor = once(poster)
    reply = once(poster, what=PREVIEW, thread=anchor.ts)
    assert [message.ts for message in slack.workspace.thread(COMPLIANCE, anchor.ts)] == [anchor.ts, reply.ts]


def test_another_request_finds_the_message_of_the_first_one(poster: Poster, slack: StandInSlack) -> None:
    first = once(poster, by="q1")
    second = once(poster, by="q2")
    assert (second.by, second.ts) == ("q1", first.ts)
    assert len(shown(slack)) == 1


def test_an_unclear_answer_is_looked_up_and_the_message_that_is_there_is_taken(
    poster: Poster, slack: StandInSlack
) -> None:
    slack.faults.plan(POST, unclear())
    post = once(poster)
    [message] = shown(slack)
    assert post.ts == message.ts
    assert kept(poster) == once(poster)
    assert len(slack.calls_of(POST)) == 1


@pytest.mark.parametrize("fault", [reset(), server_error(500), refuse("internal_error"), refuse("fatal_error")])
def test_an_unclear_answer_to_what_is_not_there_is_followed_by_one_more_look_and_try(
    poster: Poster, slack: StandInSlack, fault: Fault
) -> None:
    slack.faults.plan(POST, fault)
    with pytest.raises(SlackFailing):
        once(poster)
    post = once(poster)
    assert [message.ts for message in shown(slack)] == [post.ts]
    assert kept(poster) == once(poster)


@pytest.mark.parametrize("fault", [reset(), unclear(), half(), html(performed=True), server_error(502, performed=True)])
def test_what_stays_unclear_is_looked_for_the_next_time_and_is_there_once(
    fault: Fault, poster: Poster, slack: StandInSlack
) -> None:
    slack.faults.plan(POST, fault)
    slack.faults.plan("conversations.history", server_error(503), times=3)
    with pytest.raises(SlackFailing):
        once(poster)
    assert once(poster).ts == shown(slack)[0].ts
    assert len(shown(slack)) == 1


@without_scopes
def test_an_unclear_answer_that_cannot_be_looked_up_is_written_down_and_not_repeated(
    poster: Poster, slack: StandInSlack
) -> None:
    slack.faults.plan(POST, unclear())
    with pytest.raises(PostUnclear):
        once(poster)
    found = kept(poster)
    assert found is not None
    assert (found.unclear, found.ts) == (True, "")
    assert once(poster) == found
    assert len(shown(slack)) == 1


@without_scopes
def test_what_another_process_may_have_posted_and_nobody_can_look_up_is_unclear(
    poster: Poster, slack: StandInSlack
) -> None:
    die_after_writing_down(poster)
    with pytest.raises(PostUnclear):
        once(poster)
    assert shown(slack) == []
    assert once(poster).unclear


@pytest.mark.parametrize(
    ("error", "kind"),
    [("not_in_channel", ChannelClosed), ("is_archived", ChannelClosed), ("no_text", SlackTrouble)],
)
def test_a_refused_message_can_be_tried_again(
    poster: Poster, slack: StandInSlack, error: str, kind: type[Exception]
) -> None:
    slack.faults.plan(POST, refuse(error))
    with pytest.raises(kind):
        once(poster)
    assert kept(poster) is None
    assert once(poster).ts == shown(slack)[0].ts


def test_a_message_refused_at_the_second_try_can_be_tried_again(poster: Poster, slack: StandInSlack) -> None:
    slack.faults.plan(POST, reset())
    slack.faults.plan(POST, refuse("not_in_channel"))
    with pytest.raises(SlackFailing):
        once(poster)
    with pytest.raises(ChannelClosed):
        once(poster)
    assert kept(poster) is None


@pytest.mark.parametrize("threaded", [False, True], ids=["in the channel", "in the thread"])
def test_what_a_process_posted_that_died_before_it_could_note_that_is_found(
    poster: Poster, slack: StandInSlack, threaded: bool
) -> None:
    thread = once(poster, by="anchor").ts if threaded else ""
    what = PREVIEW if threaded else ANCHOR
    before = len(slack.workspace.thread(COMPLIANCE, thread)) if threaded else 0
    die_after_writing_down(poster, what)
    ts = post_unseen(slack, what, thread)
    assert once(poster, what=what, thread=thread).ts == ts
    assert kept(poster, what) == once(poster, what=what, thread=thread)
    all_of_it = slack.workspace.thread(COMPLIANCE, thread) if threaded else shown(slack)
    assert len(all_of_it) == before + 1


def test_what_a_process_wrote_down_and_did_not_post_before_it_died_is_posted(
    poster: Poster, slack: StandInSlack
) -> None:
    die_after_writing_down(poster)
    assert [once(poster).ts] == [message.ts for message in shown(slack)]


def test_an_unclear_reply_is_looked_up_in_its_thread(poster: Poster, slack: StandInSlack) -> None:
    anchor = once(poster).ts
    slack.faults.plan(POST, unclear())
    reply = once(poster, what=PREVIEW, thread=anchor)
    assert [message.ts for message in slack.workspace.thread(COMPLIANCE, anchor)] == [anchor, reply.ts]


def test_a_message_of_another_run_or_kind_is_not_taken_for_the_one_that_was_lost(
    poster: Poster, slack: StandInSlack
) -> None:
    other = poster.once("r2", COMPLIANCE, ANCHOR, SAID, by="q9")
    post_unseen(slack, PREVIEW)
    slack.faults.plan(POST, reset())
    with pytest.raises(SlackFailing):
        once(poster)
    assert once(poster).ts != other.ts
    assert len(shown(slack)) == 3


def test_among_too_many_messages_it_cannot_be_known_whether_it_is_there(
    poster: Poster, slack: StandInSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "LOOKED_AT", LOOKED_AT)
    monkeypatch.setattr(messages, "PAGE", LOOKED_AT // 2)
    die_after_writing_down(poster)
    for _ in range(LOOKED_AT + 1):
        client(slack).chat_postMessage(channel=COMPLIANCE, text="chatter")
    with pytest.raises(PostUnclear, match=str(LOOKED_AT)):
        once(poster)
    assert len(shown(slack)) == LOOKED_AT + 1
    assert once(poster).unclear


def test_when_looking_it_up_fails_it_is_unclear(poster: Poster, slack: StandInSlack) -> None:
    die_after_writing_down(poster)
    slack.faults.plan("conversations.history", refuse("access_denied"))
    with pytest.raises(PostUnclear):
        once(poster)
    assert shown(slack) == []


def test_a_message_is_looked_for_on_every_page(
    poster: Poster, slack: StandInSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "PAGE", 2)
    die_after_writing_down(poster)
    ts = post_unseen(slack)
    for _ in range(3):
        client(slack).chat_postMessage(channel=COMPLIANCE, text="chatter")
    assert once(poster).ts == ts


@pytest.mark.parametrize("fault", [unclear(), reset(), half()])
def test_a_direct_message_of_which_nothing_was_heard_is_looked_up_in_the_conversation_that_it_opened(
    fault: Fault, poster: Poster, slack: StandInSlack
) -> None:
    slack.faults.plan(POST, fault)
    if not fault.performed:
        with pytest.raises(SlackFailing):
            poster.once("r1", ANN, ANCHOR, SAID, by="q1")
    post = poster.once("r1", ANN, ANCHOR, SAID, by="q1")
    direct = slack.workspace.direct("ann").id
    assert [message.ts for message in slack.workspace.messages(direct)] == [post.ts]
    assert post.at == direct


@without_scopes
@pytest.mark.parametrize("fault", [unclear(), reset()])
def test_without_the_scopes_an_unclear_direct_message_is_not_repeated(
    fault: Fault, poster: Poster, slack: StandInSlack
) -> None:
    slack.faults.plan(POST, fault)
    with pytest.raises(PostUnclear, match="did not confirm"):
        poster.once("r1", ANN, ANCHOR, SAID, by="q1")
    assert poster.once("r1", ANN, ANCHOR, SAID, by="q1").unclear
    assert len(slack.workspace.messages(slack.workspace.direct("ann").id)) == fault.performed
