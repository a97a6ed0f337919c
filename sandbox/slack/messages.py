"""A message as the workspace keeps it, and as Slack writes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.slack.setup import WorkspaceSetup
from sandbox.slack.wire import Json, Wire


@dataclass(frozen=True, slots=True)
class File:
    id: str
    name: str
    title: str
    user: str
    size: int
    """Bytes announced; the upload must have exactly as many."""
    content: bytes | None = None
    """Nothing before the upload."""
    channels: tuple[str, ...] = ()
    complete: bool = False
    alt: str = ""
    """What a picture shows, for who does not see it."""


@dataclass(frozen=True, slots=True)
class Message:
    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread_ts: str | None = None
    """Of the parent; nothing for a message that is no reply."""
    broadcast: bool = False
    """A reply that is shown in the channel too."""
    metadata: Mapping[str, Wire] | None = None
    edited: str | None = None
    """When, as a ts: only an edit of the text is marked, as in Slack."""
    revisions: int = 0
    """How often it was updated, marked or not."""
    only_for: str | None = None
    """The one user who sees an ephemeral message."""
    files: tuple[str, ...] = ()


def message_wire(message: Message, setup: WorkspaceSetup, files: tuple[Json, ...] = ()) -> Json:
    wire: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if message.user == setup.bot_user:
        wire |= _bot_words(setup)
    if message.blocks:
        wire["blocks"] = list(message.blocks)
    if message.attachments:
        wire["attachments"] = list(message.attachments)
    if message.thread_ts:
        wire |= {"thread_ts": message.thread_ts, "parent_user_id": setup.bot_user}
    if message.metadata is not None:
        wire["metadata"] = dict(message.metadata)
    if message.edited:
        wire["edited"] = {"user": message.user, "ts": message.edited}
    if files:
        wire |= {"files": list(files), "upload": True}
    if message.only_for:
        wire["is_ephemeral"] = True
    return wire


def _bot_words(setup: WorkspaceSetup) -> Json:
    return {
        "bot_id": setup.bot_id,
        "app_id": setup.app_id,
        "team": setup.team_id,
        "bot_profile": {
            "id": setup.bot_id,
            "app_id": setup.app_id,
            "name": setup.app_name,
            "deleted": False,
            "team_id": setup.team_id,
        },
    }
