"""Read a window with several requests at once: the only place in this project where threads work together.

Nobody knows beforehand where in a month its events lie. So one worker begins at the end of the month, and whoever has
nothing to do takes the older half of the stretch that promises to last longest.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO, Generic, TypeVar

from reporting.docspace.audit.dst_fold import SECOND
from reporting.docspace.audit.page import FULL
from reporting.docspace.audit.seek import Source, seek
from reporting.docspace.audit.segment import Segment
from reporting.docspace.audit.spool import Spool
from reporting.docspace.audit.worker_threads import WorkerThreads
from reporting.errors.base import Stopped
from reporting.events import AuditEvent
from reporting.period import Window
from reporting.report import Progress

R = TypeVar("R")
WORTH = 3 * FULL
"""A stretch is divided if it promises more events than this: each division costs about one request."""
LARGE = 1_000
"""Events after which something is made of the part of a stretch that was read, to free the disk and use the time."""
FINEST, SHARE = 400, 100
"""A stretch is divided, and a part made, for no less than these parts of all that was read so far: each costs."""
OnProgress = Callable[[Progress], None]
"""Called repeatedly with the reading's progress, in the thread that started the reading."""


class ParallelReader(Generic[R]):
    """The stretches of one reading, shared out among workers, each of which makes of a stretch what *finish* makes.

    Every attribute that changes is guarded by *changed*.
    """

    def __init__(
        self,
        source: Source,
        stretches: list[Segment],
        *,
        file: Callable[[], AbstractContextManager[BinaryIO]],
        finish: Callable[[Iterator[AuditEvent]], R],
        halt: Callable[[], None] = lambda: None,
    ) -> None:
        """*halt* is called when the reading is abandoned, to end the other requests."""
        self._source = source
        self._file = file
        self._finish = finish
        self._changed = threading.Condition()
        self._crew = WorkerThreads(halt=halt, wake=self._wake)
        self._waiting = [*stretches]
        self._reading: set[Segment] = set()
        self._read: dict[Segment, R] = {}
        self._span = sum((stretch.unread for stretch in self._waiting), timedelta())
        self._events = 0

    def read(
        self, *, workers: int, watch: OnProgress, errands: Sequence[Callable[[], None]] = ()
    ) -> list[tuple[Segment, R]]:
        """Read everything; give the stretches with what was made of them, oldest first.

        Meanwhile *errands* are done, each in a thread of its own; they are done when this returns.

        Raises:
            ComplianceError: of a worker that failed; the others stop at their next page.
        """
        began = time.monotonic()

        def poll() -> None:
            watch(self._progress(time.monotonic() - began))

        self._crew.run([self._work] * workers + [*errands], poll=poll)
        poll()
        return sorted(self._read.items(), key=lambda item: (item[0].start, item[0].end))

    def _fetch(self, stretch: Segment, window: Window, start: int) -> list[AuditEvent]:
        """A page for a stretch, unless the reading was stopped."""
        if self._crew.stopped:
            raise Stopped
        stretch.requests += 1
        return self._source.fetch(window, start)

    def _work(self) -> None:
        """Read stretches until there are none."""
        while stretch := self._next():
            with self._file() as file:
                self._read_one(stretch, file)

    def _read_one(self, stretch: Segment, file: BinaryIO) -> None:
        """Read a stretch to its start. What is made of a large one is made in parts, while others wait for answers."""
        spool = Spool(file, AuditEvent)
        source = Source(partial(self._fetch, stretch), self._source.host, self._source.length)
        for batch, reached in seek(source, stretch):
            kept = self._taken(stretch, batch, reached)
            if stretch.unread and stretch.events > max(LARGE, self._events / SHARE):
                spool.add([event for event in kept if event.date > reached])
                with self._changed:
                    part = stretch.split_read()
                self._finished(part, spool)
                file.truncate(0)
                spool, kept = Spool(file, AuditEvent), [event for event in kept if event.date <= reached]
            spool.add(kept)
        stretch.reached = stretch.start
        self._finished(stretch, spool)

    def _finished(self, stretch: Segment, spool: Spool[AuditEvent]) -> None:
        result = self._finish(spool.oldest_first())
        with self._changed:
            stretch.events, stretch.oldest, stretch.oldest_ids = spool.events, spool.oldest, spool.oldest_ids
            self._reading.discard(stretch)
            self._read[stretch] = result
            self._changed.notify_all()

    def _next(self) -> Segment | None:
        """A stretch to read; waits while there may still be one to divide."""
        with self._changed:
            while not self._crew.stopped and (self._waiting or self._reading):
                stretch = self._waiting.pop() if self._waiting else self._divided()
                if stretch:
                    self._reading.add(stretch)
                    return stretch
                self._changed.wait()
            return None

    def _divided(self) -> Segment | None:
        longest = max(self._reading, key=lambda stretch: stretch.expected_events)
        worth = max(WORTH, self._events / FINEST)
        return longest.split_half() if longest.expected_events > worth and longest.unread > SECOND else None

    def _taken(self, stretch: Segment, batch: list[AuditEvent], reached: datetime) -> list[AuditEvent]:
        """The events of *batch* that belong to the stretch as it is now."""
        with self._changed:
            all_are = not batch or batch[-1].date >= stretch.start  # they come newest first
            kept = batch if all_are else [event for event in batch if event.date >= stretch.start]
            stretch.reached = max(reached, stretch.start)
            stretch.events += len(kept)
            self._events += len(kept)
            self._changed.notify_all()
        return kept

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _progress(self, seconds: float) -> Progress:
        with self._changed:
            left = sum((stretch.unread for stretch in (*self._waiting, *self._reading)), timedelta())
            rate = self._events / seconds if seconds else 0.0
            return Progress(share=1 - left / self._span, events=self._events, rate=rate)
