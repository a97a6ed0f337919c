"""Verify the newest report of a name: compare the ledger, DocSpace and the manifest."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from sqlalchemy import Connection

from reporting.docspace.api.client import Portal
from reporting.docspace.api.server_info import server_info
from reporting.errors.base import RunUnreadable
from reporting.errors.portal import PortalError
from reporting.errors.request import NoReport
from reporting.evidence import chain, ledger
from reporting.evidence.file_check import FileFindings, check_file
from reporting.evidence.ledger_check import check
from reporting.evidence.manifest import head as head_facts
from reporting.evidence.manifest import in_docspace
from reporting.evidence.published_heads import MANIFESTS, Read, check_heads, unchecked
from reporting.report import month_of
from reporting.run import ChainHead, Run
from reporting.verification import FaultKind, LedgerFault, Outcome, Verification, worst

Known = Callable[[Connection, Run], bool]
"""Says which runs count."""
LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class ReportClaim:
    """The ledger's claim about a report."""

    entry: Run | None
    """The run that filed it; None if its row is unreadable."""
    faults: list[LedgerFault]
    """Of the whole ledger."""
    head: ChainHead | None


def every_run(_c: Connection, _entry: Run) -> bool:
    return True


def verify(read: Read, portal: Portal, *, name: str, known: Known = every_run) -> Verification:
    """Verify the newest report of that *name*, among the runs that are *known*.

    Whatever cannot be checked is a finding too. No transaction is open during requests to the portal.

    Raises:
        NoReport: there is none.
        DatabaseTrouble: of *read*.
    """
    claim: ReportClaim = read(lambda c: claim_of(c, portal.address, name, known))
    told = FileFindings()
    say_ledger(claim, told)
    entry = claim.entry
    if entry:
        check_files(read, portal, entry, told)
    heads = check_heads(read, portal, entry, told.traces) if entry and not told.unreached else []
    if entry and told.unreached:
        heads = [unchecked(MANIFESTS, told.unreached)]
    return Verification(
        worst(told.checks, heads),
        run=entry.run if entry else "",
        name=name,
        sha256=entry.sha256 if entry else "",
        checks=tuple(told.checks),
        edits=tuple(told.edits),
        traces=tuple(told.traces),
        head=claim.head,
        heads=tuple(heads),
    )


def claim_of(c: Connection, portal: str, name: str, known: Known = every_run) -> ReportClaim:
    """The ledger's claim, then the faults of the whole ledger."""
    head, spoiled = chain.head(c), None
    try:
        entry = filer([one for one in ledger.newest_filed(c, portal=portal, name=name) if known(c, one)])
    except RunUnreadable as error:  # the row was changed by hand
        entry, spoiled = None, error
    faults = check(c)
    if spoiled and not faults:
        faults = [LedgerFault(FaultKind.CHANGED, str(spoiled).removesuffix("."))]
    if entry is None and not faults:
        raise NoReport(what=name, example=month_of(name))
    return ReportClaim(entry, faults, head)


def filer(entries: list[Run]) -> Run | None:
    """The run that uploaded the newest report, among the *entries* that have it, newest first."""
    uploaded = (one for one in entries if one.manifest or any(file.change != "UNCHANGED" for file in one.files))
    return next(uploaded, entries[-1] if entries else None)


def say_ledger(claim: ReportClaim, told: FileFindings) -> None:
    """Report whether the ledger is unchanged."""
    for fault in claim.faults:
        told.say(LEDGER, str(fault), Outcome.BROKEN)
    if not claim.faults and claim.head:
        words = f"{claim.head.length}: each matches the one before, and each run matches its entry"
        told.say(LEDGER, words, Outcome.INTACT)


def check_files(read: Read, portal: Portal, entry: Run, told: FileFindings) -> None:
    """Check every file of a report and its manifest, which is held in memory (some 100 KB)."""
    try:
        server_info(portal)  # with the portal down, every file would look lost
    except PortalError as error:
        told.say("DocSpace", str(error), Outcome.UNREADABLE)
        told.unreached = str(error)
        return
    for file in entry.files:
        check_file(portal, file, told, into=None)
    if entry.manifest is None:
        told.say("manifest", "none was filed: the release that made the report did not write manifests", Outcome.INTACT)
        return
    with io.BytesIO() as content:
        if check_file(portal, entry.manifest, told, into=content):
            say_manifest(read, entry, content, told)


def say_manifest(read: Read, entry: Run, content: IO[bytes], told: FileFindings) -> None:
    """Report whether an unchanged manifest matches the ledger."""
    content.seek(0)
    try:
        said = json.loads(content.read())
    except ValueError:
        said = None
    wrong = list(contradictions(said, entry)) if isinstance(said, dict) else ["its format"]
    head = entry.head or ChainHead(0, "")
    if read(lambda c: chain.hash_at(c, head.number)) != head.hash:
        wrong.append("it names a ledger entry that is missing")
    if wrong:
        told.say("manifest", f"it contradicts the ledger: {', '.join(wrong)}", Outcome.BROKEN)
        return
    there = f"it names ledger entry {head.number}, which is present"
    named = there if head.number else "the ledger was empty when it was filed"
    told.say("manifest", f"it matches the ledger on the run and its files; {named}", Outcome.INTACT)


def contradictions(said: Mapping[str, object], entry: Run) -> Iterator[str]:
    """Yield the fields of a manifest that differ from the ledger."""
    report = said.get("report")
    facts = {
        "run": entry.run,
        "period": str(entry.order.month),
        "filter": str(entry.order.only) or None,
        "verdict": entry.verdict,
        "read": entry.read,
        "kept": entry.kept,
        "ledger": head_facts(entry.head),
        "files": [in_docspace(file) for file in entry.files],
    }
    yield from (name for name, fact in facts.items() if said.get(name) != fact)
    if not isinstance(report, dict) or report.get("sha256") != entry.sha256:
        yield "report"
