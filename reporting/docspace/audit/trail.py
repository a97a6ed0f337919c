"""Read the whole audit trail of a window, and prove that it is whole."""

import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar
from zoneinfo import ZoneInfo

from reporting.docspace.audit.count_proof import Group, count_matches, events_at_end, groups, one_by_one
from reporting.docspace.audit.dst_fold import SECOND, Slice, slices
from reporting.docspace.audit.page import AuditEndpoint
from reporting.docspace.audit.parallel_reader import OnProgress, ParallelReader
from reporting.docspace.audit.probe import PortalView, is_exact, is_unambiguous
from reporting.docspace.audit.quiet_window import widen
from reporting.docspace.audit.seek import PageLength, Source
from reporting.docspace.audit.segment import Segment
from reporting.docspace.audit.worker_threads import WorkerThreads
from reporting.errors.trail import AuditEmpty, OffsetIgnored, RowsContradict
from reporting.events import AuditEvent
from reporting.period import Window
from reporting.report import Progress, ReadSlice

R = TypeVar("R")
File = Callable[[], AbstractContextManager[BinaryIO]]
DAY = timedelta(days=1)
ROUNDS = 3
"""How often what does not fit its count is read again: events may arrive meanwhile."""
REPEATS = 4
"""How often the last event is asked for again where no larger offset can be tried out."""


