"""Whether Slack takes a message or a view, by every book there is on that."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.views import blocks
from handlers.views.blocks import BUDGET, escaped, message_size, texts
from sandbox.slack.block_kit.surface import check_message, check_view

TEXT = 4_000
WORD = re.compile(r"[^\W_]+")
PICTURES = re.compile(r"(?<!\w):[a-z][a-z0-9_+-]*:(?!\w)|[█▓▒░]+")
"""What only an eye can read."""
BLOCKS, VIEW_BLOCKS = 50, 100


def assert_fits(shown: dict[str, Any]) -> None:
    """Source: the limits of Slack's Block Kit reference; the sum of all texts is not documented."""
    if "type" in shown:
        assert_view_fits(shown)
    else:
        assert_message_fits(shown)


def assert_message_fits(message: dict[str, Any]) -> None:
    check_message(message["blocks"])
    for block in message["blocks"]:
        known(block).validate_json()
    assert len(message["blocks"]) <= BLOCKS
    assert message_size(message) <= BUDGET
    assert 10 <= len(message["text"]) <= TEXT
    assert_says_all(message)
    assert_told_apart(message["blocks"])


def assert_says_all(message: dict[str, Any]) -> None:
    """The text alone, which is what a phone and a screen reader get first, says in words what the blocks say."""
    said = message["text"]
    assert not PICTURES.search(said)
    if said.endswith("\n…"):
        headline, _, _ = said.partition("\n")
        whole = [headline, *texts(message["blocks"], escaped)]
        if sum(len(text) + 3 * (text.count("\n") + 1) for text in whole) > blocks.TEXT:  # with colons and line ends
            return
        assert any(text.endswith("\n…") for text in whole)
    for text in texts(message["blocks"], escaped):
        for word in WORD.findall(PICTURES.sub(" ", text)):
            assert word in said, (word, said)


def assert_view_fits(view: dict[str, Any]) -> None:
    check_view(view, ("modal", "home"))
    View(**view).validate_json()
    for block in view["blocks"]:
        known(block).validate_json()
    assert len(view["blocks"]) <= VIEW_BLOCKS
    assert len(view.get("private_metadata", "")) <= 3_000
    assert_told_apart(view["blocks"])


def known(block: dict[str, Any]) -> Block:
    """The block as slack_sdk's own models have it."""
    found = Block.parse(block)
    assert found is not None
    return found


def assert_told_apart(blocks: list[dict[str, Any]]) -> None:
    """No block has the name of another, and no two controls of a block the same."""
    named = Counter(block["block_id"] for block in blocks if "block_id" in block)
    assert [name for name, times in named.items() if times > 1] == []
    for block in blocks:
        controls = Counter(one["action_id"] for one in block.get("elements", []) if "action_id" in one)
        assert [name for name, times in controls.items() if times > 1] == []


def marked(part: Any) -> Iterator[str]:
    """Every text in which Slack reads marks."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            assert part["verbatim"]
            yield part["text"]
        for value in part.values():
            yield from marked(value)
    elif isinstance(part, list):
        for value in part:
            yield from marked(value)


def read(message: dict[str, Any]) -> str:
    """What a person reads of it."""
    return "\n".join(texts(message["blocks"], str))
