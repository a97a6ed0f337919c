"""Rich text, and the cells of a table.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block, 2026-09.
"""

from collections.abc import Mapping

from sandbox.slack.block_kit.objects import link
from sandbox.slack.block_kit.schema import (
    Check,
    Problems,
    anything,
    boolean,
    choice,
    items,
    number,
    record,
    string,
    typed,
)
from sandbox.slack.wire import Wire

TEXT = string(most=12_000)
TYPE: Mapping[str, Check] = {"type": anything}
STYLE = record(
    required={},
    optional=dict.fromkeys(
        ("bold", "italic", "strike", "underline", "code", "highlight", "client_highlight", "unlink"), boolean
    ),
)
STYLED: Mapping[str, Check] = {"style": STYLE}


def _piece(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return record(required={**TYPE, **required}, optional={**STYLED, **(optional or {})})


PIECE = typed(
    {
        "text": _piece({"text": TEXT}),
        "link": _piece({"url": link}, {"text": TEXT, "unsafe": boolean}),
        "user": _piece({"user_id": string(most=255)}),
        "usergroup": _piece({"usergroup_id": string(most=255)}),
        "channel": _piece({"channel_id": string(most=255)}),
        "broadcast": _piece({"range": choice("here", "channel", "everyone")}),
        "emoji": _piece({"name": string(most=255)}, {"unicode": string(most=255)}),
        "color": _piece({"value": string(most=9)}),
        "date": _piece(
            {"timestamp": number, "format": string(most=255)},
            {"url": link, "fallback": string(most=255)},
        ),
    }
)
PIECES = items(PIECE, most=1000)
SECTION = record(required={**TYPE, "elements": items(PIECE, most=1000, least=0)})
FRAMED = record(required={**TYPE, "elements": PIECES}, optional={"border": number, "language": string(most=50)})


def _list(value: Wire, path: str) -> Problems:
    rules = record(
        required={**TYPE, "style": choice("bullet", "ordered"), "elements": items(typed(INSIDE_LIST), most=1000)},
        optional={"indent": number, "offset": number, "border": number},
    )
    yield from rules(value, path)


INSIDE_LIST: Mapping[str, Check] = {"rich_text_section": SECTION}
ELEMENTS = items(
    typed(
        {
            "rich_text_section": SECTION,
            "rich_text_list": _list,
            "rich_text_preformatted": FRAMED,
            "rich_text_quote": FRAMED,
        }
    ),
    most=1000,
)
RICH_TEXT = record(required={**TYPE, "elements": ELEMENTS}, optional={"block_id": string(most=255)})
CELL = typed(
    {
        "raw_text": record(required={**TYPE, "text": TEXT}),
        "raw_number": record(required={**TYPE, "value": number, "text": TEXT}),
        "rich_text": RICH_TEXT,
    }
)
