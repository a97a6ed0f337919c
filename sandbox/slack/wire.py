"""JSON, before anybody has checked it."""

from typing import Any, TypeAlias

Wire: TypeAlias = Any
"""Whatever JSON can hold; a check comes next."""
Json: TypeAlias = dict[str, Wire]
