"""Bytes that somebody uploaded, for a browser that shall take nothing for what it is not."""

from collections.abc import Mapping
from urllib.parse import quote

from sandbox.slack.http_server import Answer

KINDS: Mapping[bytes, str] = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


def kind(content: bytes) -> str | None:
    return next((name for start, name in KINDS.items() if content.startswith(start)), None)


def is_picture(content: bytes) -> bool:
    return kind(content) is not None


def served(content: bytes, name: str) -> Answer:
    """Return a picture to be seen, or anything else to be saved."""
    picture = kind(content)
    if picture:
        return Answer(200, content, picture)
    saved = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Answer(200, content, "application/octet-stream", saved)
