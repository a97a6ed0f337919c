"""Putting messages where they belong in Slack, and saying in words of our own why one could not be put there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from handlers.views.kit import Message
from reporting.errors import ChannelClosed, SlackTrouble

CLOSED = {
    "not_in_channel": "I am not in it",
    "channel_not_found": "it is private and I am not in it",
    "is_archived": "it is archived",
    "restricted_action": "the workspace allows only some people to post in it",
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """The one message of a run; everything after its first posting changes it or goes to its thread."""

    channel: str
    ts: str


def post(client: WebClient, channel: str, message: Message, *, thread: str = "") -> Anchor:
    """Post once, without repeating after an unclear answer: *client* must not retry by itself.

    Raises:
        ChannelClosed: Slack does not let the bot post there.
        SlackTrouble: anything else.
    """
    with understood("to post a message"):
        sent = client.chat_postMessage(
            channel=channel, thread_ts=thread or None, unfurl_links=False, unfurl_media=False, **message
        )
    return Anchor(channel=sent["channel"], ts=sent["ts"])


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


@contextmanager
def understood(act: str) -> Iterator[None]:
    """Slack's errors in our words."""
    try:
        yield
    except SlackApiError as error:
        code = str(error.response.get("error", "unknown"))
        raise (ChannelClosed(reason=CLOSED[code]) if code in CLOSED else SlackTrouble(act=act, reason=code)) from error
    except (SlackClientError, URLError, OSError) as error:
        raise SlackTrouble(act=act, reason=type(error).__name__) from error
