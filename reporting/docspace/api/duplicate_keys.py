"""Find duplicate keys in an answer's envelope; JSON parsers silently keep one of them."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec

SAMPLE = 64
"""Bytes by which the content is found in the body."""
ESCAPED = (b"\\u006", b"\\u007")
"""How a plain letter of a key could be written."""


class Content(msgspec.Struct):
    response: msgspec.Raw = msgspec.Raw(b"null")


class DuplicateKeyError(ValueError):
    """An object has a key twice."""


decode = msgspec.json.Decoder(Content).decode


def has_duplicate_keys(body: bytes, *, rows: int = -1) -> bool:
    """Whether *body*, which is JSON, has a key twice: in its envelope, or an event that has two ids or two dates.

    To look at every key of the content would take longer than to read the page, so that is done only where it does not
    have one id and one date for each of its *rows* (-1 if it is no list), or
    writes letters in a way that no server does.
    """
    try:
        content = bytes(decode(body).response)
    except RecursionError:
        return True
    if {content.count(b'"id"'), content.count(b'"date"')} != {rows} or any(code in content for code in ESCAPED):
        return has_twice(body)
    start = body.find(content[:SAMPLE])
    if body[start : start + len(content)] != content:  # the same first bytes also occur earlier
        start = body.rfind(content)
    envelope = body[:start] + b"null" + body[start + len(content) :]
    return has_twice(envelope)


def has_twice(text: bytes) -> bool:
    """Whether an object in *text* has a key twice, or it is nested too deeply to find out."""
    try:
        json.loads(text.decode("utf-8", "replace"), object_pairs_hook=unique)
    except (ValueError, RecursionError):
        return True
    return False


def unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise DuplicateKeyError(name)
        found[name] = value
    return found
