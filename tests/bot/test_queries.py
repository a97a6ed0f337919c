"""What people in Slack look up of reports, and what a second person says of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.portal import AuditEvent, StandInPortal, Status
from sandbox.slack import Message, StandInSlack
from tests.bot.agenda import direct, directs, keep
from tests.bot.forms import fill, shown
from tests.bot.talk import ANN, BOB, BOTH, CHANNEL, LEGAL, Bot, entries, filed_texts, reported, say, seen, told, written
from tests.until import PATIENCE, until


def happens(portal: StandInPortal) -> int:
    """One more event of January comes in late; its id."""
    number, moment = portal.audit.next_id(), datetime(2025, 1, 20, 9, tzinfo=UTC)
    portal.audit.add(AuditEvent(id=number, date=moment, action_id=5011, user_id="u"))
    return number


def answered(slack: StandInSlack, under: Message, words: str) -> str:
    """The reply in the thread that has those words, once it is there."""

    def look(_: object) -> list[Message]:
        return [one for one in slack.workspace.thread(CHANNEL, under.ts)[1:] if words in written(one)]

    return written(slack.workspace.wait_for(look, PATIENCE)[-1])


def home(slack: StandInSlack, user: str, words: str) -> str:
    """The app's own page as *user* sees it, once it has those words."""
    slack.open_home(user)
    person = slack.workspace.user(user).id

    def look(_: object) -> str:
        view = slack.workspace.views.home(person)
        return shown(view) if view and words in shown(view) else ""

    return slack.workspace.wait_for(look, PATIENCE)


