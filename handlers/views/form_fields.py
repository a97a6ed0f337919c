"""The fields of forms."""

from handlers.views.blocks import Block, mrkdwn, plain


def field(name: str, label: str, element: Block, *, optional: bool = False) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label, longest=2_000),
        "element": element,
        "optional": optional,
    }


def words_field(text: str = "", *, longest: int = 1_000, lines: bool = False) -> Block:
    """A field for words, with those that stand in it from the beginning."""
    initial = {"initial_value": text} if text else {}
    return {
        "type": "plain_text_input",
        "action_id": "value",
        "max_length": longest,
        **({"multiline": True} if lines else {}),
        **initial,
    }


def option(value: str, text: str) -> Block:
    return {"text": plain(text, longest=75), "value": value}


def select(options: list[tuple[str, str]], *, chosen: str = "") -> Block:
    """One of up to 100 options, each a value and its text."""
    made = {value: option(value, text) for value, text in options}
    initial = {"initial_option": made[chosen]} if chosen in made else {}
    return {"type": "static_select", "action_id": "value", "options": list(made.values()), **initial}


def radio(options: list[tuple[str, str]], *, chosen: str = "") -> Block:
    """One of a few options, whose texts (mrkdwn) stand below each other."""
    made = {value: {"text": mrkdwn(text), "value": value} for value, text in options}
    initial = {"initial_option": made[chosen]} if chosen in made else {}
    return {"type": "radio_buttons", "action_id": "value", "options": list(made.values()), **initial}


def channel_field(channel: str = "") -> Block:
    """A channel of this workspace; at first that one, or the one that is open."""
    initial = {"initial_conversation": channel} if channel else {"default_to_current_conversation": True}
    kinds = {"include": ["public", "private"]}
    return {"type": "conversations_select", "action_id": "value", "filter": kinds, **initial}
