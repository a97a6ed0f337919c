"""``python -m bot diff | calendar | history``, and the ledger as it is looked at when the bot starts."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import cli
from bot.app import check_ledger
from bot.config import logs
from bot.store.database import Store, connect
from reporting.evidence import ledger
from reporting.run import State
from sandbox.portal import AuditEvent, StandInPortal
from sandbox.portal.setup import PortalSetup
from tests.bot.talk import Bot, entries, reported, say
from tests.bot.typed import Type, told, typed
from tests.entries import NOON, entry, filed

__all__ = ["typed"]
DAY = datetime(2025, 1, 20, 9, tzinfo=UTC)


def happens(portal: StandInPortal) -> int:
    """One more event of January; its id."""
    number = portal.audit.next_id()
    portal.audit.add(AuditEvent(id=number, date=DAY, action_id=5011, user_id="u", user="Zoe"))
    return number


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Store]:
    with closing(connect(f"sqlite:///{tmp_path / 'data' / 'bot.sqlite'}")) as store:
        yield store


def test_what_a_rerun_found_different_is_told_by_id_and_a_renamed_person_apart(
    typed: Type, portal: StandInPortal
) -> None:
    gone, renamed, changed = happens(portal), happens(portal), happens(portal)
    typed("report", "2025-01")
    for number in (gone, renamed, changed):
        portal.audit.remove(number)
    portal.audit.add(AuditEvent(id=renamed, date=DAY, action_id=5011, user_id="u", user="Zoe Smith"))
    portal.audit.add(AuditEvent(id=changed, date=DAY, action_id=5011, user_id="u", user="Zoe", ip="192.0.2.9"))
    added = happens(portal)
    typed("report", "2025-01")
    code, found = told(typed, "diff", "2025-01")
    ids = {name: found[f"{name}_ids"] for name in ("added", "vanished", "changed", "relabelled")}
    assert code == 0
    assert ids == {"added": [added], "vanished": [gone], "changed": [changed], "relabelled": [renamed]}
    _, out, _ = typed("diff", "2025-01")
    assert f"  VANISHED           1  ID {gone}\n             ID {gone} | 2025-01-" in out
    assert f"ID {added} | " in out
    assert "  User was Zoe [u], is Zoe Smith [u]\n" in out
    assert "  Location/IP was 192.0.2.1, is 192.0.2.9\n" in out
    assert found["events"]["before"][str(gone)]["User"] == "Zoe [u]"


def test_a_report_says_itself_what_vanished_since_the_one_before(typed: Type, portal: StandInPortal) -> None:
    gone = [happens(portal), happens(portal)]
    _, first = told(typed, "report", "2025-01")
    assert (first["changes"], first["not_compared"], first["unchanged"]) == (None, "", False)
    portal.audit.remove(gone[0])
    _, out, _ = typed("report", "2025-01")
    assert "  VANISHED 1 event that the report before had; python -m bot diff names them" in out
    portal.audit.remove(gone[1])
    _, last = told(typed, "report", "2025-01")
    assert last["changes"]["vanished_ids"] == [gone[1]]


def test_two_readings_that_found_the_same_have_nothing_different(typed: Type) -> None:
    typed("report", "2025-01")
    typed("report", "2025-01")
    _, found = told(typed, "diff", "2025-01")
    assert [found[name] for name in ("added", "vanished", "changed", "relabelled")] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "words",
    [
        *(["history"], ["calendar", "2025"], ["verify", "2025-01"], ["diff", "2025-01"]),
        *(["submit", "2025-01", "--channel", "C1"], ["bundle", "2025-01", "--out", "x.zip"]),
    ],
)
def test_where_there_is_no_database_no_command_makes_an_empty_one_to_answer_from(
    words: list[str], typed: Type, tmp_path: Path
) -> None:
    code, _, err = typed(*words)
    assert (code, "There is no database at" in err) == (1, True)
    assert not (tmp_path / "data").exists()


def test_the_month_of_a_missing_report_is_the_one_to_ask_for(typed: Type) -> None:
    typed("report", "2025-01")
    for word in ("verify", "diff"):
        assert "/compliance-report 2024-10" in told(typed, word, "2024-10")[1]["hint"]


def test_one_report_alone_cannot_be_compared(typed: Type) -> None:
    typed("report", "2025-01")
    assert told(typed, "diff", "2025-01")[1]["kind"] == "NotComparable"
    assert told(typed, "diff", "2025-02")[1]["kind"] == "NoReport"


def test_reports_of_different_zones_are_not_compared(typed: Type) -> None:
    typed("report", "2025-01")
    typed("report", "2025-01", REPORT_TIMEZONE="Asia/Tokyo")
    code, found = told(typed, "diff", "2025-01")
    assert (code, found["kind"]) == (1, "NotComparable")


def test_a_run_of_the_bot_keeps_what_it_found_different_for_its_summary(
    bot: Bot, slack, portal: StandInPortal, tmp_path: Path, database: Store
) -> None:
    gone = happens(portal)
    with bot():
        say(slack, "2025-01")
        reported(slack)
        portal.audit.remove(gone)
        say(slack, "rerun 2025-01")
        reported(slack, 2)
        say(slack, "rerun 2025-01")
        reported(slack, 3)
    first, second, third = entries(tmp_path)
    changes = [made_of(database, run.run)["changes"] for run in (first, second, third)]
    assert changes[0] is changes[2] is None
    assert (changes[1]["against"], changes[1]["vanished"], changes[1]["vanished_ids"]) == (first.run, 1, [gone])


def made_of(store: Store, run: str):
    return json.loads(store.write(ledger.outcome, run) or "")


def test_the_calendar_says_how_each_month_stands(typed: Type) -> None:
    typed("report", "2025-01")
    code, found = told(typed, "calendar", "2025")
    assert code == 0
    assert [row["state"] for row in found][:2] == ["made", "beyond retention"]
    _, out, _ = typed("calendar", "2025")
    assert out.startswith("2025, Europe/Riga\n  2025-01  made                    333 events  version 1, SHA-256 ")
    assert len(out.splitlines()) == 13 + out.count("older than the portal's 180 days setting")


@pytest.mark.parametrize("setup", [PortalSetup(audit_lifetime_days=30)])
def test_a_missing_month_that_the_portal_has_deleted_is_said_to_be_beyond_retention(typed: Type) -> None:
    typed("report", "2025-12")
    _, found = told(typed, "calendar", "2025")
    assert {row["state"] for row in found[:6]} == {"beyond retention"}


@pytest.mark.parametrize(("words", "runs"), [([], 2), (["2025"], 1), (["2024-12"], 1), (["2023"], 0)])
def test_the_history_is_of_all_of_a_year_or_of_a_month(words: list[str], runs: int, typed: Type) -> None:
    typed("report", "2025-01")
    typed("report", "2024-12", "type:delete")
    code, found = told(typed, "history", *words)
    assert (code, len(found)) == (0, runs)


def test_the_history_shows_the_newest_and_says_how_many_it_leaves_out(
    typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "MOST", 1)
    typed("report", "2025-01")
    typed("report", "2024-12", "type:delete")
    code, out, err = typed("history", "--json")
    assert (code, len(json.loads(out))) == (0, 1)
    assert "The newest 1 of 2 runs; --all shows every one." in err
    code, out, err = typed("history", "--json", "--all")
    assert (code, len(json.loads(out)), "newest" in err) == (0, 2, False)


def test_the_history_in_words_says_who_what_and_which_entry(typed: Type) -> None:
    typed("report", "2025-01")
    _, out, _ = typed("history")
    assert "by whoever hosts the bot, with terminal" in out
    assert "report     COMPLETE, 333 events, version 1, SHA-256" in out
    assert "ledger 1:" in out


@pytest.mark.parametrize("words", [["history", "soon"], ["calendar", "25"], ["verify", "January"], ["diff", "x"]])
def test_what_is_no_month_or_year_is_wrong_usage(words: list[str], typed: Type) -> None:
    assert typed(*words)[0] == 2


def test_every_run_that_ended_has_one_entry_however_it_was_asked_for(
    typed: Type, bot: Bot, slack, portal: StandInPortal, tmp_path: Path, database: Store
) -> None:
    typed("report", "2025-01")
    with bot():
        say(slack, "2024-12")
        reported(slack)
    assert check_ledger(database) == []
    assert [run.link.number for run in entries(tmp_path) if run.link] == [1, 2]


def test_a_broken_ledger_is_said_fault_by_fault_in_the_log_when_the_bot_starts(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    def write(c) -> None:
        ledger.accept(c, entry(state=State.RUNNING))
        ledger.record_result(c, "r1", {}, now=NOON)
        c.execute(text("UPDATE runs SET kept = 4"))

    sqlite_store.write(write)
    logs.configure()
    [fault] = check_ledger(sqlite_store)
    broken, checked = map(json.loads, capsys.readouterr().err.splitlines())
    assert "kept" in str(fault)
    assert (broken["level"], broken["event"], broken["reason"]) == ("error", "ledger broken", str(fault))
    assert (checked["event"], checked["entries"], checked["faults"]) == ("ledger checked", 1, 1)


def filed_in_january(store: Store, portal: StandInPortal, number: int) -> None:
    """The ledger knows that the bot filed something in the middle of January."""
    one = entry(state=State.DONE, began=DAY, ended=DAY, portal=portal.url, files=(filed(number=number),))
    store.write(ledger.record, one, now=DAY)


@pytest.mark.parametrize("upload", ["--upload", "--no-upload"])
def test_what_the_bot_filed_in_a_month_has_to_be_in_its_audit_trail(
    typed: Type, portal: StandInPortal, database: Store, upload: str
) -> None:
    code, before = told(typed, "report", "2025-01")
    filed_in_january(database, portal, 90210)
    lost, found = told(typed, "report", "2025-01", upload)
    portal.audit.add(
        AuditEvent(id=portal.audit.next_id(), date=DAY, action_id=5099, user_id="u", user="Bot", target=("90210",))
    )
    again, mended = told(typed, "report", "2025-01", upload)
    assert (code, before["verdict"], before["recording_check"]["uploads"]) == (0, "COMPLETE", 0)
    assert (lost, found["verdict"], found["recording_check"]["missing"]) == (3, "GAPS", 1)
    assert "file 90210, which the bot filed by 2025-01-20T09:00:00Z: “x.txt”" in found["reasons"][0]
    assert (again, mended["verdict"], mended["reasons"]) == (0, "COMPLETE", [])
