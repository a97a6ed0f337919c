"""Run several tasks at once, each in its own thread, while the caller polls."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from reporting.errors.base import Stopped

POLL_SECONDS = 0.25
"""Between two looks of whoever watches."""


class WorkerThreads:
    """Runs jobs until all are done or one has failed, which ends the others at the next moment they look."""

    def __init__(self, *, halt: Callable[[], None], wake: Callable[[], None]) -> None:
        """*halt* ends what is under way elsewhere when it is given up; *wake* wakes the jobs that wait."""
        self._halt, self._wake = halt, wake
        self._ended = threading.Condition()
        self._working = 0
        self.stopped = False
        """Whether no job may begin anything new."""

    def run(self, jobs: Sequence[Callable[[], None]], *, poll: Callable[[], None]) -> None:
        """Do the jobs. Meanwhile *poll* is called, again and again, in this thread; what it raises ends them.

        Raises:
            ComplianceError: of the job that failed first.
        """
        self._working = len(jobs)
        with ThreadPoolExecutor(max(1, len(jobs)), thread_name_prefix="reader") as executor:
            futures = [executor.submit(self._do, job) for job in jobs]
            wanted = False
            try:
                while self._wait():
                    poll()
                wanted = True
            finally:
                self._stop()
                if not wanted:
                    self._halt()
        for future in futures:
            future.result()

    def _do(self, job: Callable[[], None]) -> None:
        done = False
        try:
            job()
            done = True
        except Stopped:
            return
        finally:
            if not done:
                self._halt()
                self._stop()
            with self._ended:
                self._working -= 1
                self._ended.notify_all()

    def _wait(self) -> bool:
        """Wait a moment; whether anybody is still at work."""
        with self._ended:
            if self._working:
                self._ended.wait(POLL_SECONDS)
            return self._working > 0

    def _stop(self) -> None:
        self.stopped = True
        self._wake()
