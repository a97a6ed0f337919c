"""What a message says: text, blocks, metadata, each within its limits."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.slack.block_kit.surface import check_message, with_ids
from sandbox.slack.refusal import Refusal
from sandbox.slack.setup import WorkspaceSetup
from sandbox.slack.webapi.method import Arguments
from sandbox.slack.wire import Json, Wire

POST_CHARACTERS, UPDATE_CHARACTERS = 40_000, 4_000


@dataclass(frozen=True, slots=True)
class Content:
    text: str
    blocks: tuple[Json, ...] | None
    """Nothing when the call did not speak of blocks; an empty tuple takes them away."""
    attachments: tuple[Json, ...]
    metadata: Mapping[str, Wire] | None


def content(args: Arguments, setup: WorkspaceSetup, *, most: int) -> Content:
    """Return the content of a call.

    Raises:
        Refusal: ``no_text``, ``msg_too_long``, ``invalid_blocks``, ``msg_blocks_too_long`` …
    """
    blocks = args.json("blocks", "invalid_blocks_format")
    attachments = args.json("attachments") or []
    text = args.text("text")
    if not (text or blocks or attachments):
        raise Refusal("no_text")
    if len(text) > most:
        raise Refusal("msg_too_long")
    if blocks is not None:
        check_message(blocks, setup.extra_blocks)
    return Content(text, None if blocks is None else with_ids(blocks), tuple(attachments), _metadata(args))


def _metadata(args: Arguments) -> Mapping[str, Wire] | None:
    metadata = args.json("metadata", "invalid_metadata_format")
    if metadata is None or metadata == {}:
        return None
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise Refusal("invalid_metadata_schema")
    if not isinstance(metadata["event_payload"], dict):
        raise Refusal("invalid_metadata_schema")
    return metadata
