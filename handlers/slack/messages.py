"""Putting messages where they belong in Slack, and finding them there."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from slack_sdk import WebClient

from handlers.desk import is_direct_message
from handlers.slack.api import ask
from handlers.slack.directory import Conversation, Cursor
from handlers.slack.errors import MessageRefused, PostUnclear, SlackTrouble
from handlers.views.blocks import Message, as_words
from reporting.errors.base import ComplianceError

T = TypeVar("T")
log = logging.getLogger(__name__)
TAGGED = "compliance_report"
LOOKED_AT, PAGE = 1_000, 200
"""Messages that are looked through for one that may have been posted, and how many of them at once."""
CLOCKS = 120
"""Seconds by which this machine's clock and Slack's may differ."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The one message of a run; everything after its first posting changes it or goes to its thread."""

    channel: str
    ts: str


class Posted(msgspec.Struct):
    """Source: ``chat.postMessage``."""

    channel: str
    ts: str


class Messages(msgspec.Struct):
    """Source: ``conversations.history`` and ``conversations.replies``."""

    messages: list[dict[str, Any]]
    response_metadata: Cursor | None = None


class Permalink(msgspec.Struct):
    """Source: ``chat.getPermalink``."""

    permalink: str


def post(client: WebClient, channel: str, message: Message, *, tag: str, thread: str = "") -> Anchor:
    """Post once, without repeating after an unclear answer: *client* must not retry by itself.

    Raises:
        ChannelClosed: Slack does not let the bot post there.
        PostUnclear: Slack did not say whether it took the message; :func:`find` looks for its *tag*.
        SlackTrouble: anything else; nothing was posted.
    """
    metadata = {"event_type": TAGGED, "event_payload": {"tag": tag}}
    more: dict[str, Any] = {
        "thread_ts": thread or None,
        "metadata": metadata,
        "unfurl_links": False,
        "unfurl_media": False,
    }

    def send(shown: Message) -> Anchor:
        sent = ask(
            "chat.postMessage",
            lambda: client.chat_postMessage(channel=channel, **more, **shown),
            Posted,
            act="to post a message",
            unclear="the message",
        )
        return Anchor(channel=sent.channel, ts=sent.ts)

    return with_text_fallback(message, send)


def find(client: WebClient, place: Anchor, *, tag: str, since: datetime) -> Anchor | None:
    """The message that was posted with that *tag*, in a channel or a thread of it.

    Of somebody's direct messages, addressed by their id, it is the conversation that is looked at.

    Raises:
        PostUnclear: it cannot be looked up.
        SlackTrouble: it could not be looked up now (``transient``).
    """
    try:
        channel = conversation(client, place.channel)
        looked = 0
        for page in pages(client, Anchor(channel, place.ts), since=since):
            ts = next((str(one.get("ts", "")) for one in page if tagged(one) == tag), "")
            if ts:
                return Anchor(channel, ts)
            looked += len(page)
            if looked >= LOOKED_AT:
                raise PostUnclear(act="the message", reason=f"it is not among the first {LOOKED_AT} since")
    except ComplianceError as error:
        if error.transient or isinstance(error, PostUnclear):
            raise
        raise PostUnclear(act="the message", reason=str(error)) from error
    return None


def pages(client: WebClient, place: Anchor, *, since: datetime) -> Iterator[list[dict[str, Any]]]:
    """What was written in a channel, or a thread of it, since a moment; a page at a time."""
    asked: dict[str, Any] = {
        "channel": place.channel,
        "oldest": f"{since.timestamp() - CLOCKS:.6f}",
        "include_all_metadata": True,
        "limit": PAGE,
    }
    act, cursor = "to look for a message", ""
    while True:
        more = asked | ({"cursor": cursor} if cursor else {})
        if place.ts:
            answer = ask(
                "conversations.replies",
                lambda more=more: client.conversations_replies(ts=place.ts, **more),  # type: ignore[misc]
                Messages,
                act=act,
            )
        else:
            answer = ask(
                "conversations.history",
                lambda more=more: client.conversations_history(**more),  # type: ignore[misc]
                Messages,
                act=act,
            )
        yield answer.messages
        cursor = answer.response_metadata.next_cursor if answer.response_metadata else ""
        if not cursor:
            return


def conversation(client: WebClient, where: str) -> str:
    """The id of the conversation: what is posted to a person's id lies in their direct messages, which have another."""
    if not is_direct_message(where) or where.startswith("D"):
        return where
    opened = ask(
        "conversations.open",
        lambda: client.conversations_open(users=where),
        Conversation,
        act="to look into the direct messages",
    )
    return str(opened.channel.get("id", ""))


def tagged(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    return str(metadata.get("event_payload", {}).get("tag", "")) if metadata.get("event_type") == TAGGED else ""


def update_message(client: WebClient, anchor: Anchor, message: Message, *, patience: float | None = None) -> None:
    """Give the anchor its new content; repeating that does no harm.

    Raises:
        SlackTrouble: it still has the old one, or nobody knows (``transient``).
    """

    def send(shown: Message) -> None:
        ask(
            "chat.update",
            lambda: client.chat_update(channel=anchor.channel, ts=anchor.ts, parse="none", **shown),
            dict[str, Any],
            act="to change a message",
            patience=patience,
        )

    with_text_fallback(message, send)


def with_text_fallback(message: Message, send: Callable[[Message], T]) -> T:
    """Send it; where Slack does not take its blocks, in plain words, which is better than nothing."""
    try:
        return send(message)
    except MessageRefused as error:
        log.warning("Slack rejected the blocks of a message: %s", error)
        return send(as_words(message))


def open_form(client: WebClient, trigger: str, view: dict[str, Any]) -> None:
    """Show a form to who typed or pressed something.

    Raises:
        FormExpired: that was more than three seconds ago.
        SlackTrouble: anything else.
    """
    act = "to open a form"
    ask("views.open", lambda: client.views_open(trigger_id=trigger, view=view), dict[str, Any], act=act)


def push_form(client: WebClient, trigger: str, view: dict[str, Any]) -> None:
    """Show a form on top of the one in which something was pressed; raises the same."""
    act = "to open a form"
    ask("views.push", lambda: client.views_push(trigger_id=trigger, view=view), dict[str, Any], act=act)


def permalink(client: WebClient, anchor: Anchor) -> str:
    """The address of a message.

    Raises:
        SlackTrouble: Slack does not tell it.

    Source: https://docs.slack.dev/reference/methods/chat.getPermalink
    """
    asked = {"channel": anchor.channel, "message_ts": anchor.ts}
    act = "to say where a message is"
    return ask("chat.getPermalink", lambda: client.chat_getPermalink(**asked), Permalink, act=act).permalink


def publish_home(client: WebClient, user: str, view: dict[str, Any]) -> None:
    """Put the app's own page before somebody.

    Raises:
        SlackTrouble: they still see the one before.
    """
    act = "to show the app's page"
    ask("views.publish", lambda: client.views_publish(user_id=user, view=view), dict[str, Any], act=act)


def is_deleted(error: SlackTrouble) -> bool:
    """Whether a message cannot be changed because somebody removed it."""
    return error.facts.get("reason") in {"message_not_found", "cant_update_message", "thread_not_found"}
