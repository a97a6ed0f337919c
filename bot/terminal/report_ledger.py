"""What ``python -m bot report`` has to do with the database: the ledger, the indexes, the uploads of other runs."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from bot.config.settings import PortalSettings
from bot.docspace.clients import make_folder, now
from bot.runs.filing import Proven, keep_index, provenance, put
from bot.store.migration import existing, opened
from reporting.build_report import describe
from reporting.docspace.api.client import Portal
from reporting.docspace.api.server_info import About
from reporting.errors import DatabaseMissing
from reporting.evidence import chain, ledger
from reporting.evidence.own_uploads import bot_uploads
from reporting.recording_check import BotUpload
from reporting.report import Draft, Order
from reporting.report_scope import window_of
from reporting.run import Entry, Origin, State


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
        keep_index(report, run.run, store)  # before its entry, which seals it
        store.write(lambda c: ledger.record(c, entry, now=now()))
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


def write_manifest_beside(report: Draft, run: Entry) -> None:
    """Write the manifest of a report that is not uploaded, beside it."""
    describe(report, provenance(run, ""))
