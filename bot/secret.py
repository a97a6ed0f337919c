"""Secrets that are kept in files of their own: ``NAME_FILE`` says where, instead of ``NAME``."""

import string
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

AROUND = f"{string.whitespace}\ufeff"
"""A byte-order mark too, which some editors put before everything."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A secret that a setting says to be in a file."""

    setting: str
    """The one that names the file."""
    path: Path
    also: str
    """The setting that holds the secret itself, if that is said too."""


def opened(value: object) -> object:
    """*value*, or what is in the file that it stands for, without the line's end that editors put there.

    Raises:
        ValueError: in words that have nothing of the secret.
    """
    if not isinstance(value, Kept):
        return value
    if value.also:
        raise ValueError(f"is said, and {value.setting} too; keep one of them")
    try:
        return value.path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise ValueError(f"{value.setting} names a file that cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ValueError(f"{value.setting} names a file that holds no text") from None


def tidy(value: object) -> object:
    """A key or a token without what slips in around it when it is copied.

    Raises:
        ValueError: it has a line's end within, or a character that none has; in words that have nothing of it.
    """
    found = opened(value)
    text = found.get_secret_value() if isinstance(found, SecretStr) else found
    if not isinstance(text, str):
        return text
    bare = text.strip(AROUND)
    if not (bare.isascii() and bare.isprintable()):
        raise ValueError("holds more than one line, or a character that no key has")
    return bare


class SecretFiles(PydanticBaseSettingsSource):
    """Looks for ``NAME_FILE`` of every secret *NAME* where the other settings are looked for."""

    def __init__(self, kind: type[BaseSettings], places: Sequence[PydanticBaseSettingsSource]) -> None:
        super().__init__(kind)
        self._places = [place for place in places if isinstance(place, EnvSettingsSource)]

    def __call__(self) -> dict[str, Any]:
        secrets = [name for name, field in self.settings_cls.model_fields.items() if field.annotation is SecretStr]
        return {name: kept for name in secrets if (kept := self._kept(name))}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        return self._kept(field_name), field_name, False

    def _kept(self, name: str) -> Kept | None:
        path = self._said(f"{name}_file")
        also = name.upper() if self._said(name) else ""
        return Kept(f"{name}_file".upper(), Path(path), also) if path else None

    def _said(self, name: str) -> str:
        return next((said for place in self._places if (said := place.env_vars.get(name))), "")
