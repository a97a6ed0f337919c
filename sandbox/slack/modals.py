"""What a person does in a modal: submit, close."""

from collections.abc import Mapping
from dataclasses import replace

from sandbox.slack import answers, payloads
from sandbox.slack.answers import Typed
from sandbox.slack.delivery import Delivery, Sending
from sandbox.slack.payloads import Scene
from sandbox.slack.refusal import Refusal
from sandbox.slack.user_actions import Stage
from sandbox.slack.views import View
from sandbox.slack.webapi.views import checked_view
from sandbox.slack.wire import Json, Wire


def submit(stage: Stage, scene: Scene, view_id: str, typed: Typed, sending: Sending) -> Delivery:
    """Submit a modal, and do what the app answers: close, clear, update, push or show errors.

    Raises:
        ValueError: a required input is empty; Slack's client would not send it.
    """
    workspace = stage.site.workspace
    with workspace.changing():
        view = workspace.views.find(view_id)
        if view.user != scene.user.id:
            raise PermissionError(f"{scene.user.name} does not have that modal open")
        blocks = view.payload["blocks"]
        values = answers.state(blocks, typed)
        missing = answers.unanswered(blocks, values)
        if missing:
            raise ValueError(f"please complete these required fields: {', '.join(missing)}")
        view = workspace.views.put(replace(view, values=values, errors={}))
    delivery = stage.courier.deliver("interactive", payloads.view_submission(scene, view), sending)
    if not delivery.acked:
        return delivery
    try:
        with workspace.changing():
            _follow(stage, workspace.views.find(view.id), delivery.body)
    except Refusal:
        return replace(delivery, trouble="invalid_view_response")
    return delivery


def close(stage: Stage, scene: Scene, view_id: str, sending: Sending, *, whole: bool = False) -> Delivery | None:
    """Close a modal, or with *whole* all that lie below it too, as its cross does.

    The app hears of it only if it asked to with ``notify_on_close``.
    """
    workspace = stage.site.workspace
    with workspace.changing():
        view = workspace.views.find(view_id)
        clears = whole or bool(view.payload.get("clear_on_close"))
        workspace.views.clear(view.user) if clears else workspace.views.close(view)
    if not view.payload.get("notify_on_close"):
        return None
    payload = payloads.view_closed(scene, view, is_cleared=clears)
    return stage.courier.deliver("interactive", payload, sending)


def _follow(stage: Stage, view: View, body: Wire) -> None:
    views = stage.site.workspace.views
    action = body.get("response_action") if isinstance(body, dict) else None
    if not body:
        views.close(view)
    elif action == "clear":
        views.clear(view.user)
    elif action == "errors":
        views.put(replace(view, errors=_errors(view, body)))
    elif action == "update":
        views.update(view, checked_view(body.get("view"), ("modal",), stage.site), None)
    elif action == "push":
        views.push(view.user, checked_view(body.get("view"), ("modal",), stage.site))
    else:
        raise Refusal("invalid_response_action")


def _errors(view: View, body: Json) -> Mapping[str, str]:
    errors = body.get("errors")
    inputs = {block["block_id"] for block in view.payload["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise Refusal("invalid_errors")
    return errors
