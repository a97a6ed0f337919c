"""``python -m bot report``: the same work as in Slack, with a terminal in its place."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.config.filter_profiles import read_profiles
from bot.config.settings import PortalSettings
from bot.docspace.clients import build_context, now, portal_clients
from bot.terminal.arguments import Arguments
from bot.terminal.exit_codes import COMPLETE, NOT_COMPLETE
from bot.workflows.serialization import pack
from reporting.build_report import build_report, preflight
from reporting.docspace.audit.parallel_reader import OnProgress
from reporting.document.formats import Format
from reporting.escape import escape_untrusted
from reporting.evidence.manifest import recording_check
from reporting.filters import expanded
from reporting.plurals import number_of
from reporting.report import BuiltReport, Order, SignIns, Verdict
from reporting.report import Progress as Read
from reporting.time_zones import name_and_label

if TYPE_CHECKING:
    from bot.runs.filing import FiledReport


@dataclass(frozen=True, slots=True)
class ReportArgs:
    """What was typed on the command line."""

    month: str
    words: tuple[str, ...]
    """Of the filter, as the shell passed them on."""
    out: Path | None
    upload: bool
    extras: frozenset[Format]


def make_report(wish: ReportArgs, settings: PortalSettings, *, as_json: bool) -> int:
    """Make the report, say what came of it, and give the exit code.

    Raises:
        ComplianceError: there is no report.
    """
    month, only = Arguments("report", wish.month, wish.words).read(settings)
    order = Order(month, settings.report_timezone, expanded(only, read_profiles(settings.profiles_file)))
    usual, upload = build_context(settings), wish.upload
    extras = tuple(form for form in Format if form in wish.extras or form in usual.extras)
    began = now()
    place = replace(usual, folder=wish.out or settings.data_dir / "reports", extras=extras, began=began)
    with portal_clients(settings) as portal:
        folder = settings.compliance_room_folder_id
        source = portal(began)
        told = preflight(source, folder=folder if upload else None)
        # The database's library is imported when the portal has answered: a wrong key is told half a second earlier.
        from bot.terminal.report_ledger import earlier_uploads, file_and_record, run_of, write_manifest_beside

        with progress() as watch:
            report = build_report(
                order, told, source, place, watch=watch, uploads=earlier_uploads(order, told, settings)
            )
        run = run_of(order, began)
        proven = file_and_record(report, source, settings, run) if upload else None
        if not upload:
            write_manifest_beside(report, run)
        if report.index:
            report.index.unlink(missing_ok=True)
    typer.echo(json.dumps(report_json(report, proven), indent=2) if as_json else as_text(report, proven))
    return COMPLETE if report.judgement.verdict is Verdict.COMPLETE else NOT_COMPLETE


def report_json(report: BuiltReport, proven: "FiledReport | None") -> dict[str, object]:
    """What other programs are told."""
    filed = proven.filing if proven else None
    return {
        "month": str(report.scope.month),
        "zone": report.scope.zone,
        "portal": report.scope.portal,
        "verdict": report.judgement.verdict,
        "reasons": list(report.judgement.reasons),
        "filter": str(report.scope.only),
        "read": report.read,
        "kept": report.kept,
        "month_before": report.before,
        "requests": report.requests,
        "behaviour": dict(report.behaviour),
        "recording_check": recording_check(report.recording),
        "signins_verdict": report.signins.judgement.verdict,
        "signins_reasons": list(report.signins.judgement.reasons),
        "signins": report.signins.total,
        "signins_read": report.signins.read,
        "signins_failed": report.signins.failed,
        "categories": {counted.name: counted.events for counted in report.categories},
        "sha256": report.sha256,
        "path": str(report.path.absolute()),
        "file": pack(filed.first) if filed else None,
        "highlights": {counted.name: counted.events for counted in report.highlights},
        "files": pack(filed.files) if filed else [],
        "manifest": pack(filed.manifest) if filed else None,
        "unchanged": filed.unchanged if filed else None,
        "changes": pack(proven.changes) if proven else None,
        "not_compared": proven.not_compared if proven else "",
    }


def as_text(report: BuiltReport, proven: "FiledReport | None") -> str:
    """What people are told."""
    signins = report.signins
    filed = proven.filing if proven else None
    files, twin = (filed.files, filed.duplicate) if filed else ((), False)
    paper = [filed.manifest] if filed and filed.manifest else []
    return "\n".join(
        [
            f"{report.scope.month.title} in {name_and_label(report.scope.zone)}: {report.judgement.verdict}",
            *([f"  only     {escape_untrusted(str(report.scope.only))}"] if report.scope.only else []),
            *(f"  because {escape_untrusted(reason)}" for reason in report.judgement.reasons),
            f"  events   {report.read:,} read in {number_of(report.requests, 'request')}, {report.kept:,} kept",
            *(f"           {counted.name:<9} {counted.events:>9,}" for counted in report.categories),
            f"  sign-ins {signins.judgement.verdict}: {signins_counted(signins)}",
            *(f"           because {escape_untrusted(reason)}" for reason in signins.judgement.reasons),
            f"  sha256   {report.sha256}",
            f"  TXT      {report.path.absolute()}",
            *(
                f"  filed    {escape_untrusted(f.title)}, version {f.version}: {escape_untrusted(f.url)}"
                for f in (*files, *paper)
            ),
            *(["           nothing has changed; nothing was uploaded"] if filed and filed.unchanged else []),
            *(difference(proven) if proven else []),
            *(["           DocSpace has a second file of that name, which is locked or open"] if twin else []),
        ]
    )


def signins_counted(signins: SignIns) -> str:
    return "not read" if signins.judgement.verdict is Verdict.UNREAD else signins.counts(",")


def difference(proven: "FiledReport") -> Iterator[str]:
    """What the report has otherwise than the one before it."""
    if proven.not_compared:
        yield f"  changes  not known: {escape_untrusted(proven.not_compared)}"
    if changes := proven.changes:
        yield f"  changes  {changes.added:,} added, {changes.changed:,} changed, against run {changes.against}"
        if changes.vanished:
            gone = number_of(changes.vanished, "event")
            yield f"  VANISHED {gone} that the report before had; python -m bot diff names them"


@contextmanager
def progress() -> Iterator[OnProgress]:
    """A bar on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (
        TextColumn("Reading"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[events]:,} events, {task.fields[rate]:,.0f}/s"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0, events=0, rate=0.0)

        def watch(read: Read) -> None:
            bar.update(task, completed=read.share, events=read.events, rate=read.rate)

        yield watch