@dataclass(frozen=True, slots=True)
class SegmentResult(Generic[R]):
    """The events read from one segment."""

    made: R
    ids: "array[int]"
    """Of its events: 8 bytes each."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[R]):
    """The events read from a window, oldest first."""

    parts: list[tuple[ReadSlice, R]]
    counted: bool
    """Whether the portal counts as many events as were read, and no more: the proof that none is missing."""


def scratch(folder: Path) -> BinaryIO:
    """An unnamed temporary file, gone when it is closed or the process dies."""
    return tempfile.TemporaryFile(dir=folder)


class Trail:
    """The audit trail of a portal that was probed; *zone* is the portal's own."""

    def __init__(
        self,
        audit: AuditEndpoint,
        view: PortalView,
        zone: ZoneInfo,
        *,
        at_once: int,
        watch: OnProgress,
        halt: Callable[[], None],
    ) -> None:
        """*at_once* requests may be under way.

        *watch* is called repeatedly with the progress; what it raises ends the reading. *halt* is called
        when the reading is given up, to end what else is under way.
        """
        self._view, self._zone = view, zone
        self._at_once, self._watch, self._halt = at_once, watch, halt
        self._progress = Progress(share=0, events=0)
        self._audit = audit
        self._source = Source(self._fetch, audit.host, PageLength(len(view.newest)))
        self._asides = Source(self._fetch_aside, audit.host, self._source.length)
        """For requests whose answers are only compared with what was read."""
        self._aside: dict[int, datetime] = {}
        """Ids and dates of what those showed."""

    def _fetch_aside(self, window: Window, start: int) -> list[AuditEvent]:
        events = self._fetch(window, start)
        self._aside.update((event.id, event.date) for event in events)
        return events

    def _fetch(self, window: Window, start: int) -> list[AuditEvent]:
        return self._audit.page(self._view.asked(window), start=start, count=self._view.page_length)

    def read(
        self,
        window: Window,
        *,
        folder: Path,
        finish: Callable[[Iterator[AuditEvent]], R],
        errands: Sequence[Callable[[], None]] = (),
    ) -> Reading[R]:
        """Read every event in *window*, each once.

        The events come to *finish* in stretches of time, in several threads: within a stretch oldest first and then by
        id. A stretch may come twice, of which the later one counts. What is made of them is returned, that of the
        oldest stretch first, with how each was read. On the way the events lie in files in *folder*; in memory are some
        1,200 for every request that may be under way. *errands* are done meanwhile.

        Raises:
            TrailError: the portal's answers contradict themselves.
            PortalError: the portal gave up, or was given up.

        Source: ``GET /api/2.0/security/audit/events/filter``, DocSpace server 3.0 to 3.7.2.
        """
        read, fits = self._read(self._stretches(window), lambda: scratch(folder), finish, self._look, errands)
        check_no_gap(list(read), window)
        if missing := missing_ids(self._view.shown(window), read.values()):
            raise RowsContradict(host=self._source.host, found=f"event {min(missing)}, shown before, is missing")
        events = sum(stretch.events for stretch in read)
        self._look(replace(self._progress, events=events))
        if fits and not self._view.minutes_tried:
            fits = self._fits_beyond(list(read), window)
        if fits and not events:
            fits = self._is_quiet(window)
        elif fits:
            self._check_below(list(read), window)
            self._check_offset(list(read), others=self._view.shown_outside(window))
        fits = fits and not missing_ids(self._shown_aside(window), read.values())
        parts = [
            (ReadSlice(Window(one.start, one.end), one.requests, one.events), segment.made)
            for one, segment in read.items()
        ]
        return Reading(parts, fits)

    def _shown_aside(self, window: Window) -> set[int]:
        """Ids of what was shown of the window by answers that were not read."""
        return {
            number for number, date in self._aside.items() if window.holds(date) and is_unambiguous(date, self._zone)
        }

    def _stretches(self, window: Window) -> list[Segment]:
        """What to begin with, oldest first."""
        return [Segment(piece) for piece in slices(window, self._zone)]

    def _read(
        self,
        stretches: list[Segment],
        file: File,
        finish: Callable[[Iterator[AuditEvent]], R],
        watch: OnProgress,
        errands: Sequence[Callable[[], None]] = (),
    ) -> tuple[dict[Segment, SegmentResult[R]], bool]:
        """Read the segments, and reread those with a different count; return whether the counts match in the end.

        It does not where something vanished between two readings.
        """

        def finished(events: Iterator[AuditEvent]) -> SegmentResult[R]:
            ids = array("q")
            return SegmentResult(finish(note_ids(events, ids)), ids)

        def pooled(
            stretches: list[Segment], watch: OnProgress, errands: Sequence[Callable[[], None]] = ()
        ) -> dict[Segment, SegmentResult[R]]:
            pool = ParallelReader(self._source, stretches, file=file, finish=finished, halt=self._halt)
            return dict(pool.read(workers=self._at_once, watch=watch, errands=errands))

        read, vanished = pooled(stretches, watch, errands), False
        for _ in range(ROUNDS):
            wrong = self._miscounted(list(read))
            if not wrong:
                return read, not vanished
            again = pooled([half for one in wrong for half in halves(one)], self._still)
            before = {number for stretch in wrong for number in read[stretch].ids}
            vanished |= bool(missing_ids(before, again.values()))
            fitting = {stretch: made for stretch, made in read.items() if stretch not in wrong}
            read = dict(sorted((fitting | again).items(), key=lambda item: item[0].start))
        return read, not vanished and not self._miscounted(list(read))

    def _miscounted(self, read: list[Segment]) -> set[Segment]:
        """The stretches, oldest first, of which the portal does not count what was read."""
        wrong: set[Segment] = set()

        def check(group: Group) -> None:
            if not count_matches(self._asides, group):
                single = {one.stretches[0] for one in one_by_one(group) if not count_matches(self._asides, one)}
                wrong.update(single or group.stretches)

        crew = WorkerThreads(halt=self._halt, wake=lambda: None)
        found = groups(read, at_end=events_at_end(self._asides, read[-1]))
        crew.run([partial(check, group) for group in found], poll=lambda: self._watch(self._progress))
        return wrong

    def _fits_beyond(self, read: list[Segment], window: Window) -> bool:
        """Whether the count fits, too, where the window is asked for together with the day after it.

        A portal that cuts a period's end to the minute, or to the day, would show less than there is at the end of the
        month, whichever way that month is asked for.
        """
        after, fits = self._read(self._stretches(Window(window.end, window.end + DAY)), BytesIO, dates, self._still)
        group = Group((*read, *after), events_at_end(self._asides, max(after, key=lambda one: one.end)))
        return fits and count_matches(self._asides, group)

    def _is_quiet(self, window: Window) -> bool:
        """Whether nothing in *window* is true: something lies beside it, and counting both shows that alone.

        Raises:
            AuditEmpty: nothing lies beside it either.
        """
        wide = widen(self._asides, window, self._view.horizon)
        if wide is None:
            raise AuditEmpty(host=self._source.host)
        beside, fits = self._read(self._stretches(wide), BytesIO, dates, self._still)
        self._check_offset(list(beside), others=self._view.shown_outside(wide))
        return fits and not any(window.holds(date) for found in beside.values() for date in found.made)

    def _check_below(self, read: list[Segment], window: Window) -> None:
        """Make sure that what comes next after the window's oldest second, without the window's start, is older.

        A portal that leaves out the last row of every answer would never show the first event of a month.

        Raises:
            RowsContradict: it is of the window.
        """
        stretch = next(stretch for stretch in read if stretch.events)
        if stretch.oldest is None or not (is_exact(stretch.oldest, self._zone) and is_exact(window.start, self._zone)):
            return
        below = self._asides.fetch(Window(self._view.horizon.start, stretch.oldest), len(stretch.oldest_ids))
        if any(window.holds(event.date) for event in below):
            raise RowsContradict(host=self._source.host, found="it has older events of the month than it showed")

    def _check_offset(self, read: list[Segment], *, others: int) -> None:
        """Make sure that an offset as large as those that were counted with can show something, if there is more.

        *others* is how many events the portal has shown besides.

        Raises:
            OffsetIgnored: it cannot, although there are more events.
            AuditEmpty: there is only one event, so nothing can be told from anything.
        """
        top = max(group.rows for group in groups(read, at_end=0))
        events = sum(stretch.events for stretch in read) + others
        if self._asides.fetch(self._view.horizon, top):
            return
        if events > top or self._source.length.longest < min(events, 2):
            raise OffsetIgnored(host=self._source.host)
        if events == 1:
            raise AuditEmpty(host=self._source.host)
        if any(len(self._asides.fetch(self._view.horizon, top - 1)) != 1 for _ in range(REPEATS)):
            raise OffsetIgnored(host=self._source.host)

    def _look(self, progress: Progress) -> None:
        self._progress = progress
        self._watch(progress)

    def _still(self, _: Progress) -> None:
        """Tell how far the month has been read while something else is."""
        self._watch(self._progress)


