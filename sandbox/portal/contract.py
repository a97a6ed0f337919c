"""What the vendor's own client may send: endpoints, parameters, types and enums, from ``contract.json``."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def contract() -> Mapping[str, Any]:
    """Return the table that ``tests/sandbox/portal/extract_contract.py`` makes."""
    text = files(__package__).joinpath("contract.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def member(enum: str, text: str) -> int | str | None:
    """Return the value of the member that *text* means, by name in any case or by number; None if there is none."""
    return _members(enum).get(text.strip().lower())


@cache
def _members(enum: str) -> Mapping[str, int | str]:
    values: Mapping[str, int | str] = contract()["enums"][enum]
    return {str(value): value for value in values.values()} | {name.lower(): value for name, value in values.items()}
