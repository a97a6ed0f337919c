"""A segment of time while it is read, and how it is split."""

from datetime import datetime, timedelta
from typing import Self

from reporting.docspace.audit.dst_fold import SECOND, Slice
from reporting.period import Window


class Segment:
    """Read from its newest event towards its oldest; its older part can be given away meanwhile.

    So *start* moves towards *end* when the stretch is divided, and *reached* moves towards *start* as it is read.
    """

    __slots__ = (
        "_density", "end", "events", "floor", "late", "oldest", "oldest_ids", "reached", "requests", "start",
    )  # fmt: skip

    def __init__(self, piece: Slice, *, density: float = 0.0) -> None:
        self.start = piece.window.start
        self.end = piece.window.end
        self.floor = piece.window.start
        """Where its slice starts: every page is asked for down to there, so that it shows what lies below *start*."""
        self.late = piece.late
        self.reached = self.end
        """Everything from here to *end* has been read."""
        self.events = 0
        self.requests = 0
        """Pages that were requested."""
        self.oldest: datetime | None = None
        """Date of its oldest event, once it is read and if it has any."""
        self.oldest_ids: frozenset[int] = frozenset()
        """Ids of its events of that date."""
        self._density = density

    @property
    def density(self) -> float:
        """Events per second, as far as read; before the first page, what was promised."""
        read = (self.end - self.reached).total_seconds()
        return self.events / read if read else self._density

    @property
    def unread(self) -> timedelta:
        return self.reached - self.start

    @property
    def expected_events(self) -> float:
        """Estimate how many events are left to read."""
        return self.density * self.unread.total_seconds()

    def split_read(self) -> Self:
        """Remove what has been read; the second that was reached stays, because it may have more events."""
        after = self.reached + SECOND
        read = type(self)(Slice(Window(after, self.end), self.late))
        read.reached, read.requests, read.floor = after, self.requests, self.floor
        self._density = self.density
        self.end, self.events, self.requests = after, 0, 0
        return read

    def split_half(self) -> Self:
        """Split off the older half of what is left, which is at least two seconds."""
        middle = self.start + (self.unread // 2 // SECOND) * SECOND
        older = type(self)(Slice(Window(self.start, middle), self.late), density=self.density)
        older.floor = self.floor
        self.start = middle
        return older
