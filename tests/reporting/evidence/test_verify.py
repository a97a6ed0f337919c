"""What a report's ledger entry and its manifest say of each other; the whole check is tried in tests/bot/terminal."""

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.database import Store
from reporting.errors.request import NoReport
from reporting.evidence import chain, ledger
from reporting.evidence.file_check import FileFindings
from reporting.evidence.manifest import in_docspace
from reporting.evidence.verify import ReportClaim, contradictions, filer, say_ledger, say_manifest, verify
from reporting.report import Change, FiledFile, Verdict
from reporting.run import ChainHead, Run, State
from reporting.verification import FaultKind, Kind, LedgerFault, Outcome, Verification
from sandbox.portal import StandInPortal, Status
from sandbox.portal.files import Upload
from tests.entries import NOON, entry, filed, order
from tests.reporting.stage import Knock

HEAD = ChainHead(1, "cd" * 32)
RUN = entry(
    state=State.DONE,
    order=order(only="type:delete"),
    verdict=Verdict.GAPS,
    read=7,
    kept=5,
    sha256="ab" * 32,
    files=(filed(), filed(number=2)),
    head=HEAD,
)
SAID: dict[str, Any] = {
    "run": "r1",
    "period": "2025-01",
    "filter": "type:delete",
    "verdict": "GAPS",
    "read": 7,
    "kept": 5,
    "ledger": {"entry": 1, "hash": "cd" * 32},
    "files": [in_docspace(file) for file in RUN.files],
    "report": {"sha256": "ab" * 32},
}


def test_a_manifest_that_says_what_the_ledger_says_contradicts_nothing() -> None:
    assert list(contradictions(SAID, RUN)) == []
    assert list(contradictions(SAID | {"more": "facts", "filter": None}, entry_of_all())) == []


def entry_of_all() -> Run:
    """The same of a report without a filter."""
    return entry(state=State.DONE, verdict=Verdict.GAPS, read=7, kept=5, sha256="ab" * 32, files=RUN.files, head=HEAD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("run", "r2"),
        ("period", "2025-02"),
        ("filter", ""),
        ("filter", "type:share"),
        ("verdict", "COMPLETE"),
        ("read", 8),
        ("kept", 4),
        ("ledger", {"entry": 2, "hash": "cd" * 32}),
        ("ledger", None),
        ("files", SAID["files"][:1]),
        ("files", SAID["files"][::-1]),
        ("report", {"sha256": "ef" * 32}),
        ("report", {}),
        ("report", "ab" * 32),
    ],
)
def test_whatever_a_manifest_says_otherwise_than_the_ledger_is_named(name: str, value: object) -> None:
    assert list(contradictions(SAID | {name: value}, RUN)) == [name]


@pytest.mark.parametrize("name", SAID)
def test_whatever_a_manifest_leaves_out_is_named(name: str) -> None:
    assert list(contradictions({key: value for key, value in SAID.items() if key != name}, RUN)) == [name]


def unchanged(run: str, **changes: Any) -> Run:
    return entry(run, files=(filed(Change.UNCHANGED),), **changes)


def test_the_run_that_uploaded_the_newest_report_is_looked_at_and_none_that_found_it_there() -> None:
    uploaded = entry("uploaded", files=(filed(Change.UNCHANGED), filed(Change.VERSION)))
    described = unchanged("described", manifest=filed())
    assert filer([unchanged("later"), uploaded, described]) is uploaded
    assert filer([unchanged("later"), described, uploaded]) is described
    assert filer([unchanged("later"), unchanged("first")]) == unchanged("first")
    assert filer([]) is None


def said(of: FileFindings) -> list[tuple[str, Outcome, str]]:
    return [(check.what, check.outcome, check.found) for check in of.checks]


def test_a_ledger_as_it_was_written_is_said_to_be_so_with_its_length() -> None:
    told = FileFindings()
    say_ledger(ReportClaim(None, [], ChainHead(3, "ab" * 32)), told)
    assert said(told) == [
        ("ledger", Outcome.INTACT, "3 entries: each matches the one before, and each run matches its entry")
    ]


