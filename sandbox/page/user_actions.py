"""What the person before the page does in the workspace."""

from sandbox.page.session import Playing, said
from sandbox.slack import Delivery, Message, Touch, View
from sandbox.slack.wire import Json

TROUBLES = {
    "operation_timeout": "The app did not answer in time (operation_timeout).",
    "dispatch_failed": "The app could not be reached (dispatch_failed).",
}


def say(playing: Playing, asked: Json) -> Json:
    """Type something: a slash command, or a plain message."""
    user, channel, text = said(asked, "user"), said(asked, "channel"), said(asked, "text").strip()
    thread = asked.get("thread_ts")
    if not text.startswith("/"):
        playing.slack.say(text, user=user, channel=channel, thread_ts=thread)
        return {}
    if thread:
        raise PermissionError("Slack takes no slash commands in threads")
    word, _, rest = text.partition(" ")
    if word not in {command.word for command in playing.manifest.commands}:
        raise LookupError(f"{word} is not a valid command")
    playing.slack.command(word, rest, user=user, channel=channel)
    return {}


def press(playing: Playing, asked: Json) -> Json:
    """Use a control of a message, a modal or the home tab."""
    touch = Touch(said(asked, "action_id"), asked.get("value"), said(asked, "block_id"), asked.get("typed") or {})
    return trouble(playing.slack.use(_where(playing, asked), touch, user=said(asked, "user")))


def submit(playing: Playing, asked: Json) -> Json:
    return trouble(playing.slack.submit_view(said(asked, "view"), asked.get("typed") or {}, user=said(asked, "user")))


def close(playing: Playing, asked: Json) -> Json:
    """Close the visible modal, or with ``whole`` those below it too."""
    playing.slack.close_view(said(asked, "view"), user=said(asked, "user"), whole=bool(asked.get("whole")))
    return {}


def use_shortcut(playing: Playing, asked: Json) -> Json:
    """Run a shortcut; with ``ts``, on that message."""
    message = _message(playing, asked) if asked.get("ts") else None
    return trouble(playing.slack.shortcut(said(asked, "callback_id"), message, user=said(asked, "user")))


def open_home(playing: Playing, asked: Json) -> Json:
    return trouble(playing.slack.open_home(said(asked, "user")))


def change_channel(playing: Playing, asked: Json) -> Json:
    """Archive a channel or not, let the bot in or take it out."""
    workspace, channel = playing.slack.workspace, said(asked, "channel")
    if "is_archived" in asked:
        workspace.change_channel(channel, is_archived=bool(asked["is_archived"]))
    if "has_bot" in asked:
        (workspace.invite_bot if asked["has_bot"] else workspace.remove_bot)(channel)
    return {}


def trouble(delivery: Delivery) -> Json:
    """Return what Slack's own client would complain of, if anything."""
    return {"trouble": TROUBLES.get(delivery.trouble, delivery.trouble)} if delivery.trouble else {}


def _where(playing: Playing, asked: Json) -> Message | View:
    if asked.get("view"):
        return playing.slack.workspace.views.find(said(asked, "view"))
    return _message(playing, asked)


def _message(playing: Playing, asked: Json) -> Message:
    found = playing.slack.workspace.message(said(asked, "channel"), said(asked, "ts"))
    if found is None:
        raise LookupError("that message is gone")
    return found
