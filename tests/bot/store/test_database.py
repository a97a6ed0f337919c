"""The database behaves, or says in words why it cannot be used, and never tells a secret."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
import stamina

from bot.errors import AlreadyRunning, DatabaseTrouble
from bot.store import requests, tables
from bot.store.database import FROZEN, TAKING_OVER, Store, connect, single_instance
from bot.store.migration import migrate
from handlers.errors import TooLateToCancel
from reporting.errors.base import ComplianceError, WrongSettings
from reporting.evidence import ledger
from reporting.run import Run
from tests.entries import NOON, entry, request

ROOT = Path(__file__).parents[3]
SECRET = "hunter2"
HOLDER = """
import sys
from bot.store.database import connect, single_instance
from reporting.errors.base import ComplianceError
try:
    with single_instance(connect(sys.argv[1])):
        print("alone", flush=True)
        sys.stdin.read()
except ComplianceError as error:
    print(error)
"""


@pytest.fixture
def for_real() -> Iterator[None]:
    """As many tries, and as long, as outside of tests."""
    with stamina.set_testing(False):
        yield


@contextmanager
def opened(url: str) -> Iterator[Store]:
    store = connect(url)
    try:
        yield store
    finally:
        store.close()


def words(error: BaseException) -> str:
    """Everything that a person or a log may get to see of it."""
    found = [str(error), repr(error), getattr(error, "advice", "")]
    rest = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(found) + (words(rest) if rest else "")


# -- transactions --


def test_all_that_happens_in_a_transaction_is_written_or_nothing(store: Store) -> None:
    def write(c: sa.Connection) -> None:
        ledger.accept(c, entry())
        raise TooLateToCancel(state="done")

    with pytest.raises(TooLateToCancel):
        store.write(write)
    assert store.write(ledger.list_open_runs) == []


def test_what_is_ours_to_refuse_is_not_tried_again(store: Store) -> None:
    tries = []

    def refuse(c: sa.Connection) -> None:
        tries.append(c)
        raise TooLateToCancel(state="done")

    with pytest.raises(TooLateToCancel):
        store.retrying().write(refuse)
    assert len(tries) == 1


def test_a_collision_is_tried_again_until_it_passes(store: Store) -> None:
    store.write(ledger.accept, entry("r0"))
    runs = iter(["r0", "r0", "r1"])
    store.write(lambda c: ledger.accept(c, entry(next(runs), "2025-02")))
    assert [one.run for one in store.write(ledger.list_open_runs)] == ["r0", "r1"]


def test_a_statement_that_can_never_work_is_not_repeated_for_long(postgresql_store: Store, for_real: None) -> None:
    tries = []

    def write(c: sa.Connection) -> None:
        tries.append(c)
        c.execute(sa.text("SELECT * FROM nowhere"))

    with pytest.raises(DatabaseTrouble, match="nowhere"):
        postgresql_store.retrying().write(write)
    assert len(tries) == 1


def test_a_run_that_is_looked_at_stays_as_it_is_until_the_transaction_ends(postgresql_store: Store) -> None:
    store = postgresql_store
    store.write(ledger.accept, entry())
    with store.engine.begin() as first:
        ledger.state(first, "r1")
        with store.engine.begin() as second:
            second.execute(sa.text("SET LOCAL lock_timeout = 50"))
            with pytest.raises(sa.exc.OperationalError):
                ledger.record_result(second, "r1", {}, now=NOON)
            second.rollback()


def test_while_one_replica_is_alone_no_other_is(postgresql_store: Store) -> None:
    with opened(str(postgresql_store.engine.url.render_as_string(hide_password=False))) as other:
        with postgresql_store.try_lock(TAKING_OVER) as first, other.try_lock(TAKING_OVER) as second:
            assert (first, second) == (True, False)
        with other.try_lock(TAKING_OVER) as second:
            assert second


def test_who_freezes_while_it_is_alone_does_not_keep_the_others_out(postgresql: str) -> None:
    frozen = connect(postgresql)
    with frozen.engine.connect() as connection:
        [limit] = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").one()
    frozen.close()
    assert limit == f"{FROZEN}s"


def test_with_sqlite_there_is_nobody_else(sqlite_store: Store) -> None:
    with sqlite_store.try_lock(TAKING_OVER) as alone:
        assert alone


def test_what_was_committed_to_sqlite_survives_a_loss_of_power(sqlite_store: Store) -> None:
    with sqlite_store.engine.connect() as c:
        assert c.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
        assert c.execute(sa.text("PRAGMA synchronous")).scalar() == 2


# -- addresses --


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        f"mysql://bot:{SECRET}@localhost/bot",
        f"oracle+nothing://bot:{SECRET}@localhost/bot",
        f"postgres://bot:{SECRET}@localhost/bot",
        f"postgresql://bot:{SECRET}@localhost:port/bot",
        f"postgresql//bot:{SECRET}@localhost/bot",
        f"sqlite+nothing:///{SECRET}",
    ],
)
def test_an_address_that_is_none_is_refused_in_words_without_the_secret_in_it(url: str) -> None:
    with pytest.raises(WrongSettings) as refused:
        connect(url)
    assert "DATABASE_URL" in str(refused.value)
    assert SECRET not in words(refused.value)


@pytest.mark.parametrize("driver", ["", "+psycopg", "+psycopg2", "+asyncpg"])
def test_postgresql_is_reached_through_the_same_driver_however_it_is_written(driver: str) -> None:
    with opened(f"postgresql{driver}://bot@localhost/bot") as store:
        assert store.engine.url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize("act", [lambda s: s.write(ledger.list_open_runs), lambda s: migrate(s, now=lambda: NOON)])
@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://bot:{SECRET}@127.0.0.1:1/bot",
        f"postgresql://bot:{SECRET}@/bot?host=/nowhere",
        f"postgresql://bot:{SECRET}@127.0.0.1:1/bot?connect_timeout=2&application_name={SECRET}",
        "sqlite:////nowhere/at/all/bot.sqlite",
        "sqlite:////",
    ],
)
def test_a_database_that_cannot_be_reached_is_told_in_words_without_the_secret(url: str, act) -> None:
    with opened(url) as store, pytest.raises(DatabaseTrouble) as trouble:
        act(store)
    assert trouble.value.transient
    assert SECRET not in words(trouble.value)


def test_a_password_with_an_at_sign_in_it_is_not_taken_for_the_server_and_told() -> None:
    with pytest.raises(ComplianceError) as trouble, opened(f"postgresql://bot:p@{SECRET}@127.0.0.1:1/bot") as store:
        store.write(ledger.list_open_runs)
    assert SECRET not in words(trouble.value)


def test_a_server_that_turns_the_password_down_is_told_without_it(postgresql: str) -> None:
    url = sa.make_url(postgresql).set(username="nobody", password=SECRET).render_as_string(hide_password=False)
    with opened(url) as store, pytest.raises(DatabaseTrouble, match="nobody") as trouble:
        store.write(ledger.list_open_runs)
    assert SECRET not in words(trouble.value)


def test_a_file_that_is_no_database_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite").write_text("This is a letter and not a database. " * 50)
    with (
        opened(f"sqlite:///{tmp_path / 'bot.sqlite'}") as store,
        pytest.raises(DatabaseTrouble, match="not a database"),
    ):
        migrate(store, now=lambda: NOON)


def test_a_locked_file_is_given_up_before_slack_gives_up_and_nothing_is_written(
    sqlite_store: Store, for_real: None
) -> None:
    with closing(sqlite3.connect(sqlite_store.file or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(DatabaseTrouble, match="locked"):
            sqlite_store.write(requests.accept, request("k"), now=NOON, at_once=1)
        assert time.monotonic() - began < 2.8
        other.execute("COMMIT")
    assert sqlite_store.write(lambda c: c.scalar(sa.select(sa.func.count()).select_from(tables.requests))) == 0
    assert sqlite_store.write(ledger.list_open_runs) == []


def test_a_run_rides_out_a_locked_file(sqlite_store: Store, for_real: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock is given back when the run has tried three times in vain."""
    sqlite_store.write(ledger.accept, entry())
    with closing(sqlite3.connect(sqlite_store.file or "", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        tries: list[int] = []

        def hasten(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute("PRAGMA busy_timeout=20")
            tries.append(1)
            if len(tries) == 4:
                other.execute("COMMIT")

        sa.event.listen(sqlite_store.engine, "checkout", hasten)
        found: list[Run] = sqlite_store.retrying().write(ledger.list_open_runs)
    assert [one.run for one in found] == ["r1"]
    assert len(tries) == 4


# -- one bot at a time --


def hold(url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, url]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def first_words(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_a_second_bot_with_the_same_file_is_refused_until_the_first_one_is_killed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    with hold(url) as first:
        assert first_words(first) == "alone"
        with hold(url) as second:
            assert first_words(second).startswith("Another bot is already using the database")
        with opened(url) as store, pytest.raises(AlreadyRunning), single_instance(store):
            pass
        first.send_signal(signal.SIGKILL)
        assert first.wait(10) == -signal.SIGKILL
        with hold(url) as third:
            assert first_words(third) == "alone"
            third.kill()


def test_who_may_work_alone_gives_the_file_back_at_the_end(sqlite_store: Store) -> None:
    for _ in range(2):
        with single_instance(sqlite_store):
            pass


def test_with_postgresql_there_may_be_many(postgresql_store: Store) -> None:
    with single_instance(postgresql_store), single_instance(postgresql_store):
        pass


def test_a_file_in_a_folder_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nowhere' / 'bot.sqlite'}"
    with opened(url) as store, pytest.raises(DatabaseTrouble), single_instance(store):
        pass
