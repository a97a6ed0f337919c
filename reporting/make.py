"""An order becomes a report: read and proven, written, filed in DocSpace, confirmed."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4
from zoneinfo import ZoneInfo

from reporting.docspace.about import About, about
from reporting.docspace.folder import check_folder, file_away
from reporting.docspace.portal import Portal
from reporting.docspace.probe import probe
from reporting.docspace.trail import Watch, trail
from reporting.document.tally import Tally
from reporting.document.text import header, record
from reporting.errors import DiskTrouble, MonthAhead
from reporting.events import AuditEvent
from reporting.period import Month, zone
from reporting.report import Draft, Filed, Judgement, Order, Scope
from reporting.verdict import judge


@dataclass(frozen=True, slots=True)
class Workshop:
    """What making a report needs besides the portal."""

    folder: Path
    """Where reports lie once they are made, and their parts before."""
    settle: timedelta
    """How long after a month's end its events may still come in."""
    now: Callable[[], datetime]
    """Aware."""


def meet(portal: Portal, *, folder: int | None) -> About:
    """Who the portal is; and, before the long work, whether its result could be filed in *folder*.

    Raises:
        PortalError: the portal does not let us in.
        FilingError: the report could not be filed.
    """
    told = about(portal)
    if folder is not None:
        check_folder(portal, folder)
    return told


def draft(order: Order, told: About, portal: Portal, workshop: Workshop, *, watch: Watch) -> Draft:
    """Read the month and write the TXT, whose file appears under its name only when it is whole.

    Raises:
        ComplianceError: there is no report, and why.
    """
    began = workshop.now()
    scope = scoped(order, told, now=began)
    probe(portal, nobody=uuid4())
    with (
        disk(workshop.folder) as folder,
        trail(portal, scope.window, zone(told.timezone), folder=folder, watch=watch) as events,
        tempfile.TemporaryFile(dir=folder) as body,
    ):
        tally = write_records(events, body, zone(scope.zone))
        judgement = judge(scope.window, now=began, settle=workshop.settle)
        path, sha256 = bind(scope, judgement, tally, body=body, folder=folder)
    return Draft(
        scope=scope,
        judgement=judgement,
        read=tally.events,
        kept=tally.events,
        requests=portal.requests,
        categories=tally.categories(),
        users=tally.users(),
        other_users=tally.other_users,
        path=path,
        size=path.stat().st_size,
        sha256=sha256,
    )


def file(made: Draft, portal: Portal, folder: int) -> Filed:
    """Upload the report to *folder* and confirm that it lies there.

    Raises:
        ComplianceError: it is not known to lie there, and why.
    """
    return file_away(portal, folder, path=made.path, name=made.scope.filename)


def scoped(order: Order, told: About, *, now: datetime) -> Scope:
    """The order made definite by what the portal told of itself.

    Raises:
        MonthAhead: nothing of the month has happened yet.
    """
    chosen = zone(order.zone or told.timezone)
    window = order.month.within(chosen)
    if now < window.start:
        today = now.astimezone(chosen)
        raise MonthAhead(month=order.month.title, zone=chosen.key, example=Month(today.year, today.month))
    return Scope(month=order.month, portal=told.address, version=told.version, zone=chosen.key, window=window)


def write_records(events: Iterator[AuditEvent], body: BinaryIO, shown: ZoneInfo) -> Tally:
    """Write each event as it comes, counting."""
    tally = Tally()
    for event in events:
        tally.add(event)
        body.write(record(event, shown).encode())
    return tally


def bind(scope: Scope, judgement: Judgement, tally: Tally, *, body: BinaryIO, folder: Path) -> tuple[Path, str]:
    """Put the header, which needs the counts, before the records; give the file and its SHA-256 in hex.

    A file of the same name is replaced, and only by a whole one.
    """
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=".part", delete=False) as whole:
        part = Path(whole.name)
        try:
            lines = header(scope, judgement, events=tally.events)
            whole.write("".join(f"{line}\n" for line in lines).encode())
            body.seek(0)
            shutil.copyfileobj(body, whole)
            whole.flush()
            os.fsync(whole.fileno())
            whole.seek(0)
            sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
            path = folder / scope.filename
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return path, sha256


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """*folder*, made if need be; a fault of the disk gets words of its own.

    Raises:
        DiskTrouble: full, forbidden or gone.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        raise DiskTrouble(path=folder, reason=error.strerror or error) from error
