"""What ``python -m bot report`` has to do with the database: the ledger, the indexes, the uploads of other runs."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from bot.config.settings import PortalSettings
from bot.docspace.clients import make_folder, now
from bot.errors import DatabaseMissing
from bot.runs.filing import FiledReport, file_with_evidence, provenance, store_index
from bot.store.migration import open_existing, open_store
from reporting.build_report import write_local_manifest
from reporting.docspace.api.client import Portal
from reporting.docspace.api.server_info import ServerInfo
from reporting.evidence import chain, ledger
from reporting.evidence.own_uploads import bot_uploads
from reporting.recording_check import BotUpload
from reporting.report import BuiltReport, Order
from reporting.report_scope import window_of
from reporting.run import Origin, Run, State


def earlier_uploads(order: Order, told: ServerInfo, settings: PortalSettings) -> tuple[BotUpload, ...]:
    """What the bot uploaded in the month, by its ledger; nothing if there is no database yet."""
    try:
        store = open_existing(settings.database, now=now)
    except DatabaseMissing:
        return ()
    with closing(store):
        window = window_of(order, told)
        return store.read(bot_uploads, portal=told.address, window=window)


def run_of(order: Order, began: datetime) -> Run:
    """A run of whoever sits at the hosting machine."""
    return Run(
        run=uuid4().hex[:16],
        order=order,
        origin=Origin.TERMINAL,
        place="",
        asker="",
        asked=began,
        state=State.FILING,
        began=began,
    )


def file_and_record(report: BuiltReport, portal: Portal, settings: PortalSettings, run: Run) -> FiledReport:
    """File the report and write it into the ledger, where the bot's own reports are."""
    make_folder(settings.data_dir)
    store = open_store(settings.database, now=now)
    with closing(store):
        run = replace(run, head=store.read(chain.head))
        proven = file_with_evidence(report, run, portal, settings.compliance_room_folder_id, store)
        entry = record_report(run, report, proven)
        store_index(report, run.run, store)  # before its entry, which seals it
        store.write(ledger.record, entry, now=now())
    return proven


def record_report(run: Run, report: BuiltReport, proven: FiledReport) -> Run:
    """The run with everything that came of it."""
    filed, scope = proven.filing, report.scope
    return replace(
        run,
        state=State.WARNED if filed.duplicate else State.DONE,
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


def write_manifest_beside(report: BuiltReport, run: Run) -> None:
    """Write the manifest of a report that is not uploaded, beside it."""
    write_local_manifest(report, provenance(run, ""))
