"""Who is let in, at every door, and again when the turn comes."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack import people
from reporting.run import State
from sandbox.portal import Hang, StandInPortal
from sandbox.slack import Message, StandInSlack, UserGroup, Workspace, refuse
from tests.bot.agenda import directs, keep, kept
from tests.bot.forms import closed, fill, opened, own_page, shown
from tests.bot.talk import (
    ANN,
    BOB,
    BOTH,
    CHANNEL,
    COMMAND,
    LEGAL,
    Bot,
    entries,
    filed_texts,
    reading_hangs,
    reported,
    say,
    saying,
    seen,
    told,
    written,
)
from tests.until import PATIENCE, until

PARTNERS = "#partners"
WORDS = (
    "2025-01",
    "2025-01 private",
    "rerun 2025-01",
    "verify 2025-01",
    "diff 2025-01",
    "calendar 2025",
    "history",
    "schedules all",
)
BUTTONS = ("run_again", "compare", "verify", "show_how")
AUDITORS = "S0AUDITORS"


def turned_away(slack: StandInSlack, user: str, act: Callable[[], object]) -> Message:
    """What *user* reads, alone, after an act that is refused."""

    def refusals() -> list[Message]:
        heard = [*slack.workspace.ephemerals(user), *directs(slack, user)]
        return [message for message in heard if ":no_entry:" in written(message)]

    before = len(refusals())
    act()
    return slack.workspace.wait_for(lambda _: refusals()[before:], PATIENCE)[0]


def counted(slack: StandInSlack) -> int:
    """How many were turned away, as an admin reads it on the app's page."""
    found = re.search(r"([\d,]+) requests were turned away", shown(own_page(slack)))
    return int(found[1].replace(",", "")) if found else 0


def let_go(slack: StandInSlack, user: str, **changes: object) -> None:
    """Change what *user* is in the workspace."""
    with slack.workspace.changing():
        slack.workspace.users[user] = replace(slack.workspace.users[user], **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("user", "said"), [("bob", "admins"), ("gus", "guests|admins")], ids=["member", "guest"])
