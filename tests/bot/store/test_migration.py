"""The tables are made, brought up to date with a copy kept, or left alone where they are newer."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from bot.errors import DatabaseNewer, DatabaseTrouble
from bot.store import migration as migrating
from bot.store import tables
from bot.store.database import Store, connect
from bot.store.migration import SCRIPTS, migrate
from reporting.errors.base import ComplianceError
from reporting.evidence import chain, ledger
from reporting.evidence.columns import as_text
from reporting.evidence.ledger_check import check
from reporting.run import Run, State
from tests.entries import FAILURE, NOON, entry, filed, later
from tests.postgres import Postgres

REVISIONS = sorted(script.name[:4] for script in (SCRIPTS / "versions").glob("*.py"))
HEAD = REVISIONS[-1]
METADATA = tables.requests.metadata
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("runs", sa.Column("colour", sa.String(8)))
    {also}
"""


def bring_up(store: Store) -> None:
    migrate(store, now=lambda: NOON)


def copies(store: Store) -> list[Path]:
    assert store.file
    return sorted(store.file.parent.glob("bot-*"))


def columns(store: Store) -> set[str]:
    return {column["name"] for column in sa.inspect(store.engine).get_columns("runs")}


@pytest.fixture
def fresh(database: str) -> Iterator[Store]:
    """A database of each kind that may be changed for good."""
    store = connect(database)
    bring_up(store)
    yield store
    store.engine.dispose()


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes a later release with one more migration, which adds a column and does what a test says besides."""

    def make(also: str = "") -> None:
        scripts = tmp_path / "migrations"
        (scripts / "versions").mkdir(parents=True)
        for script in [SCRIPTS / "env.py", *(SCRIPTS / "versions").glob("*.py")]:
            (scripts / script.relative_to(SCRIPTS)).write_text(script.read_text())
        (scripts / "versions" / "9999_colour.py").write_text(NEXT.format(revision="9999", before=HEAD, also=also))
        monkeypatch.setattr(migrating, "SCRIPTS", scripts)

    return make


def test_the_tables_are_made_as_the_code_describes_them(store: Store) -> None:
    with store.engine.connect() as c:
        found = MigrationContext.configure(c, opts={"compare_type": True})
        assert compare_metadata(found, METADATA) == []


def test_the_indexes_of_sqlite_are_exactly_those_that_the_code_describes(sqlite_store: Store, tmp_path: Path) -> None:
    described = connect(f"sqlite:///{tmp_path / 'described.sqlite'}")
    METADATA.create_all(described.engine)
    found = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1")
    one, other = (
        store.write(lambda c: [tuple(row) for row in c.execute(found)]) for store in (sqlite_store, described)
    )
    described.engine.dispose()
    assert one == other
    assert [sql for name, sql in one if name == "one_open_run_for_the_same"] == [
        "CREATE UNIQUE INDEX one_open_run_for_the_same ON runs (same) WHERE state IN ('queued', 'running', 'filing')"
    ]


def test_the_indexes_of_postgresql_are_exactly_those_that_the_code_describes(
    postgresql_store: Store, postgres: Postgres
) -> None:
    ours = "schemaname = 'public' AND tablename != 'alembic_version'"
    found = sa.text(f"SELECT indexname, indexdef FROM pg_indexes WHERE {ours} ORDER BY 1")
    with postgres.fresh() as url:
        described = connect(url)
        METADATA.create_all(described.engine)
        stores = postgresql_store, described
        one, other = (store.write(lambda c: [tuple(row) for row in c.execute(found)]) for store in stores)
        described.engine.dispose()
    assert one == other
    [partial] = [sql for name, sql in one if name == "one_open_run_for_the_same"]
    assert "UNIQUE" in partial
    assert "WHERE" in partial


def test_bringing_up_to_date_what_is_up_to_date_changes_nothing(store: Store) -> None:
    store.write(ledger.accept, entry())
    bring_up(store)
    assert [one.run for one in store.write(ledger.list_open_runs)] == ["r1"]


def test_no_copy_is_made_at_the_first_start_nor_at_the_second(sqlite_store: Store) -> None:
    bring_up(sqlite_store)
    assert copies(sqlite_store) == []


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_what_any_earlier_release_wrote_is_still_there_after_the_upgrade(database: str, revision: str) -> None:
    store = connect(database)
    with at(store, revision) as c:
        write_as_then(c, entry())
    bring_up(store)
    [found] = store.write(ledger.list_open_runs)
    store.engine.dispose()
    assert found == entry()


def test_runs_that_had_a_result_before_there_was_a_chain_are_in_it_after_the_upgrade(database: str) -> None:
    store = connect(database)
    made: dict[str, Any] = {"files": (filed(),), "sha256": "ab" * 32}
    runs = [
        entry("r1", state=State.DONE, ended=later(5), **made),
        entry("r2", "2025-02", state=State.FAILED, failure=FAILURE, ended=later(3)),
        entry("r3", "2025-03", state=State.WARNED, failure=FAILURE, ended=later(4), **made),
        entry("r4", "2025-04", state=State.ENDING, began=later(9), **made),
        entry("r5", "2025-05", state=State.CANCELLED, failure=FAILURE, stopped_by="U1", ended=later(6)),
        entry("r6", "2025-06", state=State.RUNNING),
    ]
    with at(store, "0002") as c:
        for one in runs:
            write_as_then(c, one)
        c.execute(sa.text("UPDATE runs SET outcome = 'told' WHERE run = 'r1'"))
    bring_up(store)
    links = store.write(lambda c: list(chain.links(c)))
    assert [link.run for link in links] == ["r2", "r3", "r1", "r5", "r4"]
    assert {link.body["written"] for link in links} == {"by the upgrade to schema 0003"}
    assert store.write(check) == []
    store.write(ledger.end, "r4", State.DONE, now=later(10))
    store.write(ledger.record_result, "r6", {"failure": ledger.encoded(FAILURE)}, now=later(11))
    assert [link.run for link in store.write(lambda c: list(chain.links(c)))][5:] == ["r6"]
    assert store.write(check) == []
    store.engine.dispose()


@contextmanager
def at(store: Store, revision: str) -> Iterator[sa.Connection]:
    """The tables as a release of that schema has made them."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with store.engine.begin() as c:
        config.attributes["connection"] = c
        command.upgrade(config, revision)
        yield c


