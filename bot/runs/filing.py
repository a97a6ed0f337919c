"""File a report with its evidence: the manifest, the index of its events, what changed."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot import __version__
from bot.store.database import Store
from reporting.build_report import file_report
from reporting.docspace.api.client import Portal
from reporting.errors.request import NotComparable
from reporting.evidence import event_index, ledger
from reporting.evidence.diff import compare
from reporting.report import BuiltReport, UploadResult
from reporting.run import Run
from reporting.verification import Changes, Provenance

TOOL = f"docspace-compliance-bot {__version__}"


@dataclass(frozen=True, slots=True)
class FiledReport:
    """A report that is filed."""

    filing: UploadResult
    supersedes: str = ""
    """The run whose report this one replaces."""
    changes: Changes | None = None
    """Changes from the previous report; None if there is none, or if nothing changed."""
    not_compared: str = ""
    """Why they could not be compared."""


def file_with_evidence(made: BuiltReport, entry: Run, portal: Portal, folder: int, store: Store) -> FiledReport:
    """File a run's report in *folder* and compare it with the previous one.

    Raises:
        ComplianceError: it could not be confirmed in the folder, with the reason.
    """
    scope = made.scope
    there = store.read(ledger.newest_filed, portal=scope.portal, name=scope.name)
    earlier = [one for one in there if one.run != entry.run]
    last = earlier[0].run if earlier else ""
    filing = file_report(made, portal, folder, known=ledger.filed_hashes(earlier), origin=provenance(entry, last))
    if filing.unchanged or not last:
        return FiledReport(filing)
    try:
        return FiledReport(filing, last, store.read(compare_with_previous, made, last))
    except NotComparable as error:
        return FiledReport(filing, last, not_compared=str(error))


def compare_with_previous(c: Connection, made: BuiltReport, last: str) -> Changes:
    """What changed since the report of the run *last*.

    Raises:
        NotComparable: the windows differ, or one of them has no index (made by an earlier release).
    """
    if made.index is None:
        raise NotComparable(reason="an earlier release of the bot has read this one, and kept no index of its events")
    with event_index.opened(c, last, str(made.scope.window)) as before:
        return compare(before, event_index.FileRows(made.index), against=last)


def store_index(made: BuiltReport, run: str, store: Store) -> None:
    """Store the index of a run's events; repeating it changes nothing."""
    if made.index:
        rows = event_index.FileRows(made.index)
        store.write(event_index.keep, run, made.scope.window, rows)


def provenance(entry: Run, before: str) -> Provenance:
    return Provenance(
        tool=TOOL,
        run=entry.run,
        origin=entry.origin,
        place=entry.place,
        asker=entry.asker,
        asked=entry.asked,
        began=entry.began or entry.asked,
        head=entry.head,
        supersedes=before,
    )
