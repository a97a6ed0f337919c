"""The whole audit trail of a window."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, TypeVar
from zoneinfo import ZoneInfo

from reporting.docspace.autumn import slices
from reporting.docspace.page import page
from reporting.docspace.pool import Pool, Watch
from reporting.docspace.portal import Portal
from reporting.docspace.seek import Source
from reporting.docspace.stretch import Stretch
from reporting.events import AuditEvent
from reporting.period import Window
from reporting.report import ReadSlice

R = TypeVar("R")


def trail(
    portal: Portal,
    window: Window,
    zone: ZoneInfo,
    *,
    folder: Path,
    finish: Callable[[Iterator[AuditEvent]], R],
    watch: Watch,
    errands: Sequence[Callable[[], None]] = (),
) -> list[tuple[ReadSlice, R]]:
    """Read every event in *window*, each once; *zone* is the portal's own.

    The events come to *finish* in stretches of time, in several threads: within a stretch oldest first and then by id.
    What it makes of them is returned, that of the oldest stretch first, with how each was read. On the way the events
    lie in files in *folder*; in memory are some 2,000 for every request that may be under way. *errands* are done
    meanwhile.

    Raises:
        TrailError: the reading cannot be proven complete.
        PortalError: the portal gave up, or was given up.

    Source: ``GET /api/2.0/security/audit/events/filter``, DocSpace server 3.0 to 3.7.2.
    """
    source = Source(lambda asked, start: page(portal, asked, start=start), portal.host)
    pool = Pool(source, slices(window, zone), file=lambda: scratch(folder), finish=finish, halt=portal.halt)
    read = pool.read(workers=portal.at_once, watch=watch, errands=errands)
    check_whole([stretch for stretch, _ in read], window)
    return [(ReadSlice(Window(one.start, one.end), one.requests, one.events), result) for one, result in read]


def scratch(folder: Path) -> BinaryIO:
    """A file without a name, which is gone when it is closed or the process dies."""
    return tempfile.TemporaryFile(dir=folder)


def check_whole(stretches: list[Stretch], window: Window) -> None:
    """Make sure that the stretches are the window: no gap, no overlap, each read to its start.

    Raises:
        AssertionError: a fault of our own; no report may be made of this.
    """
    whole = [stretches[0].start, stretches[-1].end] == [window.start, window.end]
    tiled = all(older.end == newer.start for older, newer in pairwise(stretches))
    if not (whole and tiled and not any(stretch.left for stretch in stretches)):
        raise AssertionError("the stretches that were read are not the window")
