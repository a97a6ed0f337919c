"""Runs and requests for tests; each says only what matters to it."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.workflows.report import FiledRun
from handlers.desk import Request, RequestContext
from reporting.filters import parse
from reporting.period import Month, Window
from reporting.report import (
    Assessment,
    BuiltReport,
    Change,
    Failure,
    FiledFile,
    Order,
    Scope,
    SignIns,
    UploadResult,
    Verdict,
)
from reporting.run import Origin, Run, State

NOON = datetime(2025, 2, 3, 12, tzinfo=UTC)
ANN, BOB = "U0ANN00001", "U0BOB00001"
COMPLIANCE, LEGAL = "C0COMPLY01", "C0LEGAL001"
WINDOW = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC))
SCOPE = Scope(Month(2025, 1), "https://p.example", "3.7.2", "UTC", WINDOW, parse('type:delete -room:"Legal, old"'))
DRAFT = BuiltReport(
    scope=SCOPE,
    judgement=Assessment(Verdict.COMPLETE),
    signins=SignIns(Assessment(Verdict.GAPS, ("purged",))),
    read=7,
    kept=5,
    before=None,
    highlights=(),
    requests=9,
    categories=(),
    users=(),
    other_users=0,
    path=Path("x.txt"),
    extras=(Path("x.csv"),),
    size=10,
    sha256="ab" * 32,
)
FAILURE = Failure("KeyRejected", "The portal turned the key down.", "Make a new one.", transient=False)


def later(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def order(month: str = "2025-01", only: str = "", zone: str = "") -> Order:
    return Order(Month.parse(month), zone, parse(only))


def entry(run: str = "r1", month: str = "2025-01", *, asked: float = 0, **changes: Any) -> Run:
    """A run as it is when it has just been accepted, *asked* for so many minutes after noon."""
    fresh = Run(run, order(month), Origin.COMMAND, COMPLIANCE, ANN, later(asked), State.QUEUED)
    return dataclasses.replace(fresh, **changes)


def request(
    key: str, month: str = "2025-01", *, only: str = "", zone: str = "", asker: str = ANN, channel: str = COMPLIANCE
) -> Request:
    return Request(
        order(month, only, zone), RequestContext(channel, asker, response_url="https://slack.example/r"), key
    )


def filed(change: Change = Change.NEW, *, number: int = 1, version: int = 1) -> FiledFile:
    url = f"https://p.example/doceditor?fileId={number}"
    return FiledFile(number, version, 4711, "x.txt", url, size=10, sha256="ab" * 32, change=change)


def made(*changes: Change) -> FiledRun:
    files = tuple(filed(change, number=number) for number, change in enumerate(changes or (Change.NEW,), 1))
    return FiledRun(DRAFT, UploadResult(files), ("first line", ""))
