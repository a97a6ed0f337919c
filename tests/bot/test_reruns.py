"""A month that was reported before is asked for again."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store.database import connect
from reporting.evidence import ledger
from reporting.report import Change
from reporting.run import State
from sandbox.portal import AuditEvent, StandInPortal
from sandbox.slack import StandInSlack
from tests.bot.talk import Bot, entries, filed_texts, reported, say, written
from tests.entries import entry, filed

SAME = "Nothing has changed"


def happens(portal: StandInPortal) -> int:
    """One more event of January comes in late; its id."""
    number, moment = portal.audit.next_id(), datetime(2025, 1, 20, 9, tzinfo=UTC)
    portal.audit.add(AuditEvent(id=number, date=moment, action_id=5011, user_id="u"))
    return number


def uploads(portal: StandInPortal) -> int:
    """How often a report was uploaded; each brings its manifest."""
    versions = [len(file.versions) for file in portal.files.files_in(portal.folder_id)]
    reports = sum(len(file.versions) for file in filed_texts(portal))
    assert sum(versions) == 2 * reports
    return reports


@pytest.mark.parametrize("asked", ["rerun 2025-01", "2025-01"])
def test_equal_content_uploads_nothing_and_says_so(
    asked: str, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        say(slack, "2025-01")
        reported(slack)
        say(slack, asked)
        _, second = reported(slack, 2)
    assert uploads(portal) == 1
    assert SAME in written(second)
    assert "nothing has changed" in second.text
    assert "version 1" in written(second)
    before, after = entries(tmp_path)
    assert (after.state, after.supersedes, after.sha256) == (State.DONE, "", before.sha256)
    assert [file.change for file in after.files] == [Change.UNCHANGED]
    assert [file.change for file in before.files] == [Change.NEW]


def test_equal_content_is_not_downloaded_to_be_compared(bot: Bot, slack: StandInSlack, portal: StandInPortal) -> None:
    with bot():
        say(slack, "2025-01")
        reported(slack)
        say(slack, "rerun 2025-01")
        reported(slack, 2)
    assert not [request for request in portal.requests if "filehandler" in request.path.lower()]


def test_a_changed_month_is_the_next_version_and_the_run_before_is_superseded(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        say(slack, "2025-01")
        reported(slack)
        happens(portal)
        say(slack, "rerun 2025-01")
        first, second = reported(slack, 2)
    [file] = filed_texts(portal)
    assert [version.number for version in file.versions] == [1, 2]
    assert "version 1" in written(first)
    assert "version 2" in written(second)
    assert SAME not in written(second)
    before, after = entries(tmp_path)
    assert (before.state, after.state, after.supersedes) == (State.DONE, State.DONE, before.run)
    assert [one.change for one in after.files] == [Change.VERSION]
    assert superseded(tmp_path, before.run)
    assert not superseded(tmp_path, after.run)


def superseded(folder: Path, run: str) -> bool:
    store = connect(f"sqlite:///{folder / 'data' / 'bot.sqlite'}")
    try:
        return store.write(ledger.is_superseded, run)
    finally:
        store.engine.dispose()


def test_what_changes_back_is_a_third_version_and_not_taken_for_the_first(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        say(slack, "2025-01")
        reported(slack)
        late = happens(portal)
        say(slack, "rerun 2025-01")
        reported(slack, 2)
        portal.audit.remove(late)
        say(slack, "rerun 2025-01")
        *_, third = reported(slack, 3)
    [file] = filed_texts(portal)
    assert file.version(None).number == 3
    assert file.versions[0].content == file.versions[2].content
    assert SAME not in written(third)
    assert entries(tmp_path)[2].supersedes == entries(tmp_path)[1].run


@pytest.mark.parametrize("why", ["locked", "open in an editor"])
def test_a_file_that_cannot_be_replaced_gets_a_twin_with_a_warning(
    why: str, bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        say(slack, "2025-01")
        reported(slack)
        [file] = filed_texts(portal)
        portal.files.lock(file.id, "somebody" if why == "locked" else None)
        portal.files.edit(file.id, going_on=why == "open in an editor")
        happens(portal)
        say(slack, "rerun 2025-01")
        _, second = reported(slack, 2)
        say(slack, "rerun 2025-01")
        *_, third = reported(slack, 3)
    assert "second file of the same name" in written(second)
    titles = [one.title for one in filed_texts(portal)]
    assert titles == ["compliance-report-2025-01.txt"] * 2
    assert SAME in written(third)
    first, twin, same = entries(tmp_path)
    assert (twin.state, twin.supersedes, same.state) == (State.WARNED, first.run, State.DONE)
    assert [one.change for one in twin.files + same.files] == [Change.TWIN, Change.UNCHANGED]
    assert same.files[0].id == twin.files[0].id != first.files[0].id


def test_a_file_that_was_deleted_meanwhile_is_filed_anew(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        say(slack, "2025-01")
        reported(slack)
        [file] = filed_texts(portal)
        portal.files.remove(file.id)
        say(slack, "rerun 2025-01")
        _, second = reported(slack, 2)
    [again] = filed_texts(portal)
    assert again.id != file.id
    assert SAME not in written(second)
    before, after = entries(tmp_path)
    assert (after.state, after.supersedes) == (State.DONE, before.run)
    assert [one.change for one in after.files] == [Change.NEW]


def test_a_filtered_report_never_takes_the_place_of_a_whole_one(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    with bot():
        say(slack, "2025-01")
        reported(slack)
        say(slack, "rerun 2025-01 type:delete")
        reported(slack, 2)
    assert len(filed_texts(portal)) == 2
    assert [entry.supersedes for entry in entries(tmp_path)] == ["", ""]


def test_what_the_bot_filed_in_a_month_and_the_audit_trail_does_not_show_is_named_in_the_summary(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    day = datetime(2025, 1, 20, 9, tzinfo=UTC)
    lost = entry(state=State.DONE, began=day, ended=day, portal=portal.url, files=(filed(number=90210),))
    with bot(), closing(connect(f"sqlite:///{tmp_path / 'data' / 'bot.sqlite'}")) as store:
        store.write(ledger.record, lost, now=day)
        say(slack, "2025-01")
        [report] = reported(slack)
    assert "GAPS" in written(report)
    assert "file 90210, which the bot filed by 2025-01-20T09:00:00Z: “x.txt”" in written(report)
