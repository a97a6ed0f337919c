"""A copy of the database that was taken while the bot worked, and a bot that goes on from it."""

import resource
import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import cli
from bot.config.settings import PortalSettings, load
from bot.errors import AlreadyThere, BackupElsewhere, BackupUnsound, DatabaseMissing, DatabaseTrouble
from bot.store.database import Store, connect
from bot.terminal.backup import back_up
from bot.web.slack_delivery import DeliveryChannel
from reporting.errors.base import DiskTrouble
from reporting.evidence import chain, ledger
from reporting.evidence.ledger_check import check
from reporting.run import State
from sandbox.slack import StandInSlack
from tests.bot.talk import entries, reported, say, seen
from tests.entries import NOON, entry

Bot = Callable[..., AbstractContextManager[DeliveryChannel]]


@pytest.fixture
def settings(portal_settings: PortalSettings, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> PortalSettings:
    """Settings with a database that has one run in it."""
    sqlite_store.write(ledger.record, entry(state=State.FAILED), now=NOON)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{sqlite_store.file}")
    return load(PortalSettings)


def test_a_bot_goes_on_from_a_copy_that_was_taken_while_it_worked(
    bot: Bot, slack: StandInSlack, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite"
    with bot():
        say(slack, "2025-01")
        reported(slack)
        said = back_up(load(PortalSettings), copy)
        say(slack, "2024-12")
        reported(slack, 2)
    assert "1 entry in the ledger" in said
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "data").mkdir()
    shutil.copy(copy, tmp_path / "data" / "bot.sqlite")
    assert [str(one.order.month) for one in entries(tmp_path)] == ["2025-01"]
    with bot():
        say(slack, "2025-01")
        seen(slack, "othing has changed")
    store = connect(f"sqlite:///{tmp_path / 'data' / 'bot.sqlite'}")
    faults, head = store.write(check), store.write(chain.head)
    store.close()
    assert (faults, head and head.number) == ([], 2)


def test_the_copy_says_what_is_in_it(settings: PortalSettings, sqlite_store: Store, tmp_path: Path) -> None:
    head = sqlite_store.write(chain.head)
    assert head
    assert (
        back_up(settings, tmp_path / "c.sqlite")
        == f"{tmp_path}/c.sqlite: 1 entry in the ledger, the newest is {head.hash}"
    )


def test_nobody_else_may_read_the_copy(settings: PortalSettings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "c.sqlite")
    assert (tmp_path / "c.sqlite").stat().st_mode & 0o777 == 0o600


def test_half_a_copy_is_not_left(settings: PortalSettings, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
        with pytest.raises(DatabaseTrouble, match="no copy of it could be made"):
            back_up(settings, tmp_path / "c.sqlite")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not (tmp_path / "c.sqlite").exists()


def test_nothing_is_written_over(settings: PortalSettings, tmp_path: Path) -> None:
    (tmp_path / "c.sqlite").write_text("precious")
    with pytest.raises(AlreadyThere, match="already exists"):
        back_up(settings, tmp_path / "c.sqlite")
    assert (tmp_path / "c.sqlite").read_text() == "precious"


def test_a_copy_that_cannot_be_written_is_refused(settings: PortalSettings, tmp_path: Path) -> None:
    with pytest.raises(DiskTrouble, match="nowhere"):
        back_up(settings, tmp_path / "nowhere" / "c.sqlite")


def test_without_a_database_there_is_no_copy(portal_settings: PortalSettings, tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing, match="There is no database at"):
        back_up(portal_settings, tmp_path / "c.sqlite")
    assert not (tmp_path / "data" / "bot.sqlite").exists()


def test_a_ledger_that_was_changed_is_noticed_in_the_copy(
    settings: PortalSettings, sqlite_store: Store, tmp_path: Path
) -> None:
    with sqlite_store.engine.begin() as c:
        for (name,) in c.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            c.execute(sa.text(f"DROP TRIGGER {name}"))
        c.execute(sa.text("UPDATE ledger SET body = replace(body, '2025-01', '2025-02')"))
    with pytest.raises(BackupUnsound, match="changed"):
        back_up(settings, tmp_path / "c.sqlite")
    assert (tmp_path / "c.sqlite").exists()


def test_for_a_postgresql_the_command_is_said_without_the_password(
    portal_settings: PortalSettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://bot:hunter2@db.example:5433/reports?sslmode=require&password=hunter2"
    )
    with pytest.raises(BackupElsewhere):
        back_up(load(PortalSettings), Path("c.dump"))
    monkeypatch.setattr(sys, "argv", ["bot", "backup", "--out", "c.dump"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = capsys.readouterr().err
    assert left.value.code == 1
    assert "pg_dump --format=custom --file=c.dump postgresql://bot@db.example:5433/reports?sslmode=require" in said
    assert "hunter2" not in said
