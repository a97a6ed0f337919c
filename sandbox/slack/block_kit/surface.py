"""Whole messages and views: how many blocks, how much text, no id twice."""

import copy
import itertools
import json
from collections.abc import Iterable, Mapping

from sandbox.slack.block_kit.blocks import BLOCKS, len_of_text
from sandbox.slack.block_kit.elements import ID
from sandbox.slack.block_kit.objects import plain_text
from sandbox.slack.block_kit.schema import (
    NO_MATCH,
    Check,
    Problems,
    anything,
    boolean,
    items,
    problem,
    record,
    string,
    twice,
    typed,
)
from sandbox.slack.refusal import Refusal, refusal_of
from sandbox.slack.wire import Json, Wire

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
ALL_TEXT = 12_000
CONTAINER = 16
"""Characters a block costs beside its text: 45 blocks of 11,341 characters were refused, 50 of 9,597 taken.
Source: slackapi/bolt-js issue 2867."""
VIEW_BYTES = 250_000


def check_message(blocks: Wire, extra: frozenset[str] = frozenset()) -> None:
    """Refuse blocks Slack would refuse in a message: ``invalid_blocks`` or ``msg_blocks_too_long``."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refusal("invalid_blocks_format")
    rules = items(typed(_allowed(extra)), most=MESSAGE_BLOCKS, least=0)
    problems = [*rules(blocks, "/blocks"), *_block_ids(blocks, "/blocks"), *_one_table(blocks)]
    if problems:
        raise refusal_of("invalid_blocks", problems)
    if len_of_text(blocks) + CONTAINER * len(blocks) > ALL_TEXT:
        raise Refusal("msg_blocks_too_long")


def check_view(view: Wire, kinds: tuple[str, ...], extra: frozenset[str] = frozenset()) -> None:
    """Refuse a view Slack would refuse: ``invalid_arguments`` or ``view_too_large``."""
    rules = {kind: _view(kind, extra) for kind in kinds}
    problems = list(typed(rules)(view, "/view"))
    if not problems:
        problems = [*_block_ids(view["blocks"], "/view/blocks"), *_needs_submit(view)]
    if problems:
        raise refusal_of("invalid_arguments", [problem(NO_MATCH, "/view"), *problems])
    if len(json.dumps(view)) > VIEW_BYTES:
        raise Refusal("view_too_large")


def with_ids(blocks: Iterable[Mapping[str, Wire]]) -> tuple[Json, ...]:
    """Return the blocks with the ids Slack makes up where the app gave none."""
    fresh = (f"b{number:04x}" for number in itertools.count(1))
    named = [copy.deepcopy(dict(block)) for block in blocks]
    for block in named:
        block.setdefault("block_id", next(fresh))
        for element in interactive(block):
            element.setdefault("action_id", next(fresh))
    return tuple(named)


def interactive(block: Mapping[str, Wire]) -> list[Json]:
    """Return the elements of *block* a person can press or fill in."""
    inside = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
    if block["type"] not in {"actions", "section", "input"}:
        return []
    return [one for one in inside if isinstance(one, dict) and one["type"] != "image"]


def _allowed(extra: frozenset[str]) -> Mapping[str, Check]:
    return {**BLOCKS, **dict.fromkeys(extra, anything)}


def _view(kind: str, extra: frozenset[str]) -> Check:
    modal: Mapping[str, Check] = {
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    }
    allowed = {name: check for name, check in _allowed(extra).items() if name not in {"table", "markdown"}}
    return record(
        required={
            "type": anything,
            "blocks": items(typed(allowed), most=VIEW_BLOCKS, least=0),
            **({"title": plain_text(24)} if kind == "modal" else {}),
        },
        optional={
            "callback_id": ID,
            "external_id": ID,
            "private_metadata": string(most=3000, least=0),
            **(modal if kind == "modal" else {}),
        },
    )


def _needs_submit(view: Mapping[str, Wire]) -> Problems:
    if view["type"] != "modal" or "submit" in view:
        return
    for index, block in enumerate(view["blocks"]):
        if block["type"] == "input":
            yield problem("must define `submit` to use an `input` block in modals", f"/view/blocks/{index}/input")


def _block_ids(blocks: Iterable[Wire], path: str) -> Problems:
    ids = (block.get("block_id") if isinstance(block.get("block_id"), str) else None for block in blocks)
    for index, block_id in twice(ids):
        yield problem(f"`block_id` {block_id} already exists", f"{path}/{index}/block_id")


def _one_table(blocks: Iterable[Mapping[str, Wire]]) -> Problems:
    tables = [index for index, block in enumerate(blocks) if block.get("type") == "table"]
    for index in tables[1:]:
        yield problem("only_one_table_allowed", f"/blocks/{index}")
