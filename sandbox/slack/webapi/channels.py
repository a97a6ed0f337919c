"""Which channels the bot may see, and where it may write."""

from sandbox.slack.refusal import Refusal
from sandbox.slack.setup import Channel
from sandbox.slack.webapi.method import Site

NOUNS = {"im": "im", "private": "groups", "public": "channels"}


def kind(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "private" if channel.is_private else "public"


def seen(site: Site, word: str, permission: str | None = None) -> Channel:
    """Return the channel if the bot may know of it, and holds ``channels:read`` or its like for *permission*."""
    workspace = site.workspace
    channel = workspace.channels.get(word)
    hidden = channel is not None and (channel.is_private or channel.is_im)
    if channel is None or (hidden and workspace.setup.bot_user not in channel.members):
        raise Refusal("channel_not_found")
    if permission:
        site.require(f"{NOUNS[kind(channel)]}:{permission}")
    return channel


def writable(site: Site, word: str) -> Channel:
    """Return the channel if the bot may post there; a user's id means the direct messages with them."""
    workspace = site.workspace
    if word in workspace.users:
        return workspace.direct(word)
    channel = seen(site, _by_name(site, word))
    if channel.is_archived:
        raise Refusal("is_archived")
    if not may_post(site, channel):
        raise Refusal("not_in_channel")
    if channel.is_read_only:
        raise Refusal("restricted_action")
    return channel


def may_post(site: Site, channel: Channel) -> bool:
    setup = site.workspace.setup
    return setup.bot_user in channel.members or "chat:write.public" in setup.scopes


def _by_name(site: Site, word: str) -> str:
    if not word.startswith("#"):
        return word
    try:
        return site.workspace.channel(word).id
    except LookupError:
        return word
