"""Secrets that are kept in files of their own: ``NAME_FILE`` says where, instead of ``NAME``."""

import string
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

from reporting.os_error import os_reason

AROUND = f"{string.whitespace}\ufeff"
"""A byte-order mark too, which some editors put before everything."""
QUOTES = "\"'`\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb"
"""Straight ones, and those that editors put in their place."""


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A secret that a setting says to be in a file."""

    setting: str
    """The one that names the file."""
    path: Path
    also: str
    """The setting that holds the secret itself, if that is said too."""


def read_secret(value: object) -> object:
    """*value*, or what is in the file that it stands for, without the line's end that editors put there.

    Raises:
        ValueError: in words that have nothing of the secret.
    """
    if not isinstance(value, SecretFile):
        return value
    if value.also:
        raise ValueError(f"is said, and {value.setting} too; keep one of them")
    try:
        return value.path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise ValueError(f"{value.setting} names a file that cannot be read ({os_reason(error)})") from None
    except UnicodeDecodeError:
        raise ValueError(f"{value.setting} names a file that holds no text") from None
    except ValueError:
        raise ValueError(f"{value.setting} names no file") from None


def clean_token(value: object) -> object:
    """A key or a token without what slips in around it when it is copied.

    Raises:
        ValueError: it has a line's end within, or something that none has; in words that have nothing of it.
    """
    found = read_secret(value)
    text = found.get_secret_value() if isinstance(found, SecretStr) else found
    if not isinstance(text, str):
        return text
    text = strip_blanks(text)
    if not (text.isascii() and text.isprintable()):
        raise ValueError("holds more than one line, or a character that no key has")
    if text.casefold().startswith("bearer "):
        raise ValueError("begins with “Bearer ”; write the key alone")
    if " " in text:
        raise ValueError("holds a blank, which no key has; write the key alone")
    return text


def strip_blanks(text: str) -> str:
    """*text* without blanks and line ends around it.

    Raises:
        ValueError: it stands in quotation marks, which not everything that reads settings takes away.
    """
    found = text.strip(AROUND)
    if found and (found[0] in QUOTES or found[-1] in QUOTES):
        raise ValueError("has a quotation mark around it; write it without")
    return found


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

    def _kept(self, name: str) -> SecretFile | None:
        path = self._said(f"{name}_file")
        also = name.upper() if self._said(name) else ""
        return SecretFile(f"{name}_file".upper(), Path(path), also) if path else None

    def _said(self, name: str) -> str:
        return next((said for place in self._places if (said := place.env_vars.get(name))), "")
