"""How much of a report a channel sees, by who can read it and by what the settings allow."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.views.mask import pseudonym
from reporting.run import State
from sandbox.portal import Hang, PortalSetup, StandInPortal, login_events, month_of_events
from sandbox.portal.seed_people import PEOPLE
from sandbox.slack import Message, StandInSlack, WorkspaceSetup
from sandbox.slack.setup import SCOPES
from tests.bot.agenda import directs, keep, listed, typed
from tests.bot.forms import own_page, shown
from tests.bot.talk import (
    BOTH,
    CHANNEL,
    LEGAL,
    Bot,
    entries,
    filed_texts,
    offered,
    reading_hangs,
    reported,
    say,
    seen,
    told,
    written,
)
from tests.until import PATIENCE

PARTNERS, ZOE = "#partners", "zoe@example.com"
NAMES = {person.name for person in PEOPLE} | {person.last for person in PEOPLE if len(person.last) > 5}
MAILS, ADDRESSES = {person.email for person in PEOPLE}, {person.ip for person in PEOPLE}
IDS = {person.id for person in PEOPLE}
PSEUDONYM = re.compile(r"\w\.\w\. #[0-9a-f]{4}")
WHERE = {"private": LEGAL, "public": CHANNEL, "external": PARTNERS}
EVERY_MONTH = "monthly on 1 at 09:00 Europe/Riga"
UPLOADS = ("files.getUploadURLExternal", "files.completeUploadExternal")
TABLE = [
    ("full", "private", "full"),
    ("full", "public", "masked"),
    ("full", "external", "counts"),
    ("masked", "private", "masked"),
    ("masked", "public", "masked"),
    ("masked", "external", "counts"),
    ("counts", "private", "counts"),
    ("counts", "public", "counts"),
]
"""PREVIEW, who can read the channel, and what it sees."""


@pytest.fixture
def portal(setup: PortalSetup) -> Iterator[StandInPortal]:
    """With sign-ins and events whose first lines name people, their addresses and where they were."""
    with StandInPortal(setup) as portal:
        portal.audit.add_all(month_of_events(2025, 1, count=60, seed=3, zone=setup.zone))
        portal.logins.add_all(login_events(2025, 1, count=44, seed=1, zone=setup.zone))
        yield portal


@pytest.fixture
def scopes() -> frozenset[str]:
    return SCOPES


@pytest.fixture
def slack(scopes: frozenset[str]) -> Iterator[StandInSlack]:
    with StandInSlack(WorkspaceSetup(scopes=scopes)) as slack:
        yield slack


def everything(slack: StandInSlack, channel: str) -> str:
    """All that was ever sent to the channel: every state of every message, and the words of every picture."""
    where = {slack.workspace.channel(channel).id}
    sent = [call.args for call in slack.calls if where & {call.args.get("channel"), call.args.get("channel_id")}]
    pictures = [call.args for call in slack.calls_of("files.getUploadURLExternal")]
    return json.dumps([sent, pictures], ensure_ascii=False).replace("\\", "")


def leaked(text: str) -> set[str]:
    return {secret for secret in NAMES | MAILS | ADDRESSES | IDS if secret.casefold() in text.casefold()}


def looked_at(slack: StandInSlack, channel: str, *, listed: bool) -> str:
    """A report with everything that its buttons show under it; all that the channel was sent.

    Where people may be seen, the requests are *listed* in a file as well.
    """
    say(slack, "2025-01", channel=channel)
    [summary] = reported(slack, channel=channel)
    for button in ("verify", "show_how"):
        slack.press(summary, button, user="ann")
    slack.workspace.wait_for(lambda w: len(w.thread(channel, summary.ts)) == 5 + listed, PATIENCE)
    return everything(slack, channel)


def uploaded(slack: StandInSlack, name: str) -> bool:
    """Whether Slack was ever sent a file whose name begins so; asked when the bot has ended."""
    return any(str(call.args["filename"]).startswith(name) for call in slack.calls_of("files.getUploadURLExternal"))


@pytest.mark.parametrize(("preview", "kind", "seen_there"), TABLE)
def test_a_channel_sees_no_more_than_its_readers_and_the_settings_allow(
    preview: str, kind: str, seen_there: str, bot: Bot, slack: StandInSlack
) -> None:
    with bot(PREVIEW=preview):
        sent = looked_at(slack, WHERE[kind], listed=seen_there != "counts")
    if seen_there == "full":
        assert leaked(sent) & NAMES
    else:
        assert leaked(sent) == set()
    assert bool(PSEUDONYM.search(sent)) == (seen_there == "masked")
    assert ("are hidden in this channel" in sent) == (seen_there == "counts")
    assert uploaded(slack, "requests-") == (seen_there != "counts")


@pytest.mark.parametrize(("external", "sees"), [("masked", True), ("counts", False)])
def test_a_channel_of_several_companies_sees_what_the_setting_allows_it(
    external: str, sees: bool, bot: Bot, slack: StandInSlack
) -> None:
    with bot(PREVIEW="full", EXTERNAL_CHANNELS=external):
        sent = looked_at(slack, PARTNERS, listed=sees)
    assert leaked(sent) == set()
    assert bool(PSEUDONYM.search(sent)) is sees
    assert uploaded(slack, "requests-") is sees


def test_where_reports_are_refused_to_other_companies_nothing_is_read_and_the_asker_is_told(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot(EXTERNAL_CHANNELS="refuse"):
        say(slack, "2025-01", channel=PARTNERS)
        told(slack, "other companies share this channel")
        assert not [request for request in portal.requests if "/security/audit/events" in request.path]
        say(slack, "2025-01")
        reported(slack)
        for words in ("verify 2025-01", "diff 2025-01"):
            before = len(slack.workspace.ephemerals("ann"))
            say(slack, words, channel=PARTNERS)
            slack.workspace.wait_for(lambda w: len(w.ephemerals("ann")) >= before + 2, PATIENCE)  # noqa: B023
            assert "other companies share this channel" in slack.workspace.ephemerals("ann")[-1].text
    assert slack.workspace.messages(PARTNERS) == []
    assert [entry.state for entry in entries(tmp_path)] == [State.FAILED, State.DONE]


@pytest.mark.parametrize("scopes", [SCOPES - {"channels:read", "groups:read"}])
def test_a_channel_that_may_not_be_looked_at_could_be_anybody_s(
    scopes: frozenset[str], bot: Bot, slack: StandInSlack
) -> None:
    with bot(PREVIEW="full"):
        sent = looked_at(slack, LEGAL, listed=False)
        health = shown(own_page(slack))
    assert leaked(sent) == set()
    assert not PSEUDONYM.search(sent)
    assert "lacks the scopes" in health


def test_direct_messages_are_the_asker_s_own(bot: Bot, slack: StandInSlack) -> None:
    with bot(PREVIEW="full"):
        say(slack, "2025-01 private")
        reported(slack, channel=slack.workspace.direct("ann").id)
    shown = json.dumps([message.blocks for message in _thread(slack)], ensure_ascii=False)
    assert leaked(shown) & NAMES


def _thread(slack: StandInSlack) -> list[Message]:
    own = slack.workspace.direct("ann").id
    return [one for message in directs(slack) for one in slack.workspace.thread(own, message.ts)]


@pytest.mark.parametrize("external", ["counts", "refuse"])
def test_a_channel_that_comes_to_be_shared_while_the_report_is_made_sees_no_more_than_a_shared_one(
    external: str, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    portal.faults.next("/events/filter", Hang("first byte"))
    with bot(PREVIEW="full", EXTERNAL_CHANNELS=external):
        say(slack, "2025-01", channel=LEGAL)
        portal.faults.wait_met(1, PATIENCE)
        slack.workspace.change_channel(LEGAL, is_pending_ext_shared=True)
        portal.faults.release()
        if external == "refuse":
            reported(slack, channel=slack.workspace.direct("ann").id)
        else:
            reported(slack, channel=LEGAL)
    sent = everything(slack, LEGAL)
    assert leaked(sent) == set()
    assert not PSEUDONYM.search(sent)
    assert ("SHA-256" in sent) == (external == "counts")
    assert len(filed_texts(portal)) == 1


@pytest.mark.parametrize(("channel", "cut"), [(CHANNEL, "zoe@"), (PARTNERS, "zoe"), (LEGAL, "")])
def test_a_filter_that_names_somebody_is_shown_as_far_as_the_channel_may_see_names(
    channel: str, cut: str, bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    """While the report is being made, and where there is none, it is never shown in full."""
    portal.faults.next("/events/filter", Hang("first byte"))
    with bot(PREVIEW="full"):
        say(slack, "2025-01 user:zoe@example.com", channel=channel)
        portal.faults.wait_met(1, PATIENCE)
        reading = json.dumps(seen(slack, "Reading", channel=channel).blocks)
        portal.faults.release()
        reported(slack, channel=channel)
        say(slack, '2025-01 user:"Tom O\'Brien" room:"Atlantis"', channel=channel)
        seen(slack, "No compliance report", channel=channel)
    texts = json.dumps(
        [shown_text(message.blocks) for message in slack.workspace.messages(channel)], ensure_ascii=False
    )
    assert ("zoe@example.com" in texts) is (not cut)
    assert "Tom O'Brien" not in texts
    assert "zoe" not in reading.casefold().partition("actions")[0]


@pytest.mark.parametrize(("preview", "channel"), [("counts", CHANNEL), ("full", CHANNEL), ("full", PARTNERS)])
def test_neither_the_picture_nor_a_check_of_its_files_tells_whom_a_report_is_about(
    preview: str, channel: str, bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    """The files in DocSpace are called by the filter."""
    with bot(PREVIEW=preview):
        say(slack, "2025-01 user:zoe@example.com", channel=channel)
        [summary] = reported(slack, channel=channel)
        [file] = filed_texts(portal)
        portal.files.overwrite(file.id, 1, b"another")
        slack.press(summary, "verify", user="ann")
        slack.workspace.wait_for(lambda w: len(w.thread(channel, summary.ts)) == 4, PATIENCE)
    thread = slack.workspace.thread(channel, summary.ts)
    read = json.dumps([shown_text(message.blocks) for message in thread], ensure_ascii=False)
    pictures = [call.args for method in UPLOADS for call in slack.calls_of(method)]
    assert "zoe" in file.title
    assert "compliance-report-2025-01-….txt, version 1" in read
    assert "compliance-report-2025-01.png" in str(pictures)
    assert "zoe" not in f"{read} {pictures}".casefold()


@pytest.mark.parametrize(
    ("channel", "words"), [(CHANNEL, f"user:{pseudonym(ZOE)}"), (PARTNERS, "user:…"), (LEGAL, f"user:{ZOE}")]
)
def test_a_schedule_is_announced_with_as_much_of_its_filter_as_the_channel_may_see(
    channel: str, words: str, bot: Bot, slack: StandInSlack
) -> None:
    with bot(PREVIEW="full"):
        said = written(keep(slack, f"{EVERY_MONTH} user:{ZOE}", channel=channel))
    assert f"only {words}" in said
    assert ("zoe" in said) == (channel == LEGAL)


def test_whom_somebody_s_schedule_is_about_is_listed_to_its_maker_and_to_nobody_else(
    bot: Bot, slack: StandInSlack
) -> None:
    with bot(PREVIEW="full", ALLOWED_USERS=BOTH):
        keep(slack, f"{EVERY_MONTH} user:zoe@example.com type:delete")
        anns, bobs = (typed(slack, "schedules", user=user) for user in ("ann", "bob"))
        ends = [written(typed(slack, "delete 1", user=user)) for user in ("ann", "bob")]
    assert "user:zoe@example.com" in written(anns)
    assert "edit_schedule" in offered(anns)
    assert "only type:delete user:…" in written(bobs)
    assert "edit_schedule" not in offered(bobs)
    assert ["zoe" in text for text in (written(bobs), *ends)] == [False, True, False]


def test_a_schedule_whose_filter_names_nobody_is_listed_whole_to_everybody(bot: Bot, slack: StandInSlack) -> None:
    with bot(ALLOWED_USERS=BOTH):
        keep(slack, f"{EVERY_MONTH} type:delete")
        bobs = listed(slack, user="bob")
    assert "only type:delete" in bobs
    assert "edit_schedule" in bobs


def test_whom_a_report_is_about_is_told_to_who_asked_for_it_when_others_ask_what_is_being_made(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    asked = ("status", "cancel")
    reading_hangs(portal)
    with bot(PREVIEW="full", ALLOWED_USERS=BOTH):
        say(slack, "2025-01 user:zoe@example.com")
        say(slack, "2025-01 type:delete")
        portal.faults.wait_met(1, PATIENCE)
        said = {user: [written(typed(slack, words, user=user)) for words in asked] for user in ("ann", "bob")}
        portal.faults.clear()
        reported(slack, 2)
    assert all("user:zoe@example.com" in words for words in said["ann"])
    assert all("user:…" in words and "type:delete" in words and "zoe" not in words for words in said["bob"])


def test_the_app_s_page_shows_no_more_of_filters_than_the_settings_allow(bot: Bot, slack: StandInSlack) -> None:
    with bot(PREVIEW="counts", REPORT_TIMEZONE="Europe/Riga"):
        keep(slack, f"{EVERY_MONTH} user:zoe@example.com")
        say(slack, "2025-01 user:zoe@example.com")
        reported(slack)
        page = shown(own_page(slack))
    assert "only user:…" in page
    assert "*January 2025* (user:…)" in page
    assert "zoe" not in page


def shown_text(blocks: object) -> list[str]:
    """What people read of blocks; a button's value is for the bot."""
    if isinstance(blocks, dict):
        own = [blocks["text"]] if isinstance(blocks.get("text"), str) else []
        rest = [part for name, part in blocks.items() if name not in {"value", "text"} or isinstance(part, dict)]
        return own + [text for part in rest for text in shown_text(part)]
    if isinstance(blocks, list | tuple):
        return [text for part in blocks for text in shown_text(part)]
    return []
