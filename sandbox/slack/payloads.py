"""What Slack sends the app, word for word.

Source: https://docs.slack.dev/reference/interaction-payloads and /interactivity/implementing-slash-commands, 2026-09.
"""

from dataclasses import dataclass

from sandbox.slack.escape import escaped
from sandbox.slack.messages import Message, message_wire
from sandbox.slack.setup import Channel, User
from sandbox.slack.trigger_ids import ReplyTo
from sandbox.slack.views import View, view_wire
from sandbox.slack.webapi.method import Site
from sandbox.slack.wire import Json
from sandbox.slack.workspace import Workspace

VERIFICATION = "sandboxVerificationToken"  # the old token Slack still sends; nobody should look at it


@dataclass(frozen=True, slots=True)
class Scene:
    """Who acts, and where."""

    site: Site
    user: User

    def trigger(self) -> str:
        return self.site.tickets.trigger(self.user.id)

    def response_url(self, channel: Channel, ts: str | None = None) -> str:
        ticket = self.site.tickets.response(ReplyTo(channel.id, self.user.id, ts))
        return f"{self.site.http_url}/commands/{ticket}"

    def actor(self) -> Json:
        user = self.user
        return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}

    def frame(self, kind: str) -> Json:
        """Return what every interaction has."""
        setup = self.site.workspace.setup
        return {
            "type": kind,
            "user": self.actor(),
            "api_app_id": setup.app_id,
            "token": VERIFICATION,
            "trigger_id": self.trigger(),
            "team": {"id": setup.team_id, "domain": setup.team_domain},
            "enterprise": {"id": setup.enterprise_id, "name": "Sandbox Org"} if setup.enterprise_id else None,
            "is_enterprise_install": False,
        }


def command(scene: Scene, word: str, text: str, channel: Channel) -> Json:
    setup = scene.site.workspace.setup
    return {
        "token": VERIFICATION,
        "team_id": setup.team_id,
        "team_domain": setup.team_domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": scene.user.id,
        "user_name": scene.user.name,
        "command": word,
        "text": escaped(text, scene.site.workspace) if setup.should_escape else text,
        "api_app_id": setup.app_id,
        "is_enterprise_install": "false",
        "response_url": scene.response_url(channel),
        "trigger_id": scene.trigger(),
    }


def message_press(scene: Scene, message: Message, channel: Channel, action: Json, state: Json) -> Json:
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    wire = {"message": message_wire(message, scene.site.workspace.setup)} if message.only_for is None else {}
    return {
        **scene.frame("block_actions"),
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        **wire,
        "state": {"values": state},
        "response_url": scene.response_url(channel, message.ts),
        "actions": [action],
    }


def view_press(scene: Scene, view: View, action: Json) -> Json:
    return {
        **scene.frame("block_actions"),
        "container": {"type": "view", "view_id": view.id},
        "view": view_wire(view, scene.site.workspace.setup),
        "actions": [action],
    }


def view_submission(scene: Scene, view: View) -> Json:
    """Of a form, ``team`` is that of who filled it in; the app's stands in the view."""
    setup, team = scene.site.workspace.setup, scene.user.team_id
    own = {"id": team, "domain": setup.teams.get(team, "")}
    return {**scene.frame("view_submission"), "team": own, "view": view_wire(view, setup), "response_urls": []}


def view_closed(scene: Scene, view: View, *, is_cleared: bool) -> Json:
    frame = scene.frame("view_closed")
    del frame["trigger_id"]
    return {**frame, "view": view_wire(view, scene.site.workspace.setup), "is_cleared": is_cleared}


def shortcut(scene: Scene, callback_id: str) -> Json:
    stamp = scene.site.workspace.stamp()
    return {**scene.frame("shortcut"), "callback_id": callback_id, "action_ts": stamp}


def message_shortcut(scene: Scene, callback_id: str, message: Message, channel: Channel) -> Json:
    return {
        **scene.frame("message_action"),
        "callback_id": callback_id,
        "action_ts": scene.site.workspace.stamp(),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message_ts": message.ts,
        "message": message_wire(message, scene.site.workspace.setup),
        "response_url": scene.response_url(channel),
    }


def event(workspace: Workspace, inner: Json) -> Json:
    setup, stamp = workspace.setup, workspace.stamp()
    return {
        "token": VERIFICATION,
        "team_id": setup.team_id,
        "api_app_id": setup.app_id,
        "event": {"event_ts": stamp, **inner},
        "type": "event_callback",
        "event_id": f"Ev{stamp.replace('.', '')}",
        "event_time": int(workspace.clock()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": setup.team_id,
                "user_id": setup.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def channel_name(channel: Channel) -> str:
    """Return what Slack calls a channel in payloads: a private one's name is not told."""
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name
