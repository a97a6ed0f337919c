"""What to write instead of what could not be read: a line that can, as near as possible to what was typed."""

from collections.abc import Callable

from reporting.errors import WrongRequest

LONGEST = 300
"""Characters of a line that is worth copying."""


def suggest(error: WrongRequest, text: str, reads: Callable[[str], object], *examples: str) -> str:
    """*text* with what was probably meant in the place of what is wrong, if that can be read, else the first example.

    *reads* raises `WrongRequest` for what cannot be read. Empty if not even an example can.
    """
    said, meant = (str(error.facts.get(name, "")) for name in error.correction)
    replaced = text.replace(said, meant, 1) if said and meant else ""
    for line in (replaced, *examples):
        if line and len(line) <= LONGEST and can_read(line, reads):
            return line
    return ""


def can_read(line: str, reads: Callable[[str], object]) -> bool:
    try:
        reads(line)
    except WrongRequest:
        return False
    return True
