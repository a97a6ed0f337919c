r"""Escape untrusted text so that it stays on one line and cannot pass for anything else.

Every character that breaks lines, reorders text or cannot be seen becomes a backslash escape as in Python and JSON
(``\n``, ``\u202e``); a backslash is doubled, so that an escape in the document was always written by us.
"""

import re
from functools import lru_cache

BASIC_PLANE = 0xFFFF
FIRST_SURROGATE = 0xD800
ASIDE = 0x100000
"""Where lone surrogates are put while they are on the way, since no file can hold them as they are. The private-use
characters that this takes up, U+10D800 to U+10DFFF, are shown as the surrogates that they stand for."""
LONGEST = 2_000
"""Characters of one value that are shown."""
HOSTILE = re.compile(
    "["
    "\\\\"
    "\x00-\x1f\x7f-\x9f"  # control characters, among them CR, LF and NEL
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # fillers and marks without a shape
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line separators, direction
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\ud800-\udfff\U0010d800-\U0010dfff"  # lone surrogates, and where they are put aside
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
)
SHORT = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape_untrusted(value: str) -> str:
    """*value* on one line with every character visible; cut after 2,000 characters, with a mark."""
    if len(value) > LONGEST:
        return escape_untrusted(value[:LONGEST]) + f"\\[{len(value) - LONGEST} more characters]"
    if value.isascii() and value.isprintable() and "\\" not in value:
        return value
    return _seen(value)


@lru_cache(maxsize=4096)
def _seen(value: str) -> str:
    """The same few names come again and again."""
    return HOSTILE.sub(_escape, value)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    code -= ASIDE if code >= ASIDE + FIRST_SURROGATE else 0
    return SHORT.get(character) or (f"\\u{code:04x}" if code <= BASIC_PLANE else f"\\U{code:08x}")
