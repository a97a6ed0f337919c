"""The whole audit trail of a window."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from reporting.docspace.autumn import slices
from reporting.docspace.page import page
from reporting.docspace.portal import Portal
from reporting.docspace.seek import Source, seek
from reporting.docspace.spool import Spool
from reporting.events import AuditEvent
from reporting.period import Window
from reporting.report import Progress

Watch = Callable[[Progress], None]
"""Is told how far the reading has come, after every page."""


@contextmanager
def trail(
    portal: Portal, window: Window, zone: ZoneInfo, *, folder: Path, watch: Watch
) -> Iterator[Iterator[AuditEvent]]:
    """Every event in *window*, oldest first and then by id, each once; *zone* is the portal's own.

    All of it is read before the first event is handed out, into files in *folder* that are gone afterwards.

    Raises:
        TrailError: the reading cannot be proven complete.
        PortalError: the portal gave up, or was given up.

    Source: ``GET /api/2.0/security/audit/events/filter``, DocSpace server 3.0 to 3.7.2.
    """
    source = Source(lambda asked, start: page(portal, asked, start=start), portal.host)
    span, events = window.end - window.start, 0
    with ExitStack() as files:
        spools = []
        for piece in slices(window, zone):
            spool = Spool(files.enter_context(tempfile.TemporaryFile(dir=folder)))
            spools.append(spool)
            for batch in seek(source, piece):
                spool.add(batch)
                events += len(batch)
                reached = batch[-1].date if batch else piece.window.start
                done = (piece.window.start - window.start) + (piece.window.end - reached)
                watch(Progress(share=done / span, events=events))
            spool.flush()
        yield (event for spool in spools for event in spool.oldest_first())
