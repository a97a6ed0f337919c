"""What a person does in a conversation: a command, a press, a shortcut."""

from dataclasses import dataclass, replace

from sandbox.slack import answers, payloads
from sandbox.slack.answers import Touch
from sandbox.slack.delivery import Courier, Delivery, Sending
from sandbox.slack.messages import Message
from sandbox.slack.payloads import Scene
from sandbox.slack.refusal import Refusal
from sandbox.slack.respond import answer
from sandbox.slack.setup import Channel, User
from sandbox.slack.trigger_ids import ReplyTo
from sandbox.slack.views import View, view_wire
from sandbox.slack.webapi.method import Site
from sandbox.slack.wire import Json


@dataclass(frozen=True, slots=True)
class Stage:
    site: Site
    courier: Courier

    def scene(self, user: User | str) -> Scene:
        return Scene(self.site, self.site.workspace.user(user))


def run_command(stage: Stage, word: str, text: str, scene: Scene, where: Channel, sending: Sending) -> Delivery:
    """Send a slash command; what it is answered with appears in the workspace.

    Raises:
        PermissionError: Slack would not let this user type it there.
    """
    if scene.user.is_stranger:
        raise PermissionError(f"{scene.user.name} is from another company: no slash commands")
    if where.is_archived:
        raise PermissionError(f"#{where.name} is archived: nobody types there")
    _must_see(stage, scene.user, where)
    delivery = stage.courier.deliver("slash_commands", payloads.command(scene, word, text, where), sending)
    return conclude_command(stage, delivery)


def conclude_command(stage: Stage, delivery: Delivery) -> Delivery:
    """Show the person the acknowledgement of a command, or that there was none."""
    sent = delivery.payload
    reply_to = ReplyTo(sent["channel_id"], sent["user_id"])
    if delivery.acked and not delivery.body:
        return delivery
    if delivery.acked:
        body = delivery.body if isinstance(delivery.body, dict) else {"text": delivery.body}
        try:
            return _shown(stage, delivery, answer(stage.site, reply_to, body))
        except Refusal:
            delivery = replace(delivery, trouble="invalid_command_response")
    failed = f'{sent["command"]} failed with the error "{delivery.trouble}"'
    message = Message(reply_to.channel, stage.site.workspace.stamp(), "USLACKBOT", failed, only_for=reply_to.user)
    return replace(delivery, shown=stage.site.workspace.keep(message))


def _shown(stage: Stage, delivery: Delivery, message: Message | None) -> Delivery:
    if message is not None:
        ticket = delivery.payload["response_url"].partition("/commands/")[2]
        stage.site.tickets.points_to(ticket, message.ts)
    return replace(delivery, shown=message)


def press(stage: Stage, scene: Scene, where: Message | View, touch: Touch, sending: Sending) -> Delivery:
    """Press a button or choose from a menu, in a message, a modal or the home tab.

    Raises:
        LookupError: nothing of that name is there.
        PermissionError: this user cannot see it.
    """
    workspace = stage.site.workspace
    stamp = workspace.stamp()
    if isinstance(where, View):
        view, block_id, element = _filled(stage, where, touch)
        payload = payloads.view_press(scene, view, answers.pressed(block_id, element, touch.value, stamp))
    else:
        message = _current(stage, where, scene.user)
        block_id, element = answers.find(message.blocks, touch.action_id, touch.block_id)
        action = answers.pressed(block_id, element, touch.value, stamp)
        state = answers.state(message.blocks, answers.with_touch(touch.typed, block_id, touch))
        payload = payloads.message_press(scene, message, workspace.channel(message.channel), action, state)
    return stage.courier.deliver("interactive", payload, sending)


def _filled(stage: Stage, where: View, touch: Touch) -> tuple[View, str, Json]:
    """Return the view with what stands in its fields, and the control: Slack sends both.

    Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload, ``view.state``, 2026-09.
    """
    workspace = stage.site.workspace
    with workspace.changing():
        view = workspace.views.find(where.id)
        blocks = view.payload["blocks"]
        block_id, element = answers.find(blocks, touch.action_id, touch.block_id)
        given = answers.with_touch({**view.values, **touch.typed}, block_id, touch)
        return workspace.views.put(replace(view, values=answers.state(blocks, given))), block_id, element


def say(stage: Stage, scene: Scene, where: Channel, text: str, thread_ts: str | None) -> Message:
    """Write a plain message, in a thread or not; an app that listens to no message events hears nothing of it.

    Raises:
        PermissionError: Slack would not let this user write there.
    """
    _must_see(stage, scene.user, where)
    if where.is_archived:
        raise PermissionError(f"#{where.name} is archived: nobody types there")
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    workspace = stage.site.workspace
    return workspace.keep(Message(where.id, workspace.stamp(), scene.user.id, plain, thread_ts=thread_ts))


def use_shortcut(stage: Stage, scene: Scene, callback_id: str, message: Message | None, sending: Sending) -> Delivery:
    """Run a global shortcut, or with *message* a message shortcut."""
    if message is None:
        payload = payloads.shortcut(scene, callback_id)
    else:
        channel = stage.site.workspace.channel(message.channel)
        _must_see(stage, scene.user, channel)
        payload = payloads.message_shortcut(scene, callback_id, message, channel)
    return stage.courier.deliver("interactive", payload, sending)


def open_home(stage: Stage, scene: Scene, sending: Sending) -> Delivery:
    """Open the app's home tab: an ``app_home_opened`` event."""
    workspace = stage.site.workspace
    view = workspace.views.home(scene.user.id)
    inner = {
        "type": "app_home_opened",
        "user": scene.user.id,
        "channel": workspace.direct(scene.user).id,
        "tab": "home",
        **({} if view is None else {"view": view_wire(view, workspace.setup)}),
    }
    return stage.courier.deliver("events_api", payloads.event(workspace, inner), sending)


def _current(stage: Stage, message: Message, user: User) -> Message:
    """Return the message as it is now: a person presses what is on the screen."""
    workspace = stage.site.workspace
    current = workspace.message(message.channel, message.ts)
    if current is None:
        raise LookupError(f"the message {message.ts} is gone")
    if current.only_for not in {None, user.id}:
        raise PermissionError(f"{user.name} does not see what only {current.only_for} sees")
    _must_see(stage, user, workspace.channel(message.channel))
    return current


def _must_see(stage: Stage, user: User, channel: Channel) -> None:
    if not stage.site.workspace.may_see(user, channel):
        raise PermissionError(f"{user.name} is not in #{channel.name}")
