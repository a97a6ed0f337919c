"""conversations.*: channels, who is in them, what was said."""

from collections.abc import Mapping

from sandbox.slack.messages import Message, message_wire
from sandbox.slack.refusal import Refusal
from sandbox.slack.setup import Channel, WorkspaceSetup
from sandbox.slack.webapi.channels import kind, seen
from sandbox.slack.webapi.method import Arguments, Method, Site
from sandbox.slack.webapi.paging import page
from sandbox.slack.wire import Json


def info(site: Site, args: Arguments) -> Json:
    channel = seen(site, args.text("channel"), "read")
    wire = channel_wire(channel, site.workspace.setup)
    if args.flag("include_num_members"):
        wire["num_members"] = len(channel.members)
    return {"ok": True, "channel": wire}


def listed(site: Site, args: Arguments) -> Json:
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im"}
    wanted = {kinds.get(word, word) for word in args.text("types", "public_channel").split(",")}
    bot = site.workspace.setup.bot_user
    found = [
        channel_wire(seen(site, channel.id, "read"), site.workspace.setup)
        for channel in site.workspace.channels.values()
        if kind(channel) in wanted
        and (bot in channel.members or kind(channel) == "public")
        and not (args.flag("exclude_archived") and channel.is_archived)
    ]
    return page("channels", found, args)


def members(site: Site, args: Arguments) -> Json:
    return page("members", sorted(seen(site, args.text("channel"), "read").members), args)


def opened(site: Site, args: Arguments) -> Json:
    site.require("im:write")
    users = args.text("users")
    if users not in site.workspace.users:
        raise Refusal("user_not_found")
    channel = site.workspace.direct(users)
    wire = channel_wire(channel, site.workspace.setup) if args.flag("return_im") else {"id": channel.id}
    return {"ok": True, "channel": wire}


def history(site: Site, args: Arguments) -> Json:
    channel = _readable(site, args)
    found = [message for message in site.workspace.messages(channel) if _between(message, args)]
    return _messages(site, args, list(reversed(found)))


def replies(site: Site, args: Arguments) -> Json:
    channel = _readable(site, args)
    found = site.workspace.thread(channel, args.text("ts"))
    if not found:
        raise Refusal("thread_not_found")
    return _messages(site, args, [message for message in found if _between(message, args)])


def _readable(site: Site, args: Arguments) -> Channel:
    channel = seen(site, args.text("channel"), "history")
    if site.workspace.setup.bot_user not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def _between(message: Message, args: Arguments) -> bool:
    """Whether a message is in (oldest, latest), or in [oldest, latest] with ``inclusive``."""
    oldest, latest = args.text("oldest", "0"), args.text("latest", "9999999999.999999")
    if args.flag("inclusive") and message.ts in {oldest, latest}:
        return True
    return float(oldest) < float(message.ts) < float(latest)


def _messages(site: Site, args: Arguments, found: list[Message]) -> Json:
    wires = [_with_replies(site, message, metadata=args.flag("include_all_metadata")) for message in found]
    answer = page("messages", wires, args)
    return {**answer, "has_more": bool(answer["response_metadata"]["next_cursor"])}


def _with_replies(site: Site, message: Message, *, metadata: bool) -> Json:
    wire = message_wire(message, site.workspace.setup)
    if not metadata:
        wire.pop("metadata", None)
    answers = site.workspace.thread(message.channel, message.ts)[1:]
    if answers and message.thread_ts is None:
        wire |= {"thread_ts": message.ts, "reply_count": len(answers), "latest_reply": answers[-1].ts}
    return wire


def channel_wire(channel: Channel, setup: WorkspaceSetup) -> Json:
    if channel.is_im:
        other = next(iter(channel.members - {setup.bot_user}))
        return {"id": channel.id, "created": 1700000000, "is_im": True, "is_archived": False, "user": other}
    shared: Json = {
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": channel.is_pending_ext_shared,
    }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": False,
        "is_member": setup.bot_user in channel.members,
        "created": 1700000000,
        "creator": "USLACKBOT",
        "context_team_id": setup.team_id,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        **shared,
    }


_PAGED = ("cursor", "limit")
_READ = (*_PAGED, "oldest", "latest", "inclusive", "include_all_metadata")
METHODS: Mapping[str, Method] = {
    "conversations.info": Method(info, ("channel",), ("include_locale", "include_num_members")),
    "conversations.list": Method(listed, (), (*_PAGED, "types", "exclude_archived")),
    "conversations.members": Method(members, ("channel",), _PAGED),
    "conversations.open": Method(opened, ("users",), ("return_im", "prevent_creation")),
    "conversations.history": Method(history, ("channel",), _READ),
    "conversations.replies": Method(replies, ("channel", "ts"), _READ),
}
