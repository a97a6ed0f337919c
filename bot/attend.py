"""Looking after a run while it reads: its progress is written down and shown, and it ends once nobody wants it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from reporting.docspace.pool import Watch
from reporting.errors import ComplianceError
from reporting.report import Progress

log = structlog.get_logger()
LOOK = 1.0
"""Seconds between two looks."""
SHOW = 3
"""Looks between two changes of the messages in Slack."""


@contextmanager
def attended(
    tell: Callable[[Progress], bool], show: Callable[[Progress], None], halt: Callable[[], None]
) -> Iterator[Watch]:
    """Call *tell* once a second with the progress that the watch was told, and *show* every third time.

    As soon as *tell* says that the run is not to go on, *halt* is called. Neither can delay or break the reading.
    """
    done = threading.Event()
    seen = [Progress(share=0, events=0)]

    def look() -> None:
        looks = 0
        while not done.wait(LOOK):
            looks += 1
            try:
                if not tell(seen[0]):
                    halt()
                    return
                if looks % SHOW == 0:
                    show(seen[0])
            except ComplianceError as error:
                log.warning("progress not told", reason=str(error))

    def watch(progress: Progress) -> None:
        seen[0] = progress

    thread = threading.Thread(target=look, name="attendant", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        done.set()
        thread.join()
