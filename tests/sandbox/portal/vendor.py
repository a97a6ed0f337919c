"""The vendor's own models, imported without the 880 modules that ``import docspace_api_sdk`` brings along."""

import re
import sys
import warnings
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import Any
from uuid import UUID

SDK = "docspace_api_sdk"


@cache
def model(name: str) -> Any:
    """Return the class of that name: ``AuditEventArrayWrapper``."""
    _prepare()
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a field of theirs is called "copy"
        return getattr(import_module(f"{SDK}.models.{snake}"), name)


@cache
def _prepare() -> None:
    """Let the package and its list of models be empty, so that each model imports what it needs and no more."""
    for name in (SDK, f"{SDK}.models"):
        spec = find_spec(name)
        assert spec is not None, "docspace-api-sdk is a development dependency"
        sys.modules[name] = module_from_spec(spec)  # not executed


def differences(wire: Any, parsed: Any, path: str = "") -> Iterator[str]:
    """Yield each place where the vendor's client does not know a key, or keeps another value than was sent."""
    if isinstance(wire, dict) and hasattr(type(parsed), "model_fields"):
        fields = {field.alias or name: name for name, field in type(parsed).model_fields.items()}
        for key, value in wire.items():
            if key not in fields:
                yield f"{path}.{key}: no such key"
            else:
                yield from differences(value, getattr(parsed, fields[key]), f"{path}.{key}")
    elif isinstance(wire, list) and isinstance(parsed, list):
        if len(wire) != len(parsed):
            yield f"{path}: {len(wire)} and {len(parsed)}"
        for place, (one, other) in enumerate(zip(wire, parsed, strict=False)):
            yield from differences(one, other, f"{path}[{place}]")
    elif isinstance(wire, dict) and hasattr(parsed, "actual_instance"):
        yield from differences(wire, parsed.actual_instance, path)
    elif not _alike(wire, parsed):
        yield f"{path}: {wire!r} became {parsed!r}"


def _alike(wire: Any, parsed: Any) -> bool:
    match parsed:
        case Enum():
            return bool(wire == parsed.value)
        case UUID():
            return bool(wire == str(parsed))
        case datetime():
            return bool(datetime.fromisoformat(wire) == parsed)
    if hasattr(parsed, "utc_time"):
        return bool(datetime.fromisoformat(wire) == parsed.utc_time)
    return type(wire) is type(parsed) and bool(wire == parsed)
