"""One contestant in a process of its own: ``python -m bench.child JOB`` prints what it cost."""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from bench.cases import Way
from bench.job import Effort, Job, Outcome

STATUS = Path("/proc/self/status")


def main() -> None:
    job = msgspec.json.decode(sys.argv[1], type=Job)
    effort = measured(contestant(job.way), job)
    sys.stdout.buffer.write(msgspec.json.encode(effort))


def contestant(way: Way) -> Callable[[Job], Outcome]:
    """The work to be done; what the others need is not imported, so that nobody pays for it."""
    if way is Way.OURS:
        from bench.ours import ours

        return ours
    from bench import naive

    return {Way.SAMPLE: naive.sample, Way.FRESH: naive.fresh, Way.KEPT: naive.kept}[way]


def measured(work: Callable[[Job], Outcome], job: Job) -> Effort:
    began, burnt = time.perf_counter(), time.process_time()
    outcome = work(job)
    return Effort(outcome, time.perf_counter() - began, time.process_time() - burnt, peak())


def peak() -> int:
    """Bytes resident at most.

    Linux: not ``ru_maxrss``, which begins with what the parent process had when it started this one.
    """
    if STATUS.exists():
        found = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(found.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
