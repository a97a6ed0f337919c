"""A command's text as ``should_escape`` sends it.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands, "Escaping", 2026-09.
"""

import re

from sandbox.slack.workspace import Workspace

MAILTO = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
MENTION = re.compile(r"(?<![\w.+-])([@#])([\w.-]+)")
ADDRESS = re.compile(r"https?://\S+")


def escaped(text: str, workspace: Workspace) -> str:
    """Return a command's text as ``should_escape`` sends it: entities, mentions, links and mail addresses."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = ADDRESS.sub(lambda found: f"<{found[0]}>", plain)
    mailed = MAILTO.sub(lambda found: f"<mailto:{found[0]}|{found[0]}>", linked)
    return MENTION.sub(lambda found: _mention(found[1], found[2], workspace) or found[0], mailed)


def _mention(sign: str, name: str, workspace: Workspace) -> str | None:
    try:
        if sign == "@":
            return f"<@{workspace.user(name).id}|{name}>"
        return f"<#{workspace.channel(name).id}|{name}>"
    except LookupError:
        return None
