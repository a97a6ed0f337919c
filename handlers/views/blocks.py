"""Block Kit in small pieces, within Slack's limits, and foreign text that stays text.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

Block = dict[str, Any]
Message = dict[str, Any]
"""Keyword arguments of ``chat.postMessage``, ``chat.update`` or an acknowledgement."""

SECTION = 3_000
TEXT = 3_900
"""Characters of a message's own text; ``chat.update`` refuses more than 4,000."""
BUDGET = 9_000
"""Characters of all texts of a message's blocks, to stay well within what Slack takes."""
HEADER = 150
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


EMOJI = re.compile(r"(?<!\w):[a-z][a-z0-9_+-]*:(?!\w)[ ]?")
"""A picture by its name."""
BARS = re.compile(r"[█▓▒░]+[ ]?|^-{20,}$")
FIELD = re.compile(r"^\*([^*\n]+)\*\n")
"""A name above its value."""
HALF = re.compile(r"&[a-z]*$")
"""An escape that was cut through."""


def escape_mrkdwn(text: str, *, longest: int = 200) -> str:
    """Text of DocSpace or of a person as mrkdwn that can mention nobody, link nowhere and hide nothing.

    Slack has no escape for asterisks, underscores, tildes and backticks, so they are kept:
    the worst they do is bold type.
    """
    seen = UNSEEN.sub("\N{REPLACEMENT CHARACTER}", shortened(text, longest))
    safe = escaped(seen)
    return safe if len(safe) <= longest else HALF.sub("", safe[: longest - 1]) + "…"


def escaped(text: str) -> str:
    """Text without marks as mrkdwn that says the same."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def moment(date: datetime) -> str:
    """A moment in the reader's own time."""
    return f"<!date^{int(date.timestamp())}^{{date_short_pretty}} {{time}}|{date:%Y-%m-%d %H:%M} UTC>"


def plain(text: str, *, longest: int) -> Block:
    return {"type": "plain_text", "text": UNSEEN.sub("\N{REPLACEMENT CHARACTER}", shortened(text, longest))}


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def mrkdwn(text: str) -> Block:
    """Text with marks; of addresses and names in it Slack makes no links by itself.

    Source: https://docs.slack.dev/reference/block-kit/composition-objects/text-object, "verbatim"
    """
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, longest=HEADER)}


def section(text: str) -> Block:
    return {"type": "section", "text": mrkdwn(text)}


def fields(pairs: Iterable[tuple[str, str]]) -> Block:
    """Up to ten names with their values (mrkdwn), in two columns."""
    return {"type": "section", "fields": [mrkdwn(f"*{name}*\n{value}") for name, value in pairs]}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> Block:
    """Two columns, the second one of numbers and set to the right."""
    cells = [[raw(left), raw(right)] for left, right in [head, *rows]]
    return {"type": "table", "rows": cells, "column_settings": [{"align": "left"}, {"align": "right"}]}


def raw(text: str) -> Block:
    return {"type": "raw_text", "text": text}


def button(text: str, *, action_id: str, value: str = "", url: str = "", primary: bool = False) -> Block:
    block: Block = {"type": "button", "text": plain(text, longest=75), "action_id": action_id}
    optional = {"value": value, "url": url, "style": "primary" if primary else ""}
    return block | {name: given for name, given in optional.items() if given}


def verbatim(text: str) -> Block:
    """Text in fixed type in which nothing is a mention, a link or a format."""
    preformatted = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [preformatted]}


def with_text(headline: str, blocks: Iterable[Block]) -> Message:
    """A message whose own text says in words what its blocks say, as far as a text may be long; the *headline* first.

    The text is what a lock screen shows and a screen reader reads, before any block.
    """
    blocks = list(blocks)
    lines = [line for block in blocks for text in texts(block, escaped) for line in plain_words(text)]
    said = "\n".join(plain_words(headline))
    words = "\n".join([said, *(line for line in lines if line.strip("*_") not in said)])
    return {"text": words if len(words) <= TEXT else f"{cut(words)}\n…", "blocks": blocks}


def plain_words(text: str) -> Iterator[str]:
    """The lines of a block's text without what only an eye can read: pictures by name, bars, rules."""
    named = FIELD.sub(r"\1: ", text)
    for line in named.splitlines():
        words = BARS.sub("", EMOJI.sub("", line)).strip()
        if words:
            yield words


def as_words(message: Message) -> Message:
    """The same without blocks: what they say, as far as a text may be long, for where Slack does not take them."""
    words = "\n".join(line for block in message.get("blocks", []) for line in texts(block, escaped)) or message["text"]
    return {**message, "text": words if len(words) <= TEXT else f"{cut(words)}\n…", "blocks": []}


def cut(words: str) -> str:
    """As many whole lines as may stand in a text; of one that is too long by itself, the beginning."""
    kept = words[: TEXT - len("\n…")]
    return kept.rpartition("\n")[0] or HALF.sub("", kept)


def texts(block: object, plain: Callable[[str], str]) -> Iterator[str]:
    """Every text of a block, in the order of reading; a row of a table is one line.

    *plain* turns what is not mrkdwn into what is wanted of it.
    """
    if isinstance(block, list):
        for part in block:
            yield from texts(part, plain)
    elif isinstance(block, dict):
        if block.get("type") == "table":
            yield from (plain(" ".join(cell["text"] for cell in row)) for row in block["rows"])
        elif block.get("type") == "button":
            return
        elif isinstance(block.get("text"), str):
            yield block["text"] if block["type"] == "mrkdwn" else plain(block["text"])
        else:
            for part in block.values():
                yield from texts(part, plain)


def message_size(message: Message) -> int:
    """Characters of all its texts, of which Slack takes about 12,000 (``msg_blocks_too_long``, not documented)."""
    return sum(len(text) for text in texts(message["blocks"], str))
