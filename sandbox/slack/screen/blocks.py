"""Blocks as lines of a terminal."""

from collections.abc import Callable, Iterable, Mapping

from sandbox.slack.screen.columns import GAP, side_by_side, table, width, wrapped
from sandbox.slack.screen.controls import control, image, text
from sandbox.slack.screen.mrkdwn import Reader
from sandbox.slack.screen.richtext import inline, rich_text
from sandbox.slack.wire import Json


def drawn(blocks: Iterable[Json], reader: Reader, most: int) -> list[str]:
    return [line for block in blocks for line in block_lines(block, reader, most)]


def block_lines(block: Json, reader: Reader, most: int) -> list[str]:
    draw = DRAWN.get(block["type"])
    return draw(block, reader, most) if draw else [f"[{block['type']}{_titled(block)}]"]


def _header(block: Json, reader: Reader, most: int) -> list[str]:
    title = text(block["text"], reader)
    return [*wrapped(title, most), "─" * min(most, width(title))]


def _context(block: Json, reader: Reader, most: int) -> list[str]:
    return wrapped(" · ".join(_in_context(one, reader) for one in block["elements"]), most)


def _actions(block: Json, reader: Reader, most: int) -> list[str]:
    """Return the controls side by side, none broken over two lines."""
    lines = [""]
    for one in (control(element, reader) for element in block["elements"]):
        longer = f"{lines[-1]} {one}" if lines[-1] else one
        if width(longer) <= most or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(one)
    return lines


def _section(block: Json, reader: Reader, most: int) -> list[str]:
    lines = wrapped(text(block["text"], reader), most) if block.get("text") else []
    fields = [text(field, reader) for field in block.get("fields", ())]
    for left, right in zip(fields[::2], [*fields[1::2], ""], strict=False):
        lines += _pair(left, right, most)
    if block.get("accessory"):
        lines.append(control(block["accessory"], reader))
    return lines


def _pair(left: str, right: str, most: int) -> list[str]:
    half = (most - len(GAP)) // 2
    return side_by_side(wrapped(left, half), wrapped(right, half), half)


def _in_context(element: Json, reader: Reader) -> str:
    return image(element, reader) if element["type"] == "image" else text(element, reader)


def _input(block: Json, reader: Reader, _most: int) -> list[str]:
    label = text(block["label"], reader) + (" (optional)" if block.get("optional") else "")
    hint = [text(block["hint"], reader)] if block.get("hint") else []
    return [label, control(block["element"], reader), *hint]


def _table(block: Json, reader: Reader, most: int) -> list[str]:
    rows = [[_cell(cell, reader) for cell in row] for row in block["rows"]]
    settings = block.get("column_settings", [])
    given = [(one or {}).get("align", "left") for one in settings]
    return table(rows, [*given, *["left"] * len(rows[0])][: len(rows[0])], most)


def _cell(cell: Json, reader: Reader) -> str:
    if cell["type"] != "rich_text":
        return str(cell["text"])
    return " ".join(inline(element["elements"], reader) for element in cell["elements"] if "elements" in element)


def _titled(block: Json) -> str:
    title = block.get("title")
    title = title.get("text") if isinstance(title, dict) else title
    return f": {title}" if title else ""


DRAWN: Mapping[str, Callable[[Json, Reader, int], list[str]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": lambda _block, _reader, most: ["─" * most],
    "actions": _actions,
    "image": lambda block, reader, _most: [image(block, reader)],
    "input": _input,
    "markdown": lambda block, _reader, most: wrapped(block["text"], most),
    "rich_text": lambda block, reader, most: rich_text(block["elements"], reader, most),
    "table": _table,
}
