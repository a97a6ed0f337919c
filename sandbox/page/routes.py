"""What the page can ask, and what each question is answered with."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from urllib.parse import parse_qsl, urlsplit

from sandbox.page import audit_trail, folder, user_actions
from sandbox.page.assets import asset
from sandbox.page.pictures import served
from sandbox.page.screen import names, people, screen
from sandbox.page.session import Playing, said, told
from sandbox.portal.refusals import Failure
from sandbox.slack.http_server import Answer, Asked
from sandbox.slack.refusal import Refusal
from sandbox.slack.screen.mrkdwn import PICTURES
from sandbox.slack.wire import Json

LAST = 12
"""Requests to the portal that are shown."""


def hello(playing: Playing, _asked: Json) -> Json:
    """Return what does not change while the page is open."""
    workspace = playing.slack.workspace
    return {
        "workspace": workspace.setup.team_name,
        "app": {"name": workspace.setup.app_name, "user": workspace.setup.bot_user},
        "people": people(workspace),
        "names": names(workspace),
        "emoji": dict(PICTURES),
        "commands": [asdict(one) for one in playing.manifest.commands],
        "shortcuts": [asdict(one) for one in playing.manifest.shortcuts],
        "has_home": playing.manifest.has_home,
        "words": list(playing.words),
        "portal": playing.portal.url,
        "zone": playing.portal.setup.timezone,
    }


def changes(playing: Playing, asked: Json) -> Json:
    return {"mark": playing.watch.wait(said(asked, "since"))}


def look(playing: Playing, asked: Json) -> Json:
    workspace = playing.slack.workspace
    return screen(workspace, workspace.user(said(asked, "user")), said(asked, "channel"))


def portal(playing: Playing, _asked: Json) -> Json:
    there = playing.portal
    return {
        "coming": there.audit.arrive(),
        "months": audit_trail.months(there, playing.now),
        "folder": there.files.folder(there.folder_id).title,
        "files": folder.files(there),
        "switches": playing.switches.wire(),
        "requests": there.requests.total,
        "last": [f"{one.method} {one.path} {one.status}" for one in list(there.requests)[-LAST:]],
    }


def turn(playing: Playing, asked: Json) -> Json:
    playing.switches.turn(said(asked, "name"), on=bool(asked.get("on")))
    playing.watch.wake()
    return {}


def file(playing: Playing, asked: Json) -> Answer:
    """Return the bytes of a file in the workspace to somebody who is in a channel that it was shared in."""
    workspace = playing.slack.workspace
    user, found = workspace.user(said(asked, "user")), workspace.files[said(asked, "id")]
    if found.content is None or not any(user.id in workspace.channel(one).members for one in found.channels):
        raise LookupError("no such file")
    return served(found.content, found.name)


Told = Callable[[Playing, Json], Json]
LOOKS: Mapping[str, Told] = {
    "/api/hello": hello,
    "/api/changes": changes,
    "/api/screen": look,
    "/api/portal": portal,
    "/api/portal/events": audit_trail.events,
    "/api/portal/file": folder.read,
}
BYTES: Mapping[str, Callable[[Playing, Json], Answer]] = {"/files": file, "/portal/files": folder.download}
DEEDS: Mapping[str, Told] = {
    "/api/say": user_actions.say,
    "/api/press": user_actions.press,
    "/api/submit": user_actions.submit,
    "/api/close": user_actions.close,
    "/api/shortcut": user_actions.use_shortcut,
    "/api/home": user_actions.open_home,
    "/api/channel": user_actions.change_channel,
    "/api/portal/add": audit_trail.add,
    "/api/portal/switch": turn,
}


def answer(playing: Playing, asked: Asked) -> Answer:
    """Answer a question of the page.

    What Slack or the portal would not let a person do is an answer too: ``refused``, and why.
    """
    parts = urlsplit(asked.path)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        if asked.method == "POST" and parts.path in DEEDS:
            return told(DEEDS[parts.path](playing, _object(asked.body)))
        if asked.method == "GET" and parts.path in LOOKS:
            return told(LOOKS[parts.path](playing, query))
        if asked.method == "GET" and parts.path in BYTES:
            return BYTES[parts.path](playing, query)
    except (PermissionError, LookupError, ValueError, Refusal, Failure) as error:
        return told({"refused": str(error.args[0])}, 404 if parts.path in BYTES else 200)
    return asset(parts.path) or told({"refused": "there is no such thing"}, 404)


def _object(body: bytes) -> Json:
    value = json.loads(body)
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - the question is wrong, not the code
    return value
