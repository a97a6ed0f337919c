"""Slack refuses something, at any call of a run: the report is made and filed all the same, and it is said in words."""

from pathlib import Path

import pytest
from slack_sdk.http_retry.builtin_interval_calculators import BackoffRetryIntervalCalculator

from reporting.run import ENDED, State
from sandbox.portal import Hang, StandInPortal
from sandbox.slack import Fault, Message, StandInSlack, rate_limit, refuse, reset, unclear
from sandbox.slack.setup import SCOPES
from tests.bot.agenda import direct, directs
from tests.bot.talk import (
    ANN,
    BOTH,
    CHANNEL,
    LEGAL,
    Bot,
    Endings,
    entries,
    filed_texts,
    reading_hangs,
    reported,
    say,
    saying,
    seen,
    summaries,
    told,
    written,
)
from tests.until import PATIENCE, until

POST, UPDATE = "chat.postMessage", "chat.update"
URL, UPLOAD, SHOW = "files.getUploadURLExternal", "upload", "files.completeUploadExternal"
CLOSED = {
    "not_in_channel": "I am not in it",
    "channel_not_found": "it is private and I am not in it",
    "is_archived": "it is archived",
    "restricted_action": "allows only some people to post",
}
REJECTED = ["token_revoked", "token_expired", "account_inactive", "invalid_auth", "not_authed"]
UNFIT = ["invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long"]


