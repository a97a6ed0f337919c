"""``multipart/form-data``, as far as browsers, httpx and the vendor's kit send it."""

import re
from contextlib import suppress
from dataclasses import dataclass

_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_NAME = re.compile(r';\s*name="([^"]*)"', re.IGNORECASE)
_FILENAME = re.compile(r';\s*filename="([^"]*)"', re.IGNORECASE)


class NotMultipart(ValueError):
    """The body is no form, or a broken one."""


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    filename: str | None
    """None for a plain field."""
    content: bytes


def parts(content_type: str, body: bytes) -> list[Part]:
    """Split *body* into its parts; names are read as raw UTF-8."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None or not content_type.lower().startswith("multipart/form-data"):
        raise NotMultipart(content_type)
    delimiter = b"\r\n--" + (boundary[1] or boundary[2]).encode("latin-1")
    pieces = (b"\r\n" + body).split(delimiter)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise NotMultipart("the last boundary is missing")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, blank, content = piece.partition(b"\r\n\r\n")
    if not blank:
        raise NotMultipart("a part without an empty line")
    text = head.decode("utf-8", "replace")
    name, filename = _NAME.search(text), _FILENAME.search(text)
    if name is None:
        raise NotMultipart("a part without a name")
    return Part(name[1], filename[1] if filename else None, content)


def first_file(content_type: str, body: bytes) -> bytes:
    """The form's first file, nothing if it has none; a *body* that is no form is the file itself."""
    if not content_type.lower().startswith("multipart/form-data"):
        return body
    with suppress(NotMultipart):
        return next((part.content for part in parts(content_type, body) if part.filename), b"")
    return b""
