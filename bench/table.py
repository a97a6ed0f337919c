"""The rows as a table that reads the same on a terminal and in Markdown."""

from collections.abc import Iterable, Iterator

from bench.cases import CURRENT
from bench.contest import Row

MEGABYTE = 1_000_000
HEAD = ("events", "ms", "way", "recall", "twice", "outside", "requests", "seconds", "µs/event", "MB", "claim")
LEFT = {"way", "claim"}


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of at most 110 columns."""
    cells = [HEAD, *map(line, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    yield joined(HEAD, widths)
    yield "|" + "|".join(rule(name, width) for name, width in zip(HEAD, widths, strict=True)) + "|"
    for cell in cells[1:]:
        yield joined(cell, widths)


def line(row: Row) -> tuple[str, ...]:
    effort, finding = row.effort, row.finding
    return (
        f"{row.case.events:,}",
        f"{row.case.latency * 1000:.0f}",
        row.way.value + (f" ({CURRENT})" if row.case.generation == CURRENT else ""),
        share(finding.recall),
        f"{finding.duplicates:,}",
        f"{finding.outside:,}",
        f"{effort.outcome.requests:,}",
        f"{effort.seconds:.2f}",
        f"{row.cpu:.1f}",
        f"{effort.peak / MEGABYTE:,.0f}",
        "none" if finding.claimed is None else "true" if finding.true else "FALSE",
    )


def share(part: float) -> str:
    """Four places, cut and not rounded: what is written as 1.0000 is all of it."""
    return f"{int(part * 10_000) / 10_000:.4f}"


def rule(name: str, width: int) -> str:
    return "-" * (width + 2) if name in LEFT else "-" * (width + 1) + ":"


def joined(cells: Iterable[str], widths: Iterable[int]) -> str:
    padded = (
        cell.ljust(width) if name in LEFT else cell.rjust(width)
        for name, cell, width in zip(HEAD, cells, widths, strict=True)
    )
    return "| " + " | ".join(padded) + " |"
