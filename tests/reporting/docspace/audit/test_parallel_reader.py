"""A window divided among workers, against sources without a socket: slow, dense, thin, failing."""

import random
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from typing import BinaryIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.docspace.audit.dst_fold import Slice, slices
from reporting.docspace.audit.page import FULL
from reporting.docspace.audit.parallel_reader import ParallelReader
from reporting.docspace.audit.seek import Source
from reporting.docspace.audit.segment import Segment
from reporting.docspace.audit.worker_threads import POLL_SECONDS
from reporting.errors.portal import PortalFailing
from reporting.events import AuditEvent
from reporting.period import Month, Window
from reporting.report import Progress
from tests.reporting.stage import SECOND, event, ids

Read = list[tuple[Segment, list[AuditEvent]]]
WINDOW = Month(2025, 1).within(ZoneInfo("UTC"))
WHOLE = [Slice(WINDOW)]
SECONDS = (WINDOW.end - WINDOW.start) // SECOND
MANY = 12_000
DENSE = 3_000
"""Events of one second."""
CLUSTERS = st.lists(
    st.tuples(st.integers(0, SECONDS - 1), st.sampled_from([1, 60, 3_600, 86_400, SECONDS]), st.integers(1, 700)),
    max_size=5,
)
"""Where a cluster of events begins, over how many seconds it spreads, and how many they are."""


@dataclass
class Store:
    """Events, newest first, and how long each answer takes: up to *slowest* seconds, by chance."""

    events: list[AuditEvent]
    slowest: float = 0.0
    breaks_at: int = 0
    """The number of the request that fails; 0 for none."""
    patient: threading.Event | None = None
    """From the tenth request on, each answer waits a tenth of a second for it."""
    asked: int = 0
    error: PortalFailing = field(default_factory=lambda: PortalFailing(host="portal.test", status=500))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _never: threading.Event = field(default_factory=threading.Event)

    def fetch(self, window: Window, start: int) -> list[AuditEvent]:
        with self._lock:
            self.asked += 1
            number = self.asked
        if self.patient and number > 9:
            self.patient.wait(0.1)
        self._never.wait(random.random() * self.slowest)
        if number == self.breaks_at:
            raise self.error
        found = [one for one in self.events if window.start <= one.date <= window.end]
        return found[start : start + FULL]

    def pool(self, pieces: list[Slice] = WHOLE) -> ParallelReader[list[AuditEvent]]:
        return ParallelReader(
            Source(self.fetch, "portal.test"), [Segment(piece) for piece in pieces], file=BytesIO, finish=list
        )


def store(moments: Iterable[datetime], *, slowest: float = 0.0, breaks_at: int = 0) -> Store:
    dated = sorted(moments, reverse=True)
    events = [event(number, moment) for number, moment in zip(range(len(dated), 0, -1), dated, strict=True)]
    return Store(events, slowest=slowest, breaks_at=breaks_at)


