"""``ORDER BY date DESC`` and nothing else, then OFFSET and LIMIT: rows of one second have no order.

Source: DocSpace server 3.7.2, ``ASC.AuditTrail/Repositories/AuditEventsRepository.cs:173``.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

Arrange = Callable[[Sequence[int], int, int], Sequence[int]]
"""Of rows with one date: skip some, take some, in the order the store happens to have them."""


def page(rows: Sequence[int], date_of: Callable[[int], int], start: int, count: int, arrange: Arrange) -> list[int]:
    """Return up to *count* of *rows* (ascending by date), newest first, after leaving out *start*."""
    end = len(rows) - start
    begin = max(0, end - count)
    taken: list[int] = []
    while end > begin:
        first, last = _ties(rows, date_of, end - 1)
        wanted = end - max(begin, first)
        taken += rows[first:last] if last - first == 1 else arrange(rows[first:last], last - end, wanted)
        end -= wanted
    return taken


def _ties(rows: Sequence[int], date_of: Callable[[int], int], place: int) -> tuple[int, int]:
    date = date_of(rows[place])
    first, last = place, place + 1
    if first > 0 and date_of(rows[first - 1]) == date:
        first = bisect_left(rows, date, key=date_of)
    if last < len(rows) and date_of(rows[last]) == date:
        last = bisect_right(rows, date, key=date_of)
    return first, last
