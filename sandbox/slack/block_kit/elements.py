"""Block elements: buttons, menus, pickers, inputs.

Source: https://docs.slack.dev/reference/block-kit/block-elements, 2026-09.
"""

from collections.abc import Mapping

from sandbox.slack.block_kit.objects import (
    CONFIRM,
    DISPATCH,
    FILTER,
    MOST_OPTIONS,
    OPTION_GROUP,
    PLAIN_OPTION,
    RICH_OPTION,
    any_text,
    link,
    plain_text,
)
from sandbox.slack.block_kit.schema import (
    Check,
    Problems,
    anything,
    boolean,
    chained,
    choice,
    items,
    matching,
    number,
    problem,
    record,
    string,
    typed,
)
from sandbox.slack.wire import Wire

ID = string(most=255)
COMMON: Mapping[str, Check] = {"action_id": ID}
MENU: Mapping[str, Check] = {
    **COMMON,
    "placeholder": plain_text(150),
    "confirm": CONFIRM,
    "focus_on_load": boolean,
}
MANY: Mapping[str, Check] = {**MENU, "max_selected_items": number}
OPTIONS = items(PLAIN_OPTION, most=MOST_OPTIONS)
GROUPS = items(OPTION_GROUP, most=MOST_OPTIONS)
TYPE: Mapping[str, Check] = {"type": anything}
TEXT_INPUT: Mapping[str, Check] = {
    **COMMON,
    "placeholder": plain_text(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}


def _element(optional: Mapping[str, Check], required: Mapping[str, Check] | None = None) -> Check:
    return record(required={**TYPE, **(required or {})}, optional=optional)


def _options_or_groups(value: Wire, path: str) -> Problems:
    if ("options" in value) == ("option_groups" in value):
        yield problem("must define either `options` or `option_groups`", path)


def _static(optional: Mapping[str, Check]) -> Check:
    menu = _element({**optional, "options": OPTIONS, "option_groups": GROUPS})
    return chained(menu, _options_or_groups)


BUTTON = _element(
    {
        **COMMON,
        "url": link,
        "value": string(most=2000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(most=75),
    },
    {"text": plain_text(75)},
)

SELECTS: Mapping[str, Check] = {
    "static_select": _static({**MENU, "initial_option": PLAIN_OPTION}),
    "external_select": _element({**MENU, "initial_option": PLAIN_OPTION, "min_query_length": number}),
    "users_select": _element({**MENU, "initial_user": ID}),
    "channels_select": _element({**MENU, "initial_channel": ID, "response_url_enabled": boolean}),
    "conversations_select": _element(
        {
            **MENU,
            "initial_conversation": ID,
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": FILTER,
        }
    ),
    "multi_static_select": _static({**MANY, "initial_options": OPTIONS}),
    "multi_users_select": _element({**MANY, "initial_users": items(ID, most=100)}),
    "multi_channels_select": _element({**MANY, "initial_channels": items(ID, most=100)}),
    "multi_conversations_select": _element(
        {
            **MANY,
            "initial_conversations": items(ID, most=100),
            "default_to_current_conversation": boolean,
            "filter": FILTER,
        }
    ),
}

PICKERS: Mapping[str, Check] = {
    "datepicker": _element({**MENU, "initial_date": string(most=10, least=10)}),
    "timepicker": _element({**MENU, "initial_time": string(most=5, least=5), "timezone": ID}),
    "datetimepicker": _element({**COMMON, "initial_date_time": number, "confirm": CONFIRM, "focus_on_load": boolean}),
    "checkboxes": _element(
        {**COMMON, "initial_options": items(RICH_OPTION, most=10), "confirm": CONFIRM, "focus_on_load": boolean},
        {"options": items(RICH_OPTION, most=10)},
    ),
    "radio_buttons": _element(
        {**COMMON, "initial_option": RICH_OPTION, "confirm": CONFIRM, "focus_on_load": boolean},
        {"options": items(RICH_OPTION, most=10)},
    ),
}

OVERFLOW = _element({**COMMON, "confirm": CONFIRM}, {"options": items(PLAIN_OPTION, most=5)})
IMAGE = _element({"image_url": link, "slack_file": anything}, {"alt_text": string(most=2000)})

INPUTS: Mapping[str, Check] = {
    **SELECTS,
    **PICKERS,
    "plain_text_input": _element(
        {
            **TEXT_INPUT,
            "initial_value": string(most=3000, least=0),
            "multiline": boolean,
            "min_length": number,
            "max_length": number,
        }
    ),
    "email_text_input": _element({**TEXT_INPUT, "initial_value": string(most=3000, least=0)}),
    "url_text_input": _element({**TEXT_INPUT, "initial_value": string(most=3000, least=0)}),
    "number_input": _element(
        {
            **TEXT_INPUT,
            "initial_value": string(most=3000, least=0),
            "min_value": string(most=40),
            "max_value": string(most=40),
        },
        {"is_decimal_allowed": boolean},
    ),
}

ACTIONS: Mapping[str, Check] = {**SELECTS, **PICKERS, "button": BUTTON, "overflow": OVERFLOW}
ACTION = matching(typed(ACTIONS))
ACCESSORY = matching(typed({**ACTIONS, "image": IMAGE}))
INPUT = matching(typed(INPUTS))
CONTEXT = typed({"image": IMAGE, "plain_text": any_text(2000), "mrkdwn": any_text(2000)})
