"""What one person sees of the workspace: their channels, one conversation, their modal, their home tab."""

from sandbox.page.pictures import is_picture
from sandbox.slack import Channel, File, Message, User, View, Workspace
from sandbox.slack.wire import Json

SHOWN = 100
"""Messages of a conversation, the newest ones."""


def screen(workspace: Workspace, user: User, where: str) -> Json:
    """Return the screen of *user*, who looks at the channel *where*; an empty one if they may not."""
    workspace.direct(user)
    channels = [one for one in tuple(workspace.channels.values()) if user.id in one.members]
    place = workspace.channels.get(where)
    stack, home = workspace.views.stack(user.id), workspace.views.home(user.id)
    return {
        "channels": [_channel(workspace, user, one) for one in channels],
        "messages": _conversation(workspace, user, place) if place in channels and place is not None else [],
        "modal": _view(stack[-1]) if stack else None,
        "below": len(stack[:-1]),
        "home": None if home is None else _view(home),
    }


def people(workspace: Workspace) -> list[Json]:
    """Return who can sit before the screen."""
    return [
        {"id": one.id, "name": one.name, "real_name": one.real_name, "tz": one.tz, "role": _role(one)}
        for one in workspace.users.values()
        if not one.is_bot
    ]


def names(workspace: Workspace) -> Json:
    """Return what people read in place of ids."""
    everybody = {one.id: one.real_name for one in workspace.users.values()}
    groups = {one.id: one.handle for one in workspace.setup.usergroups}
    channels = {one.id: one.name for one in workspace.setup.channels if not one.is_private}
    return {**everybody, **groups, **channels, "USLACKBOT": "Slackbot"}


def _role(user: User) -> str:
    if user.is_stranger:
        return "of a connected workspace"
    if user.is_guest:
        return "guest"
    return "admin" if user.is_admin or user.is_owner else "member"


def _channel(workspace: Workspace, user: User, channel: Channel) -> Json:
    messages = [*workspace.messages(channel), *workspace.ephemerals(user, channel)]
    return {
        "id": channel.id,
        "name": channel.name,
        "purpose": channel.purpose,
        "members": len(channel.members),
        "is_im": channel.is_im,
        "is_private": channel.is_private,
        "is_shared": channel.is_ext_shared,
        "is_archived": channel.is_archived,
        "has_bot": workspace.setup.bot_user in channel.members,
        "newest": max((one.ts for one in messages), default=""),
    }


def _conversation(workspace: Workspace, user: User, channel: Channel) -> list[Json]:
    own = workspace.ephemerals(user, channel)
    shown = workspace.messages(channel) + [one for one in own if one.thread_ts is None]
    newest = sorted(shown, key=lambda message: message.ts)[-SHOWN:]
    return [_with_replies(workspace, message, own) for message in newest]


def _with_replies(workspace: Workspace, message: Message, own: list[Message]) -> Json:
    replies = workspace.thread(message.channel, message.ts)[1:] if message.thread_ts is None else []
    replies += [one for one in own if one.thread_ts == message.ts]
    ordered = sorted(replies, key=lambda reply: reply.ts)
    return {**_message(workspace, message), "replies": [_message(workspace, reply) for reply in ordered]}


def _message(workspace: Workspace, message: Message) -> Json:
    return {
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "is_app": message.user == workspace.setup.bot_user,
        "is_ephemeral": message.only_for is not None,
        "is_edited": message.edited is not None,
        "text": message.text,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "files": [_file(workspace.files[one]) for one in message.files],
    }


def _file(file: File) -> Json:
    picture = file.content is not None and is_picture(file.content)
    wire = {"id": file.id, "name": file.name, "title": file.title, "size": file.size}
    return {**wire, "alt": file.alt or file.title, "is_picture": picture}


def _view(view: View) -> Json:
    return {**view.payload, "id": view.id, "hash": view.hash, "errors": dict(view.errors)}
