"""Read a list page by page (``startIndex``), whatever the portal's page size (pagination)."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from reporting.errors.trail import RowsContradict

T = TypeVar("T")


def paginate(
    fetch: Callable[[int], tuple[list[T], int]], *, identity: Callable[[T], Hashable], most: int, host: str
) -> list[T]:
    """Yield every row of the list once, *most* rows at most.

    *fetch* gives the rows from an offset on, and how many the portal says there are in all (0 where it does not). A
    short page is not taken for the end: only a page that brings nothing new is, or the last row of all.

    Raises:
        RowsContradict: the portal says that there are more rows than it gives.
    """
    found: dict[Hashable, T] = {}
    start = total = 0
    while start < most:
        rows, total = fetch(start)
        new = {identity(row): row for row in rows if identity(row) not in found}
        found |= new
        start += len(rows)
        if not new or start == total:
            break
    if len(found) < min(total, most):
        raise RowsContradict(host=host, found=f"of {total} rows it gives only {len(found)}")
    return list(found.values())
