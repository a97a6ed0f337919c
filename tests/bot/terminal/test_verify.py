"""``python -m bot verify``: what somebody did to a report is said plainly, and nothing is claimed that was not seen."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.database import connect
from reporting.evidence import ledger
from reporting.run import OPEN, State
from sandbox.portal import Reset, StandInPortal, Status
from sandbox.portal.files import ROOMS_ROOT, TRASH_ROOT, StoredFile, Upload
from tests.bot.typed import Type, told, typed

__all__ = ["typed"]
NOW = datetime(2026, 1, 2, tzinfo=UTC)
TXT, MANIFEST = "compliance-report-2025-01.txt", "compliance-report-2025-01.manifest.json"


def file(portal: StandInPortal, title: str = TXT) -> StoredFile:
    return next(one for one in portal.files.files_in(portal.folder_id) if one.title == title)


def replaced(portal: StandInPortal, content: bytes, title: str = TXT) -> None:
    """Somebody uploads a file of that name, who is not the bot."""
    portal.files.upload(portal.folder_id, Upload(title=title, content=content, by="somebody", at=NOW))


@pytest.fixture
def filed(typed: Type, portal: StandInPortal) -> StandInPortal:
    """January is filed, and nobody has touched it."""
    assert typed("report", "2025-01")[0] == 0
    portal.requests.clear()
    return portal


def verified(typed: Type) -> tuple[int, str, list[tuple[str, str, str]], Any]:
    code, found = told(typed, "verify", "2025-01")
    return code, found["outcome"], [(one["what"], one["outcome"], one["found"]) for one in found["checks"]], found


def bad(checks: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(what, outcome) for what, outcome, _ in checks if outcome != "intact"]


def test_what_nobody_has_touched_is_intact(filed: StandInPortal, typed: Type) -> None:
    code, outcome, checks, _ = verified(typed)
    assert (code, outcome) == (0, "intact")
    assert [what for what, _, _ in checks] == ["ledger", TXT, MANIFEST, "manifest"]


def test_the_downloads_that_the_check_makes_are_named_and_are_all_it_leaves(filed: StandInPortal, typed: Type) -> None:
    before = set(filed.audit.ids_between(None, None))
    *_, found = verified(typed)
    left = [event for event in filed.audit.events_between(None, None) if event.id not in before]
    assert [event.action_id for event in left] == [5009, 5009]
    assert found["traces"] == [f"5009 FileDownloaded of {TXT}", f"5009 FileDownloaded of {MANIFEST}"]


def test_people_read_it_in_words(filed: StandInPortal, typed: Type) -> None:
    code, out, _ = typed("verify", "2025-01")
    assert code == 0
    assert out.startswith("compliance-report-2025-01: INTACT\n")
    assert "the portal's audit trail: 5009 FileDownloaded" in out


def test_bytes_that_were_changed_behind_the_portal_s_back_are_seen_with_who_wrote_the_version(
    filed: StandInPortal, typed: Type
) -> None:
    there = file(filed)
    content = there.version(1).content
    filed.files.overwrite(there.id, 1, content.replace(b"Total events: 333", b"Total events: 332"))
    code, outcome, checks, found = verified(typed)
    assert (code, outcome, bad(checks)) == (1, "changed", [(TXT, "changed")])
    assert [(edit["version"], edit["title"]) for edit in found["edits"]] == [(1, TXT)]
    assert found["edits"][0]["by"]


def test_a_version_that_somebody_put_in_its_place_is_named_and_ours_is_intact_below(
    filed: StandInPortal, typed: Type
) -> None:
    replaced(filed, b"nothing happened")
    code, outcome, checks, found = verified(typed)
    assert (code, outcome) == (1, "replaced")
    assert [(what, how) for what, how, _ in checks[1:3]] == [(TXT, "replaced"), (TXT, "intact")]
    assert "the newest is version 2, the filed one is version 1; its content is different" in checks[1][2]
    assert [edit["version"] for edit in found["edits"]] == [1, 2]
    assert f"5062 FileRevisionDownloaded (version 1) of {TXT}" in found["traces"]
    assert "REPLACED by version 2" in typed("verify", "2025-01")[1]


def test_the_same_bytes_uploaded_again_are_said_to_be_the_same(filed: StandInPortal, typed: Type) -> None:
    replaced(filed, file(filed).version(1).content)
    _, outcome, checks, _ = verified(typed)
    assert outcome == "replaced"
    assert "both have the same content" in checks[1][2]


def test_a_file_that_was_erased_is_missing(filed: StandInPortal, typed: Type) -> None:
    filed.files.remove(file(filed).id)
    code, outcome, checks, _ = verified(typed)
    assert (code, outcome, bad(checks)) == (1, "missing", [(TXT, "missing")])


@pytest.mark.parametrize("title", [TXT, MANIFEST])
def test_a_file_in_the_trash_is_missing(title: str, filed: StandInPortal, typed: Type) -> None:
    filed.files.move(file(filed, title).id, TRASH_ROOT)
    _, outcome, checks, _ = verified(typed)
    assert outcome == "missing"
    assert (title, "missing") in bad(checks)


def test_a_version_that_was_deleted_below_a_newer_one_is_missing(filed: StandInPortal, typed: Type) -> None:
    replaced(filed, b"other")
    filed.files.forget(file(filed).id, 1)
    _, outcome, checks, _ = verified(typed)
    assert outcome == "missing"
    assert (TXT, "replaced") in bad(checks)


def test_a_file_that_was_moved_or_renamed_is_changed_although_its_bytes_are_not(
    filed: StandInPortal, typed: Type
) -> None:
    there = file(filed)
    filed.files.move(there.id, ROOMS_ROOT)
    filed.files.rename(there.id, "\u202eother.txt")
    _, outcome, checks, found = verified(typed)
    assert outcome == "changed"
    said = [words for what, _, words in checks if what == TXT]
    assert said[0] == f"it was moved from folder {filed.folder_id} to folder {ROOMS_ROOT}"
    assert said[1] == "it was renamed to “\\u202eother.txt”"
    assert "has the" in said[2]
    assert "\u202e" not in json.dumps(found, ensure_ascii=False)


def test_a_manifest_that_was_changed_is_seen(filed: StandInPortal, typed: Type) -> None:
    there = file(filed, MANIFEST)
    filed.files.overwrite(there.id, 1, there.version(1).content.replace(b"COMPLETE", b"complete"))
    _, outcome, checks, _ = verified(typed)
    assert (outcome, bad(checks)) == ("changed", [(MANIFEST, "changed")])


@pytest.mark.parametrize("fault", [Status(500), Reset()])
def test_a_file_that_cannot_be_read_is_said_to_be_unread(fault: Any, filed: StandInPortal, typed: Type) -> None:
    filed.faults.next("/filehandler.ashx", fault, times=None)
    code, outcome, checks, _ = verified(typed)
    assert (code, outcome) == (1, "unreadable")
    assert bad(checks) == [(TXT, "unreadable"), (MANIFEST, "unreadable")]


def test_a_portal_that_is_not_there_any_more_is_not_taken_for_a_lost_file(filed: StandInPortal, typed: Type) -> None:
    filed.faults.next("/api/2.0/", Status(404), times=None)
    _, outcome, checks, _ = verified(typed)
    assert (outcome, bad(checks)) == ("unreadable", [("DocSpace", "unreadable")])


@contextmanager
def owned(folder: Path) -> Iterator[sa.Connection]:
    """The database, in the hands of somebody who does with it what they like."""
    with closing(connect(f"sqlite:///{folder / 'data' / 'bot.sqlite'}")) as store, store.engine.begin() as c:
        for deed in ("update", "delete"):
            c.execute(sa.text(f"DROP TRIGGER ledger_keeps_{deed}"))
        yield c


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE ledger SET at = 'then'",
        "UPDATE runs SET kept = 332",
        "UPDATE runs SET state = 'nonsense'",
        "UPDATE runs SET files = '[{}]'",
    ],
)
def test_a_ledger_that_was_changed_is_broken_and_says_where(
    deed: str, filed: StandInPortal, typed: Type, tmp_path: Path
) -> None:
    with owned(tmp_path) as c:
        c.exec_driver_sql(deed)
    code, outcome, checks, found = verified(typed)
    assert (code, outcome) == (1, "broken")
    assert checks[0][:2] == ("ledger", "broken")
    assert found["head"]["number"] == 1


def test_a_hash_that_was_changed_in_ledger_and_chain_does_not_fit_the_manifest(
    filed: StandInPortal, typed: Type, tmp_path: Path
) -> None:
    """Somebody who owns the database forges the counts, and the chain with them."""
    with owned(tmp_path) as c:
        c.exec_driver_sql("UPDATE runs SET kept = 332")
        c.exec_driver_sql("DELETE FROM ledger")
        ledger.append_to_chain(c, c.exec_driver_sql("SELECT run FROM runs").scalar_one(), now=NOW)
    _, outcome, checks, _ = verified(typed)
    assert (outcome, bad(checks)) == ("broken", [("manifest", "broken")])
    assert "contradicts the ledger: kept" in checks[-1][2]


@pytest.mark.parametrize("state", OPEN)
def test_a_forged_report_is_broken_though_its_run_says_that_it_goes_on(
    state: State, filed: StandInPortal, typed: Type, tmp_path: Path
) -> None:
    """Somebody who owns the room and the database forges the TXT, the manifest to fit it, and the run to fit both."""
    hashes: list[tuple[str, str]] = []
    for title in TXT, MANIFEST:
        there = file(filed, title)
        was = there.version(1).content
        forged = was.replace(b"Total events: 333", b"Total events: 332")
        for before, after in hashes:
            forged = forged.replace(before.encode(), after.encode())
        filed.files.overwrite(there.id, 1, forged)
        hashes.append((hashlib.sha256(was).hexdigest(), hashlib.sha256(forged).hexdigest()))
    with owned(tmp_path) as c:
        c.execute(sa.text("UPDATE runs SET state = :state"), {"state": state.value})
        for before, after in hashes:
            names = ", ".join(f"{name} = replace({name}, :before, :after)" for name in ("sha256", "files", "manifest"))
            c.execute(sa.text(f"UPDATE runs SET {names}"), {"before": before, "after": after})
    code, outcome, checks, _ = verified(typed)
    assert (code, outcome) == (1, "broken")
    assert ("ledger", "broken") in bad(checks)


def test_of_a_rerun_that_changed_nothing_the_files_of_the_report_before_are_checked(
    filed: StandInPortal, typed: Type
) -> None:
    typed("report", "2025-01")
    code, outcome, checks, _ = verified(typed)
    assert (code, outcome) == (0, "intact")
    assert [what for what, _, _ in checks] == ["ledger", TXT, MANIFEST, "manifest"]


def test_a_month_without_a_report_cannot_be_checked(filed: StandInPortal, typed: Type) -> None:
    code, found = told(typed, "verify", "2024-11")
    assert (code, found["kind"]) == (1, "NoReport")


def test_a_filtered_report_is_checked_by_its_filter(typed: Type, portal: StandInPortal) -> None:
    typed("report", "2025-01", "type:delete")
    assert told(typed, "verify", "2025-01", "type:delete")[1]["outcome"] == "intact"
    assert told(typed, "verify", "2025-01")[1]["kind"] == "NoReport"