def spread(count: int) -> Iterator[datetime]:
    return (WINDOW.start + number * SECONDS // count * SECOND for number in range(count))


def clustered(clusters: list[tuple[int, int, int]]) -> Iterator[datetime]:
    """Moments of the window, and some from beyond both its ends."""
    for begin, length, count in clusters:
        for number in range(count):
            yield WINDOW.start + (begin + number * length // count) * SECOND
    yield from (WINDOW.start - SECOND, WINDOW.end, WINDOW.end + SECOND)


def ignore(progress: Progress) -> None:
    """Nobody watches."""


def within(there: Store, window: Window) -> list[int]:
    return sorted(one.id for one in there.events if window.holds(one.date))


def told(read: Read) -> list[int]:
    return [one.id for _, events in read for one in events]


def readers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("reader")]


@settings(max_examples=40)
@given(CLUSTERS, st.integers(1, 16), st.sampled_from([0.0, 0.0005, 0.002]))
def test_every_event_is_read_once_wherever_the_events_lie(
    clusters: list[tuple[int, int, int]], workers: int, slowest: float
) -> None:
    there = store(clustered(clusters), slowest=slowest)

    assert sorted(told(there.pool().read(workers=workers, watch=ignore))) == within(there, WINDOW)


@pytest.mark.parametrize("workers", range(1, 17))
def test_stretches_tile_the_window_however_many_workers_divide_it(workers: int) -> None:
    stretches = [one for one, _ in store(spread(2_500), slowest=0.001).pool().read(workers=workers, watch=ignore)]

    assert (stretches[0].start, stretches[-1].end) == (WINDOW.start, WINDOW.end)
    assert all(older.end == newer.start for older, newer in pairwise(stretches))
    assert not any(stretch.unread for stretch in stretches)


@pytest.mark.parametrize("workers", [1, 2, 5, 16])
def test_a_stretch_holds_its_own_events_oldest_first(workers: int) -> None:
    for stretch, events in store(spread(2_500), slowest=0.001).pool().read(workers=workers, watch=ignore):
        assert all(stretch.start <= one.date < stretch.end for one in events)
        assert ids(events) == sorted(ids(events))


@pytest.mark.parametrize(("events", "pieces"), [(900, 1), (1_000, 1), (1_200, 2), (2_500, 3)])
def test_one_worker_makes_something_of_every_thousand_events(events: int, pieces: int) -> None:
    assert len(store(spread(events)).pool().read(workers=1, watch=ignore)) == pieces


@pytest.mark.parametrize("workers", [2, 8])
def test_a_busy_window_is_divided(workers: int) -> None:
    assert len(store(spread(MANY), slowest=0.002).pool().read(workers=workers, watch=ignore)) >= workers


@pytest.mark.parametrize("count", [0, 1, FULL - 1, FULL, 3 * FULL])
def test_a_quiet_window_is_not_divided(count: int) -> None:
    assert len(store(spread(count)).pool().read(workers=8, watch=ignore)) == 1


def test_dividing_costs_no_more_than_a_request_for_every_stretch() -> None:
    there = store(spread(MANY), slowest=0.002)
    stretches = there.pool().read(workers=8, watch=ignore)

    assert there.asked <= MANY / (FULL - 1) + 2 * len(stretches)


@pytest.mark.parametrize("workers", [1, 4])
def test_an_import_at_the_very_place_where_a_stretch_is_divided_is_read_once(workers: int) -> None:
    middle = WINDOW.start + SECONDS // 2 * SECOND
    dense = [middle + second * SECOND for second in (-1, 0, 1) for _ in range(130)]
    there = store([*spread(2_000), *dense], slowest=0.001)

    assert sorted(told(there.pool().read(workers=workers, watch=ignore))) == within(there, WINDOW)


@pytest.mark.parametrize("workers", [1, 3, 16])
def test_slices_around_the_change_of_clocks_are_all_read(workers: int) -> None:
    zone = ZoneInfo("Europe/Riga")
    october = Month(2025, 10).within(zone)
    moments = [october.start + number * timedelta(minutes=40) for number in range(1_117)]
    there = store(moments, slowest=0.001)
    read = there.pool(slices(october, zone)).read(workers=workers, watch=ignore)

    assert sorted(told(read)) == within(there, october)
    assert datetime(2025, 10, 26, 1, tzinfo=UTC) in {stretch.start for stretch, _ in read}


@pytest.mark.parametrize("workers", [1, 8])
def test_progress_only_grows_and_ends_with_everything(workers: int) -> None:
    seen: list[Progress] = []
    there = store(spread(2_500), slowest=0.001)
    there.pool().read(workers=workers, watch=seen.append)

    assert [one.share for one in seen] == sorted(one.share for one in seen)
    assert [one.events for one in seen] == sorted(one.events for one in seen)
    assert (seen[-1].share, seen[-1].events) == (1, len(within(there, WINDOW)))


def test_who_watches_is_told_in_the_thread_that_asked() -> None:
    threads: set[int] = set()
    store(spread(2_500)).pool().read(workers=4, watch=lambda progress: threads.add(threading.get_ident()))

    assert threads == {threading.get_ident()}


class Enough(Exception):
    """Somebody who watches does not want to go on."""


@pytest.mark.parametrize("workers", [1, 4, 16])
def test_a_watcher_who_gives_up_ends_the_reading(workers: int) -> None:
    there = store(spread(MANY), slowest=0.002)
    there.patient = gave_up = threading.Event()

    def give_up(progress: Progress) -> None:
        gave_up.set()
        raise Enough

    with pytest.raises(Enough):
        there.pool().read(workers=workers, watch=give_up)
    assert there.asked < MANY / FULL
    assert readers() == []


@pytest.mark.parametrize("workers", [1, 4])
def test_a_watcher_who_gives_up_ends_the_reading_of_a_dense_second_too(workers: int) -> None:
    there = store([WINDOW.start] * DENSE)
    there.patient = gave_up = threading.Event()

    def give_up(progress: Progress) -> None:
        gave_up.set()
        raise Enough

    with pytest.raises(Enough):
        there.pool().read(workers=workers, watch=give_up)
    assert there.asked < DENSE / FULL
    assert readers() == []


def test_the_error_of_one_worker_stops_another_in_a_dense_second() -> None:
    middle = WINDOW.start + SECONDS // 2 * SECOND
    there = store([WINDOW.start] * DENSE + [middle] * DENSE, breaks_at=9)
    there.patient = threading.Event()
    halves = [Slice(Window(WINDOW.start, middle)), Slice(Window(middle, WINDOW.end))]

    with pytest.raises(PortalFailing) as caught:
        there.pool(halves).read(workers=2, watch=ignore)
    assert caught.value is there.error
    assert there.asked < DENSE / FULL
    assert readers() == []


def test_who_watches_is_told_that_nothing_has_changed_while_an_answer_takes_long() -> None:
    told, heard = threading.Event(), []

    def fetch(window: Window, start: int) -> list[AuditEvent]:
        heard.append(told.wait(20 * POLL_SECONDS))
        return []

    pool = ParallelReader(Source(fetch, "portal.test"), [Segment(piece) for piece in WHOLE], file=BytesIO, finish=list)
    pool.read(workers=1, watch=lambda progress: told.set())

    assert heard == [True]


def test_nobody_who_watches_waits_for_more_than_a_second() -> None:
    assert POLL_SECONDS <= 1


@pytest.mark.parametrize("workers", [1, 4, 16])
@pytest.mark.parametrize("number", [1, 7])
def test_the_error_of_one_worker_stops_the_others_and_is_the_one_that_is_told(workers: int, number: int) -> None:
    there = store(spread(MANY), slowest=0.002, breaks_at=number)

    with pytest.raises(PortalFailing) as caught:
        there.pool().read(workers=workers, watch=ignore)
    assert caught.value is there.error
    assert there.asked < MANY / FULL
    assert readers() == []


def test_an_error_while_a_stretch_is_written_ends_the_reading() -> None:
    def full_disk(events: Iterator[AuditEvent]) -> None:
        raise OSError(28, "No space left on device")

    pool = ParallelReader(
        Source(store(spread(900)).fetch, "portal.test"),
        [Segment(piece) for piece in WHOLE],
        file=BytesIO,
        finish=full_disk,
    )
    with pytest.raises(OSError, match="No space left"):
        pool.read(workers=4, watch=ignore)
    assert readers() == []


@pytest.mark.parametrize("breaks_at", [0, 9])
def test_every_file_is_closed_whatever_happens(breaks_at: int) -> None:
    files: list[BinaryIO] = []

    def file() -> BytesIO:
        files.append(found := BytesIO())
        return found

    there = store(spread(2_500), slowest=0.001, breaks_at=breaks_at)
    pool = ParallelReader(
        Source(there.fetch, "portal.test"), [Segment(piece) for piece in WHOLE], file=file, finish=list
    )
    if breaks_at:
        with pytest.raises(PortalFailing):
            pool.read(workers=4, watch=ignore)
    else:
        pool.read(workers=4, watch=ignore)
    assert files
    assert all(one.closed for one in files)
