"""A SQLite file that is lost while the bot works: it says so, does nothing more, and no empty ledger is begun."""

import http.client
import shutil
import signal
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.migration import copy_before_migration
from tests.faults.world import CHANNEL, World
from tests.until import PATIENCE, until

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def port() -> int:
    """One that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as there:
        found: int = there.getsockname()[1]
    return found


def page(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def overwritten(file: Path) -> None:
    copy_before_migration(file, file.with_name("copy.sqlite"))
    shutil.copyfile(file.with_name("copy.sqlite"), file)


def replaced(file: Path) -> None:
    copy_before_migration(file, file.with_name("copy.sqlite"))
    file.with_name("copy.sqlite").rename(file)


@SQLITE
@pytest.mark.parametrize("lose", [Path.unlink, replaced, overwritten])
def test_a_bot_whose_database_is_lost_says_so_files_nothing_more_and_takes_no_request(
    lose: Callable[[Path], object], world: World, port: int
) -> None:
    file, log = world.folder / "bot.sqlite", world.folder / "bot.log"
    with world.bot(HTTP_PORT=str(port)) as bot:
        world.gate.count(hold="/upload")
        world.ask("2025-01")
        assert world.gate.wait_held(PATIENCE)
        lose(file)
        until(lambda: page(port, "/readyz")[0] == 503, of=world.told)
        assert page(port, "/readyz")[1].startswith("database-gone: ")
        assert page(port, "/healthz") == (200, "ok\n")
        said = world.ask("2024-12").shown
        assert said is not None
        assert said.text.startswith("The bot's database is gone: ")
        world.gate.open()
        until(lambda: "database file gone" in log.read_text())
        until(lambda: '"step failed"' in log.read_text())
        assert [m for m in world.slack.workspace.messages(CHANNEL) if "SHA-256" in str(m.blocks)] == []
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(PATIENCE) == 1


@SQLITE
def test_a_lost_database_is_rescued_refused_at_the_next_start_and_taken_once_it_is_back(world: World) -> None:
    file, log = world.folder / "bot.sqlite", world.folder / "bot.log"
    with world.bot() as bot:
        world.ask("2025-01")
        [run] = world.wait_over()
        file.unlink()
        [copy] = until(lambda: list(world.folder.glob("bot-rescued-*.sqlite")))
        until(lambda: str(copy) in log.read_text())
        world.kill(bot)
    with world.bot() as bot:
        assert bot.wait(PATIENCE) == 1
    assert "The bot's database is gone" in log.read_text()
    assert not file.exists()
    copy.rename(file)
    for rest in ("bot.sqlite-wal", "bot.sqlite-shm"):
        (world.folder / rest).unlink(missing_ok=True)
    with world.bot():
        world.check_one_report(run)
        world.ask("2024-12")
        world.wait_over(2)
    with closing(sqlite3.connect(file)) as there:
        assert there.execute("SELECT count(*) FROM runs").fetchone() == (2,)
