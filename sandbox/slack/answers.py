"""What a person chose or typed, as Slack writes it in ``actions`` and ``state``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sandbox.slack.block_kit.surface import interactive
from sandbox.slack.wire import Json, Wire

Typed = Mapping[str, Mapping[str, Wire]]
"""What a person filled in, by block id and action id."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One control that a person used, and what stood in the others."""

    action_id: str
    value: Wire = None
    block_id: str | None = None
    """Nothing: the first control of that name."""
    typed: Typed = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    initial: str
    is_option: bool = False
    many: bool = False


TYPED = Field("value", "initial_value")
FIELDS: Mapping[str, Field] = {
    "plain_text_input": TYPED,
    "email_text_input": TYPED,
    "url_text_input": TYPED,
    "number_input": TYPED,
    "static_select": Field("selected_option", "initial_option", is_option=True),
    "external_select": Field("selected_option", "initial_option", is_option=True),
    "radio_buttons": Field("selected_option", "initial_option", is_option=True),
    "overflow": Field("selected_option", "", is_option=True),
    "checkboxes": Field("selected_options", "initial_options", is_option=True, many=True),
    "multi_static_select": Field("selected_options", "initial_options", is_option=True, many=True),
    "users_select": Field("selected_user", "initial_user"),
    "channels_select": Field("selected_channel", "initial_channel"),
    "conversations_select": Field("selected_conversation", "initial_conversation"),
    "multi_users_select": Field("selected_users", "initial_users", many=True),
    "multi_channels_select": Field("selected_channels", "initial_channels", many=True),
    "multi_conversations_select": Field("selected_conversations", "initial_conversations", many=True),
    "datepicker": Field("selected_date", "initial_date"),
    "timepicker": Field("selected_time", "initial_time"),
    "datetimepicker": Field("selected_date_time", "initial_date_time"),
}
STATELESS = {"button", "overflow"}


def find(blocks: Iterable[Json], action_id: str, block_id: str | None = None) -> tuple[str, Json]:
    """Return the block id and element of a control; an action id is only told apart within its block.

    Raises:
        LookupError: there is no such control to press.
    """
    for block in blocks:
        for element in interactive(block):
            if element["action_id"] == action_id and block_id in {None, block["block_id"]}:
                return block["block_id"], element
    raise LookupError(f"nothing to press is called {action_id}")


def pressed(block_id: str, element: Json, value: Wire, stamp: str) -> Json:
    """Return one entry of ``actions``."""
    base = {"action_id": element["action_id"], "block_id": block_id, "type": element["type"], "action_ts": stamp}
    if element["type"] == "button":
        shown = {name: part for name, part in element.items() if name in {"text", "value", "style", "url"}}
        return {**base, **shown, **({} if value is None else {"value": value})}
    return {**base, **chosen(element, value)}


def chosen(element: Json, value: Wire) -> Json:
    """Return the element's state with *value* in it.

    Raises:
        ValueError: the menu does not offer that.
    """
    field = FIELDS[element["type"]]
    if field.is_option:
        value = [_offered(element, one) for one in value] if field.many else _maybe(element, value)
    return {"type": element["type"], field.key: value}


def with_touch(typed: Typed, block_id: str, touch: Touch) -> Typed:
    """Return what was filled in, the control just used among it."""
    if touch.value is None:
        return typed
    return {**typed, block_id: {**typed.get(block_id, {}), touch.action_id: touch.value}}


def state(blocks: Iterable[Json], given: Typed) -> Json:
    """Return ``state.values``: what was given, and elsewhere what the app put in."""
    values: Json = {}
    for block in blocks:
        for element in interactive(block):
            if element["type"] in STATELESS:
                continue
            answers = given.get(block["block_id"], {})
            values.setdefault(block["block_id"], {})[element["action_id"]] = _value(element, answers)
    return values


def unanswered(blocks: Iterable[Json], values: Json) -> list[str]:
    """Return the block ids of required inputs without an answer: Slack's own client does not send those."""
    return [
        block["block_id"]
        for block in blocks
        if block["type"] == "input" and not block.get("optional") and not _answer(block, values)
    ]


def _answer(block: Json, values: Json) -> Wire:
    element = block["element"]
    return values[block["block_id"]][element["action_id"]][FIELDS[element["type"]].key]


def _value(element: Json, answers: Mapping[str, Wire]) -> Json:
    field = FIELDS[element["type"]]
    if element["action_id"] not in answers:
        return {"type": element["type"], field.key: element.get(field.initial, [] if field.many else None)}
    answer = answers[element["action_id"]]
    return answer if isinstance(answer, dict) and "type" in answer else chosen(element, answer)


def _maybe(element: Json, value: Wire) -> Json | None:
    return None if value is None else _offered(element, value)


def _offered(element: Json, value: str) -> Json:
    groups = element.get("option_groups", [{"options": element.get("options", [])}])
    for option in (option for group in groups for option in group["options"]):
        if option["value"] == value:
            return dict(option)
    raise ValueError(f"{element['action_id']} does not offer {value}")
