"""Addresses without the keys in them.

The portal keeps the whole address that an action came from. In DocSpace that can be a public link, and whoever reads
the link can open what it opens.
"""

import re
from urllib.parse import parse_qsl, urlsplit

CUT = "***"
HARMLESS = re.compile(r"\d{1,19}")
"""Query values that are shown: plain numbers, which in DocSpace are ids, versions and page numbers."""
SHORT_LINK = re.compile(r"(/s/)[^/]+")
"""A public link in its short form, whose last part is its key."""


def without_keys(address: str) -> str:
    """*address* with its credentials, its fragment and every query value that is not a plain number cut out."""
    if not any(mark in address for mark in "?#@") and "/s/" not in address:
        return address
    try:
        parts = urlsplit(address)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return CUT
    pairs = "&".join(f"{name}={value if HARMLESS.fullmatch(value) or not value else CUT}" for name, value in query)
    place = (
        f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else parts.scheme and f"{parts.scheme}:"
    )
    path = SHORT_LINK.sub(rf"\1{CUT}", parts.path)
    return place + path + (f"?{pairs}" if pairs else "") + (f"#{CUT}" if parts.fragment else "")
