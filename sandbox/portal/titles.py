"""File titles as the portal keeps and compares them.

Source: DocSpace server 3.7.2, ``Helpers/Global.cs:196-241``; MySQL collation ``utf8_general_ci``.
"""

import re
import unicodedata
from collections.abc import Container
from itertools import count
from pathlib import PurePosixPath

LONGEST = 170

_FORBIDDEN = re.compile(r'[\t*+:"<>?|\\/\ud800-\udfff\U00010000-\U0010ffff]')


def kept_title(title: str) -> str:
    """Return the title the file gets; each UTF-16 surrogate of an emoji becomes one underscore."""
    clean = _FORBIDDEN.sub(lambda found: "_" * (2 if found[0] > "\uffff" else 1), title.strip())
    if len(clean) <= LONGEST:
        return clean
    extension = PurePosixPath(clean).suffix
    return clean[: LONGEST - len(extension)] + extension


def collated(title: str) -> str:
    """Return a form that is equal for titles the database holds equal: case and accents do not count."""
    letters = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def numbered(title: str, taken: Container[str]) -> str:
    """Return *title*, or ``name (1).txt`` and so on; *taken* holds collated titles."""
    if collated(title) not in taken:
        return title
    extension = PurePosixPath(title).suffix
    stem = title.removesuffix(extension)
    return next(name for n in count(1) if collated(name := f"{stem} ({n}){extension}") not in taken)
