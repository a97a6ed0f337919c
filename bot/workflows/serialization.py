"""Serialization: values as JSON and back, for what outlives the process."""

from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def pack(value: object) -> Any:  # noqa: ANN401
    """Turn *value* into lists, dicts, strings and numbers."""
    return msgspec.to_builtins(value, enc_hook=str)


def unpack(packed: object, kind: type[T]) -> T:
    """Turn what :func:`pack` returned back into a value.

    Raises:
        msgspec.ValidationError: it is no such value.
    """
    return msgspec.convert(packed, kind, dec_hook=_from_text)


def _from_text(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"{type(value).__name__} instead of a {kind.__name__}")
