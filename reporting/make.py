"""An order becomes a report: read and proven, written, filed in DocSpace, confirmed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from reporting.docspace.about import About, about
from reporting.docspace.folder import check_folder, file_away
from reporting.docspace.pool import Watch
from reporting.docspace.portal import Portal
from reporting.docspace.probe import probe
from reporting.docspace.retention import Lifetime, cut, gaps, lifetime
from reporting.docspace.signins import signins
from reporting.docspace.trail import scratch, trail
from reporting.document.binder import bind, disk, write_events, write_signins
from reporting.document.tally import Tally
from reporting.document.text import header
from reporting.errors import MonthAhead, PortalError, TrailError
from reporting.events import AuditEvent
from reporting.period import Month, zone
from reporting.report import Draft, Filing, Judgement, Order, Scope, SignIns, Verdict
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


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one stretch of time, written and counted."""

    tally: Tally
    body: BinaryIO


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
    kept = lifetime(portal)
    with disk(workshop.folder) as folder, ExitStack() as files:

        def write(events: Iterator[AuditEvent]) -> Part:
            body = files.enter_context(scratch(folder))
            return Part(write_events(events, body, zone(scope.zone)), body)

        parts = trail(portal, scope.window, zone(told.timezone), folder=folder, finish=write, watch=watch)
        missing = tuple(gaps(portal, scope.window, kept=kept.audit_trail_life_time, now=began))
        judgement = judge(scope.window, gaps=missing, now=began, settle=workshop.settle)
        entries = files.enter_context(scratch(folder))
        signed_in = read_signins(portal, scope, kept, entries, workshop, now=began)
        tally = Tally.of(part.tally for part in parts)
        path = folder / scope.filename
        lines = header(scope, judgement, signed_in, events=tally.events)
        sha256 = bind(lines, [*(part.body for part in parts), entries], path)
        size = path.stat().st_size
    return Draft(
        scope=scope,
        judgement=judgement,
        signins=signed_in,
        read=tally.events,
        kept=tally.events,
        requests=portal.requests,
        categories=tally.categories(),
        users=tally.most_active(),
        other_users=tally.other_users,
        path=path,
        size=size,
        sha256=sha256,
    )


def file(made: Draft, portal: Portal, folder: int) -> Filing:
    """Upload the report to *folder* and confirm that it lies there.

    Raises:
        ComplianceError: it is not known to lie there, and why.
    """
    name, version, scratch = made.scope.filename, made.scope.version, made.path.parent
    with disk(scratch):
        return Filing(file_away(portal, folder, path=made.path, name=name, version=version, scratch=scratch))


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


def read_signins(
    portal: Portal, scope: Scope, kept: Lifetime, body: BinaryIO, workshop: Workshop, *, now: datetime
) -> SignIns:
    """The section of the sign-ins, written to *body*; a history that cannot be read is said to be unread."""
    try:
        with scratch(workshop.folder) as file:
            history = signins(portal, scope.window, file=file)
            tally = write_signins(history.entries, body, zone(scope.zone))
    except (PortalError, TrailError) as error:
        body.seek(0)
        body.truncate()
        return SignIns(Judgement(Verdict.UNREAD, (str(error),)))
    days = kept.login_history_life_time
    purged = cut(scope.window, kept=days, now=now) and not history.older
    reason = f"the portal deletes sign-ins after {days or 'an unknown number of'} days; those of this month may be gone"
    judgement = judge(scope.window, gaps=(reason,) if purged else (), now=now, settle=workshop.settle)
    return tally.told(judgement)
