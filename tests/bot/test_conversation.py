"""Whole conversations: a person in Slack on one side, DocSpace on the other, the real bot between."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest

from bot.web.slack_delivery import DeliveryChannel
from sandbox.portal import AuditEvent as Event
from sandbox.portal import FolderSetup, Html, PortalSetup, StandInPortal, Status
from sandbox.slack import Message, StandInSlack, Workspace
from sandbox.slack.transcript import transcript
from tests.bot.talk import filed_texts

Bot = Callable[..., AbstractContextManager[DeliveryChannel]]
COMMAND, CHANNEL = "/compliance-report", "#compliance"
PATIENCE = 45
DOORS = [pytest.param({}, id="socket"), pytest.param({"SLACK_APP_TOKEN": "", "HTTP_PORT": "0"}, id="http")]


def ended(workspace: Workspace, channel: str = CHANNEL, count: int = 1) -> list[Message]:
    """The anchors in *channel*, once *count* of them have come to their end."""
    done = [m for m in workspace.messages(channel) if "SHA-256" in json.dumps(m.blocks) or m.text.startswith("No ")]
    return done if len(done) >= count else []


def report(slack: StandInSlack, **where: str) -> Message:
    slack.command(COMMAND, "2025-01", user=where.get("user", "ann"), channel=where.get("channel", CHANNEL))
    return slack.workspace.wait_for(lambda w: ended(w, where.get("channel", CHANNEL)), PATIENCE)[-1]


def failed(slack: StandInSlack) -> str:
    """Why there was no report, as the channel reads it."""
    anchor = report(slack)
    assert anchor.text.startswith("No compliance report: January 2025")
    return anchor.text


@pytest.mark.parametrize("door", DOORS)
def test_a_month_typed_in_a_channel_is_filed_in_docspace_and_summed_up_there(
    door: dict[str, str], bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot(SLACK_SIGNING_SECRET=slack.signing_secret, **door):
        delivery = slack.command(COMMAND, "2025-01", user="ann", channel=CHANNEL)
        [anchor] = slack.workspace.wait_for(ended, PATIENCE)
        preview, *_ = slack.workspace.wait_for(lambda w: w.thread(CHANNEL, anchor.ts)[1:], PATIENCE)
    assert delivery.ack_seconds is not None
    assert delivery.ack_seconds < 3
    [file] = filed_texts(portal)
    text = portal.files.content(file.id).decode()
    assert (file.title, file.version(None).number) == ("compliance-report-2025-01.txt", 1)
    assert text.startswith("Compliance report\nPeriod: 2025-01-01 - 2025-01-31\nTotal events: 333\n")
    assert text.count("\nID: ") == 333
    shown = transcript(slack.workspace, CHANNEL, "ann")
    for said in ["COMPLETE", "333", "Europe/Riga", "SHA-256", "[ Open in DocSpace ]", "Requested by @Ann Archer"]:
        assert said in shown
    assert json.dumps(preview.blocks).count("ID: ") == 3
    assert "330 more events in the file." in preview.text


def test_run_again_says_in_a_new_message_that_nothing_has_changed_and_uploads_nothing(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot():
        first = report(slack)
        slack.press(first, "run_again", user="ann")
        before, after = slack.workspace.wait_for(lambda w: ended(w, count=2), PATIENCE)
    assert before.ts != after.ts
    assert "Nothing has changed" in json.dumps(after.blocks)
    assert "Nothing has changed" not in json.dumps(before.blocks)
    [file] = filed_texts(portal)
    assert file.version(None).number == 1


def test_run_again_makes_the_next_version_in_a_new_message_once_there_is_more(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    late = Event(id=7, date=datetime(2025, 1, 1, 3, tzinfo=UTC), action_id=5011, user_id="u")
    with bot():
        first = report(slack)
        portal.audit.add(late)
        slack.press(first, "run_again", user="ann")
        _, after = slack.workspace.wait_for(lambda w: ended(w, count=2), PATIENCE)
    assert "version 2" in json.dumps(after.blocks)
    [file] = filed_texts(portal)
    assert [version.number for version in file.versions] == [1, 2]
    assert file.version(None).content.count(b"\nID: ") == 334


def test_a_filter_typed_in_slack_is_shown_with_its_counts_and_asked_again_by_the_button(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot(REPORT_TIMEZONE="America/New_York"):
        slack.command(COMMAND, "2025-01 type:delete,share", user="ann", channel=CHANNEL)
        [first] = slack.workspace.wait_for(ended, PATIENCE)
        slack.press(first, "run_again", user="ann")
        slack.workspace.wait_for(lambda w: ended(w, count=2), PATIENCE)
    shown = transcript(slack.workspace, CHANNEL, "ann")
    assert shown.count("Filter: type:delete,share: ") == 2
    assert shown.count("Nothing has changed") == 1
    assert "America/New_York" in shown
    [file] = filed_texts(portal)
    assert file.title.startswith("compliance-report-2025-01-type-delete-share-")
    assert file.version(None).number == 1


def test_a_command_that_slack_delivers_twice_is_one_report(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot():
        delivery = slack.command(COMMAND, "2025-01", user="ann", channel=CHANNEL)
        slack.redeliver(delivery)
        slack.workspace.wait_for(ended, PATIENCE)
        report(slack, channel="#legal")
    assert len(slack.workspace.messages(CHANNEL)) == 1


def test_help_and_a_wrong_month_are_answered_to_the_asker_alone(bot: Bot, slack: StandInSlack) -> None:
    with bot():
        slack.command(COMMAND, "help", user="ann", channel=CHANNEL)
        slack.command(COMMAND, "2025-13", user="ann", channel=CHANNEL)
    said = [message.text for message in slack.workspace.ephemerals("ann")]
    assert said[0].startswith("How to request a compliance report\n")
    assert "2025-13" in said[1]
    assert "for example 2025-01" in said[1]
    assert slack.workspace.messages(CHANNEL) == []


@pytest.mark.parametrize(("user", "said"), [("bob", "admins and owners"), ("gus", "guests")])
def test_who_may_not_is_told_so_alone_and_nothing_is_posted(
    user: str, said: str, bot: Bot, slack: StandInSlack
) -> None:
    with bot():
        slack.command(COMMAND, "2025-01", user=user, channel=CHANNEL)
        [refusal] = slack.workspace.wait_for(lambda w: w.ephemerals(user)[1:], PATIENCE)
    assert said in refusal.text
    assert slack.workspace.messages(CHANNEL) == []


def test_who_asks_in_a_channel_without_the_bot_hears_how_to_invite_it(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot():
        slack.command(COMMAND, "2025-01", user="ann", channel="#random")
        own = slack.workspace.direct("ann")
        [note, *_] = slack.workspace.wait_for(lambda w: w.messages(own), PATIENCE)
        slack.workspace.wait_for(lambda w: ended(w, own.id), PATIENCE)
    assert "/invite" in json.dumps(note.blocks)
    assert slack.workspace.messages("#random") == []


CASES = [
    (PortalSetup(key_valid=False), "rejected the API key"),
    (PortalSetup(is_admin=False), "may not read the audit trail"),
    (PortalSetup(folder=FolderSetup(may_create=False)), "Content creator"),
    (PortalSetup(plan_has_audit=False), "events that were not requested"),
]


@pytest.mark.parametrize(("setup", "said"), CASES, ids=[said for _, said in CASES])
def test_a_refusal_of_docspace_is_told_in_the_channel_with_what_to_do(
    setup: PortalSetup, said: str, bot: Bot, slack: StandInSlack
) -> None:
    with bot():
        assert said in failed(slack)


def test_a_folder_that_is_not_there_is_told(bot: Bot, slack: StandInSlack) -> None:
    with bot(COMPLIANCE_ROOM_FOLDER_ID="999"):
        assert "has no folder 999" in failed(slack)


def test_a_portal_that_is_down_is_told(bot: Bot, slack: StandInSlack) -> None:
    with bot(DOCSPACE_API_HOST="http://127.0.0.1:9"):
        assert "could not be reached" in failed(slack)


def test_a_web_page_is_not_taken_for_an_answer(bot: Bot, slack: StandInSlack, portal: StandInPortal) -> None:
    portal.faults.next("/events/filter", Html(), times=None)
    with bot():
        assert "a web page" in failed(slack)


def test_try_again_under_a_failure_makes_the_report(bot: Bot, slack: StandInSlack, portal: StandInPortal) -> None:
    portal.faults.next("/events/filter", Status(500), times=3)
    with bot():
        anchor = report(slack)
        assert "keeps failing" in anchor.text
        slack.press(anchor, "run_again", user="ann")
        assert len(slack.workspace.wait_for(lambda w: ended(w, count=2), PATIENCE)) == 2
    assert len(filed_texts(portal)) == 1


def test_hostile_names_forge_nothing_in_the_file_or_in_the_channel(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    name = "<!channel> <@U0ANN00001>\r\nID: 1\n" + "-" * 80 + "\u202e\u2028&"
    moment = datetime(2025, 1, 1, 3, tzinfo=UTC)
    portal.audit.add(Event(id=7, date=moment, action_id=5011, user_id="u", user=name, text=name, target=(name,)))
    with bot():
        anchor = report(slack)
        slack.workspace.wait_for(lambda w: w.thread(CHANNEL, anchor.ts)[1:], PATIENCE)
    [file] = filed_texts(portal)
    text = portal.files.content(file.id).decode()
    assert text.count("\nID: ") == 334
    assert text.count("\n" + "-" * 80 + "\n") == 1 + 334 + 1 + 44
    assert not {"\r", "\u202e", "\u2028"} & set(text)
    for message in slack.workspace.thread(CHANNEL, anchor.ts):
        assert "<!channel>" not in json.dumps([b for b in message.blocks if b["type"] != "rich_text"])


def test_no_secret_is_in_any_message_or_file(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = [portal.key, slack.bot_token, slack.app_token, slack.signing_secret]
    with bot(SLACK_SIGNING_SECRET=slack.signing_secret):
        report(slack)
    [file] = filed_texts(portal)
    said = (
        transcript(slack.workspace, CHANNEL, "ann")
        + portal.files.content(file.id).decode()
        + "".join(capfd.readouterr())
    )
    assert not [secret for secret in secrets if secret in said]
