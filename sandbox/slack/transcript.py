"""The conversation as one person sees it, in plain text for a terminal of 88 columns."""

from zoneinfo import ZoneInfo

from sandbox.slack.messages import Message
from sandbox.slack.screen.blocks import drawn
from sandbox.slack.screen.columns import wrapped
from sandbox.slack.screen.mrkdwn import Reader, read
from sandbox.slack.setup import Channel, User
from sandbox.slack.views import View
from sandbox.slack.wire import Json
from sandbox.slack.workspace import Workspace

COLUMNS = 88
INDENT = "  "
THREAD = "    │ "
UNITS = ((1 << 20, "MB"), (1 << 10, "kB"))


def transcript(workspace: Workspace, channel: Channel | str, user: User | str) -> str:
    """Return what *user* sees in *channel*, threads under the messages they hang on."""
    place, person = workspace.channel(channel), workspace.user(user)
    reader = reader_of(workspace, person)
    shown = _visible(workspace, place, person)
    lines = [f"{'@' if place.is_im else '#'}{place.name}", "═" * COLUMNS]
    for message in shown:
        if message.thread_ts is None or message.broadcast:
            lines += [*_message(workspace, message, reader, COLUMNS), ""]
            lines += _replies(workspace, [one for one in shown if one.thread_ts == message.ts], reader)
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def screen(workspace: Workspace, view: View) -> str:
    """Return a modal or home tab as its user sees it."""
    reader = reader_of(workspace, workspace.user(view.user))
    payload = view.payload
    lines = [payload["title"]["text"] if "title" in payload else workspace.setup.app_name, "═" * COLUMNS]
    for block in payload["blocks"]:
        lines += drawn([block], reader, COLUMNS)
        if block["block_id"] in view.errors:
            lines.append(f"! {view.errors[block['block_id']]}")
    buttons = [payload[name]["text"] for name in ("close", "submit") if payload.get(name)]
    return "\n".join([*lines, *([" ".join(f"[ {one} ]" for one in buttons)] if buttons else [])]) + "\n"


def reader_of(workspace: Workspace, user: User) -> Reader:
    people = {one.id: one.real_name for one in workspace.users.values()}
    channels = {one.id: one.name for one in workspace.channels.values()}
    groups = {one.id: one.handle for one in workspace.setup.usergroups}
    return Reader({**people, **channels, **groups, "USLACKBOT": "Slackbot"}, ZoneInfo(user.tz))


def _visible(workspace: Workspace, channel: Channel, user: User) -> list[Message]:
    everything = {one.ts: one for one in workspace.messages(channel)}
    for parent in tuple(everything.values()):
        everything |= {one.ts: one for one in workspace.thread(channel, parent.ts)}
    everything |= {one.ts: one for one in workspace.ephemerals(user, channel)}
    return sorted(everything.values(), key=lambda message: message.ts)


def _replies(workspace: Workspace, replies: list[Message], reader: Reader) -> list[str]:
    lines: list[str] = []
    for reply in replies:
        lines += [THREAD + line for line in [*_message(workspace, reply, reader, COLUMNS - len(THREAD)), ""]]
    return [*lines[:-1], ""] if lines else []


def _message(workspace: Workspace, message: Message, reader: Reader, most: int) -> list[str]:
    head = f"{reader.named(message.user)}  {reader.at(float(message.ts), '%H:%M')}"
    if message.only_for:
        head += "  (Only visible to you)"
    body = _body(message, reader, most - len(INDENT))
    if message.edited:
        body[-1:] = [f"{line} (edited)" for line in body[-1:]]
    body += [_file(workspace, file_id) for file_id in message.files]
    return [head, *(INDENT + line for line in body)]


def _body(message: Message, reader: Reader, most: int) -> list[str]:
    """Return the blocks, or the text where there are none: with blocks Slack shows no text."""
    lines = drawn(message.blocks, reader, most)
    if not lines and message.text:
        lines = wrapped(read(message.text, reader), most)
    for attachment in message.attachments:
        lines += [f"▏ {line}" for line in _attachment(attachment, reader, most - 2)]
    return lines


def _attachment(attachment: Json, reader: Reader, most: int) -> list[str]:
    if attachment.get("blocks"):
        return drawn(attachment["blocks"], reader, most)
    words = [attachment.get(name) for name in ("pretext", "title", "text")]
    said = [wrapped(read(word, reader), most) for word in words if word]
    return [line for lines in said for line in lines] or [str(attachment.get("fallback", ""))]


def _file(workspace: Workspace, file_id: str) -> str:
    file = workspace.files[file_id]
    title = "" if file.title == file.name else f" {file.title}"
    return f"[file: {file.name}, {_size(file.size)}]{title}"


def _size(size: int) -> str:
    for unit, name in UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} bytes"
