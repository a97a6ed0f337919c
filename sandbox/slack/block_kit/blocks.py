"""Blocks, one by one.

Source: https://docs.slack.dev/reference/block-kit/blocks, 2026-09.
"""

from collections.abc import Mapping

from sandbox.slack.block_kit.elements import ACCESSORY, ACTION, CONTEXT, ID, INPUT
from sandbox.slack.block_kit.objects import any_text, link, plain_text
from sandbox.slack.block_kit.richtext import CELL, ELEMENTS
from sandbox.slack.block_kit.schema import (
    Check,
    Problems,
    anything,
    boolean,
    chained,
    choice,
    items,
    problem,
    record,
    string,
    twice,
)
from sandbox.slack.wire import Wire

MOST_ROWS, MOST_COLUMNS, MOST_CELL_CHARACTERS = 100, 20, 10_000
MARKDOWN_CHARACTERS = 12_000


def _block(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return record(required={"type": anything, **required}, optional={"block_id": ID, **(optional or {})})


def _says_something(value: Wire, path: str) -> Problems:
    if not value.get("text") and not value.get("fields"):
        yield problem("must define either `text` or `fields`", f"{path}/type")


def _one_source(value: Wire, path: str) -> Problems:
    if ("image_url" in value) == ("slack_file" in value):
        yield problem("must define either `image_url` or `slack_file`", path)


def _own_action_ids(value: Wire, path: str) -> Problems:
    elements = value.get("elements")
    if not isinstance(elements, list):
        return
    ids = (one.get("action_id") if isinstance(one, dict) else None for one in elements)
    for index, action_id in twice(ids):
        yield problem(f"`action_id` {action_id} already exists in this block", f"{path}/elements/{index}/action_id")


def _even_rows(value: Wire, path: str) -> Problems:
    rows = value.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return
    if len({len(row) for row in rows}) > 1:
        yield problem("all rows must have the same number of cells", f"{path}/rows")
    if len_of_text(rows) > MOST_CELL_CHARACTERS:
        yield problem(f"no more than {MOST_CELL_CHARACTERS} characters in all cells", f"{path}/rows")


def len_of_text(value: object) -> int:
    """Return how many characters of text are in *value*, however deep."""
    if isinstance(value, list):
        return sum(len_of_text(one) for one in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    inner = (one for name, one in value.items() if name != "text" or not isinstance(own, str))
    return (len(own) if isinstance(own, str) else 0) + sum(len_of_text(one) for one in inner)


COLUMN = record(required={}, optional={"align": choice("left", "center", "right"), "is_wrapped": boolean})


def _column(value: Wire, path: str) -> Problems:
    if value is not None:
        yield from COLUMN(value, path)


BLOCKS: Mapping[str, Check] = {
    "section": chained(
        _block(
            {},
            {
                "text": any_text(3000),
                "fields": items(any_text(2000), most=10),
                "accessory": ACCESSORY,
                "expand": boolean,
            },
        ),
        _says_something,
    ),
    "divider": _block({}),
    "header": _block({"text": plain_text(150)}),
    "context": _block({"elements": items(CONTEXT, most=10)}),
    "actions": chained(_block({"elements": items(ACTION, most=25)}), _own_action_ids),
    "image": chained(
        _block(
            {"alt_text": string(most=2000)},
            {"image_url": link, "slack_file": anything, "title": plain_text(2000)},
        ),
        _one_source,
    ),
    "input": _block(
        {"label": plain_text(2000), "element": INPUT},
        {"hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "markdown": _block({"text": string(most=MARKDOWN_CHARACTERS)}),
    "rich_text": _block({"elements": ELEMENTS}),
    "table": chained(
        _block(
            {"rows": items(items(CELL, most=MOST_COLUMNS), most=MOST_ROWS)},
            {"column_settings": items(_column, most=MOST_COLUMNS)},
        ),
        _even_rows,
    ),
}