def test_every_fault_of_a_ledger_is_said_and_nothing_that_is_well() -> None:
    told = FileFindings()
    faults = [
        LedgerFault(FaultKind.CHANGED, "entry 2 was changed"),
        LedgerFault(FaultKind.REMOVED, "entry 3 is missing"),
    ]
    say_ledger(ReportClaim(None, faults, ChainHead(3, "ab" * 32)), told)
    assert said(told) == [("ledger", Outcome.BROKEN, str(fault)) for fault in faults]


def test_of_an_empty_ledger_nothing_is_said() -> None:
    told = FileFindings()
    say_ledger(ReportClaim(None, [], None), told)
    assert said(told) == []


def manifested(store: Store, content: bytes, *, head: ChainHead | None) -> tuple[Outcome, str]:
    """What is found about a manifest of this content."""
    told = FileFindings()
    run = entry(state=State.DONE, files=RUN.files, sha256="ab" * 32, head=head)
    read = io.BytesIO(content)
    read.seek(0, io.SEEK_END)
    say_manifest(store.read, run, read, told)
    ((what, outcome, found),) = said(told)
    assert what == "manifest"
    return outcome, found


def content(head: ChainHead | None) -> bytes:
    changed = {"filter": None, "verdict": None, "read": None, "kept": None}
    return json.dumps(SAID | changed | {"ledger": {"entry": head.number, "hash": head.hash} if head else None}).encode()


def test_a_manifest_that_fits_says_so_and_names_the_ledger_entry_that_it_rests_on(sqlite_store: Store) -> None:
    fits = "it matches the ledger on the run and its files"
    found = manifested(sqlite_store, content(None), head=None)
    assert found == (Outcome.INTACT, f"{fits}; the ledger was empty when it was filed")
    head = sqlite_store.write(chain.append, Kind.RUN, "r0", {}, at=NOON)
    found = manifested(sqlite_store, content(head), head=head)
    assert found == (Outcome.INTACT, f"{fits}; it names ledger entry 1, which is present")


def test_a_manifest_that_rests_on_an_entry_which_is_not_there_is_broken(sqlite_store: Store) -> None:
    outcome, found = manifested(sqlite_store, content(HEAD), head=HEAD)
    assert outcome is Outcome.BROKEN
    assert found == "it contradicts the ledger: it names a ledger entry that is missing"


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'"r1"', b"\xff{}", b"null"])
def test_a_manifest_that_is_no_object_of_json_is_broken(text: bytes, sqlite_store: Store) -> None:
    outcome, found = manifested(sqlite_store, text, head=None)
    assert (outcome, found) == (Outcome.BROKEN, "it contradicts the ledger: its format")


def test_several_contradictions_are_named_together(sqlite_store: Store) -> None:
    wrong = json.loads(content(None)) | {"run": "r9", "kept": 4}
    assert manifested(sqlite_store, json.dumps(wrong).encode(), head=None)[1].endswith(": run, kept")


def test_a_known_version_is_told_by_the_hash_that_was_filed_under_it_its_manifest_among_them() -> None:
    one = entry("one", files=(filed(number=1), filed(number=2, version=3)), manifest=filed(number=9))
    assert ledger.filed_hashes([one, entry("none")]) == {(1, 1): "ab" * 32, (2, 3): "ab" * 32, (9, 1): "ab" * 32}


@dataclass(frozen=True)
class Archive:
    """A report of January that lies in DocSpace, and the ledger that tells of it."""

    standin: StandInPortal
    knock: Knock
    store: Store
    run: Run

    def verify(self) -> Verification:
        return verify(self.store.read, self.knock(self.standin), name="january")

    def said(self) -> list[tuple[str, Outcome]]:
        return [(check.what, check.outcome) for check in self.verify().checks]

    def deed(self, words: str) -> None:
        """What somebody does who owns the database."""
        self.store.write(lambda c: c.execute(sa.text(words)))


def laid(standin: StandInPortal, title: str, text: bytes) -> FiledFile:
    file = standin.files.upload(standin.folder_id, Upload(title=title, content=text, by="bot", at=NOON))
    sha256 = hashlib.sha256(text).hexdigest()
    return FiledFile(file.id, 1, standin.folder_id, title, "", size=len(text), sha256=sha256, change=Change.NEW)


