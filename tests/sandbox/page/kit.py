"""Blocks for the tests, one of each kind that Slack has a field for."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Json, block_id: str = "acts") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(text: str, **more: Any) -> Json:
    return {"type": "button", "action_id": "press", "text": plain(text), **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def options(*names: str) -> list[Json]:
    return [{"text": plain(name), "value": name.lower()} for name in names]


def asked(name: str, kind: str, *, optional: bool = True, **element: Any) -> Json:
    """An input block with a label of its own name."""
    field = {"type": kind, "action_id": "value", **element}
    return {"type": "input", "block_id": name, "label": plain(name), "element": field, "optional": optional}


def form(*blocks: Json, **more: Any) -> Json:
    words = {"title": plain("A form"), "submit": plain("Send"), "close": plain("Leave")}
    return {"type": "modal", "callback_id": "form", **words, "blocks": list(blocks), **more}


THREE = options("One", "Two", "Three")
FIELDS = (
    asked("words", "plain_text_input"),
    asked("lines", "plain_text_input", multiline=True),
    asked("mail", "email_text_input"),
    asked("address", "url_text_input"),
    asked("number", "number_input", is_decimal_allowed=False),
    asked("day", "datepicker", initial_date="2025-01-31"),
    asked("hour", "timepicker", initial_time="09:00"),
    asked("moment", "datetimepicker", initial_date_time=1_735_808_400),
    asked("menu", "static_select", options=THREE),
    asked("groups", "static_select", option_groups=[{"label": plain("Group"), "options": THREE}]),
    asked("radio", "radio_buttons", options=THREE),
    asked("boxes", "checkboxes", options=THREE, initial_options=THREE[:1]),
    asked("several", "multi_static_select", options=THREE),
    asked("person", "users_select"),
    asked("channel", "channels_select"),
    asked("place", "conversations_select", filter={"include": ["private"]}),
    asked("here", "conversations_select", default_to_current_conversation=True),
    asked("people", "multi_users_select"),
    asked("places", "multi_conversations_select", filter={"include": ["public", "private"]}),
)
