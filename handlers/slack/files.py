"""Showing a file in a channel or a thread: a picture, or a list that is too long for a message.

Source: https://docs.slack.dev/messaging/working-with-files, "Uploading files"
"""

import ipaddress
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

import msgspec
from slack_sdk import WebClient

from handlers.slack.api import ask
from handlers.slack.errors import SlackTrouble

ALT = 1_000
"""Characters of a description."""
TAKE = "to take a file"


class UploadPlace(msgspec.Struct):
    """Source: ``files.getUploadURLExternal``."""

    upload_url: str
    file_id: str


def upload_and_share(
    client: WebClient, channel: str, thread: str, content: bytes, *, name: str, title: str, alt: str
) -> str:
    """Upload a file and show it once under a message; Slack's id of it. *client* must not retry by itself.

    Raises:
        MissingScope: the app may not upload.
        ChannelClosed: Slack does not let the bot post there.
        PostUnclear: Slack did not say whether it shows the file.
        SlackTrouble: anything else; nothing is shown.
    """
    place = ask(
        "files.getUploadURLExternal",
        lambda: client.files_getUploadURLExternal(filename=name, length=len(content), alt_txt=alt[:ALT]),
        UploadPlace,
        act=TAKE,
    )
    ask("upload", lambda: send(client, place.upload_url, content), type(None), act=TAKE)
    ask(
        "files.completeUploadExternal",
        lambda: client.files_completeUploadExternal(
            files=[{"id": place.file_id, "title": title}], channel_id=channel, thread_ts=thread or None
        ),
        dict[str, Any],
        act="to show a file",
        unclear="the file",
    )
    return place.file_id


def send(client: WebClient, address: str, content: bytes) -> None:
    """Post the bytes to the address that Slack named, and nowhere else.

    Raises:
        SlackTrouble: it is no address to send them to, or did not take them.
        OSError, HTTPException: it cannot be reached.
    """
    if not safe(address):
        raise SlackTrouble(act=TAKE, reason="the address to send it to is not https")
    proxies = {"https": client.proxy} if client.proxy else {}  # plain http stays on this machine
    opener = OpenerDirector()  # of these parts alone: one that follows redirects would take any page for a yes
    for part in (ProxyHandler(proxies), HTTPHandler(), HTTPSHandler(context=client.ssl)):
        opener.add_handler(part)
    asked = Request(address, data=content, headers={"Content-Type": "application/octet-stream"}, method="POST")  # noqa: S310
    with opener.open(asked, timeout=client.timeout) as answer:
        if answer.status != HTTPStatus.OK:
            raise SlackTrouble(act=TAKE, reason=f"HTTP {answer.status}")


def safe(address: str) -> bool:
    """Whether it is https, or http on this machine."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and on_this_machine(parts.hostname))
        )
    except ValueError:
        return False


def on_this_machine(host: str | None) -> bool:
    return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
