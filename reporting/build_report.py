"""Build a report from an order: read it, prove it, write it, file it in DocSpace and confirm it."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from reporting.actions import TITLES, Highlight
from reporting.docspace.api.client import Portal
from reporting.docspace.api.server_info import ServerInfo, server_info
from reporting.docspace.audit.count import count
from reporting.docspace.audit.page import endpoint
from reporting.docspace.audit.parallel_reader import OnProgress
from reporting.docspace.audit.probe import PortalView, probe
from reporting.docspace.audit.retention import Lifetime, gaps, lifetime, signins_gaps
from reporting.docspace.audit.signins import signins
from reporting.docspace.audit.trail import Reading, Trail, scratch
from reporting.docspace.directory.account import moment
from reporting.docspace.directory.resolve_filter import resolve_filter
from reporting.docspace.files.content_match import Content, Known
from reporting.docspace.files.filing import check_folder, file_once, upload_or_match
from reporting.document.append_file import AppendFile, Records, Region
from reporting.document.csv_jsonl import csv_head
from reporting.document.formats import Format
from reporting.document.header import LAST, Findings, header
from reporting.document.highlights import section
from reporting.document.tally import Tally
from reporting.document.writer import (
    disk_errors,
    file_blocks,
    watch_blocks,
    write_atomically,
    write_events,
    write_signins,
)
from reporting.errors.portal import PortalError
from reporting.errors.trail import CountContradicts, OutOfTime, TrailError
from reporting.events import AuditEvent
from reporting.evidence.manifest import ENDING, in_docspace, manifest, on_disk
from reporting.matcher import Matcher
from reporting.period import zone
from reporting.recording_check import BotUpload, RecordingCheck, check_recording, required, targets
from reporting.report import Assessment, BuiltReport, Counted, Order, ReadSlice, Scope, SignIns, UploadResult, Verdict
from reporting.report_scope import report_scope
from reporting.verdict import Clocks, assess, unsettled
from reporting.verification import Provenance

CHANGING = "events were added or removed while the month was read, so their number could not be checked"


@dataclass(frozen=True, slots=True)
class BuildContext:
    """What building a report needs besides the portal."""

    folder: Path
    """Where reports lie once they are made, and their parts before."""
    settle: timedelta
    """How long after a month's end its events may still come in."""
    now: Callable[[], datetime]
    """Aware."""
    began: datetime | None = None
    """When the run began that the report is made for; without a run, it begins when it is made."""
    extras: tuple[Format, ...] = ()
    """Forms besides the TXT."""


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one segment of time, written in every form and counted."""

    tally: Tally
    regions: Mapping[Format, tuple[Region, ...]]
    """Where each form's records lie in its file."""


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything that was read for a report."""

    parts: list[Part]
    """Oldest first."""
    slices: tuple[ReadSlice, ...]
    """How each part was read."""
    files: Mapping[Format, AppendFile]
    """Of each form, and of the index."""
    judgement: Assessment
    signins: SignIns
    entries: BinaryIO
    """The section of the sign-ins."""
    notes: tuple[str, ...]
    """On the filter."""
    before: int | None
    """Events of the month before."""
    view: PortalView
    recording: RecordingCheck
    highlights: BinaryIO
    """The lines of the highlights, oldest first; those of sign-ins at the end."""
    began: datetime | None
    """When the reading began, where the month had not settled then."""

    def blocks(self, form: Format) -> Iterator[bytes]:
        """The records of all events in that form, oldest first, some in memory at a time."""
        return self.files[form].blocks(region for part in self.parts for region in part.regions[form])

    def records(self) -> Iterator[bytes]:
        """All records of the TXT."""
        yield from self.blocks(Format.TXT)
        yield from file_blocks(self.entries)


def preflight(portal: Portal, *, folder: int | None) -> ServerInfo:
    """Identify the portal and check that *folder* accepts files, before the long work.

    Raises:
        PortalError: the portal does not let us in.
        FilingError: the report could not be filed.
    """
    told = server_info(portal)
    if folder is not None:
        check_folder(portal, folder)
    return told


def build_report(
    order: Order,
    told: ServerInfo,
    portal: Portal,
    workshop: BuildContext,
    *,
    watch: OnProgress,
    uploads: Iterable[BotUpload] = (),
) -> BuiltReport:
    """Read the month and write the report, whose files appear under their names only when they are whole.

    *uploads* are the bot's own: the audit trail has to show those of the month.

    Raises:
        ComplianceError: there is no report, and why.
    """
    scope = report_scope(order, told, now=workshop.now())
    with disk_errors(workshop.folder), ExitStack() as files:
        material = read_sources(scope, told, portal, workshop, files, watch=watch, uploads=uploads)
        tally = Tally.of(part.tally for part in material.parts)
        sha256, records = write_files(scope, material, tally, workshop)
        path = workshop.folder / scope.filename
        size = path.stat().st_size
    return BuiltReport(
        scope=scope,
        judgement=material.judgement,
        signins=material.signins,
        read=tally.read,
        kept=tally.events,
        before=material.before,
        highlights=tuple(Counted(TITLES[kind][1], events) for kind, events in tally.highlights().items()),
        requests=portal.requests,
        categories=tally.categories(),
        users=tally.most_active(),
        other_users=tally.other_users,
        path=path,
        extras=tuple(path.with_name(file_name(form, scope)) for form in workshop.extras),
        size=size,
        sha256=sha256,
        records=records,
        slices=material.slices,
        index=path.with_name(file_name(Format.INDEX, scope)),
        days=tally.daily(),
        behaviour=material.view.facts(),
        recording=material.recording,
    )


def read_sources(
    scope: Scope,
    told: ServerInfo,
    portal: Portal,
    workshop: BuildContext,
    files: ExitStack,
    *,
    watch: OnProgress,
    uploads: Iterable[BotUpload],
) -> ReportData:
    """Read everything for the report; it is kept in *files* until they are closed."""
    own, shown = zone(told.timezone), zone(scope.zone)
    audit = endpoint(portal)
    view = probe(audit, own, nobody=uuid4(), now=max(workshop.now(), scope.window.end))
    clocks = Clocks(ours=workshop.now(), portal=moment(portal.date))
    expected = required(uploads, scope.window, now=clocks.earliest)
    sieve = resolve_filter(scope.only, portal, scope.window)
    kept = lifetime(portal)
    forms = (Format.TXT, *workshop.extras, Format.INDEX, Format.HIGHLIGHTS)
    bodies = {form: AppendFile(files.enter_context(scratch(workshop.folder))) for form in forms}

    def write(events: Iterator[AuditEvent]) -> Part:
        records = {form: Records(body) for form, body in bodies.items()}
        tally = write_events(events, sieve, records, shown, files=targets(expected))
        return Part(tally, {form: one.finished() for form, one in records.items()})

    entries, failed = (files.enter_context(scratch(workshop.folder)) for _ in range(2))
    signed_in: list[SignIns] = []
    before: list[int | None] = []
    errands = (
        lambda: signed_in.append(read_signins(portal, scope, kept, sieve, entries, failed, workshop, clocks=clocks)),
        lambda: before.append(month_before(portal, scope)),
    )
    trail = Trail(audit, view, own, at_once=portal.at_once, watch=watch, halt=portal.halt)
    reading = trail.read(scope.window, folder=workshop.folder, finish=write, errands=errands)
    slices, parts = tuple(one for one, _ in reading.parts), [part for _, part in reading.parts]
    recording, lost = check_recording(expected, Tally.of(part.tally for part in parts).uploads)
    missing = tuple(gaps(portal, scope.window, kept=kept.audit_trail_life_time, now=clocks.earliest))
    judgement = assess(scope.window, gaps=(*missing, *lost), clocks=clocks, settle=workshop.settle)
    judgement = assess_count(judgement, reading, scope, portal.host)
    early = any(unsettled(scope.window, clocks=clocks, settle=workshop.settle))
    compared = before[0] if judgement.verdict is Verdict.COMPLETE else None
    highlights = files.enter_context(scratch(workshop.folder))
    for block in bodies[Format.HIGHLIGHTS].blocks(lies for part in parts for lies in part.regions[Format.HIGHLIGHTS]):
        highlights.write(block)
    failed.seek(0)
    shutil.copyfileobj(failed, highlights)
    return ReportData(
        parts=parts,
        slices=slices,
        files=bodies,
        judgement=judgement,
        signins=signed_in[0],
        entries=entries,
        notes=sieve.notes,
        before=compared,
        view=view,
        recording=recording,
        highlights=highlights,
        began=(workshop.began or clocks.ours) if early else None,
    )


def assess_count(judgement: Assessment, reading: Reading[Part], scope: Scope, host: str) -> Assessment:
    """The verdict after the count; events may arrive during the reading of an unsettled month.

    Raises:
        CountContradicts: it has settled, and the portal counts another number of events than were read.
    """
    if reading.counted:
        return judgement
    if judgement.verdict is not Verdict.PROVISIONAL:
        seen = sum(one.events for one, _ in reading.parts)
        raise CountContradicts(host=host, window=str(scope.window), seen=seen)
    return replace(judgement, reasons=(*judgement.reasons, CHANGING))


def month_before(portal: Portal, scope: Scope) -> int | None:
    """How many events the month before had, where the report has every event too; no report fails for this number."""
    if scope.only:
        return None
    try:
        return count(portal, scope.month.plus(-1).within(zone(scope.zone)))
    except (PortalError, TrailError):
        return None


def write_files(scope: Scope, material: ReportData, tally: Tally, workshop: BuildContext) -> tuple[str, str]:
    """Write the files under their names; give the SHA-256 of the TXT and of its records alone in hex.

    The latter is the same for the same records, whatever the header says of them.
    """
    for form in workshop.extras:
        above = csv_head() if form is Format.CSV else b""
        write_atomically(chain([above], material.blocks(form)), workshop.folder / file_name(form, scope))
    counts = {**tally.highlights(), Highlight.FAILED_SIGN_IN: material.signins.failed}
    found = Findings(
        judgement=material.judgement,
        signins=material.signins,
        tally=tally,
        notes=material.notes,
        recording=material.recording,
        highlights=(line.decode().rstrip("\n") for line in section(counts, material.highlights)),
        began=material.began,
    )
    head, records = "".join(f"{line}\n" for line in header(scope, found)).encode(), hashlib.sha256()
    told = chain([head], watch_blocks(material.records(), records.update), [LAST])
    sha256 = write_atomically(told, workshop.folder / scope.filename)
    write_atomically(material.blocks(Format.INDEX), workshop.folder / file_name(Format.INDEX, scope))
    return sha256, records.hexdigest()


def file_name(form: Format, scope: Scope) -> str:
    """The local file name of a form of the report; files not meant for people are hidden."""
    return f"{'.' if form is Format.INDEX else ''}{scope.name}.{form}"


def file_report(made: BuiltReport, portal: Portal, folder: int, *, known: Known, origin: Provenance) -> UploadResult:
    """Upload the report and its other forms to *folder*, confirm them, then file the manifest.

    What lies there already is not uploaded again; *known* spares a download to see that. Where nothing has changed the
    manifest of the report before stays the one that is true.

    Raises:
        ComplianceError: one of them is not known to lie there, and why.
    """
    version, room = made.scope.version, made.path.parent
    with disk_errors(room):
        filed = [
            one
            for path in (made.path, *made.extras)
            for one in file_once(portal, folder, path=path, name=path.name, version=version, scratch=room, known=known)
        ]
        filing = UploadResult(tuple(filed))
        if filing.unchanged:
            return filing
        paper = write_manifest(made, origin, map(in_docspace, filed))
        return replace(filing, manifest=upload_or_match(portal, folder, paper, version=version, known=known))


def write_local_manifest(made: BuiltReport, origin: Provenance) -> Path:
    """Write the manifest of a report that is not uploaded beside it; return its path."""
    with disk_errors(made.path.parent):
        files = [Content.of(path, path.name) for path in (made.path, *made.extras)]
        return write_manifest(made, origin, (on_disk(one.name, one.size, one.sha256) for one in files)).path


def write_manifest(made: BuiltReport, origin: Provenance, files: Iterable[Mapping[str, object]]) -> Content:
    path = made.path.with_name(made.scope.name + ENDING)
    write_atomically([manifest(made, origin, files)], path)
    return Content.of(path, path.name)


def read_signins(
    portal: Portal,
    scope: Scope,
    kept: Lifetime,
    sieve: Matcher,
    body: BinaryIO,
    failed: BinaryIO,
    workshop: BuildContext,
    *,
    clocks: Clocks,
) -> SignIns:
    """Write the sign-ins section to *body*, and a line for each failed one to *failed*.

    An unreadable history gets the verdict UNREAD.
    """
    try:
        with scratch(workshop.folder) as file:
            history = signins(portal, scope.window, file=file)
            tally = write_signins(history.entries, sieve, body, zone(scope.zone), highlights=failed)
    except OutOfTime:
        raise
    except (PortalError, TrailError) as error:
        for file in (body, failed):
            file.seek(0)
            file.truncate()
        return SignIns(Assessment(Verdict.UNREAD, (str(error),)))
    missing = tuple(signins_gaps(history, scope.window, kept=kept.login_history_life_time, now=clocks.earliest))
    return tally.as_signins(assess(scope.window, gaps=missing, clocks=clocks, settle=workshop.settle))
