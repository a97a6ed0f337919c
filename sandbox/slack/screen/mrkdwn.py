"""Slack's markup as a person reads it: names for ids, addresses in brackets, no asterisks.

Source: https://docs.slack.dev/messaging/formatting-message-text, 2026-09.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ANGLES = re.compile(r"<([^<>]*)>")
CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
STYLED = re.compile(r"(?<![^\s(\[{\"'])([*_~])(?=\S)([^\n]*?\S)\1(?![\w*_~])")
EMOJI = re.compile(r":([a-z0-9_+-]+):")
PICTURES: Mapping[str, str] = {
    "white_check_mark": "✅",
    "heavy_check_mark": "✔",
    "warning": "⚠",
    "x": "❌",
    "no_entry": "⛔",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "page_facing_up": "📄",
    "bar_chart": "📊",
    "mag": "🔍",
    "calendar": "📅",
    "bell": "🔔",
    "lock": "🔒",
    "rotating_light": "🚨",
    "information_source": "ℹ",  # noqa: RUF001 - the emoji
    "large_green_circle": "🟢",
    "large_yellow_circle": "🟡",
    "red_circle": "🔴",
    "arrows_counterclockwise": "🔄",
    "grey_question": "❔",
    "octagonal_sign": "🛑",
    "heavy_equals_sign": "🟰",
    "double_vertical_bar": "⏸",
    "alarm_clock": "⏰",
    "mailbox": "📫",
    "gear": "⚙",
    "label": "🏷",
    "leftwards_arrow_with_hook": "↩",
    "heavy_plus_sign": "➕",  # noqa: RUF001 - the emoji
    "pencil2": "✏",
    "memo": "📝",
    "eyes": "👀",
    "bulb": "💡",
    "link": "🔗",
    "paperclip": "📎",
    "file_folder": "📁",
    "wastebasket": "🗑",
    "bust_in_silhouette": "👤",
    "key": "🔑",
    "chart_with_upwards_trend": "📈",
    "spiral_calendar_pad": "🗓",
    "clock3": "🕒",
    "white_circle": "⚪",
    "black_circle": "⚫",
    "large_orange_circle": "🟠",
    "large_blue_circle": "🔵",
    "grey_exclamation": "❕",
    "question": "❓",
    "exclamation": "❗",
    "shield": "🛡",
    "tada": "🎉",
    "wave": "👋",
    "thumbsup": "👍",
    "thumbsdown": "👎",
    "+1": "👍",
    "-1": "👎",
}
DATES: Mapping[str, str] = {
    "{date_num}": "%Y-%m-%d",
    "{date}": "%B {day}, %Y",
    "{date_short}": "%b {day}, %Y",
    "{date_long}": "%A, %B {day}, %Y",
    "{date_pretty}": "%B {day}, %Y",
    "{date_short_pretty}": "%b {day}, %Y",
    "{date_long_pretty}": "%A, %B {day}, %Y",
    "{time}": "%H:%M",
    "{time_secs}": "%H:%M:%S",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """What a person needs to see names and times: the names by id, and a zone."""

    names: Mapping[str, str]
    zone: ZoneInfo

    def named(self, word: str) -> str:
        return self.names.get(word, word)

    def at(self, seconds: float, style: str) -> str:
        """Return the time in the reader's zone, in ``strftime``'s words and ``{day}`` without a zero."""
        when = datetime.fromtimestamp(seconds, UTC).astimezone(self.zone)
        return when.strftime(style).replace("{day}", str(when.day))


def read(text: str, reader: Reader) -> str:
    """Return ``mrkdwn`` as it looks."""
    shown = ANGLES.sub(lambda found: _angle(found[1], reader), text)
    parts = CODE.split(shown)
    plain = [part if index % 2 else _unstyled(part) for index, part in enumerate(parts)]
    return unescaped("".join(plain))


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def pictured(text: str) -> str:
    return EMOJI.sub(lambda found: PICTURES.get(found[1], found[0]), text)


def _unstyled(text: str) -> str:
    """Take the marks off: twice, for what is bold and italic."""
    for _ in range(2):
        text = STYLED.sub(lambda found: found[2], text)
    return pictured(text)


def _angle(inside: str, reader: Reader) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return target[0] + (label or reader.named(target[1:]))
    if target.startswith("!"):
        return _special(target[1:], label, reader)
    address = target.removeprefix("mailto:")
    return address if label in {"", address} else f"{label} ({address})"


def _special(target: str, label: str, reader: Reader) -> str:
    if target.startswith("date^"):
        return date(target, reader) or label
    if target.startswith("subteam^"):
        return label or f"@{reader.named(target.removeprefix('subteam^'))}"
    return f"@{target}"


def date(target: str, reader: Reader) -> str:
    """Return ``date^1700000000^{date_num} {time}`` as a time in the reader's zone; nothing if it is none."""
    _, seconds, *words = target.split("^")
    if not seconds.isdigit() or not words:
        return ""
    shown = re.sub(r"\{\w+\}", lambda found: reader.at(int(seconds), DATES.get(found[0], found[0])), words[0])
    return f"{shown} ({words[1]})" if len(words) > 1 else shown
