"""Monitor a run while it reads: record and show its progress, stop it when nobody wants it."""

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import structlog

from reporting.docspace.audit.parallel_reader import OnProgress
from reporting.errors.base import ComplianceError, Stopped
from reporting.report import Progress

T = TypeVar("T")
log = structlog.get_logger()
POLL_SECONDS = 1.0
"""Seconds between two polls."""
SHOW_SECONDS = 3
"""Polls between two updates of the messages in Slack."""


def run_monitored(
    work: Callable[[OnProgress], T],
    *,
    tell: Callable[[Progress], bool],
    show: Callable[[Progress], None],
    halt: Callable[[], None],
) -> T:
    """The result of *work*; *tell* gets the progress every second, *show* every third time.

    When *tell* returns False, *halt* is called and the work is abandoned: a request that
    hangs can keep it for another minute, and nobody should wait for that. Neither call can break the reading.

    Raises:
        Stopped: the run is not to go on.
        ComplianceError: of the work.
    """
    seen = [Progress(share=0, events=0)]
    thread = ThreadPoolExecutor(1, thread_name_prefix="reading")
    reading = thread.submit(contextvars.copy_context().run, work, lambda progress: seen.__setitem__(0, progress))
    thread.shutdown(wait=False)
    looks = 0
    while not wait([reading], timeout=POLL_SECONDS).done:
        looks += 1
        if not poll(seen[0], tell, show if looks % SHOW_SECONDS == 0 else None):
            halt()
            raise Stopped
    return reading.result()


def poll(progress: Progress, tell: Callable[[Progress], bool], show: Callable[[Progress], None] | None) -> bool:
    """Tell, and perhaps show, the progress; whether the run is to go on."""
    try:
        if not tell(progress):
            return False
        if show:
            show(progress)
    except ComplianceError as error:
        log.warning("progress not posted", reason=str(error))
    return True
