"""The ``Date`` that is on each answer: the portal's clock, which dates the events too."""

import itertools
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from sandbox.portal.semantics import DateHeader


class DateMark:
    """Remembers the first date there was, for a header that is stale, and counts, for one that jumps."""

    def __init__(self) -> None:
        self._first: datetime | None = None
        self._answers = itertools.count(1)

    def headers(self, now: datetime, header: DateHeader) -> dict[str, str]:
        """Return the header that belongs to an answer given *now*, or none."""
        moment = now + timedelta(seconds=header.offset)
        self._first = self._first or moment
        match header.kind:
            case "missing":
                return {}
            case "unparsable":
                return {"Date": "some time this morning"}
            case "stale":
                moment = self._first
            case "jumping" if next(self._answers) % 2:
                moment = now
        return {"Date": format_datetime(moment.astimezone(UTC), usegmt=True)}
