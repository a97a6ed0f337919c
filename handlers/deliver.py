"""Putting messages where they belong in Slack, and saying in words of our own why one could not be put there."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from handlers.views.kit import Message, in_words
from reporting.errors import (
    ChannelClosed,
    ComplianceError,
    FormExpired,
    MessageRefused,
    MissingScope,
    PostUnclear,
    SlackBusy,
    SlackTrouble,
    TokenRejected,
)

T = TypeVar("T")
log = logging.getLogger(__name__)
CLOSED = {
    "not_in_channel": "I am not in it",
    "channel_not_found": "it is private and I am not in it",
    "is_archived": "it is archived",
    "is_inactive": "it is archived",
    "restricted_action": "the workspace allows only some people to post in it",
    "restricted_action_read_only_channel": "only some people may post in it",
    "restricted_action_thread_only_channel": "only threads may be written in it",
}
REJECTED = {"token_revoked", "token_expired", "account_inactive", "invalid_auth", "not_authed"}
REFUSED = {"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long"}
"""Blocks of a kind that is rolled out to some workspaces only, or more text than Slack takes."""
EXPIRED = {"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"}
FAULTS = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
"""Slack's own words for "something broke", after which nobody knows how far it came.

Source: https://docs.slack.dev/reference/methods/chat.postMessage
"""
TAGGED = "compliance_report"
LOOKED_AT = 200
"""Messages that are looked through for one that may have been posted."""
PEOPLE = 200
"""People that are asked for at a time."""
CLOCKS = 120
"""Seconds by which this machine's clock and Slack's may differ."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The one message of a run; everything after its first posting changes it or goes to its thread."""

    channel: str
    ts: str


def post(client: WebClient, channel: str, message: Message, *, tag: str, thread: str = "") -> Anchor:
    """Post once, without repeating after an unclear answer: *client* must not retry by itself.

    Raises:
        ChannelClosed: Slack does not let the bot post there.
        PostUnclear: Slack did not say whether it took the message; :func:`find` looks for its *tag*.
        SlackTrouble: anything else.
    """
    metadata = {"event_type": TAGGED, "event_payload": {"tag": tag}}
    more: dict[str, Any] = {
        "thread_ts": thread or None,
        "metadata": metadata,
        "unfurl_links": False,
        "unfurl_media": False,
    }

    def send(shown: Message) -> Anchor:
        with understood("to post a message", unclear="the message"):
            sent = client.chat_postMessage(channel=channel, **more, **shown)
        return Anchor(channel=sent["channel"], ts=sent["ts"])

    return taken(message, send)


def find(client: WebClient, place: Anchor, *, tag: str, since: datetime, unclear: PostUnclear | None = None) -> str:
    """Slack's id of the message that was posted with that *tag*, in a channel or a thread of it; empty if none was.

    Raises:
        PostUnclear: it cannot be looked up.
    """
    asked: dict[str, Any] = {
        "channel": place.channel,
        "oldest": f"{since.timestamp() - CLOCKS:.6f}",
        "include_all_metadata": True,
        "limit": LOOKED_AT,
    }
    try:
        with understood("to look for a message"):
            if place.ts:
                answer = client.conversations_replies(ts=place.ts, **asked)
            else:
                answer = client.conversations_history(**asked)
    except ComplianceError as error:
        raise unclear or PostUnclear(act="the message", reason=str(error)) from error
    messages: list[dict[str, Any]] = answer["messages"]
    ts = next((str(found["ts"]) for found in messages if tagged(found) == tag), "")
    if not ts and answer.get("has_more"):
        raise unclear or PostUnclear(act="the message", reason=f"it is not among the first {LOOKED_AT} since")
    return ts


