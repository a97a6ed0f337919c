"""Everybody against the same portals, each in a fresh process."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from bench.cases import Case, Way
from bench.job import Effort, Job
from bench.portal import Told, portal
from bench.truth import MONTH, ZONE, Finding, found, true_ids
from reporting.period import utc

Watch = Callable[[Case, Way], None]
"""Is told who runs next."""


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant against one portal."""

    case: Case
    way: Way
    effort: Effort
    finding: Finding

    @property
    def cpu(self) -> float:
        """Microseconds of processor time for each event of the month."""
        return self.effort.cpu / self.case.events * 1e6


def contest(cases: Iterable[Case], *, watch: Watch) -> Iterator[Row]:
    """A row for everybody in every case.

    Raises:
        subprocess.CalledProcessError: a contestant broke down; why stands on standard error.
    """
    truth: frozenset[int] = frozenset()
    for case in cases:
        truth = truth if len(truth) == case.events else true_ids(case.events)
        with portal(case) as told:
            check(told, truth)
            for way in case.ways:
                watch(case, way)
                yield run(case, way, told, truth)


def check(told: Told, truth: frozenset[int]) -> None:
    """Make sure that the portal holds what is taken for the truth.

    Raises:
        AssertionError: a fault of the bench.
    """
    if told.months[str(MONTH)]["events"] != len(truth):
        raise AssertionError("the portal holds another month than the bench expects")


def run(case: Case, way: Way, told: Told, truth: frozenset[int]) -> Row:
    with tempfile.TemporaryDirectory(prefix="compliance-bench-") as folder:
        job = msgspec.json.encode(job_for(way, told, folder)).decode()
        command = [sys.executable, "-m", "bench.child", job]
        answer = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603
        effort = msgspec.json.decode(answer, type=Effort)
        return Row(case, way, effort, found(effort.outcome.path, truth))


def job_for(way: Way, told: Told, folder: str) -> Job:
    window = MONTH.within(ZONE)
    since, until = utc(window.start), utc(window.end - timedelta(seconds=1))
    return Job(way, url=told.url, key=told.key, room=told.folder, since=since, until=until, folder=folder)
