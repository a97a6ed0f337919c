"""Who may review a report: nobody who has asked for it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.portal import StandInPortal
from sandbox.slack import Message, StandInSlack
from tests.bot.agenda import Clock, directs, keep, typed
from tests.bot.forms import closed, fill, opened
from tests.bot.talk import BOB, BOTH, LEGAL, Bot, reading_hangs, reported, say, seen, written
from tests.bot.test_settled_months import EARLY, NOTE, RULE, SETTLED, ended
from tests.until import PATIENCE, until

OWN = "requested, started or scheduled this report"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, datetime(2025, 1, 15, 12, tzinfo=UTC))


def accept(slack: StandInSlack, report: Message, user: str) -> None:
    slack.press(report, "review", user=user)
    form = opened(slack, user)
    slack.submit_view(form.id, {"result": {"value": "accepted"}, "reason": {"value": "looks right"}}, user=user)


def refusals(slack: StandInSlack, user: str) -> list[Message]:
    return [one for one in [*directs(slack, user), *slack.workspace.ephemerals(user)] if OWN in written(one)]


def test_who_has_asked_for_the_early_report_cannot_review_the_settled_one(
    bot: Bot, slack: StandInSlack, clock: Clock, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack, RULE)
        keep(slack, RULE, user="bob", channel=LEGAL)
        clock.at = EARLY
        [early] = reported(slack, channel=LEGAL)
        until(lambda: ended(tmp_path, 1))
        slack.press(early, "review", user="bob")
        slack.workspace.wait_for(lambda _: refusals(slack, "bob"), PATIENCE)
        clock.at = SETTLED
        settled = seen(slack, NOTE, channel=LEGAL)
        until(lambda: ended(tmp_path, 2))
        slack.press(settled, "review", user="bob")
        slack.workspace.wait_for(lambda _: refusals(slack, "bob")[1:], PATIENCE)
        assert closed(slack, "bob")
    assert "Accepted" not in str([written(one) for one in slack.workspace.thread(LEGAL, settled.ts)])


# -- who began it --


def refused(slack: StandInSlack, report: Message, user: str, words: str = OWN) -> None:
    """That *user* gets no form to review it, and why."""
    slack.press(report, "review", user=user)
    assert closed(slack, user)
    slack.workspace.wait_for(
        lambda w: [one for one in [*directs(slack, user), *w.ephemerals(user)] if words in written(one)], PATIENCE
    )
    assert "Accepted" not in str([written(one) for one in slack.workspace.thread(report.channel, report.ts)])


@pytest.mark.parametrize("act", ["run", "edit"])
def test_who_ran_or_changed_somebody_else_s_schedule_cannot_review_what_it_made(
    act: str, bot: Bot, slack: StandInSlack, clock: Clock
) -> None:
    """Ann is an admin, the schedule is Bob's."""
    clock.at = datetime(2025, 2, 5, 12, tzinfo=UTC)
    with bot(ALLOWED_USERS=BOTH):
        keep(slack, RULE, user="bob")
        there = typed(slack, "schedules", user="ann")
        if act == "run":
            slack.press(there, "schedule_run", user="ann")
        else:
            slack.press(there, "edit_schedule", user="ann")
            fill(slack, day="20")
            fill(slack)
            seen(slack, "changed schedule 1")
            slack.press(typed(slack, "schedules", user="bob"), "schedule_run", user="bob")
        [report] = reported(slack)
        assert f"made by <@{BOB}>" in written(report)
        refused(slack, report, "ann")


def test_nobody_reviews_a_month_while_a_report_of_it_is_made_that_they_asked_for(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01")
        [report] = reported(slack)
        reading_hangs(portal)
        say(slack, "2025-01 type:delete private", user="bob")
        portal.faults.wait_met(1, PATIENCE)
        refused(slack, report, "bob", "is in progress, so somebody else")
        portal.faults.clear()
        until(lambda: ended(tmp_path, 2))
        accept(slack, report, "bob")
        seen_in_thread = slack.workspace.wait_for(
            lambda w: [one for one in w.thread(report.channel, report.ts) if "Accepted" in written(one)], PATIENCE
        )
    assert seen_in_thread


def test_whoever_asks_after_the_form_has_opened_is_refused_as_it_is_submitted(bot: Bot, slack: StandInSlack) -> None:
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01")
        [report] = reported(slack)
        slack.press(report, "review", user="bob")
        form = opened(slack, "bob")
        say(slack, "2025-01", user="bob")
        reported(slack, 2)
        slack.submit_view(form.id, {"result": {"value": "accepted"}, "reason": {"value": "looks right"}}, user="bob")
        slack.workspace.wait_for(lambda _: refusals(slack, "bob"), PATIENCE)
    assert "Accepted" not in str([written(one) for one in slack.workspace.thread(report.channel, report.ts)])
