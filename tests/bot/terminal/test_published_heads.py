"""Somebody who owns the database takes entries off the ledger's end, or adds one: what lies in DocSpace tells of it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.queries.reviews import comment
from bot.store.database import connect
from reporting.docspace.api import client as docspace
from reporting.docspace.api.rate_limit import RateLimit
from reporting.docspace.files.version_comment import put_comment
from reporting.evidence import reviews
from reporting.verification import Result, Review
from sandbox.portal import StandInPortal, Status
from sandbox.portal.files import Upload
from tests.bot.typed import Type, told, typed

__all__ = ["typed"]
NOW = datetime(2026, 1, 2, tzinfo=UTC)
JANUARY, DELETIONS = ("report", "2025-01"), ("report", "2025-01", "type:delete")


@contextmanager
def owned(folder: Path) -> Iterator[sa.Connection]:
    """The database, in the hands of somebody who does with it what they like."""
    with closing(connect(f"sqlite:///{folder / 'data' / 'bot.sqlite'}")) as store, store.engine.begin() as c:
        for deed in ("update", "delete"):
            c.execute(sa.text(f"DROP TRIGGER IF EXISTS ledger_keeps_{deed}"))
        yield c


def cut(folder: Path) -> None:
    """Take off the newest entry, with all that tells of its run."""
    with owned(folder) as c:
        number, run, kind = c.exec_driver_sql("SELECT max(number), run, kind FROM ledger").one()
        c.exec_driver_sql("DELETE FROM ledger WHERE number = ?", (number,))
        if kind == "run":
            c.exec_driver_sql("DELETE FROM runs WHERE run = ?", (run,))
            c.exec_driver_sql("DELETE FROM run_events WHERE run = ?", (run,))


def reviewed(folder: Path, portal: StandInPortal, *, confirmed: bool, by: str = "U9") -> Review:
    """The report of January is reviewed; as the bot does it, that stands beside the file in DocSpace too."""
    with owned(folder) as c:
        run = str(c.exec_driver_sql("SELECT run FROM runs ORDER BY asked LIMIT 1").scalar_one())
        found = reviews.review(c, run, reviewer=by, result=Result.ACCEPTED, reason="fine", askers=(), now=NOW)
    if confirmed:
        with docspace.connect(portal.url, portal.key) as client:
            there = docspace.Portal(client, RateLimit(per_minute=60, at_once=1), patience=1, minutes=1)
            put_comment(there, found.file, found.version, comment(found))
    return found


def verified(typed: Type, *words: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """What the check comes to, and what each head outside of the database says."""
    _, found = told(typed, "verify", "2025-01", *words)
    return found["outcome"], {one["what"]: (one["outcome"], one["found"]) for one in found["heads"]}


def test_a_whole_ledger_is_confirmed_by_docspace_and_what_the_terminal_cannot_see_is_not_checked(typed: Type) -> None:
    assert typed(*JANUARY)[0] == 0
    outcome, heads = verified(typed)
    assert outcome == "intact"
    assert heads["heads in DocSpace"][0] == "intact"
    assert heads["heads in Slack"][0] == "not checked"
    code, out, _ = typed("verify", "2025-01")
    assert (code, "not checked heads in Slack" in out) == (0, True)


def test_a_run_that_was_cut_off_is_told_by_the_manifest_that_it_filed(typed: Type, tmp_path: Path) -> None:
    assert typed(*JANUARY)[0] == 0
    assert typed(*DELETIONS)[0] == 0
    assert verified(typed)[0] == "intact"
    cut(tmp_path)
    outcome, heads = verified(typed)
    assert outcome == "broken"
    assert "which is not in the ledger" in heads["heads in DocSpace"][1]


def test_a_rerun_that_was_cut_off_is_told_by_the_version_that_it_filed(
    typed: Type, portal: StandInPortal, tmp_path: Path
) -> None:
    assert typed(*JANUARY)[0] == 0
    portal.audit.remove(sorted(portal.audit.ids_between(None, None))[100])
    assert typed(*JANUARY)[0] == 0
    cut(tmp_path)
    outcome, heads = verified(typed)
    assert outcome == "broken"
    assert "version 2, names run" in heads["heads in DocSpace"][1]


def test_a_chain_that_was_written_anew_is_told_by_another_report_s_manifest(typed: Type, tmp_path: Path) -> None:
    """Verified is the first report, whose own manifest names no entry: there was none yet."""
    assert typed(*JANUARY)[0] == 0
    assert typed(*DELETIONS)[0] == 0
    with owned(tmp_path) as c:
        rewrite(c)
    outcome, heads = verified(typed)
    assert outcome == "broken"
    assert "names ledger entry 1, which is missing" in heads["heads in DocSpace"][1]


def rewrite(c: sa.Connection) -> None:
    """Forge who asked for the first run, and have all that can be computed fit that."""
    from reporting.evidence import ledger

    c.exec_driver_sql("UPDATE runs SET asker = 'U0EVE' WHERE asked = (SELECT min(asked) FROM runs)")
    c.exec_driver_sql("DELETE FROM ledger")
    c.exec_driver_sql("UPDATE runs SET link = ''")
    for run in c.exec_driver_sql("SELECT run FROM runs ORDER BY asked").scalars().all():
        head = c.exec_driver_sql("SELECT number || ':' || hash FROM ledger ORDER BY number DESC").scalar()
        c.exec_driver_sql("UPDATE runs SET head = ? WHERE run = ?", (head or "", run))
        ledger.append_to_chain(c, run, now=NOW)


def test_a_review_that_was_cut_off_is_told_by_the_comment_of_the_version(
    typed: Type, portal: StandInPortal, tmp_path: Path
) -> None:
    assert typed(*JANUARY)[0] == 0
    reviewed(tmp_path, portal, confirmed=True)
    outcome, heads = verified(typed)
    assert (outcome, heads["reviews in DocSpace"][0]) == ("intact", "intact")
    cut(tmp_path)
    outcome, heads = verified(typed)
    assert outcome == "broken"
    assert "ledger entry 2" in heads["reviews in DocSpace"][1]


@pytest.mark.parametrize("before", [True, False])
def test_a_review_that_was_added_is_confirmed_by_nothing(
    before: bool, typed: Type, portal: StandInPortal, tmp_path: Path
) -> None:
    assert typed(*JANUARY)[0] == 0
    if before:
        reviewed(tmp_path, portal, confirmed=True)
    reviewed(tmp_path, portal, confirmed=False, by="U0EVE")
    outcome, heads = verified(typed)
    assert outcome == "unreadable"
    assert heads["reviews in DocSpace"][1].startswith("DocSpace does not show the review of ledger entry")


@pytest.mark.parametrize("fault", [Status(403), Status(404)])
def test_what_cannot_be_reached_is_not_checked_and_never_intact(fault: Any, typed: Type, portal: StandInPortal) -> None:
    assert typed(*JANUARY)[0] == 0
    portal.faults.next(f"/api/2.0/files/{portal.folder_id}", fault, times=None)
    outcome, heads = verified(typed)
    assert outcome == "unreadable"
    assert {how for how, _ in heads.values()} == {"not checked"}


@pytest.mark.parametrize("content", [b"[]", b"[" * 100_000, b"\xff", b'{"run":7,"ledger":null}', b'{"run":"r9"}'])
def test_a_manifest_that_somebody_else_laid_there_is_no_proof_of_anything(
    content: bytes, typed: Type, portal: StandInPortal
) -> None:
    assert typed(*JANUARY)[0] == 0
    portal.files.upload(
        portal.folder_id, Upload(title="\x1b[2Jx.manifest.json", content=content, by="somebody", at=NOW)
    )
    outcome, heads = verified(typed)
    assert (outcome, heads["heads in DocSpace"][0]) == ("intact", "intact")
    assert typed("verify", "2025-01")[1].replace("\n", "").isprintable()
