"""The form for a report, and every way to it."""

from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from reporting.run import Origin, State
from sandbox.portal import StandInPortal
from sandbox.slack import StandInSlack, refuse
from tests.bot.agenda import Clock, direct, kept
from tests.bot.forms import ask_for_form, closed, fill, opened, own_page, shown
from tests.bot.talk import (
    ANN,
    BOTH,
    CHANNEL,
    COMMAND,
    LEGAL,
    Bot,
    entries,
    filed_texts,
    reported,
    say,
    seen,
    summaries,
    told,
    written,
)

DOORS = [pytest.param({}, id="socket"), pytest.param({"SLACK_APP_TOKEN": "", "HTTP_PORT": "0"}, id="http")]
RIGA = {"REPORT_TIMEZONE": "Europe/Riga"}
MESSAGE, ANYWHERE = "make_report", "make_report_anywhere"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, datetime(2025, 2, 15, 12, tzinfo=UTC))


@pytest.mark.parametrize("door", DOORS)
def test_the_command_alone_opens_a_form_whose_answers_are_a_report(
    door: dict[str, str], bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot(SLACK_SIGNING_SECRET=slack.signing_secret, **RIGA, **door):
        form = ask_for_form(slack)
        offered = form.payload["blocks"][0]["element"]["options"]
        delivery = fill(slack, only="type:delete")
        slack.redeliver(delivery)
        assert closed(slack)
        [summary] = reported(slack)
    assert [option["value"] for option in (offered[0], offered[-1])] == ["2025-02", "2023-03"]
    assert len(offered) == 24
    assert "Compliance report: January 2025" in summary.text  # chosen without anybody choosing
    assert "Filter: type:delete" in written(summary)
    [entry] = entries(tmp_path)
    assert (entry.origin, entry.state) == (Origin.FORM, State.DONE)


def test_what_cannot_be_read_is_said_beside_its_field_and_the_form_stays(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot(**RIGA):
        ask_for_form(slack)
        fill(slack, only="typ:delete")
        assert set(opened(slack).errors) == {"only"}
        assert "“type:”" in opened(slack).errors["only"]
        fill(slack, only="profile:losses")
        assert "losses" in shown(opened(slack))
        slack.close_view(opened(slack).id, user="ann")
        fill(slack, only="type:delete")
        reported(slack)
    assert len(entries(tmp_path)) == 1


def test_a_report_for_oneself_alone_leaves_nothing_in_the_channel(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    with bot(**RIGA):
        ask_for_form(slack)
        fill(slack, where="private")
        reported(slack, channel=slack.workspace.direct("ann").id)
    assert slack.workspace.messages(CHANNEL) == []
    assert [entry.place for entry in entries(tmp_path)] == [ANN]


def test_every_month_instead_opens_the_form_for_schedules_on_top(bot: Bot, slack: StandInSlack, tmp_path: Path) -> None:
    with bot(**RIGA):
        first = ask_for_form(slack, channel=LEGAL)
        slack.press(first, "every_month", user="ann")
        assert opened(slack).previous_view_id == first.id
        fill(slack, day="last")
        fill(slack)
        seen(slack, "made schedule 1", channel=LEGAL)
        assert closed(slack)
    [schedule] = kept(tmp_path)
    assert (schedule.channel, str(schedule.plan)) == ("C0LEGAL001", "monthly on last at 09:00 Europe/Riga")


def test_a_shortcut_on_a_message_in_a_thread_serves_where_commands_do_not(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot(**RIGA):
        parent = slack.say("How did January go?", user="bob", channel=LEGAL)
        reply = slack.say("Let me see", user="ann", channel=LEGAL, thread_ts=parent.ts)
        slack.shortcut(MESSAGE, reply, user="ann")
        fill(slack, month="2024-12")
        [summary] = reported(slack, channel=LEGAL)
    assert "December 2024" in summary.text
    assert len(filed_texts(portal)) == 1


@pytest.mark.parametrize("way", ["shortcut", "home"])
def test_from_anywhere_the_form_asks_for_the_channel_too(way: str, bot: Bot, slack: StandInSlack) -> None:
    with bot(**RIGA):
        if way == "home":
            slack.press(own_page(slack), "new_report", user="ann")
        else:
            slack.shortcut(ANYWHERE, user="ann")
        fill(slack, channel="C0LEGAL001")
        reported(slack, channel=LEGAL)
    assert slack.workspace.messages(CHANNEL) == []


def test_the_form_of_who_may_not_makes_nothing_and_is_answered_in_words(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    """It does not even open."""
    with bot(**RIGA):
        assert "guests and people of other workspaces may not" in say(slack, "", user="gus")
        slack.shortcut(ANYWHERE, user="olga")
        direct(slack, "you belong to another workspace", user="olga")
    assert slack.calls_of("views.open") == []
    assert entries(tmp_path) == []
    assert slack.workspace.messages(CHANNEL) == []


def test_the_form_does_not_open_for_one_who_is_not_named(bot: Bot, slack: StandInSlack, tmp_path: Path) -> None:
    with bot(ALLOWED_USERS=ANN, **RIGA):
        assert "you are not one of those who may" in say(slack, "", user="bob")
        assert closed(slack, "bob")
    assert entries(tmp_path) == []


def test_a_form_that_comes_too_late_is_said_to_the_one_who_typed(bot: Bot, slack: StandInSlack) -> None:
    with bot(**RIGA):
        for words, error in product(
            ["", "schedule"], ["expired_trigger_id", "exchanged_trigger_id", "trigger_expired"]
        ):
            slack.faults.plan("views.open", refuse(error))
            said = say(slack, words)
            assert "took too long to open" in said
            assert "Try again" in said
            assert closed(slack)


def test_a_form_behind_a_button_that_comes_too_late_is_said_to_the_one_who_pressed(
    bot: Bot, slack: StandInSlack
) -> None:
    with bot(**RIGA, ALLOWED_USERS=BOTH):
        say(slack, "2025-01")
        [summary] = reported(slack)
        for button, user in (("review", "bob"), ("new_schedule", "ann")):
            slack.faults.plan("views.open", refuse("expired_trigger_id"))
            slack.press(summary, button, user=user)
            told(slack, "took too long to open", user=user)
        slack.faults.plan("views.open", refuse("expired_trigger_id"))
        slack.shortcut(ANYWHERE, user="ann")
        direct(slack, "took too long to open")
    assert len(summaries(slack.workspace)) == 1


def test_a_form_waits_for_the_zone_in_words(bot: Bot, slack: StandInSlack, portal: StandInPortal) -> None:
    """Which month it is depends on the zone, and a guess would be a wrong report."""
    with bot(DOCSPACE_API_HOST="http://127.0.0.1:9"):
        said = slack.command(COMMAND, "", user="ann", channel=CHANNEL).shown
    assert said is not None
    assert "The portal's time zone is not known yet" in said.text
