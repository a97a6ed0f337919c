"""One bot works with a SQLite file whatever the file is called, and knows when it is not there any more."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.errors import AlreadyRunning, DatabaseGone, DatabaseTrouble
from bot.store import file_guard as module
from bot.store.database import Store, connect, single_instance
from bot.store.file_guard import apart, lock_database, sibling
from bot.store.migration import copy_before_migration, migrate, open_existing, open_store
from reporting.evidence import ledger
from tests.entries import NOON, entry

ROOT = Path(__file__).parents[3]
HOLDER = """
import sys
from bot.store.database import connect, single_instance
from reporting.errors.base import ComplianceError
try:
    with single_instance(connect(sys.argv[1])):
        print("alone", flush=True)
        sys.stdin.read()
except ComplianceError as error:
    print(f"{type(error).__name__}: {error}")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    return made


@contextmanager
def at_work(path: Path) -> Iterator[Store]:
    """The store of a bot that has started."""
    with single_instance(connect(f"sqlite:///{path}")) as store, closing(store):
        migrate(store, now=lambda: NOON)
        store.remember()
        yield store


# -- one bot a file --


def says(url: str, cwd: Path) -> str:
    """What a second bot says that is started in *cwd*."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", HOLDER, url],
        check=False,
        cwd=cwd,
        env=environment,
        input="",
        text=True,
        capture_output=True,
        timeout=60,
    )
    return done.stdout.strip()


def symlink_to_the_file(folder: Path) -> str:
    there = folder.parent / "elsewhere"
    there.mkdir()
    (there / "other.sqlite").symlink_to(folder / "bot.sqlite")
    return str(there / "other.sqlite")


def symlink_to_the_folder(folder: Path) -> str:
    (folder.parent / "link").symlink_to(folder)
    return str(folder.parent / "link" / "bot.sqlite")


def hard_link(folder: Path) -> str:
    there = folder.parent / "elsewhere"
    there.mkdir()
    (there / "bot.sqlite").hardlink_to(folder / "bot.sqlite")
    return str(there / "bot.sqlite")


WAYS: dict[str, Callable[[Path], str]] = {
    "the same": lambda folder: str(folder / "bot.sqlite"),
    "relative": lambda folder: "data/bot.sqlite",
    "two slashes": lambda folder: f"{folder}//bot.sqlite",
    "a way round": lambda folder: f"{folder}/../data/./bot.sqlite",
    "symlink to the file": symlink_to_the_file,
    "symlink to the folder": symlink_to_the_folder,
    "hard link": hard_link,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_second_bot_is_refused_by_whatever_way_it_reaches_the_file(way: Callable[[Path], str], folder: Path) -> None:
    with at_work(folder / "bot.sqlite"):
        assert says(f"sqlite:///{way(folder)}", folder.parent).startswith("AlreadyRunning")


def test_a_second_bot_that_comes_by_a_link_works_once_the_first_one_is_gone(folder: Path) -> None:
    with at_work(folder / "bot.sqlite"):
        way = symlink_to_the_file(folder)
    assert says(f"sqlite:///{way}", folder) == "alone"


def test_a_killed_bot_leaves_no_lock_behind(folder: Path) -> None:
    url, environment = f"sqlite:///{folder / 'bot.sqlite'}", os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"alone\n"
        first.send_signal(signal.SIGKILL)
        first.wait(10)
    assert says(url, folder) == "alone"


def test_a_file_with_a_second_name_is_refused_although_nobody_works_with_it(folder: Path) -> None:
    with at_work(folder / "bot.sqlite"):
        pass
    hard_link(folder)
    with pytest.raises(DatabaseTrouble, match="second name"), lock_database(folder / "bot.sqlite"):
        pass


def test_the_lock_leaves_sqlite_s_own_locks_alone(folder: Path) -> None:
    with at_work(folder / "bot.sqlite") as store:
        assert apart(folder / "bot.sqlite")
        store.write(ledger.accept, entry())
        other = subprocess.run(
            [sys.executable, "-c", WRITER, str(folder / "bot.sqlite")], check=True, capture_output=True, timeout=60
        )
        assert other.stdout == b"written\n"


WRITER = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=5) as c:
    c.execute("UPDATE runs SET kept = 7")
print("written")
"""


def test_where_one_kind_of_lock_is_all_there_is_the_lock_file_alone_keeps_others_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "apart", lambda _: False)
    with at_work(folder / "bot.sqlite") as store:
        store.write(ledger.accept, entry())
        with pytest.raises(AlreadyRunning), lock_database(symlinked(folder)):
            pass


def symlinked(folder: Path) -> Path:
    return Path(symlink_to_the_folder(folder))


# -- the file is gone --


def moved(file: Path) -> None:
    file.rename(file.with_name("away.sqlite"))


def replaced(file: Path) -> None:
    copy_before_migration(file, file.with_name("copy.sqlite"))
    file.with_name("copy.sqlite").rename(file)


def overwritten(file: Path) -> None:
    """As ``cp copy.sqlite bot.sqlite`` does it: the very file has another content."""
    copy_before_migration(file, file.with_name("copy.sqlite"))
    shutil.copyfile(file.with_name("copy.sqlite"), file)


