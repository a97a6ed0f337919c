"""Buttons, menus, inputs and images as brackets."""

from collections.abc import Mapping

from sandbox.slack.screen.columns import GAP
from sandbox.slack.screen.mrkdwn import Reader, pictured, read
from sandbox.slack.wire import Json

MENUS = {"datepicker": "date", "timepicker": "time", "datetimepicker": "date and time", "overflow": "⋯"}
BOXES: Mapping[str, str] = {"checkboxes": "☐", "radio_buttons": "○"}


def text(thing: Json, reader: Reader) -> str:
    """Return a text object as it looks: ``plain_text`` has emoji and nothing else."""
    return read(thing["text"], reader) if thing["type"] == "mrkdwn" else pictured(thing["text"])


def control(element: Json, reader: Reader) -> str:
    """Return a button, a menu or an input as brackets."""
    kind = element["type"]
    if kind == "button":
        label = text(element["text"], reader)
        return f"[ {label} ]" + (f" ({element['url']})" if element.get("url") else "")
    if kind in BOXES:
        return GAP.join(f"{BOXES[kind]} {text(one['text'], reader)}" for one in element["options"])
    if kind == "image":
        return image(element, reader)
    shown = _initial(element, reader) or _placeholder(element, reader) or MENUS.get(kind, "")
    words = shown if kind.endswith("_input") else f"{shown} ▾".lstrip()
    return f"[ {words} ]"


def _initial(element: Json, reader: Reader) -> str:
    if "initial_option" in element:
        return text(element["initial_option"]["text"], reader)
    named = [value for name, value in element.items() if name.startswith("initial_") and isinstance(value, str)]
    return reader.named(named[0]) if named else ""


def _placeholder(element: Json, reader: Reader) -> str:
    return text(element["placeholder"], reader) if "placeholder" in element else ""


def image(thing: Json, reader: Reader) -> str:
    title = f" {text(thing['title'], reader)}" if thing.get("title") else ""
    return f"[image: {thing['alt_text']}]{title}"