def note_ids(events: Iterator[AuditEvent], ids: "array[int]") -> Iterator[AuditEvent]:
    """The same events, whose *ids* are noted."""
    for event in events:
        ids.append(event.id)
        yield event


def missing_ids(ids: set[int], read: Iterable[SegmentResult[R]]) -> set[int]:
    """Those of the *ids* that were not read."""
    return ids.difference(*(segment.ids for segment in read)) if ids else ids


def halves(stretch: Segment) -> list[Segment]:
    """The segment to read again, in two if it can be split: the portal may not accept offsets that large."""
    whole = Segment(Slice(Window(stretch.start, stretch.end), stretch.late))
    return [whole.split_half(), whole] if whole.unread >= 2 * SECOND else [whole]


def dates(events: Iterator[AuditEvent]) -> list[datetime]:
    return [event.date for event in events]


def check_no_gap(stretches: list[Segment], window: Window) -> None:
    """Make sure that the stretches are the window: no gap, no overlap, each read to its start.

    Raises:
        AssertionError: a fault of our own; no report may be made of this.
    """
    whole = [stretches[0].start, stretches[-1].end] == [window.start, window.end]
    tiled = all(older.end == newer.start for older, newer in pairwise(stretches))
    if not (whole and tiled and not any(stretch.unread for stretch in stretches)):
        raise AssertionError("the stretches that were read are not the window")
