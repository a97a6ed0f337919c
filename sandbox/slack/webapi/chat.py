"""chat.*: post, update, delete, permalinks."""

from collections.abc import Mapping
from dataclasses import replace

from sandbox.slack.messages import Message, message_wire
from sandbox.slack.refusal import Refusal
from sandbox.slack.setup import Channel
from sandbox.slack.webapi.channels import seen, writable
from sandbox.slack.webapi.content import POST_CHARACTERS, UPDATE_CHARACTERS, Content, content
from sandbox.slack.webapi.method import Arguments, Method, Site
from sandbox.slack.wire import Json


def post(site: Site, args: Arguments) -> Json:
    workspace = site.workspace
    channel = writable(site, args.text("channel"))
    said = content(args, workspace.setup, most=POST_CHARACTERS)
    _not_too_fast(site, channel)
    message = workspace.keep(
        replace(
            _message(site, channel, said),
            thread_ts=_parent(site, channel, args.text("thread_ts")),
            broadcast=args.flag("reply_broadcast"),
        )
    )
    wire = message_wire(message, workspace.setup)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": wire}


def post_ephemeral(site: Site, args: Arguments) -> Json:
    workspace = site.workspace
    channel = writable(site, args.text("channel"))
    said = content(args, workspace.setup, most=POST_CHARACTERS)
    user = args.text("user")
    if user not in workspace.users:
        raise Refusal("user_not_found")
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    message = replace(_message(site, channel, said), only_for=user, thread_ts=args.text("thread_ts") or None)
    workspace.keep(message)
    return {"ok": True, "message_ts": message.ts}


def update(site: Site, args: Arguments) -> Json:
    """Update a message; text without blocks takes the blocks away.

    Source: https://api.slack.com/methods/chat.update, argument ``blocks``.
    """
    workspace = site.workspace
    before = _own(site, args, "cant_update_message")
    said = content(args, workspace.setup, most=UPDATE_CHARACTERS)
    after = replace(
        before,
        text=said.text or before.text,
        blocks=said.blocks or (),
        attachments=said.attachments,
        metadata=said.metadata if "metadata" in args.values else before.metadata,
        edited=before.edited if said.blocks else workspace.stamp(),
        revisions=before.revisions + 1,
    )
    workspace.keep(after)
    wire = message_wire(after, workspace.setup)
    return {"ok": True, "channel": after.channel, "ts": after.ts, "text": after.text, "message": wire}


def delete(site: Site, args: Arguments) -> Json:
    message = _own(site, args, "cant_delete_message")
    site.workspace.remove(message)
    return {"ok": True, "channel": message.channel, "ts": message.ts}


def permalink(site: Site, args: Arguments) -> Json:
    channel = seen(site, args.text("channel"))
    message = site.workspace.message(channel, args.text("message_ts"))
    if message is None or message.only_for:
        raise Refusal("message_not_found")
    link = f"{site.workspace.setup.team_url()}archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": link}


def _message(site: Site, channel: Channel, said: Content) -> Message:
    return Message(
        channel=channel.id,
        ts=site.workspace.stamp(),
        user=site.workspace.setup.bot_user,
        text=said.text,
        blocks=said.blocks or (),
        attachments=said.attachments,
        metadata=said.metadata,
    )


def _parent(site: Site, channel: Channel, thread_ts: str) -> str | None:
    """Return the thread's first message: an answer to an answer goes to the same thread."""
    if not thread_ts:
        return None
    message = site.workspace.message(channel, thread_ts)
    if message is None:
        raise Refusal("thread_not_found")
    return message.thread_ts or message.ts


def _own(site: Site, args: Arguments, error: str) -> Message:
    channel = seen(site, args.text("channel"))
    message = site.workspace.message(channel, args.text("ts"))
    if message is None or message.only_for:
        raise Refusal("message_not_found")
    if channel.is_archived:
        raise Refusal("is_inactive")
    if message.user != site.workspace.setup.bot_user:
        raise Refusal(error)
    return message


def _not_too_fast(site: Site, channel: Channel) -> None:
    interval = site.workspace.setup.post_interval
    last = site.workspace.last_post(channel)
    if interval and last is not None and site.workspace.clock() - last < interval:
        raise Refusal("ratelimited", {"retry_after": max(1, round(interval))})


_SAID = ("text", "blocks", "attachments", "metadata", "parse", "link_names", "as_user")
_SHOWN = (
    "username",
    "icon_emoji",
    "icon_url",
    "thread_ts",
    "mrkdwn",
    "unfurl_links",
    "unfurl_media",
    "reply_broadcast",
)
METHODS: Mapping[str, Method] = {
    "chat.postMessage": Method(post, ("channel",), (*_SAID, *_SHOWN), "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, ("channel", "user"), (*_SAID, *_SHOWN[:4]), "chat:write"),
    "chat.update": Method(update, ("channel", "ts"), (*_SAID, "reply_broadcast"), "chat:write"),
    "chat.delete": Method(delete, ("channel", "ts"), ("as_user",), "chat:write"),
    "chat.getPermalink": Method(permalink, ("channel", "message_ts")),
}
