"""The stand-in portal, in a process of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
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


class Closing(msgspec.Struct, frozen=True):
    """The line that the portal prints when it has ended, if it was to note times."""

    audit: list[float]
    """When it answered questions about its audit trail, on this machine's monotonic clock."""


@contextmanager
def portal(case: Case) -> Iterator[Told]:
    """A portal for *case*, until the context ends.

    Raises:
        msgspec.DecodeError: it did not start; why stands on standard error.
    """
    with served(options(case)) as (told, _):
        yield told


@contextmanager
def served(options: Iterable[str]) -> Iterator[tuple[Told, Callable[[], Closing]]]:
    """A portal with those options, until the context ends; after that the function gives its last line."""
    command = [sys.executable, "-m", "sandbox.portal", *options]
    rest = b""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        try:
            told = msgspec.json.decode(process.stdout.readline(), type=Told)
            yield told, lambda: msgspec.json.decode(rest, type=Closing)
        finally:
            process.stdin.close()
            rest = process.stdout.read()
            process.wait(PATIENCE)


def options(case: Case) -> Iterator[str]:
    for month in (NEIGHBOURS[0], str(MONTH), NEIGHBOURS[1]):
        yield f"--month={month}"
    yield f"--events={case.events}"
    yield f"--latency={case.latency}"
    yield f"--generation={case.generation}"
    yield f"--timezone={ZONE.key}"
    yield f"--seed={SEED}"
