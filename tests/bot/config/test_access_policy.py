"""The rules of who may ask, each by itself."""

from dataclasses import replace
from typing import Any

import pytest

from bot.config.access_policy import Access, Refusals, Right, Viewers
from handlers.desk import RequestContext
from handlers.errors import ForAdmins, NotAllowed


def rules(*, viewers: Viewers = Viewers.REQUESTERS, **named: set[str]) -> Access:
    """Rules of which nothing is set but what is named."""
    lists = {name: frozenset(named.get(name, ())) for name in ("users", "groups", "channels")}
    return Access(**lists, team="T1", viewers=viewers, refusals=Refusals())


CLOSED = rules()
NAMED = rules(users={"U1"}, channels={"C1"})
GROUPED = rules(groups={"S1"})
DEED = "cancel a report that somebody else asked for"


@pytest.mark.parametrize(
    ("access", "place"),
    [
        (CLOSED, RequestContext("C1", "U1", stranger=True)),
        (NAMED, RequestContext("C1", "U1", stranger=True)),
        (NAMED, RequestContext("C2", "U1")),
        (NAMED, RequestContext("C1", "U2")),
    ],
)
def test_strangers_other_channels_and_others_than_the_named_are_refused(access: Access, place: RequestContext) -> None:
    with pytest.raises(NotAllowed):
        access.check(place)


@pytest.mark.parametrize("place", [RequestContext("C1", "U1"), RequestContext("D1", "U1"), RequestContext("U1", "U1")])
def test_the_named_may_ask_in_the_named_channel_and_in_direct_messages(place: RequestContext) -> None:
    NAMED.check(place)


def test_who_may_be_in_a_group_is_not_refused_before_slack_was_asked() -> None:
    rules(users={"U1"}, groups={"S1"}).check(RequestContext("C1", "U2"))


def test_anybody_of_the_workspace_may_ask_anywhere_as_far_as_is_known_without_asking_slack() -> None:
    CLOSED.check(RequestContext("C7", "U7"))


PLAIN: dict[str, Any] = {"id": "U2", "team_id": "T1"}
BOSS = PLAIN | {"is_admin": True}
OWNER = PLAIN | {"is_owner": True, "is_admin": False}


@pytest.mark.parametrize(
    ("access", "person", "in_group"),
    [
        (CLOSED, BOSS, False),
        (CLOSED, OWNER, False),
        (NAMED, PLAIN | {"id": "U1"}, False),
        (GROUPED, PLAIN, True),
        (rules(users={"U1"}, groups={"S1"}), PLAIN, True),
        (rules(users={"U2"}, groups={"S1"}), PLAIN, False),
    ],
)
def test_who_may_ask(access: Access, person: dict[str, Any], in_group: bool) -> None:
    access.check_person(person, in_group=in_group)


@pytest.mark.parametrize(
    ("access", "person", "said"),
    [
        (CLOSED, PLAIN, "admins and owners"),
        (CLOSED, PLAIN | {"is_admin": False}, "admins and owners"),
        (NAMED, BOSS, "not one of those"),
        (GROUPED, OWNER, "not one of those"),
        *((access, BOSS | {"deleted": True}, "deactivated") for access in (CLOSED, NAMED, GROUPED)),
    ],
)
def test_who_may_not_ask(access: Access, person: dict[str, Any], said: str) -> None:
    """Schedules live longer than their makers' accounts; an admin who is not named may only end what others began."""
    with pytest.raises(NotAllowed, match=said):
        access.check_person(person, in_group=False)


@pytest.mark.parametrize("mark", ["is_restricted", "is_ultra_restricted", "is_stranger", "is_bot"])
@pytest.mark.parametrize("access", [CLOSED, NAMED, GROUPED])
def test_guests_strangers_and_bots_are_refused_even_when_named(access: Access, mark: str) -> None:
    with pytest.raises(NotAllowed, match="guests"):
        access.check_person({mark: True, "is_admin": True, "id": "U1"}, in_group=True)


@pytest.mark.parametrize("access", [CLOSED, NAMED])
@pytest.mark.parametrize("person", [BOSS, OWNER])
def test_an_admin_may_end_what_another_asked_for(access: Access, person: dict[str, Any]) -> None:
    access.check_admin(person, deed=DEED)


@pytest.mark.parametrize("person", [PLAIN, PLAIN | {"is_admin": False}, BOSS | {"deleted": True}])
def test_nobody_but_an_admin_may_end_what_another_asked_for(person: dict[str, Any]) -> None:
    with pytest.raises(ForAdmins, match=DEED):
        NAMED.check_admin(person, deed=DEED)


