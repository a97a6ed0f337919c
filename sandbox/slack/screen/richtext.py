"""Rich text as lines."""

from collections.abc import Callable, Iterable, Mapping

from sandbox.slack.screen.columns import wrapped
from sandbox.slack.screen.mrkdwn import Reader, date, pictured
from sandbox.slack.wire import Json


def rich_text(elements: Iterable[Json], reader: Reader, most: int) -> list[str]:
    return [line for element in elements for line in _element(element, reader, most)]


def inline(pieces: Iterable[Json], reader: Reader) -> str:
    return "".join(_piece(piece, reader) for piece in pieces)


def _element(element: Json, reader: Reader, most: int) -> list[str]:
    kind = element["type"]
    if kind == "rich_text_list":
        return _list(element, reader, most)
    text = inline(element["elements"], reader)
    if kind == "rich_text_preformatted":
        return [f"  {line}" for line in text.split("\n")]
    if kind == "rich_text_quote":
        return [f"> {line}" for line in wrapped(text, most - 2)]
    return wrapped(text.rstrip("\n"), most)


def _list(element: Json, reader: Reader, most: int) -> list[str]:
    lines = []
    start = element.get("offset", 0) + 1
    for number, item in enumerate(element["elements"], start):
        mark = "• " if element["style"] == "bullet" else f"{number}. "
        indent = "  " * element.get("indent", 0)
        first, *rest = wrapped(inline(item["elements"], reader), most - len(indent + mark))
        lines += [indent + mark + first, *(indent + " " * len(mark) + line for line in rest)]
    return lines


def _piece(piece: Json, reader: Reader) -> str:
    return PIECES[piece["type"]](piece, reader)


def _text(piece: Json, _reader: Reader) -> str:
    return f"`{piece['text']}`" if piece.get("style", {}).get("code") else str(piece["text"])


def _link(piece: Json, _reader: Reader) -> str:
    text = piece.get("text")
    return f"{text} ({piece['url']})" if text and text != piece["url"] else str(piece["url"])


def _date(piece: Json, reader: Reader) -> str:
    return date(f"date^{piece['timestamp']}^{piece['format']}", reader) or str(piece.get("fallback", ""))


PIECES: Mapping[str, Callable[[Json, Reader], str]] = {
    "text": _text,
    "link": _link,
    "user": lambda piece, reader: f"@{reader.named(piece['user_id'])}",
    "channel": lambda piece, reader: f"#{reader.named(piece['channel_id'])}",
    "usergroup": lambda piece, reader: f"@{reader.named(piece['usergroup_id'])}",
    "broadcast": lambda piece, _reader: f"@{piece['range']}",
    "emoji": lambda piece, _reader: pictured(f":{piece['name']}:"),
    "color": lambda piece, _reader: str(piece["value"]),
    "date": _date,
}
