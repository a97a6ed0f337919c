"""``python -m bot report``: the same work as in Slack, with a terminal in its place."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from bot.filing import Proven, keep_index, provenance, put
from bot.portals import make_folder, now, portals, workshop
from bot.profiles import profiles
from bot.settings import PortalSettings
from bot.store.migrate import existing, opened
from bot.terminal.arguments import Arguments
from bot.wire import pack
from reporting.docspace.about import About
from reporting.docspace.pool import Watch
from reporting.docspace.portal import Portal
from reporting.document.binder import Form
from reporting.entry import Entry, Origin, State
from reporting.errors import DatabaseMissing
from reporting.escape import visible
from reporting.evidence import chain, ledger
from reporting.evidence.manifest import recording_check
from reporting.evidence.uploads import bot_uploads
from reporting.make import describe, draft, meet
from reporting.only import expanded
from reporting.plurals import number_of
from reporting.recording import BotUpload
from reporting.report import Draft, Order, SignIns, Verdict
from reporting.report import Progress as Read
from reporting.scope import window_of
from reporting.zones import name_and_label

COMPLETE, NOT_MADE, WRONG_USAGE, NOT_COMPLETE = 0, 1, 2, 3
"""Exit codes."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed on the command line."""

    month: str
    words: tuple[str, ...]
    """Of the filter, as the shell passed them on."""
    out: Path | None
    upload: bool
    extras: frozenset[Form]


def made(wish: Wish, settings: PortalSettings, *, as_json: bool) -> int:
    """Make the report, say what came of it, and give the exit code.

    Raises:
        ComplianceError: there is no report.
    """
    month, only = Arguments("report", wish.month, wish.words).read(settings)
    order = Order(month, settings.report_timezone, expanded(only, profiles(settings.profiles_file)))
    usual, upload = workshop(settings), wish.upload
    extras = tuple(form for form in Form if form in wish.extras or form in usual.extras)
    began = now()
    place = replace(usual, folder=wish.out or settings.data_dir / "reports", extras=extras, began=began)
    with portals(settings) as portal:
        folder = settings.compliance_room_folder_id
        source = portal(began)
        told = meet(source, folder=folder if upload else None)
        with progress() as watch:
            report = draft(order, told, source, place, watch=watch, uploads=earlier_uploads(order, told, settings))
        run = begun(order, began)
        if upload:
            proven: Proven | None = filed_and_recorded(report, source, settings, run)
        else:
            proven = None
            describe(report, provenance(run, ""))
        if report.index:
            report.index.unlink(missing_ok=True)
    typer.echo(json.dumps(facts(report, proven), indent=2) if as_json else words(report, proven))
    return COMPLETE if report.judgement.verdict is Verdict.COMPLETE else NOT_COMPLETE


def earlier_uploads(order: Order, told: About, settings: PortalSettings) -> tuple[BotUpload, ...]:
    """What the bot uploaded in the month, by its ledger; nothing if there is no database yet."""
    try:
        store = existing(settings.database, now=now)
    except DatabaseMissing:
        return ()
    with closing(store):
        window = window_of(order, told)
        return store.read(lambda c: bot_uploads(c, portal=told.address, window=window))


def begun(order: Order, began: datetime) -> Entry:
    """A run of whoever sits at the hosting machine."""
    return Entry(
        run=uuid4().hex[:16],
        order=order,
        origin=Origin.TERMINAL,
        place="",
        asker="",
        asked=began,
        state=State.FILING,
        began=began,
    )


def filed_and_recorded(report: Draft, portal: Portal, settings: PortalSettings, run: Entry) -> Proven:
    """File the report and write it into the ledger, where the bot's own reports are."""
    make_folder(settings.data_dir)
    store = opened(settings.database, now=now)
    with closing(store):
        run = replace(run, head=store.read(chain.head))
        proven = put(report, run, portal, settings.compliance_room_folder_id, store)
        entry = recorded(run, report, proven)
        store.write(lambda c: ledger.record(c, entry, now=now()))
        keep_index(report, run.run, store)
    return proven


def recorded(run: Entry, report: Draft, proven: Proven) -> Entry:
    """The run with everything that came of it."""
    filed, scope = proven.filing, report.scope
    return replace(
        run,
        state=State.WARNED if filed.twin else State.DONE,
        ended=now(),
        verdict=report.judgement.verdict,
        read=report.read,
        kept=report.kept,
        sha256=report.sha256,
        portal=scope.portal,
        name=scope.name,
        files=filed.files,
        manifest=filed.manifest,
        supersedes=proven.supersedes,
    )


def facts(report: Draft, proven: Proven | None) -> dict[str, object]:
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


def words(report: Draft, proven: Proven | None) -> str:
    """What people are told."""
    signins = report.signins
    filed = proven.filing if proven else None
    files, twin = (filed.files, filed.twin) if filed else ((), False)
    paper = [filed.manifest] if filed and filed.manifest else []
    return "\n".join(
        [
            f"{report.scope.month.title} in {name_and_label(report.scope.zone)}: {report.judgement.verdict}",
            *([f"  only     {visible(str(report.scope.only))}"] if report.scope.only else []),
            *(f"  because {visible(reason)}" for reason in report.judgement.reasons),
            f"  events   {report.read:,} read in {number_of(report.requests, 'request')}, {report.kept:,} kept",
            *(f"           {counted.name:<9} {counted.events:>9,}" for counted in report.categories),
            f"  sign-ins {signins.judgement.verdict}: {signins_counted(signins)}",
            *(f"           because {visible(reason)}" for reason in signins.judgement.reasons),
            f"  sha256   {report.sha256}",
            f"  TXT      {report.path.absolute()}",
            *(f"  filed    {visible(f.title)}, version {f.version}: {visible(f.url)}" for f in (*files, *paper)),
            *(["           nothing has changed; nothing was uploaded"] if filed and filed.unchanged else []),
            *(difference(proven) if proven else []),
            *(["           DocSpace has a second file of that name, which is locked or open"] if twin else []),
        ]
    )


def signins_counted(signins: SignIns) -> str:
    return "not read" if signins.judgement.verdict is Verdict.UNREAD else signins.counts(",")


def difference(proven: Proven) -> Iterator[str]:
    """What the report has otherwise than the one before it."""
    if proven.not_compared:
        yield f"  changes  not known: {visible(proven.not_compared)}"
    if changes := proven.changes:
        yield f"  changes  {changes.added:,} added, {changes.changed:,} changed, against run {changes.against}"
        if changes.vanished:
            gone = number_of(changes.vanished, "event")
            yield f"  VANISHED {gone} that the report before had; python -m bot diff names them"


@contextmanager
def progress() -> Iterator[Watch]:
    """A bar on standard error, where that is a terminal."""
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