def test_every_refusal_is_counted_and_nothing_else_is() -> None:
    access, counted = NAMED, Refusals()
    access = Access(access.team, access.users, access.groups, access.channels, access.viewers, counted)
    access.check(RequestContext("C1", "U1"))
    with pytest.raises(NotAllowed):
        access.check(RequestContext("C2", "U1"))
    with pytest.raises(NotAllowed):
        access.check_person(PLAIN, in_group=False)
    with pytest.raises(ForAdmins):
        access.check_admin(PLAIN, deed=DEED)
    assert counted.total == 3


# -- looking --

OPEN = rules(users={"U1"}, channels={"C1"}, viewers=Viewers.MEMBERS)


def test_by_default_only_who_may_ask_may_look() -> None:
    for access in (CLOSED, NAMED, GROUPED):
        with pytest.raises(NotAllowed):
            access.check_person(PLAIN, in_group=False, right=Right.LOOK)
    with pytest.raises(NotAllowed):
        NAMED.check(RequestContext("C1", "U2"), Right.LOOK)


def test_a_setting_lets_every_member_look_and_nobody_more_ask() -> None:
    OPEN.check(RequestContext("C1", "U2"), Right.LOOK)
    OPEN.check_person(PLAIN, in_group=False, right=Right.LOOK)
    with pytest.raises(NotAllowed):
        OPEN.check_person(PLAIN, in_group=False, right=Right.ASK)
    with pytest.raises(NotAllowed):
        OPEN.check(RequestContext("C1", "U2"))


@pytest.mark.parametrize("mark", ["is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted"])
def test_whatever_the_setting_guests_strangers_and_who_left_do_not_look(mark: str) -> None:
    with pytest.raises(NotAllowed):
        OPEN.check_person(PLAIN | {mark: True}, in_group=True, right=Right.LOOK)


@pytest.mark.parametrize("place", [RequestContext("C1", "U2", stranger=True), RequestContext("C2", "U2")])
def test_whatever_the_setting_nobody_looks_from_another_workspace_or_channel(place: RequestContext) -> None:
    with pytest.raises(NotAllowed):
        OPEN.check(place, Right.LOOK)


def test_an_admin_who_may_not_ask_may_cancel_and_not_look() -> None:
    GROUPED.check_person(BOSS, in_group=False, right=Right.CANCEL)
    with pytest.raises(NotAllowed):
        GROUPED.check_person(BOSS, in_group=False, right=Right.LOOK)


# -- whose workspace --

OUTSIDERS: dict[str, dict[str, Any]] = {
    "marked": {"is_stranger": True, "team_id": "T2"},
    "not marked": {"is_stranger": False, "team_id": "T2"},
    "without a mark": {"team_id": "T2"},
    "an admin there": {"team_id": "T2", "is_admin": True, "is_owner": True},
    "of another workspace of an organization": {
        "team_id": "T2",
        "enterprise_user": {"enterprise_id": "E1", "teams": ["T2", "T3"]},
    },
    "of no workspace": {"team_id": None},
    "of an odd shape": {"team_id": ["T1"], "enterprise_user": "T1"},
}


@pytest.mark.parametrize("shape", OUTSIDERS)
@pytest.mark.parametrize("access", [CLOSED, NAMED, GROUPED, OPEN])
def test_people_of_other_workspaces_may_nothing_whatever_slack_says_of_them(access: Access, shape: str) -> None:
    person = {"id": "U1", "is_admin": True} | OUTSIDERS[shape]
    for right in Right:
        with pytest.raises(NotAllowed, match="other workspaces"):
            access.check_person(person, in_group=True, right=right)
    with pytest.raises(ForAdmins):
        access.check_admin(person, deed=DEED)
    assert not access.is_admin(person)


def test_in_an_organization_every_workspace_of_a_person_counts() -> None:
    person = BOSS | {"team_id": "T2", "enterprise_user": {"enterprise_id": "E1", "teams": ["T2", "T1"]}}
    CLOSED.check_person(person, in_group=False)
    whole = replace(CLOSED, team="E1")
    whole.check_person(person, in_group=False)
    with pytest.raises(NotAllowed):
        replace(CLOSED, team="E2").check_person(person, in_group=False)


def test_without_knowing_its_own_workspace_the_bot_lets_nobody_in() -> None:
    with pytest.raises(NotAllowed):
        replace(CLOSED, team="").check_person(BOSS | {"team_id": ""}, in_group=False)
