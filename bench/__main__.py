"""Measure reading a month in three ways: ``python -m bench [--write]``; ``BENCH=quick`` for less than a minute."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench import acknowledgement, runs, schedules, whole_job
from bench.bounds import bounds
from bench.cases import FULL, QUICK, Case, Way
from bench.contest import Row, contest
from bench.document import PAGE, measured, replaced
from bench.table import table


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the result into docs/performance.md")
    options = parser.parse_args(arguments)
    quick = os.environ.get("BENCH") == "quick"
    began = time.monotonic()
    rows = watched(QUICK if quick else FULL)
    whole = [whole_job.measured(job) for job in (whole_job.QUICK if quick else whole_job.FULL)]
    asked = runs.measured()
    answers = acknowledgement.usual(quick=quick)
    promises = [*bounds(rows), *whole_job.bounds(whole), *whole_job.starts(), *runs.bounds(asked)]
    promises += acknowledgement.bounds(answers)
    besides = [
        *whole_job.table(whole),
        "",
        *runs.lines(asked),
        "",
        *schedules.lines(schedules.measured()),
        "",
        *acknowledgement.lines(answers),
    ]
    show([*table(rows), "", *map(str, promises), "", *besides, "", f"This took {time.monotonic() - began:.0f} s."])
    if options.write:
        lines = [*measured(table(rows), promises, today=datetime.now(UTC).date()), "", *besides]
        PAGE.write_text(replaced(PAGE.read_text("utf-8"), lines), "utf-8")
    return 0 if promises[0].kept else 1


def watched(cases: Sequence[Case]) -> list[Row]:
    """Every row, while standard error shows how far it is."""
    columns = (
        SpinnerColumn(),
        MofNCompleteColumn(),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("starting", total=sum(len(case.ways) for case in cases))

        def watch(case: Case, way: Way) -> None:
            progress.update(task, description=f"{way}: {case.events:,} events at {case.latency * 1000:.0f} ms")

        rows = []
        for row in contest(cases, watch=watch):
            rows.append(row)
            progress.advance(task)
    return rows


def show(lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
