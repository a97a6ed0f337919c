"""Putting messages where they belong in Slack, and saying in words of our own why one could not be put there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from handlers.views.kit import Message
from reporting.errors import ChannelClosed, ComplianceError, PostUnclear, SlackTrouble

CLOSED = {
    "not_in_channel": "I am not in it",
    "channel_not_found": "it is private and I am not in it",
    "is_archived": "it is archived",
    "restricted_action": "the workspace allows only some people to post in it",
}
FAULTS = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
"""Slack's own words for "something broke", after which nobody knows how far it came.

Source: https://docs.slack.dev/reference/methods/chat.postMessage
"""
TAGGED = "compliance_report"
LOOKED_AT = 200
"""Messages that are looked through for one that may have been posted."""
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
    with understood("to post a message", unclear="the message"):
        sent = client.chat_postMessage(
            channel=channel,
            thread_ts=thread or None,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
            **message,
        )
    return Anchor(channel=sent["channel"], ts=sent["ts"])


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
    with understood("to change a message"):
        client.chat_update(channel=anchor.channel, ts=anchor.ts, parse="none", **message)


def whisper(response_url: str, message: Message) -> None:
    """Tell only the person who asked; possible for 30 minutes after they did.

    Raises:
        SlackTrouble: they were not told.
    """
    with understood("to answer privately"):
        sent = WebhookClient(response_url).send(
            text=message["text"], blocks=message["blocks"], response_type="ephemeral", replace_original=False
        )
    if sent.status_code != 200:  # noqa: PLR2004
        raise SlackTrouble(act="to answer privately", reason=f"HTTP {sent.status_code}")


def person(client: WebClient, user: str) -> Mapping[str, Any]:
    """What Slack tells of somebody.

    Raises:
        SlackTrouble: it does not.
    """
    with understood("to say who you are"):
        found: Mapping[str, Any] = client.users_info(user=user)["user"]
    return found


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
        if code in CLOSED:
            raise ChannelClosed(reason=CLOSED[code]) from error
        if unclear and (code in FAULTS or error.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR):
            raise PostUnclear(act=unclear, reason=code) from error
        raise SlackTrouble(act=act, reason=code) from error
    except (SlackClientError, URLError, HTTPException, OSError) as error:
        reason = type(error).__name__
        raise (PostUnclear(act=unclear, reason=reason) if unclear else SlackTrouble(act=act, reason=reason)) from error
