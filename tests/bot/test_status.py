"""What somebody reads who asks how far the reports are."""

import pytest

from sandbox.portal import Hang, StandInPortal
from sandbox.slack import StandInSlack
from tests.bot.talk import ANN, BOB, BOTH, CHANNEL, LEGAL, Bot, reading_hangs, reported, say, seen, told, written
from tests.until import PATIENCE

HEADLINE = "Running reports"


def status(slack: StandInSlack, **where: str) -> str:
    say(slack, "status", **where)
    return written(told(slack, HEADLINE, user=where.get("user", "ann")))


def test_nothing_is_being_made(bot: Bot, slack: StandInSlack) -> None:
    with bot():
        assert "No reports are running for this channel or for you." in status(slack)
    assert slack.workspace.messages(CHANNEL) == []


@pytest.mark.parametrize("door", [{}, {"SLACK_APP_TOKEN": "", "HTTP_PORT": "0"}], ids=["socket", "http"])
def test_what_runs_is_shown_with_its_progress_and_who_asked_when(
    door: dict[str, str], bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    reading_hangs(portal, after=14)
    with bot(SLACK_SIGNING_SECRET=slack.signing_secret, DOCSPACE_CONCURRENCY="1", **door):
        say(slack, "2025-01 -type:delete")
        portal.faults.wait_met(1, PATIENCE)
        progress = seen(slack, "Reading the audit trail")
        said = status(slack)
        portal.faults.clear()
        reported(slack)
    assert "• *January 2025* (-type:delete): reading, " in said
    assert f"Requested by <@{ANN}> <!date^" in said
    events = next(part for part in progress.text.split(" · ") if part.endswith("events"))
    assert events != "0 events"
    assert f"{events} so far" in said


def test_what_is_being_filed_and_what_waits_are_shown_in_their_order(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    portal.faults.next("/upload", Hang("first byte", processed=True))
    with bot(MAX_RUNS="1"):
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2024-12")
        say(slack, "2024-11", channel=LEGAL)
        said, elsewhere = status(slack), status(slack, channel=LEGAL)
        portal.faults.release()
        reported(slack, 2)
        reported(slack, channel=LEGAL)
    assert said.index("January 2025*: being filed in DocSpace.") < said.index("December 2024*: waiting.")
    assert "waiting. 1 report ahead of yours." in said
    assert "1 more elsewhere." in said
    assert "November 2024" not in said
    assert "November 2024*: waiting. 2 reports ahead of yours." in elsewhere
    assert "2 more elsewhere." in elsewhere
    assert "January" not in elsewhere


def test_of_other_channels_only_the_number_is_told(bot: Bot, slack: StandInSlack, portal: StandInPortal) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01", channel=LEGAL)
        portal.faults.wait_met(1, PATIENCE)
        said = status(slack)
        portal.faults.clear()
        reported(slack, channel=LEGAL)
    assert "No reports are running for this channel" in said
    assert "1 more elsewhere." in said
    assert "January" not in said
    assert ANN not in said


def test_a_run_that_two_channels_wait_for_is_shown_in_both(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2025-01", channel=LEGAL)
        here, there = status(slack), status(slack, channel=LEGAL)
        portal.faults.clear()
        reported(slack)
        reported(slack, channel=LEGAL)
    for said in (here, there):
        assert "January 2025*: reading" in said
        assert "other places" not in said


def test_admins_are_told_how_the_bot_is_and_nobody_else_is_refused_it(bot: Bot, slack: StandInSlack) -> None:
    with bot(ALLOWED_USERS=BOTH):
        assert "No reports are running" in status(slack)
        health = written(told(slack, "Bot health"))
        assert "No reports are running" in status(slack, user="bob")
    assert "manifest.yml" in health
    assert len(slack.workspace.ephemerals("bob")) == 1


@pytest.mark.parametrize("where", ["beside the channel's", "in direct messages"])
def test_what_somebody_asked_for_alone_is_shown_to_them_wherever_they_look_and_to_nobody_else(
    where: str, bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    channel = CHANNEL if where == "beside the channel's" else slack.workspace.direct("ann").id
    reading_hangs(portal)
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01 private")
        portal.faults.wait_met(1, PATIENCE)
        mine, theirs = status(slack, channel=channel), status(slack, user="bob")
        portal.faults.clear()
        reported(slack, channel=slack.workspace.direct("ann").id)
    assert "January 2025*: reading" in mine
    assert ", private" in mine
    assert "other places" not in mine
    assert "January" not in theirs
    assert "other places" not in theirs


def test_of_what_two_people_want_each_alone_neither_is_told_of_the_other(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    reading_hangs(portal)
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01 private", user="bob")
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2025-01 private")
        said = status(slack)
        portal.faults.clear()
        reported(slack, channel=slack.workspace.direct("ann").id)
    assert "January 2025*: reading" in said
    assert f"Requested by <@{ANN}>" in said
    assert BOB not in said


def test_who_was_refused_does_not_see_the_run_that_they_asked_for(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    reading_hangs(portal)
    with bot():
        say(slack, "2025-01", channel=LEGAL)
        portal.faults.wait_met(1, PATIENCE)
        say(slack, "2025-01", user="bob")
        told(slack, "only the workspace's admins and owners may", user="bob")
        assert "can't request" in (refused := say(slack, "status", user="bob"))
        assert "January" not in refused
        portal.faults.clear()
        reported(slack, channel=LEGAL)
