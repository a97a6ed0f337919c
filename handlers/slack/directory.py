"""Reading what Slack tells of people, user groups and channels."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from slack_sdk import WebClient

from handlers.slack.api import ask

PEOPLE = 200
"""People that are asked for at a time."""


class Cursor(msgspec.Struct):
    next_cursor: str = ""


class Conversation(msgspec.Struct):
    """Source: ``conversations.open`` and ``conversations.info``."""

    channel: dict[str, Any]


class Person(msgspec.Struct):
    """Source: ``users.info``."""

    user: dict[str, Any]


class People(msgspec.Struct):
    """Source: ``users.list``."""

    members: list[dict[str, Any]]
    response_metadata: Cursor | None = None


class Group(msgspec.Struct):
    """Source: ``usergroups.users.list``."""

    users: list[str]


def person(client: WebClient, user: str, *, within: float | None = None) -> Mapping[str, Any]:
    """What Slack tells of somebody; *within* so many seconds, without a second try, if somebody waits for it.

    Raises:
        SlackTrouble: it does not.
    """
    act = "to say who you are"
    return ask(
        "users.info",
        lambda: client.users_info(user=user),
        Person,
        act=act,
        patience=shorter_timeout(within),
        deadline=within,
    ).user


def everybody(client: WebClient) -> Iterator[Mapping[str, Any]]:
    """What Slack tells of each person of the workspace.

    Raises:
        SlackTrouble: it does not.

    Source: https://docs.slack.dev/reference/methods/users.list
    """
    cursor = ""
    while True:
        asked = {"limit": PEOPLE, "cursor": cursor}
        page = ask(
            "users.list",
            lambda asked=asked: client.users_list(**asked),  # type: ignore[misc]
            People,
            act="to say who is an admin",
        )
        yield from page.members
        cursor = page.response_metadata.next_cursor if page.response_metadata else ""
        if not cursor:
            return


def members(client: WebClient, group: str, *, within: float | None = None) -> frozenset[str]:
    """The ids of a user group's members; *within* as for :func:`person`.

    Raises:
        SlackTrouble: Slack does not tell; user groups are for paid plans.
    """
    act = "to say who is in a user group"
    found = ask(
        "usergroups.users.list",
        lambda: client.usergroups_users_list(usergroup=group),
        Group,
        act=act,
        patience=shorter_timeout(within),
        deadline=within,
    )
    return frozenset(found.users)


def channel(client: WebClient, where: str) -> Mapping[str, Any]:
    """What Slack tells of a channel.

    Raises:
        ChannelClosed: it is private and the bot is not in it.
        MissingScope, SlackTrouble: it does not tell.
    """
    act = "to say what kind of channel it is"
    return ask("conversations.info", lambda: client.conversations_info(channel=where), Conversation, act=act).channel


def shorter_timeout(within: float | None) -> float | None:
    """No second try where somebody waits."""
    return None if within is None else 0.0
