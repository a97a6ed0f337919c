"""The stand-in portal, in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from bench.cases import Case
from bench.truth import MONTH, SEED, ZONE

NEIGHBOURS = ("2024-12", "2025-02")
"""Filled as well, so that there is something to read that does not belong to the month."""
PATIENCE = 30.0
"""Seconds for it to end."""


class Told(msgspec.Struct, frozen=True):
    """The line that the portal prints once it listens."""

    url: str
    key: str
    folder: int
    months: dict[str, dict[str, int]]


@contextmanager
def portal(case: Case) -> Iterator[Told]:
    """A portal for *case*, until the context ends.

    Raises:
        msgspec.DecodeError: it did not start; why stands on standard error.
    """
    command = [sys.executable, "-m", "bot.sandbox.portal", *options(case)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        try:
            yield msgspec.json.decode(process.stdout.readline(), type=Told)
        finally:
            process.stdin.close()
            process.wait(PATIENCE)


def options(case: Case) -> Iterator[str]:
    for month in (NEIGHBOURS[0], str(MONTH), NEIGHBOURS[1]):
        yield f"--month={month}"
    yield f"--events={case.events}"
    yield f"--latency={case.latency}"
    yield f"--generation={case.generation}"
    yield f"--timezone={ZONE.key}"
    yield f"--seed={SEED}"