def emptied(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(0)


def folder_gone(file: Path) -> None:
    shutil.rmtree(file.parent)


def folder_moved(file: Path) -> None:
    file.parent.rename(file.parent.with_name("away"))


LOSSES: dict[str, tuple[Callable[[Path], object], str]] = {
    "removed": (Path.unlink, "bot.sqlite is not there any more"),
    "moved": (moved, "bot.sqlite is not there any more"),
    "replaced": (replaced, "another file is in the place of bot.sqlite"),
    "overwritten": (overwritten, "the content of bot.sqlite was replaced"),
    "emptied": (emptied, "the content of bot.sqlite was replaced"),
    "folder removed": (folder_gone, "bot.sqlite is not there any more"),
    "folder moved": (folder_moved, "bot.sqlite is not there any more"),
    "write-ahead log removed": (lambda file: sibling(file)[0].unlink(), "bot.sqlite-wal is not there any more"),
    "index of the log removed": (lambda file: sibling(file)[1].unlink(), "bot.sqlite-shm is not there any more"),
}


@pytest.mark.parametrize(("lose", "reason"), LOSSES.values(), ids=LOSSES)
def test_nothing_is_read_or_written_once_the_file_is_not_what_was_opened(
    lose: Callable[[Path], object], reason: str, folder: Path
) -> None:
    with at_work(folder / "bot.sqlite") as store:
        store.write(ledger.accept, entry())
        lose(folder / "bot.sqlite")
        for act in (
            store.check,
            lambda: store.write(ledger.list_open_runs),
            lambda: store.retrying().read(ledger.list_open_runs),
        ):
            with pytest.raises(DatabaseGone, match=reason):
                act()


def test_a_bot_goes_on_with_a_file_that_comes_back_as_it_was(folder: Path) -> None:
    file = folder / "bot.sqlite"
    with at_work(file) as store:
        moved(file)
        with pytest.raises(DatabaseGone):
            store.check()
        file.with_name("away.sqlite").rename(file)
        store.write(ledger.accept, entry())
    with closing(sqlite3.connect(file)) as there:
        assert there.execute("SELECT count(*) FROM runs").fetchone() == (1,)


def test_whatever_the_bot_itself_does_to_the_file_is_no_loss(folder: Path) -> None:
    with at_work(folder / "bot.sqlite") as store:
        for number in range(40):
            run = entry(f"r{number}", f"20{number + 10}-02")
            store.write(lambda c, run=run: ledger.accept(c, run))  # type: ignore[misc]
            store.check()
        with closing(sqlite3.connect(folder / "bot.sqlite")) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            store.check()
            other.execute("VACUUM")
        store.check()
        copy_before_migration(folder / "bot.sqlite", folder / "copy.sqlite")
        store.check()


@pytest.mark.parametrize("loss", ["removed", "moved", "replaced", "write-ahead log removed", "folder removed"])
def test_what_only_the_process_can_still_read_is_rescued(
    loss: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(folder.parent))
    with at_work(folder / "bot.sqlite") as store:
        store.write(ledger.accept, entry("kept"))
        LOSSES[loss][0](folder / "bot.sqlite")
        assert store.guard is not None
        copy = store.guard.rescue(NOON)
    assert copy is not None
    assert copy.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(copy)) as there:
        assert there.execute("SELECT run FROM runs").fetchall() == [("kept",)]


def test_half_of_one_database_and_half_of_another_is_not_rescued(folder: Path) -> None:
    with at_work(folder / "bot.sqlite") as store:
        overwritten(folder / "bot.sqlite")
        assert store.guard is not None
        assert store.guard.rescue(NOON) is None


# -- a start without the file that was there --


def began(folder: Path) -> Path:
    """The file of a bot that has worked and ended."""
    file = folder / "bot.sqlite"
    with at_work(file):
        pass
    return file


@pytest.mark.parametrize("start", [lock_database, at_work])
def test_a_bot_does_not_begin_an_empty_ledger_where_there_was_one(start, folder: Path) -> None:
    file = began(folder)
    file.unlink()
    with pytest.raises(DatabaseGone, match="not there any more"), start(file):
        pass
    assert not file.exists()


def test_an_empty_file_is_not_taken_for_the_database_that_was_there(folder: Path) -> None:
    file = began(folder)
    file.unlink()
    file.touch()
    with pytest.raises(DatabaseGone, match="empty file"), lock_database(file):
        pass


@pytest.mark.parametrize("command", [open_store, open_existing])
def test_no_command_makes_an_empty_ledger_where_there_was_one(command, folder: Path) -> None:
    file = began(folder)
    file.unlink()
    with pytest.raises(DatabaseGone):
        command(f"sqlite:///{file}", now=lambda: NOON)
    assert not file.exists()


def test_a_copy_in_the_place_of_the_file_is_taken(folder: Path) -> None:
    file = began(folder)
    copy_before_migration(file, folder / "copy.sqlite")
    file.unlink()
    (folder / "copy.sqlite").rename(file)
    with at_work(file) as store:
        assert store.read(ledger.list_open_runs) == []


def test_who_removes_the_lock_file_too_begins_anew(folder: Path) -> None:
    file = began(folder)
    file.unlink()
    file.with_suffix(".lock").unlink()
    with at_work(file) as store:
        assert store.read(ledger.list_open_runs) == []


def test_a_first_start_that_came_to_nothing_is_followed_by_another_first_start(folder: Path) -> None:
    with lock_database(folder / "bot.sqlite"):
        pass
    (folder / "bot.sqlite").unlink()
    with at_work(folder / "bot.sqlite") as store:
        store.check()