def test_who_may_not_is_refused_alone_at_every_door_and_counted(
    user: str, said: str, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        keep(slack)
        say(slack, "2025-01")
        [summary] = reported(slack)
        there, asked = len(slack.workspace.messages(CHANNEL)), len(portal.requests)
        acts: list[Callable[[], object]] = [
            *(lambda words=words: say(slack, words, user=user) for words in WORDS),
            *(lambda button=button: slack.press(summary, button, user=user) for button in BUTTONS),
            *(
                lambda words=words: slack.command(COMMAND, words, user=user, channel=CHANNEL)
                for words in ("", "schedule")
            ),
            *(lambda button=button: slack.press(summary, button, user=user) for button in ("review", "new_schedule")),
            *(lambda verb=verb: say(slack, f"{verb} 1", user=user) for verb in ("pause", "run", "delete", "takeover")),
        ]
        for number, act in enumerate(acts):
            assert re.search(said, turned_away(slack, user, act).text), number
        assert re.search(said, shown(own_page(slack, user)))
        assert counted(slack) == len(acts) + 1
    assert len(slack.workspace.messages(CHANNEL)) == there
    assert len(slack.workspace.thread(CHANNEL, summary.ts)) == 3
    assert not [request for request in list(portal.requests)[asked:] if "/security/audit/events" in request.path]
    assert len(kept(tmp_path)) == 1
    assert [entry.state for entry in entries(tmp_path) if entry.asker == ANN] == [State.DONE]
    assert {entry.asker for entry in entries(tmp_path)} == {ANN}
    assert slack.calls_of("views.open") == []


def test_people_of_another_company_see_the_buttons_and_are_refused_and_counted(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        reading_hangs(portal)
        say(slack, "2025-01", channel=PARTNERS)
        portal.faults.wait_met(1, PATIENCE)
        anchor = seen(slack, "January 2025", channel=PARTNERS)
        refused = turned_away(slack, "olga", lambda: slack.press(anchor, "cancel", user="olga"))
        portal.faults.clear()
        [summary] = reported(slack, channel=PARTNERS)
        texts = [
            turned_away(slack, "olga", lambda button=button: slack.press(summary, button, user="olga")).text  # type: ignore[misc]
            for button in BUTTONS
        ]
        review = turned_away(slack, "olga", lambda: slack.press(summary, "review", user="olga")).text
        assert closed(slack, "olga")
        assert counted(slack) == len(BUTTONS) + 2
    for text in (refused.text, review, *texts):
        assert "you belong to another workspace" in text
    assert slack.workspace.messages(PARTNERS) == [summary]
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE]


def test_only_the_named_may_and_an_admin_who_is_not_named_may_not(bot: Bot, slack: StandInSlack) -> None:
    with bot(ALLOWED_USERS=BOB):
        assert "not one of those who may" in say(slack, "2025-01", user="ann")
        say(slack, "2025-01", user="bob")
        reported(slack)
        let_go(slack, BOB, deleted=True)
        say(slack, "2024-12", user="bob")
        told(slack, "deactivated", user="bob")
    assert len(slack.workspace.messages(CHANNEL)) == 1


def test_members_of_a_named_group_may_and_whoever_comes_to_it_later_soon(
    bot: Bot, slack: StandInSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack tells the members of a group but a few times a minute, so they are kept for five minutes."""
    with bot(ALLOWED_USERGROUPS=AUDITORS):
        say(slack, "2025-01", user="ann")
        reported(slack)
        both = (UserGroup(AUDITORS, "auditors", "Auditors", (ANN, BOB)),)
        slack.workspace.setup = replace(slack.workspace.setup, usergroups=both)
        turned_away(slack, "bob", lambda: say(slack, "2025-01", user="bob"))
        assert len(slack.calls_of("usergroups.users.list")) == 1
        monkeypatch.setattr(people, "KEPT", -1)
        say(slack, "2025-01", user="bob")
        reported(slack, 2)


def test_a_group_that_slack_does_not_tell_lets_nobody_in_but_those_who_are_named(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    errors = ["paid_teams_only", "missing_scope", "no_such_subteam"]  # what passes is asked again
    with bot(ALLOWED_USERGROUPS=AUDITORS, ALLOWED_USERS=BOB):
        for error in errors:
            slack.faults.clear()
            slack.faults.plan("usergroups.users.list", refuse(error), times=50)
            refused = turned_away(slack, "ann", lambda: say(slack, "2025-01", user="ann"))
            assert "Slack refused to say who is in a user group" in refused.text, error
        say(slack, "2025-01", user="bob")
        reported(slack)
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE]


def test_in_other_channels_than_the_named_nothing_is_done_whatever_the_way(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot(ALLOWED_CHANNELS="C0COMPLY01", REPORT_TIMEZONE="UTC"):
        for words in ("2025-01", "2025-01 private", "verify 2025-01", "status", "schedules", "cancel"):
            assert "this channel is not one of those" in say(slack, words, channel=LEGAL), words
        slack.shortcut("make_report_anywhere", user="ann")
        fill(slack, channel="C0LEGAL001")
        assert "this channel is not one of those" in shown(opened(slack))
        slack.close_view(opened(slack).id, user="ann")
        fill(slack, channel="C0COMPLY01", month="2025-01")
        assert closed(slack)
        reported(slack)
        assert counted(slack) == 7
    assert slack.workspace.messages(LEGAL) == []


# -- again when the turn comes --


def waits(slack: StandInSlack, portal: StandInPortal) -> None:
    """One report is being made, so that the next one waits for its turn."""
    portal.faults.next("/events/filter", Hang("first byte"))
    say(slack, "2025-01", channel=LEGAL)
    portal.faults.wait_met(1, PATIENCE)


def test_who_loses_the_right_while_the_run_waits_gets_no_report(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot(MAX_RUNS="1"):
        waits(slack, portal)
        say(slack, "2024-12")
        seen(slack, "Waiting for its turn")
        let_go(slack, ANN, is_admin=False, is_owner=False)
        portal.faults.release()
        reported(slack, channel=LEGAL)
        told_why = seen(slack, "only the workspace's admins and owners may")
    assert "No compliance report: December 2024" in told_why.text
    assert len(slack.workspace.messages(CHANNEL)) == 1
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE, State.FAILED]
    assert [file.title for file in filed_texts(portal)] == ["compliance-report-2025-01.txt"]


@pytest.mark.parametrize(("lost", "states"), [([BOB], State.DONE), ([ANN, BOB], State.FAILED)])
def test_a_run_goes_on_while_anybody_who_asked_still_may(
    lost: list[str], states: State, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot(MAX_RUNS="1", ALLOWED_USERS=BOTH):
        waits(slack, portal)
        say(slack, "2024-12", user="bob")
        seen(slack, "Waiting for its turn")
        say(slack, "2024-12", user="ann")
        until(lambda: len(slack.calls_of("users.info")) >= 4)
        for user in lost:
            let_go(slack, user, deleted=True)
        portal.faults.release()
        seen(slack, "SHA-256" if states is State.DONE else "deactivated")
    assert [entry.state for entry in entries(tmp_path)][1] is states
    assert len(saying(slack.workspace, "December 2024")) == 1


@pytest.mark.parametrize("where", ["2024-12 private", "2024-12"], ids=["in private", "in another channel"])
def test_who_lost_the_right_gets_nothing_of_what_others_still_wait_for(
    where: str, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    private = where.endswith("private")

    def there() -> list[Message]:
        return directs(slack, "bob") if private else slack.workspace.messages(PARTNERS)

    with bot(MAX_RUNS="1", ALLOWED_USERS=BOTH):
        waits(slack, portal)
        say(slack, "2024-12")
        seen(slack, "Waiting for its turn")
        say(slack, where, user="bob", channel=CHANNEL if private else PARTNERS)
        until(lambda: len(there()) == 1)
        let_go(slack, BOB, deleted=True)
        portal.faults.release()
        reported(slack)
        until(lambda: [entry.state for entry in entries(tmp_path)] == [State.DONE, State.DONE])
        place = there()
    assert [("deactivated" in written(one), "SHA-256" in written(one)) for one in place] == [(True, False)]
    assert slack.workspace.thread(place[0].channel, place[0].ts)[1:] == []


def test_a_channel_does_not_read_who_asked_for_the_same_in_private(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot(MAX_RUNS="1", ALLOWED_USERS=BOTH):
        waits(slack, portal)
        say(slack, "2024-12 private")
        until(lambda: len(directs(slack, "ann")) == 1)
        say(slack, "2024-12", user="bob")
        progress = seen(slack, "Waiting for its turn")
        portal.faults.release()
        [report] = reported(slack)
    for message in (progress, report):
        assert f"<@{BOB}>" in written(message)
        assert ANN not in written(message)


def test_slack_s_silence_when_the_turn_comes_is_no_refusal(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    slack.faults.plan("users.info", refuse("internal_error"), times=9, after=1)
    with bot():
        say(slack, "2025-01")
        reported(slack)
    assert [entry.state for entry in entries(tmp_path)] == [State.DONE]


def test_what_is_logged_of_a_request_that_is_turned_away_names_it_and_it_is_no_run(
    bot: Bot, slack: StandInSlack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with bot():
        say(slack, "2025-01", user="bob")
        told(slack, "only the workspace's admins and owners may", user="bob")
    said = [line for line in capsys.readouterr().out.splitlines() if "step failed" in line or "run ended" in line]
    assert said
    assert all(re.search(r"run=[0-9a-f]{16}", line) for line in said)
    assert entries(tmp_path) == []


# -- a crowd without rights --

FLOOD = 40


def test_whoever_may_not_ask_leaves_no_run_however_often_they_ask_and_delays_nobody(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    """Each request is told off, and counted; after the first one nothing of them is even queued."""
    months = [f"{year}-{month:02}" for year in range(2016, 2020) for month in range(1, 13)][:FLOOD]
    with bot():
        for month in months:
            slack.command(COMMAND, month, user="gus", channel=CHANNEL)
        answer = slack.command(COMMAND, "2025-01", user="ann", channel=CHANNEL).shown
        reported(slack)
        slack.workspace.wait_for(lambda w: len(refusals(w)) >= FLOOD, PATIENCE)
        page = shown(own_page(slack, "ann"))
    assert answer is not None
    assert "turn before" not in answer.text
    assert [entry.asker for entry in entries(tmp_path)] == [ANN]
    assert f"{FLOOD} requests were turned away" in page


def refusals(workspace: Workspace) -> list[Message]:
    return [one for one in workspace.ephemerals("gus") if "guests" in written(one)]
