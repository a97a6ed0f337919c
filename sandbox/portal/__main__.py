"""Serve a stand-in portal until standard input closes: ``python -m sandbox.portal --month 2025-01``."""

import argparse
import json
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from sandbox.portal.behaviour import read_behaviour
from sandbox.portal.generation import Generation
from sandbox.portal.portal import StandInPortal
from sandbox.portal.sample_month import crowd, login_events, month_of_events
from sandbox.portal.setup import FolderSetup, PortalSetup


def main(arguments: list[str]) -> None:
    options = _options().parse_args(arguments)
    setup = _setup(options)
    times: list[float] = []
    log = partial(_note, times) if options.times else None
    with _told_to_stop() as told, StandInPortal(setup, log, remember=0) as portal:
        for month in options.month or ["2025-01"]:
            _fill(portal, month, options)
        sys.stdout.write(json.dumps(_summary(portal, options)) + "\n")
        sys.stdout.flush()
        _wait(told)
    if options.times:
        sys.stdout.write(json.dumps({"audit": times}) + "\n")


def _note(times: list[float], line: str) -> None:
    """Keep when a question about the audit trail was answered."""
    if "/security/audit/events/filter" in line:
        times.append(time.monotonic())


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.portal", description=__doc__)
    parser.add_argument("--month", action="append", help="YYYY-MM, may be repeated; 2025-01 by default")
    parser.add_argument("--events", type=int, default=1_000, help="in each month")
    parser.add_argument("--sign-ins", type=int, default=200, help="in each month")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds added to every request")
    parser.add_argument("--generation", choices=[one.value for one in Generation], default="3.7")
    parser.add_argument("--timezone", default="Europe/Riga")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=int, default=FolderSetup().id)
    parser.add_argument("--requests-per-minute", type=int, help="answer 429 beyond that")
    parser.add_argument("--hostile", action="store_true", help="names that try to harm who prints them")
    parser.add_argument(
        "--behaviour", metavar="FILE", help='JSON: {"semantics": {"cap": 50}, "lies": [{"kind": "cut"}]}'
    )
    parser.add_argument("--burst", type=int, default=0, help="so many events share each second, on average")
    parser.add_argument("--ties", choices=["random", "stored"], default="random", help="order within a second")
    parser.add_argument("--times", action="store_true", help="at the end, print when the audit trail was asked")
    parser.add_argument("--without-audit", action="store_true", help="a plan without the audit trail")
    return parser


def _setup(options: argparse.Namespace) -> PortalSetup:
    return PortalSetup(
        generation=Generation(options.generation),
        timezone=options.timezone,
        plan_has_audit=not options.without_audit,
        folder=FolderSetup(id=options.folder),
        latency=options.latency,
        shuffle_ties=options.ties == "random",
        rate_limit_per_minute=options.requests_per_minute,
        seed=options.seed,
        **(read_behaviour(Path(options.behaviour).read_bytes()) if options.behaviour else {}),
    )


def _fill(portal: StandInPortal, month: str, options: argparse.Namespace) -> None:
    year, number = (int(part) for part in month.split("-"))
    zone = ZoneInfo(options.timezone)
    series = month_of_events(year, number, count=options.events, seed=options.seed, zone=zone, hostile=options.hostile)
    if options.burst:
        crowd(series, options.burst, seed=options.seed)
    portal.audit.add_all(series)
    portal.logins.add_all(
        login_events(year, number, count=options.sign_ins, seed=options.seed, zone=zone, hostile=options.hostile)
    )


def _summary(portal: StandInPortal, options: argparse.Namespace) -> dict[str, object]:
    """Say where the portal is, and what truly is in each month, by date."""
    zone = ZoneInfo(options.timezone)
    months = {}
    for month in options.month or ["2025-01"]:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=zone)
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(seconds=1)
        ids = portal.audit.ids_between(first, last)
        months[month] = {"events": len(ids), "first_id": ids[0], "last_id": ids[-1]} if ids else {"events": 0}
    events = portal.audit.count_between(None, None)
    ends = portal.audit.ends()
    return {
        "url": portal.url,
        "key": portal.key,
        "folder": portal.folder_id,
        "events": events,
        "first_id": ends[0] if ends else None,
        "last_id": ends[1] if ends else None,
        "months": months,
    }


@contextmanager
def _told_to_stop() -> Iterator[int]:
    """Give a descriptor that can be read once SIGTERM or SIGINT has come."""
    reading, writing = os.pipe()

    def tell(number: int, _: FrameType | None) -> None:
        os.write(writing, bytes([number]))

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield reading
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


def _wait(told: int) -> None:
    """Return when standard input closes or *told* can be read."""
    ready: list[object] = []
    while told not in ready:
        ready, _, _ = select.select([told, sys.stdin], [], [])
        if sys.stdin in ready and not os.read(sys.stdin.fileno(), 4096):
            return


if __name__ == "__main__":
    main(sys.argv[1:])