def write_as_then(c: sa.Connection, run: Run) -> None:
    """Write a run down in the columns that there were."""
    old = sa.Table("runs", sa.MetaData(), autoload_with=c)
    columns = {
        name: as_text(value) if isinstance(value, datetime) else value for name, value in ledger.to_row(run).items()
    }
    c.execute(old.insert().values({name: columns[name] for name in columns if name in old.c}))


def test_an_upgrade_keeps_what_was_written(fresh: Store, release: Callable[..., None]) -> None:
    fresh.write(ledger.accept, entry())
    release()
    bring_up(fresh)
    assert "colour" in columns(fresh)
    assert [one.run for one in fresh.write(ledger.list_open_runs)] == ["r1"]


def test_before_an_upgrade_a_whole_copy_of_the_file_is_kept(sqlite_store: Store, release: Callable[..., None]) -> None:
    sqlite_store.write(ledger.accept, entry())
    release()
    bring_up(sqlite_store)
    [copy] = copies(sqlite_store)
    assert copy.name == f"bot-{HEAD}-20250203T120000Z.sqlite"
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT run FROM runs").fetchall() == [("r1",)]
        assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert "colour" not in {row[1] for row in kept.execute("PRAGMA table_info(runs)")}
        assert kept.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_an_upgrade_that_fails_leaves_everything_as_it_was(fresh: Store, release: Callable[..., None]) -> None:
    release(also='op.execute("INSERT INTO nowhere VALUES (1)")')
    with pytest.raises(DatabaseTrouble, match="nowhere"):
        bring_up(fresh)
    assert "colour" not in columns(fresh)
    fresh.write(ledger.accept, entry())


def test_without_a_copy_there_is_no_upgrade(sqlite_store: Store, release: Callable[..., None]) -> None:
    assert sqlite_store.file
    sqlite_store.file.with_name(f"bot-{HEAD}-20250203T120000Z.sqlite").mkdir()
    release()
    with pytest.raises(ComplianceError):
        bring_up(sqlite_store)
    assert "colour" not in columns(sqlite_store)


def test_the_tables_of_a_newer_release_are_refused_and_left_alone(fresh: Store) -> None:
    fresh.write(lambda c: c.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(DatabaseNewer, match="9999") as refused:
        bring_up(fresh)
    assert HEAD in str(refused.value)
    assert fresh.write(lambda c: c.scalar(sa.text("SELECT version_num FROM alembic_version"))) == "9999"


def test_of_replicas_that_start_together_one_makes_the_tables_and_all_begin_to_work(postgresql: str) -> None:
    together = Barrier(6)

    def start(number: int) -> None:
        store = connect(postgresql)
        try:
            together.wait(30)
            bring_up(store)
            store.write(ledger.accept, entry(f"r{number}", f"2025-{number + 1:02}"))
        finally:
            store.engine.dispose()

    with ThreadPoolExecutor(6) as replicas:
        list(replicas.map(start, range(6)))
    store = connect(postgresql)
    assert len(store.write(ledger.list_open_runs)) == 6
    store.engine.dispose()
