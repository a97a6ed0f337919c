"""The columns of a row that the server makes up while it answers.

Source: DocSpace server 3.7.2, ``AuditActionMapper.cs:47-82``, ``EventTypeConverter.cs:105-213``.
"""

from collections.abc import Iterator, Sequence
from types import MappingProxyType

LONGEST_ARGUMENT = 50

ROOMS = MappingProxyType({"de": "Räume", "fr": "Salles", "es": "Salas", "it": "Stanze", "lv": "Telpas"})


def sentence(template: str, arguments: Sequence[str], *, brief: bool) -> str:
    """Put the action in words; any mismatch of words and arguments is an empty sentence, not an error.

    Arguments are stored joined with commas and split again, so a comma in a name gains a space and
    empty parts vanish. *brief* is how the fallback of a plan without audit prints them.
    """
    try:
        return template.format(*_printed(arguments, brief=brief))
    except (IndexError, KeyError, ValueError):
        return ""


def _printed(arguments: Sequence[str], *, brief: bool) -> Iterator[str]:
    for argument in arguments:
        text = argument
        if "," in argument:
            text = ", ".join(part for part in (piece.strip() for piece in argument.split(",")) if part)
        yield text[:47] + "..." if brief and len(text) >= LONGEST_ARGUMENT else text


def shortened(text: str | None) -> str | None:
    return text[:47] + "..." if text is not None and len(text) >= LONGEST_ARGUMENT else text


def mangled(ip: str | None) -> str | None:
    """Cut at the first colon, as the server does to lose a port; IPv6 loses more."""
    return None if ip is None else ip.partition(":")[0]


def translated(context: str | None, culture: str) -> str | None:
    """Put the context's prefix in the language of the key's owner."""
    if context is None or culture.startswith("en") or not context.startswith("Rooms: "):
        return context
    return ROOMS.get(culture.partition("-")[0], "Rooms") + context[len("Rooms") :]
