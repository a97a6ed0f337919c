"""Cursors, as every list of Slack's has them."""

import base64
import binascii
from collections.abc import Sequence

from sandbox.slack.refusal import Refusal
from sandbox.slack.webapi.method import Arguments
from sandbox.slack.wire import Json, Wire

MOST = 1000


def page(name: str, everything: Sequence[Wire], args: Arguments) -> Json:
    limit = args.number("limit", 100) or 100
    if not 0 < limit <= MOST:
        raise Refusal("invalid_limit")
    start = _start(args.text("cursor"))
    rest = len(everything) - start - limit
    cursor = base64.b64encode(f"next:{start + limit}".encode()).decode() if rest > 0 else ""
    shown = list(everything[start : start + limit])
    return {"ok": True, name: shown, "response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise Refusal("invalid_cursor")
