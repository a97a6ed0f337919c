"""Read rows as events although their values have other types than the API documents.

One odd value must not cost a report, and must not be lost either: it is kept as the text it has on the wire. Only
without an id or a date a row is no event, for nothing could prove where it belongs.
"""

import json
import re
from typing import Any, TypeVar

import msgspec

from reporting.docspace.api.duplicate_keys import unique
from reporting.docspace.api.responses import Envelope
from reporting.escape import ASIDE
from reporting.events import LARGEST, AuditEvent, Number

E = TypeVar("E", bound=AuditEvent)
TEXT, TEXTS, INTEGER, INTEGERS = str, list[str], Number, list[Number]
DIGITS = 19
"""Of a number that surely fits into 64 bits."""
SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character, which no file can hold; it is put aside where the document shows it as what it was."""


def rows(body: bytes, kind: type[E]) -> Envelope[list[E]] | None:
    """The events of an answer whose values have other types; None if it is not a successful list of events.

    The standard library's parser is used, which also reads texts with lone surrogates; the text has to be UTF-8.
    """
    try:
        whole = json.loads(body.decode(), object_pairs_hook=unique)
        if not isinstance(whole, dict) or whole.get("status", 0) != 0 or not isinstance(whole.get("response"), list):
            return None
        found = [event(row, kind) for row in whole["response"]]
        return Envelope(found, count=msgspec.convert(whole.get("count"), int | None))
    except (ValueError, TypeError, KeyError, RecursionError, msgspec.ValidationError):
        return None


def event(row: dict[str, Any], kind: type[E]) -> E:
    """The row with every value of the type that its field has.

    Raises:
        TypeError, KeyError, msgspec.ValidationError: it is none.
    """
    if not isinstance(row, dict):
        raise TypeError(row)
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    known = {name: coerce(value, fields[name]) for name, value in row.items() if name in fields and value is not None}
    if not known.get("id"):
        raise KeyError("id")
    return msgspec.convert(known, kind)


def coerce(value: Any, kind: Any) -> Any:  # noqa: ANN401
    if kind is TEXT:
        return text(value)
    if kind == TEXTS:
        return [text(one) for one in value] if isinstance(value, list) else [text(value)]
    if kind == INTEGERS:
        return [number(one) for one in value] if isinstance(value, list) else []
    if kind == INTEGER:
        return number(value)
    return value


def number(value: Any) -> int:  # noqa: ANN401
    """An integer, also from digits; zero, which no event or action uses, from anything else."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < DIGITS:
        return int(value)
    return value if type(value) is int and abs(value) <= LARGEST else 0


def text(value: Any) -> str:  # noqa: ANN401
    whole = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return SURROGATE.sub(lambda found: chr(ord(found[0]) + ASIDE), whole)
