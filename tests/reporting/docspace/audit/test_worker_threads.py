"""Several jobs side by side: how they end together."""

import threading
from collections.abc import Callable

import pytest

from reporting.docspace.audit.worker_threads import WorkerThreads
from reporting.errors.base import Stopped
from reporting.errors.portal import PortalFailing

LONG = 20
"""Seconds that a job waits at the most, so that a test that fails ends."""


class Stage:
    """A crew whose jobs wait until they are woken, and what was called."""

    def __init__(self) -> None:
        self.woken = threading.Event()
        self.halted = 0
        self.ended: list[bool] = []
        self.crew = WorkerThreads(halt=self._halt, wake=self.woken.set)

    def _halt(self) -> None:
        self.halted += 1

    def wait(self) -> None:
        self.ended.append(self.woken.wait(LONG) and self.crew.stopped)

    def run(self, *jobs: Callable[[], None], poll: Callable[[], None] = lambda: None) -> None:
        self.crew.run(jobs, poll=poll)


class Tired(Exception):
    """Who watched does not want to go on."""


def tire() -> None:
    raise Tired


def readers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("reader")]


def test_jobs_are_all_done() -> None:
    stage, done = Stage(), []
    stage.run(*[lambda: done.append(1)] * 7)

    assert len(done) == 7
    assert stage.halted == 0
    assert readers() == []


def test_who_watches_and_gives_up_ends_every_job() -> None:
    stage = Stage()

    with pytest.raises(Tired):
        stage.run(stage.wait, stage.wait, poll=tire)
    assert stage.ended == [True, True]
    assert stage.halted == 1
    assert readers() == []


def test_the_failure_of_one_job_ends_the_others_and_is_told() -> None:
    stage, failure = Stage(), PortalFailing(host="portal.test", status=500)

    def fail() -> None:
        raise failure

    with pytest.raises(PortalFailing) as caught:
        stage.run(stage.wait, fail, stage.wait)
    assert caught.value is failure
    assert stage.ended == [True, True]
    assert stage.halted >= 1


def test_a_job_that_was_stopped_is_no_failure() -> None:
    def stopped() -> None:
        raise Stopped

    Stage().run(stopped)


def test_no_job_is_a_day_off() -> None:
    Stage().run()
