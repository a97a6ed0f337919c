"""Semantics and lies from a JSON file, by the names that the values have."""

from dataclasses import fields, is_dataclass
from typing import Any, TypeAlias

import msgspec

from sandbox.portal.lies import Lie
from sandbox.portal.semantics import Semantics

Json: TypeAlias = Any

PARTS: dict[str, Any] = {
    "semantics": Semantics,
    "lies": tuple[Lie, ...],
    "login_semantics": Semantics,
    "login_lies": tuple[Lie, ...],
}
"""The fields of ``PortalSetup`` that a file may set."""


def read_behaviour(text: bytes) -> dict[str, Any]:
    """Return what ``PortalSetup``, or ``StandInPortal.change``, takes.

    Raises:
        ValueError: it is not JSON, or a name or a value is not known.
    """
    whole = msgspec.json.decode(text, type=dict[str, Any])
    unknown = whole.keys() - PARTS.keys()
    if unknown:
        raise ValueError(f"not known: {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
    found = {name: msgspec.convert(value, PARTS[name]) for name, value in whole.items()}
    for name, value in whole.items():
        _refuse_unknown(value, found[name], name)
    return found


def _refuse_unknown(read: Json, made: object, path: str) -> None:
    if isinstance(read, list) and isinstance(made, tuple):
        for place, (one, value) in enumerate(zip(read, made, strict=False)):
            _refuse_unknown(one, value, f"{path}[{place}]")
    if not is_dataclass(made):
        return
    for name, value in read.items():
        if name not in {field.name for field in fields(made)}:
            raise ValueError(f"not known: {path}.{name}")
        _refuse_unknown(value, getattr(made, name), f"{path}.{name}")
