"""Split a report that is too large for one file, between records."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from reporting.errors.filing import TooLargeForParts
from reporting.layout import RULE

END = f"{RULE}\n".encode()
EVENTS = b"Events:\n"
TABLES = {".csv": 1, ".jsonl": 0, ".ocsf": 0}
"""How many lines stand above the records of a table, of which each is a line; any other file is a TXT."""
ABOVE = 3
"""Lines of the header that stay above the part's own, since readers of the sample's form know these by their place."""
ROOM = len(b"Part 99999999 of 99999999\n")
"""Bytes kept free for that line, whose length is known last."""
PIECE = 1024 * 1024
"""Bytes copied at once."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where some records lie in the whole, in bytes."""

    start: int
    end: int


def split(whole: Path, *, name: str, limit: int, folder: Path) -> tuple[Path, ...]:
    """Write the parts of a finished report into *folder*, each smaller than *limit* bytes, and give them in order.

    Each holds whole records and repeats the header: of a CSV the line of names; JSONL and OCSF have none. In a TXT each
    says which part it is. The header is in memory, and one record.

    Raises:
        TooLargeForParts: the header and one record alone reach *limit*.
    """
    with whole.open("rb") as text:
        lines = TABLES.get(whole.suffix)
        table = lines is not None
        head = header(text, limit=limit) if lines is None else [text.readline() for _ in range(lines)]
        taken = len(b"".join(head)) + (0 if table else ROOM)
        spans = list(divide(text, taken=taken, limit=limit, table=table))
        of = len(spans)
        return tuple(
            write_part(
                text,
                head if table else with_part_number(head, number, of),
                span,
                into=folder / part_name(name, number, of),
            )
            for number, span in enumerate(spans, start=1)
        )


def part_name(name: str, number: int, of: int) -> str:
    path = Path(name)
    return f"{path.stem}.part-{number}-of-{of}{path.suffix}"


def header(text: BinaryIO, *, limit: int) -> list[bytes]:
    """The lines up to the rule below ``Events:``, after which *text* stands at the first record."""
    lines: list[bytes] = []
    size = 0
    while lines[-2:] != [EVENTS, END]:
        lines.append(text.readline())
        size += len(lines[-1])
        if not lines[-1] or size >= limit:
            raise TooLargeForParts(limit=limit, size=size)
    return lines


def with_part_number(head: list[bytes], number: int, of: int) -> list[bytes]:
    """The header of a TXT with the line that says which part it is."""
    return [*head[:ABOVE], f"Part {number} of {of}\n".encode(), *head[ABOVE:]]


def divide(text: BinaryIO, *, taken: int, limit: int, table: bool) -> Iterator[Span]:
    """Yield the parts: as many whole records as fit beside the *taken* bytes of the header."""
    start = text.tell()
    end = start
    for size in map(len, text) if table else records(text):
        if taken + size >= limit:
            raise TooLargeForParts(limit=limit, size=taken + size)
        if taken + end + size - start >= limit:
            yield Span(start, end)
            start = end
        end += size
    yield Span(start, end)


def records(text: BinaryIO) -> Iterator[int]:
    """Yield the size of each record with its rule, then of what follows the last rule."""
    size = 0
    for line in text:
        size += len(line)
        if line == END:
            yield size
            size = 0
    if size:
        yield size


def write_part(text: BinaryIO, head: list[bytes], span: Span, *, into: Path) -> Path:
    """Write one part."""
    with into.open("wb") as part:
        part.writelines(head)
        text.seek(span.start)
        for left in range(span.end - span.start, 0, -PIECE):
            part.write(text.read(min(PIECE, left)))
    return into
