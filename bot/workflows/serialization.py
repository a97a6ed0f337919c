"""Values as JSON and back, for what has to outlive the process."""

from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def pack(value: object) -> Any:  # noqa: ANN401
    """*value* as lists, dicts, strings and numbers."""
    return msgspec.to_builtins(value, enc_hook=str)


def unpack(packed: object, kind: type[T]) -> T:
    """What :func:`pack` was given.

    Raises:
        msgspec.ValidationError: it was given something else.
    """
    return msgspec.convert(packed, kind, dec_hook=_from_text)


def _from_text(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"{type(value).__name__} instead of a {kind.__name__}")
