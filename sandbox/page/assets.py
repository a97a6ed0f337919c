"""The page's own files."""

import re
from collections.abc import Mapping
from importlib.resources import files

from sandbox.slack.http_server import Answer

NAME = re.compile(r"(?:/[a-z0-9-]+)*/[a-z0-9-]+\.(html|css|js|svg|woff)")
TYPES: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff": "font/woff",
}


def asset(path: str) -> Answer | None:
    """Return the file of that address; nothing if there is none."""
    found = NAME.fullmatch("/index.html" if path == "/" else path)
    if found is None:
        return None
    file = files("sandbox.page").joinpath("static", *found[0].strip("/").split("/"))
    return Answer(200, file.read_bytes(), TYPES[found[1]]) if file.is_file() else None