def test_reports_are_checked_compared_and_explained_under_their_messages_and_in_the_channel(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot():
        say(slack, "2025-01")
        [first] = reported(slack)
        slack.press(first, "compare", user="ann")
        alone = written(told(slack, "can't be compared"))
        late = happens(portal)
        say(slack, "rerun 2025-01")
        _, second = reported(slack, 2)
        slack.press(second, "compare", user="ann")
        compared = answered(slack, second, "compared with the previous report")
        slack.press(second, "verify", user="ann")
        intact = answered(slack, second, "Intact")
        slack.press(second, "show_how", user="ann")
        how = answered(slack, second, "requests to the portal")
        assert "Downloading the report" in say(slack, "verify 2025-01")
        seen(slack, "Check of January 2025")
        say(slack, "diff 2025-01")
        seen(slack, "compared with the previous report")
        [file] = filed_texts(portal)
        portal.files.remove(file.id)
        say(slack, "verify 2025-01 private")
        missing = written(told(slack, "Missing"))
    assert "only one so far" in alone
    assert "Added: *1*" in compared
    assert f"[5011, create] · ID {late}" in compared
    assert f"checked for <@{ANN}>" in intact
    assert "/api/2.0/security/audit/events/filter" in how
    assert portal.key not in how
    assert "Missing" in missing
    assert len(slack.workspace.messages(CHANNEL)) == 4


def test_events_that_have_vanished_since_the_report_before_are_an_alarm_in_the_channel(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    late = happens(portal)
    with bot():
        say(slack, "2025-01")
        reported(slack)
        portal.audit.remove(late)
        say(slack, "rerun 2025-01")
        _, second = reported(slack, 2)
    assert ":rotating_light: *1 event has vanished*" in written(second)
    assert str(late) in written(second)
    assert "EVENTS HAVE VANISHED" in second.text


def test_the_year_and_what_was_made_are_told_to_the_asker_alone(bot: Bot, slack: StandInSlack) -> None:
    with bot(REPORT_TIMEZONE="Europe/Riga", ALLOWED_USERS=BOTH):
        say(slack, "2025-01")
        reported(slack)
        say(slack, "2024-12 type:delete", user="bob", channel=LEGAL)
        reported(slack, channel=LEGAL)
        say(slack, "calendar 2025")
        year = written(told(slack, "Coverage of 2025"))
        say(slack, "history")
        lately = written(told(slack, "What was made lately"))
        say(slack, "history 2025-01")
        month = written(told(slack, "What was made of January 2025"))
        say(slack, "history 1999")
        assert "1999" in written(told(slack, ":no_entry:"))
        say(slack, "verify 2023-05")
        told(slack, "The ledger has no report of May 2023")
    assert "*January 2025*: made, not reviewed" in year
    assert "*February 2025*: not made" in year
    assert "December 2024*" in lately
    assert "December" not in month
    assert len(slack.workspace.messages(CHANNEL)) == len(slack.workspace.messages(LEGAL)) == 1


def test_the_page_has_everything_for_an_admin_and_for_others_what_is_theirs(bot: Bot, slack: StandInSlack) -> None:
    with bot(REPORT_TIMEZONE="Europe/Riga", ALLOWED_USERS=BOTH):
        keep(slack)
        keep(slack, "monthly on 2 at 10:00 UTC", user="bob", channel=LEGAL)
        say(slack, "2025-01")
        reported(slack)
        say(slack, "2024-12", user="bob", channel=LEGAL)
        reported(slack, channel=LEGAL)
        anns, bobs = home(slack, "ann", "Health"), home(slack, "bob", "Health")
        guests = home(slack, "gus", ":no_entry:")
    for there in ("January 2025*", "December 2024*", "on the 1st at 09:00", "on the 2nd at 10:00", "Coverage of"):
        assert there in anns
    assert "on the 1st at 09:00" not in bobs
    assert "on the 2nd at 10:00" in bobs
    assert "Requested by <@U0BOB00001>" in bobs
    assert f"Requested by <@{ANN}>" not in bobs
    assert "Lately" not in guests
    assert directs(slack, "gus") == []


def test_a_page_that_cannot_be_made_yet_says_why_and_sends_no_messages(bot: Bot, slack: StandInSlack) -> None:
    """It is opened often, and with the zone the year's months are not known."""
    with bot(DOCSPACE_API_HOST="http://127.0.0.1:9"):
        home(slack, "ann", "The portal's time zone is not known yet")
    assert directs(slack) == []


# -- reviews --


def review(slack: StandInSlack, message: Message, result: str, reason: str, *, user: str = "bob") -> None:
    slack.press(message, "review", user=user)
    fill(slack, user=user, result=result, reason=reason)


def comments(portal: StandInPortal) -> list[str]:
    [file] = filed_texts(portal)
    return [version.comment for version in file.versions]


def test_what_a_second_person_says_stands_in_the_thread_the_message_the_calendar_and_docspace(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot(ALLOWED_USERS=BOTH, REPORT_TIMEZONE="Europe/Riga"):
        say(slack, "2025-01")
        [summary] = reported(slack)
        slack.press(summary, "review", user="ann")
        told(slack, "somebody else has to review it")
        review(slack, summary, "accepted with remarks", "<!channel> two deletions are not explained")
        said = answered(slack, summary, "two deletions")
        seen(slack, "*Accepted with remarks* by")
        until(lambda: "two deletions" in comments(portal)[0])
        review(slack, summary, "rejected", "again")
        assert "You have already reviewed this report" in written(direct(slack, ":no_entry:", user="bob"))
        say(slack, "calendar 2025")
        assert "*January 2025*: reviewed" in written(told(slack, "Coverage of 2025"))
        review(slack, summary, "revoked", "I was wrong")
        answered(slack, summary, "revoked their review")
        slack.workspace.wait_for(lambda _: "*Accepted" not in written(slack.workspace.messages(CHANNEL)[0]), PATIENCE)
        until(lambda: "I was wrong" in comments(portal)[0])
    assert f"by <@{BOB}>" in said
    assert "<!channel>" not in said
    assert len(slack.workspace.messages(CHANNEL)) == 1


def test_a_report_that_is_not_the_newest_any_more_cannot_be_reviewed(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot(ALLOWED_USERS=BOTH):
        say(slack, "2025-01")
        reported(slack)
        happens(portal)
        say(slack, "rerun 2025-01")
        first, second = reported(slack, 2)
        slack.press(first, "review", user="bob")
        refused = written(told(slack, ":no_entry:", user="bob"))
        review(slack, second, "accepted", "fine")
        answered(slack, second, "*Accepted* by")
    assert entries(tmp_path)[1].run in refused


@pytest.mark.parametrize("where", ["docspace", "slack"])
def test_a_review_stands_although_it_could_not_be_told_everywhere_and_the_reviewer_hears_that(
    where: str, bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    with bot(ALLOWED_USERS=BOTH, REPORT_TIMEZONE="Europe/Riga"):
        say(slack, "2025-01")
        [summary] = reported(slack)
        if where == "docspace":
            portal.faults.next("/comment", Status(403), times=None)
        slack.press(summary, "review", user="bob")
        if where == "slack":
            slack.workspace.change_channel(CHANNEL, is_archived=True)
        fill(slack, user="bob", result="accepted", reason="fine")
        direct(slack, ":no_entry:", user="bob")
        say(slack, "calendar 2025", channel=LEGAL)
        assert "*January 2025*: reviewed" in written(told(slack, "Coverage of 2025"))
    assert ("fine" in comments(portal)[0]) == (where == "slack")