def tagged(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    return str(metadata.get("event_payload", {}).get("tag", "")) if metadata.get("event_type") == TAGGED else ""


def change(client: WebClient, anchor: Anchor, message: Message) -> None:
    """Give the anchor its new content; repeating that does no harm.

    Raises:
        SlackTrouble: it still has the old one.
    """

    def send(shown: Message) -> None:
        with understood("to change a message"):
            client.chat_update(channel=anchor.channel, ts=anchor.ts, parse="none", **shown)

    taken(message, send)


def taken(message: Message, send: Callable[[Message], T]) -> T:
    """Send it; where Slack does not take its blocks, in plain words, which is better than nothing."""
    try:
        return send(message)
    except MessageRefused as error:
        log.warning("Slack did not take the blocks of a message: %s", error)
        return send(in_words(message))


def open_form(client: WebClient, trigger: str, view: dict[str, Any]) -> None:
    """Show a form to who typed or pressed something.

    Raises:
        FormExpired: that was more than three seconds ago.
        SlackTrouble: anything else.
    """
    with understood("to open a form"):
        client.views_open(trigger_id=trigger, view=view)


def push_form(client: WebClient, trigger: str, view: dict[str, Any]) -> None:
    """Show a form on top of the one in which something was pressed; raises the same."""
    with understood("to open a form"):
        client.views_push(trigger_id=trigger, view=view)


def whisper(response_url: str, message: Message) -> None:
    """Tell only the person who asked; possible for 30 minutes after they did.

    Raises:
        SlackTrouble: they were not told.
    """
    act = "to answer privately"

    def send(shown: Message) -> None:
        with understood(act):
            sent = WebhookClient(response_url).send(
                text=shown["text"], blocks=shown["blocks"], response_type="ephemeral", replace_original=False
            )
        refused = next((code for code in REFUSED if code in sent.body), "")
        if refused:
            raise MessageRefused(act=act, reason=refused)
        if sent.status_code != HTTPStatus.OK:
            raise SlackTrouble(act=act, reason=f"HTTP {sent.status_code}")

    taken(message, send)


def person(client: WebClient, user: str) -> Mapping[str, Any]:
    """What Slack tells of somebody.

    Raises:
        SlackTrouble: it does not.
    """
    with understood("to say who you are"):
        found: Mapping[str, Any] = client.users_info(user=user)["user"]
    return found


def permalink(client: WebClient, anchor: Anchor) -> str:
    """The address of a message.

    Raises:
        SlackTrouble: Slack does not tell it.

    Source: https://docs.slack.dev/reference/methods/chat.getPermalink
    """
    with understood("to say where a message is"):
        return str(client.chat_getPermalink(channel=anchor.channel, message_ts=anchor.ts)["permalink"])


def everybody(client: WebClient) -> Iterator[Mapping[str, Any]]:
    """What Slack tells of each person of the workspace.

    Raises:
        SlackTrouble: it does not.

    Source: https://docs.slack.dev/reference/methods/users.list
    """
    with understood("to say who is an admin"):
        for answer in client.users_list(limit=PEOPLE):
            yield from answer["members"]


def publish_home(client: WebClient, user: str, view: dict[str, Any]) -> None:
    """Put the app's own page before somebody.

    Raises:
        SlackTrouble: they still see the one before.
    """
    with understood("to show the app's page"):
        client.views_publish(user_id=user, view=view)


def channel(client: WebClient, where: str) -> Mapping[str, Any]:
    """What Slack tells of a channel.

    Raises:
        ChannelClosed: it is private and the bot is not in it.
        MissingScope, SlackTrouble: it does not tell.
    """
    with understood("to say what kind of channel it is"):
        found: Mapping[str, Any] = client.conversations_info(channel=where)["channel"]
    return found


def members(client: WebClient, group: str) -> frozenset[str]:
    """The ids of a user group's members.

    Raises:
        SlackTrouble: Slack does not tell; user groups are for paid plans.
    """
    with understood("to say who is in a user group"):
        found: list[str] = client.usergroups_users_list(usergroup=group)["users"]
    return frozenset(found)


def gone(error: SlackTrouble) -> bool:
    """Whether a message cannot be changed because somebody removed it."""
    return error.facts.get("reason") in {"message_not_found", "cant_update_message", "thread_not_found"}


@contextmanager
def understood(act: str, *, unclear: str = "") -> Iterator[None]:
    """Slack's errors in our words; without an answer, what is *unclear* then."""
    try:
        yield
    except SlackApiError as error:
        code = str(error.response.get("error", "unknown"))
        failing = code in FAULTS or error.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise (PostUnclear(act=unclear, reason=code) if unclear and failing else refusal(error, act, code)) from error
    except (SlackClientError, URLError, HTTPException, OSError) as error:
        reason = type(error).__name__
        raise (PostUnclear(act=unclear, reason=reason) if unclear else SlackTrouble(act=act, reason=reason)) from error


def refusal(error: SlackApiError, act: str, code: str) -> ComplianceError:
    """What Slack's word for a refusal means.

    Source: https://docs.slack.dev/reference/methods/chat.postMessage and views.open, "Errors"
    """
    if code in CLOSED:
        return ChannelClosed(reason=CLOSED[code])
    if code in EXPIRED:
        return FormExpired()
    if code == "missing_scope":
        return MissingScope(act=act, scope=str(error.response.get("needed", "")))
    kinds = {SlackBusy: {"ratelimited", "rate_limited"}, TokenRejected: REJECTED, MessageRefused: REFUSED}
    kind = next((kind for kind, codes in kinds.items() if code in codes), SlackTrouble)
    return kind(act=act, reason=code)
