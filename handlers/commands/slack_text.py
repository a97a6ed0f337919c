"""What Slack makes of typed text, taken back: links, mentions, escapes and formatting become what was typed."""

import re

from reporting.normalize_text import normalize, quotations, strip_invisible

LINK = re.compile(r"<(?P<target>(?:[@#!]|mailto:|tel:|https?://)[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
"""Source: https://docs.slack.dev/messaging/formatting-message-text, "Retrieving messages"."""
SIGNS = {"@": "@", "#": "#", "!": "@"}
"""What a mention begins with, as people type it."""
ESCAPES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}
ESCAPE = re.compile("|".join(ESCAPES))
FORMAT = re.compile(r"(?<![^\s*_~`])(?P<mark>```|[*_~`])(?=[^\s*_~`])(?P<within>.*?)(?<=\S)(?P=mark)(?![^\s*_~`])")
"""Bold, italic, struck out and code: a mark at the beginning of a word and one at the end of a word."""
DEPTH = 4
"""Formats that one word may have."""


def plain_text(text: str) -> str:
    """What was typed, in the plain form that commands and filters are read in.

    Slack escapes ``&``, ``<`` and ``>`` in commands, so a link that it made cannot be confused with typed brackets.
    """
    unlinked = LINK.sub(label, text)
    unescaped = ESCAPE.sub(lambda found: ESCAPES[found[0]], unlinked)
    return normalize(strip_formatting(strip_invisible(unescaped)))


def label(found: re.Match[str]) -> str:
    """What a link or a mention shows: its label, which is what was typed, or what it leads to."""
    target = found["target"]
    sign = SIGNS.get(target[0], "")
    shown = found["label"] or (target[1:] if sign else target.removeprefix("mailto:").removeprefix("tel:"))
    return f"{sign}{shown.removeprefix(sign)}" if sign else shown


def strip_formatting(text: str) -> str:
    """*text* without formatting, but as it is between quotation marks."""
    for _ in range(DEPTH):
        kept = quotations(text)

        def strip(found: re.Match[str], kept: list[tuple[int, int]] = kept) -> str:
            ends = (found.start(), found.end() - 1)
            within = any(start < end < after - 1 for start, after in kept for end in ends)
            return found[0] if within else found["within"]

        before, text = text, FORMAT.sub(strip, text)
        if text == before:
            break
    return text