@pytest.fixture
def archive(standin: StandInPortal, knock: Knock, sqlite_store: Store) -> Archive:
    txt = laid(standin, "x.txt", b"Compliance report")
    told = SAID | {"filter": None, "ledger": None, "files": [in_docspace(txt)], "report": {"sha256": txt.sha256}}
    paper = laid(standin, "x.manifest.json", json.dumps(told).encode())
    run = entry(
        state=State.DONE,
        portal=knock(standin).address,
        name="january",
        verdict=Verdict.GAPS,
        read=7,
        kept=5,
        sha256=txt.sha256,
        files=(txt,),
        manifest=paper,
    )
    sqlite_store.write(ledger.record, run, now=NOON)
    return Archive(standin, knock, sqlite_store, run)


def test_a_report_that_nobody_has_touched_is_intact_in_all_its_parts(archive: Archive) -> None:
    found = archive.verify()
    assert (found.outcome, found.run, found.name) == (Outcome.INTACT, "r1", "january")
    assert (found.sha256, found.head) == (archive.run.sha256, archive.store.read(chain.head))
    assert [check.what for check in found.checks] == ["ledger", "x.txt", "x.manifest.json", "manifest"]
    assert found.traces == ("5009 FileDownloaded of x.txt", "5009 FileDownloaded of x.manifest.json")
    assert found.edits == ()


def test_the_worst_that_is_found_is_what_the_check_comes_to(archive: Archive) -> None:
    archive.standin.files.overwrite(archive.run.files[0].id, 1, b"Compliance reporT")
    found = archive.verify()
    assert (found.outcome, [edit.version for edit in found.edits]) == (Outcome.CHANGED, [1])
    archive.deed("UPDATE runs SET kept = 4")
    assert archive.verify().outcome is Outcome.BROKEN


def test_a_file_that_is_missing_or_unread_is_worse_than_others_that_are_intact(archive: Archive) -> None:
    archive.standin.faults.next("/filehandler.ashx", Status(500), times=None)
    assert archive.verify().outcome is Outcome.UNREADABLE
    archive.standin.files.remove(archive.run.files[0].id)
    assert archive.verify().outcome is Outcome.MISSING


def test_of_a_manifest_with_other_bytes_it_is_not_looked_at_what_it_says(archive: Archive) -> None:
    assert archive.run.manifest is not None
    archive.standin.files.overwrite(archive.run.manifest.id, 1, b"{}")
    assert archive.said()[2:] == [("x.manifest.json", Outcome.CHANGED)]


def test_where_docspace_is_away_no_file_is_missed(archive: Archive) -> None:
    archive.standin.faults.next("/api/2.0/", Status(404), times=None)
    assert archive.standin.url.partition("://")[2].partition(":")[0] in archive.verify().checks[-1].found
    assert archive.said() == [("ledger", Outcome.INTACT), ("DocSpace", Outcome.UNREADABLE)]


def test_of_a_report_of_a_release_without_manifests_the_file_is_looked_at(archive: Archive) -> None:
    archive.deed("UPDATE runs SET manifest = NULL")
    found = archive.verify().checks
    assert [(check.what, check.outcome) for check in found[-2:]] == [
        ("x.txt", Outcome.INTACT),
        ("manifest", Outcome.INTACT),
    ]
    assert found[-1].found == "none was filed: the release that made the report did not write manifests"


def test_a_run_that_cannot_be_read_any_more_is_told_by_the_faults_of_the_ledger_alone(archive: Archive) -> None:
    archive.deed("UPDATE runs SET files = '[{}]'")
    found = archive.verify()
    assert (found.outcome, found.run, found.sha256, found.name) == (Outcome.BROKEN, "", "", "january")
    assert {check.what for check in found.checks} == {"ledger"}


def test_what_was_never_filed_here_cannot_be_checked(archive: Archive) -> None:
    archive.deed("DROP TRIGGER ledger_keeps_delete")
    archive.deed("DELETE FROM ledger")
    archive.deed("DELETE FROM runs")
    with pytest.raises(NoReport, match="january"):
        archive.verify()
