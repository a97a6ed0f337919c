"""Who may look: guests, outsiders and members who may not ask get nothing, whatever they type or press."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handlers.views import replies
from sandbox.slack import Delivery, Message, StandInSlack, WorkspaceSetup
from sandbox.slack.setup import OTHER_TEAM
from tests.bot.agenda import keep
from tests.bot.forms import own_page, shown
from tests.bot.talk import CHANNEL, COMMAND, Bot, entries, offered, reported, say, told, written
from tests.until import PATIENCE

ZOE = "zoe@example.com"
REFUSED = "You can't request compliance reports here"
LOOKING = ("status", "schedules", "calendar 2025", "history", "verify 2025-01 private", "diff 2025-01 private")
OPENING = ("", "schedule")
PROMISES = frozenset(replies.LOOKING.values())
"""What is answered at once, before it is known whether there is an answer."""


@pytest.fixture
def slack(scopes: frozenset[str]) -> Iterator[StandInSlack]:
    with StandInSlack(WorkspaceSetup(scopes=scopes)) as slack:
        olga = slack.workspace.user("olga").id
        here = slack.workspace.channel(CHANNEL)
        slack.workspace.change_channel(here, members=here.members | {olga}, is_ext_shared=True)
        yield slack


def answers(slack: StandInSlack, user: str, before: int) -> list[Message]:
    return slack.workspace.ephemerals(user)[before:]


def ask_all(slack: StandInSlack, user: str) -> list[Message]:
    """Everything that *user* is answered to every word that looks at something or opens a form."""
    found = []
    for words in (*LOOKING, *OPENING):
        before = len(slack.workspace.ephemerals(user))
        slack.command(COMMAND, words, user=user, channel=CHANNEL)
        slack.workspace.wait_for(lambda _: final(slack, user, before), PATIENCE)  # noqa: B023 - called at once
        found += answers(slack, user, before)
    return found


def final(slack: StandInSlack, user: str, before: int) -> bool:
    """Whether the answer is there that is not only the promise of one."""
    return any(one.text not in PROMISES for one in answers(slack, user, before))


def press_all(slack: StandInSlack, report: Message, user: str) -> list[Delivery]:
    return [slack.press(report, action, user=user) for action in offered(report) if action != "open_in_docspace"]


def test_who_may_not_ask_reads_nothing_opens_nothing_and_causes_nothing(bot: Bot, slack: StandInSlack) -> None:
    """Gus is a guest, Bob a member whom no setting names, Olga of another company in a channel that it shares."""
    with bot(PREVIEW="full", REPORT_TIMEZONE="Europe/Riga"):
        keep(slack, f"monthly on 1 at 09:00 Europe/Riga user:{ZOE}")
        say(slack, f"2025-01 user:{ZOE}")
        [report] = reported(slack)
        typed = {user: ask_all(slack, user) for user in ("gus", "bob")}
        pressed = {user: press_all(slack, report, user) for user in ("gus", "bob", "olga")}
        pages = [shown(own_page(slack, user)) for user in ("gus", "bob")]
        views = slack.calls_of("views.open")
        slack.workspace.wait_for(lambda w: all(w.ephemerals(user) for user in pressed), PATIENCE)
    assert views == []
    for user in pressed:
        read = [written(one) for one in slack.workspace.ephemerals(user) if one.text not in PROMISES]
        assert [words for words in read if "You can't" not in words] == []
        assert not [action for one in slack.workspace.ephemerals(user) for action in offered(one)]
    assert all("You can't" in page and "button" not in page for page in pages)
    assert [len(found) for found in typed.values()] >= [len(LOOKING) + len(OPENING)] * 2
    assert "zoe" not in str([written(one) for one in slack.workspace.messages(CHANNEL)]).casefold()
    assert len(slack.workspace.thread(CHANNEL, report.ts)) == 3


def test_a_setting_lets_members_look_but_neither_guests_nor_others(bot: Bot, slack: StandInSlack) -> None:
    with bot(VIEWERS="members", REPORT_TIMEZONE="Europe/Riga"):
        keep(slack, f"monthly on 1 at 09:00 Europe/Riga user:{ZOE}")
        slack.command(COMMAND, "schedules", user="bob", channel=CHANNEL)
        slack.command(COMMAND, "schedules", user="gus", channel=CHANNEL)
        [listed], [refused] = slack.workspace.ephemerals("bob"), slack.workspace.ephemerals("gus")
        slack.command(COMMAND, "calendar 2025", user="bob", channel=CHANNEL)
        told(slack, "Coverage of 2025", user="bob")
        slack.command(COMMAND, "2025-01", user="bob", channel=CHANNEL)
        told(slack, "You can't request", user="bob")
        page = own_page(slack, "bob")
    assert "only user:…" in written(listed)
    assert offered(listed) == []
    assert "guests" in written(refused)
    assert "Coverage of" in shown(page)
    assert "new_report" not in shown(page)


def test_what_a_form_opens_with_is_cut_to_who_opens_it(bot: Bot, slack: StandInSlack) -> None:
    """Bob may ask; Ann's filter is hers."""
    with bot(PREVIEW="full", ALLOWED_USERS="U0ANN00001,U0BOB00001"):
        say(slack, f"2025-01 user:{ZOE}")
        [report] = reported(slack)
        assert "zoe" not in str([written(one) for one in slack.workspace.messages(CHANNEL)]).casefold()
        seen = {}
        for user in ("ann", "bob"):
            assert slack.press(report, "new_schedule", user=user).acked
            view = slack.workspace.views.top(slack.workspace.user(user).id)
            assert view is not None
            seen[user] = shown(view) + str(view.payload)
        slack.press(report, "run_again", user="bob")
        reported(slack, 2)
        say(slack, "status", user="bob")
    assert ZOE in seen["ann"]
    assert "zoe" not in seen["bob"].casefold()
    assert "user:…" in seen["bob"]


OUTSIDE: dict[str, dict[str, Any]] = {
    "marked": {},
    "not marked": {"is_marked": False},
    "an admin of their own workspace": {"is_marked": False, "is_admin": True, "is_owner": True},
    "of another workspace of the organization": {"is_marked": False, "enterprise_teams": (OTHER_TEAM, "T0THIRD")},
}


@pytest.mark.parametrize("grid", ["", "E0SANDBOX"])
def test_an_outsider_of_any_shape_gets_and_causes_nothing(
    grid: str, bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    """Olga is named in ALLOWED_USERS, and presses everything, also in a form that was opened before she left."""
    slack.workspace.setup = replace(slack.workspace.setup, enterprise_id=grid)
    olga = slack.workspace.user("olga")
    with bot(ALLOWED_USERS=f"U0ANN00001,{olga.id}", REPORT_TIMEZONE="Europe/Riga"):
        say(slack, "2025-01")
        [report] = reported(slack)
        for shape in OUTSIDE.values():
            slack.workspace.change_user("olga", **{"is_stranger": True, **shape})
            before = len(slack.workspace.ephemerals("olga"))
            press_all(slack, report, "olga")
            count = before + len(offered(report)) - 1
            slack.workspace.wait_for(lambda w: len(w.ephemerals("olga")) >= count, PATIENCE)  # noqa: B023 - called at once
        page = shown(own_page(slack, "olga"))
        assert slack.calls_of("views.open") == []
    assert {one.text.partition(":")[0] for one in slack.workspace.ephemerals("olga")} == {REFUSED}
    assert "people of other workspaces" in page
    assert len(entries(tmp_path)) == 1
    assert len(slack.workspace.thread(CHANNEL, report.ts)) == 3