@pytest.fixture
def scopes() -> frozenset[str]:
    return SCOPES


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once."""
    monkeypatch.setattr(BackoffRetryIntervalCalculator, "calculate_sleep_duration", lambda *_: 0.0)


def own(slack: StandInSlack, user: str = "ann") -> str:
    return slack.workspace.direct(user).id


def ended(folder: Path) -> list[tuple[State, str]]:
    """How the runs ended, and the kinds of what went wrong."""
    return [(entry.state, entry.failure.kind if entry.failure else "") for entry in entries(folder)]


# -- channels that are closed --


@pytest.mark.parametrize(("error", "said"), CLOSED.items())
def test_a_channel_that_is_closed_before_the_report_gets_it_made_and_its_asker_has_it_in_direct_messages(
    error: str, said: str, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    slack.faults.plan(POST, refuse(error))
    with bot():
        say(slack, "2025-01")
        [summary] = reported(slack, channel=own(slack))
        note = direct(slack, "is sent here")
    assert said in written(note)
    assert "<#C0COMPLY01>" in written(note)
    assert [message.ts for message in directs(slack)] == [note.ts, summary.ts]
    assert slack.workspace.messages(CHANNEL) == []
    assert len(filed_texts(portal)) == 1
    assert ended(tmp_path) == [(State.DONE, "")]


def closes(slack: StandInSlack, how: str, channel: str) -> None:
    match how:
        case "archived":
            slack.workspace.change_channel(channel, is_archived=True)
        case "read only":
            slack.workspace.change_channel(channel, is_read_only=True)
        case _:
            slack.workspace.remove_bot(channel)


@pytest.mark.parametrize("how", ["archived", "read only", "put out"])
@pytest.mark.parametrize("channel", [CHANNEL, LEGAL], ids=["public", "private"])
def test_a_channel_that_closes_while_the_report_is_made_leaves_nobody_without_it(
    channel: str, how: str, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01", channel=channel)
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2025-01", user="bob", channel=channel)
        until(lambda: len(slack.calls_of("users.info")) >= 3)
        closes(slack, how, channel)
        portal.faults.clear()
        [mine] = reported(slack, channel=own(slack))
        [bobs] = reported(slack, channel=own(slack, "bob"))
        until(lambda: ended(tmp_path)[0][0] in ENDED, PATIENCE)
    assert f"Requested by <@{ANN}>" in written(mine)
    assert ANN not in written(bobs)
    for user in ("ann", "bob"):
        assert len(saying(slack.workspace, "is sent here", own(slack, user))) == 1
    assert len(filed_texts(portal)) == 1
    assert ended(tmp_path) == [(State.WARNED, "ChannelClosed")]


def test_a_failure_in_a_channel_that_has_closed_is_told_in_direct_messages_too(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    portal.faults.next("/files/folder", Hang("first byte"))
    with bot(COMPLIANCE_ROOM_FOLDER_ID="999"):
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        slack.workspace.change_channel(CHANNEL, is_archived=True)
        portal.faults.release()
        direct(slack, "has no folder 999")
    assert [state for state, _ in ended(tmp_path)] == [State.FAILED]


# -- a token that is not accepted any more --


def test_a_token_that_is_revoked_before_the_first_message_is_said_beside_the_command(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    """The address for private answers needs no token."""
    with bot():
        for number, error in enumerate(REJECTED, 1):
            slack.faults.plan(POST, refuse(error))
            say(slack, "2025-01")
            refused = written(told(slack, error))
            assert "rejected the bot's token" in refused
            assert "SLACK_BOT_TOKEN" in refused
            until(lambda: ended(tmp_path) == [(State.FAILED, "TokenRejected")] * number)  # noqa: B023


def test_a_token_that_is_revoked_while_the_report_is_made_leaves_it_filed_and_in_the_ledger(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading_hangs(portal)
    over = Endings(monkeypatch)
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        slack.faults.always = refuse("token_revoked")
        portal.faults.clear()
        over.wait()
    assert len(filed_texts(portal)) == 1
    assert ended(tmp_path) == [(State.WARNED, "TokenRejected")]


# -- messages that Slack does not take --


@pytest.mark.parametrize("errors", [UNFIT[:3], UNFIT[-1:] * 3], ids=" ".join)
def test_blocks_that_slack_does_not_take_are_said_in_plain_words(
    errors: list[str], bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    """Some kinds are rolled out to some workspaces only: here the first message, the result and the preview."""
    first, result, preview_of_it = map(refuse, errors)
    slack.faults.plan(POST, first)
    slack.faults.plan(POST, preview_of_it, after=1)
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01")
        seen(slack, "January 2025")
        slack.faults.plan(UPDATE, result)
        portal.faults.clear()
        slack.workspace.wait_for(
            lambda w: [m for m in w.messages(CHANNEL) if len(w.thread(CHANNEL, m.ts)) == 3], PATIENCE
        )
        [anchor] = slack.workspace.messages(CHANNEL)
        _, preview, picture = slack.workspace.thread(CHANNEL, anchor.ts)
    assert "January 2025" in written(anchor)
    assert "SHA-256" in written(anchor)
    assert "From the report" in written(preview)
    assert preview.blocks == ()
    assert picture.files
    assert ended(tmp_path) == [(State.DONE, "")]


def test_too_many_requests_are_waited_for_and_nothing_is_left_out_or_said_twice(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    methods = (POST, UPDATE, "users.info", "conversations.info", URL, SHOW)
    with bot():
        for method in methods:
            slack.faults.plan(method, rate_limit(0), times=2)
        say(slack, "2025-01")
        [summary] = reported(slack)
    assert [sum(not call.ok for call in slack.calls_of(method)) for method in methods] == [2] * len(methods)
    assert slack.workspace.messages(CHANNEL) == [summary]
    assert [bool(message.files) for message in slack.workspace.thread(CHANNEL, summary.ts)] == [False, False, True]
    assert ended(tmp_path) == [(State.DONE, "")]


# -- what only some apps may --


@pytest.mark.parametrize("scopes", [SCOPES - {"files:write"}])
def test_without_the_scope_for_pictures_there_are_bars_and_it_is_said_once(
    scopes: frozenset[str], bot: Bot, slack: StandInSlack
) -> None:
    with bot():
        say(slack, "2025-01")
        reported(slack)
        say(slack, "2024-12")
        first, second = reported(slack, 2)
        bars = [slack.workspace.thread(CHANNEL, one.ts)[2] for one in (first, second)]
    assert ["files:write" in written(message) for message in bars] == [True, False]
    assert all("█" in written(message) for message in bars)
    assert slack.workspace.files == {}


@pytest.mark.parametrize("scopes", [SCOPES - {"users:read"}])
def test_an_app_that_may_not_know_who_asks_lets_nobody_in_and_names_the_scope(
    scopes: frozenset[str], bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot():
        say(slack, "2025-01")
        told(slack, "the app lacks the scope users:read")
    assert ended(tmp_path) == []


# -- pictures --


@pytest.mark.parametrize("drawing", [True])
def test_a_picture_of_the_month_is_shown_once_with_its_words_for_who_does_not_see_it(
    drawing: bool, bot: Bot, slack: StandInSlack
) -> None:
    with bot():
        say(slack, "2025-01")
        [summary] = reported(slack)
    [file] = slack.workspace.files.values()
    picture = slack.workspace.thread(CHANNEL, summary.ts)[2]
    assert picture.files == (file.id,)
    assert file.content is not None
    assert file.content.startswith(b"\x89PNG")
    assert "January 2025" in file.title
    assert "333" in file.alt


def pictures(slack: StandInSlack, summary: Message) -> list[Message]:
    return [message for message in slack.workspace.thread(CHANNEL, summary.ts) if message.files]


@pytest.mark.parametrize(("fault", "shown"), [(unclear(), 1), (reset(), 0), (refuse("internal_error"), 0)])
def test_a_picture_of_which_nothing_was_heard_is_not_shown_twice_and_the_report_stands(
    fault: Fault, shown: int, bot: Bot, slack: StandInSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.faults.plan(SHOW, fault)
    over = Endings(monkeypatch)
    with bot():
        say(slack, "2025-01")
        over.wait()
    [summary] = summaries(slack.workspace)
    assert len(pictures(slack, summary)) == shown
    assert ended(tmp_path) == [(State.DONE, "")]


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        (URL, refuse("file_uploads_disabled")),
        (URL, refuse("token_revoked")),
        (UPLOAD, Fault(status=500)),
        (UPLOAD, reset()),
        (SHOW, refuse("posting_to_channel_denied")),
        (SHOW, refuse("not_in_channel")),
    ],
)
def test_a_picture_that_slack_does_not_take_is_left_out_and_the_report_stands(
    method: str,
    fault: Fault,
    bot: Bot,
    slack: StandInSlack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slack.faults.plan(method, fault, times=4)
    over = Endings(monkeypatch)
    with bot():
        say(slack, "2025-01")
        over.wait()
    [summary] = summaries(slack.workspace)
    assert pictures(slack, summary) == []
    assert ended(tmp_path) == [(State.DONE, "")]


# -- private answers --


def test_who_cannot_be_answered_beside_the_command_any_more_is_told_by_direct_message(
    bot: Bot, slack: StandInSlack
) -> None:
    """The address for that lives for half an hour; the bot may have been down for longer."""
    slack.faults.plan("response_url", Fault(status=404), times=9)
    with bot():
        say(slack, "2025-01", user="bob")
        direct(slack, "only the workspace's admins and owners may", user="bob")
