"""What the bot writes is its owner's alone, whatever the umask."""

import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest

from bot.config.settings import PortalSettings, load
from bot.demo.demo import start_bot
from bot.docspace.clients import now
from bot.doctor.file_modes import closed_to_others
from bot.doctor.finding import Grade
from bot.store.database import connect, single_instance
from bot.store.migration import open_store
from reporting.document.chart import draw_in_process
from reporting.errors.base import ChartFailed
from tests.bot.typed import Type, typed

__all__ = ["typed"]
Environment = Callable[..., dict[str, str]]


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): oct(mode)
        for path in folder.rglob("*")
        if path.is_file() and (mode := stat.S_IMODE(path.stat().st_mode)) != 0o600
    }


def test_all_that_commands_write_is_for_the_owner_alone(typed: Type, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    for command in (
        ("report", "2025-01", "--csv", "--jsonl", "--ocsf"),
        ("report", "2025-01", "--no-upload", "--out", str(folder / "out")),
        ("bundle", "2025-01", "--out", str(folder / "bundle.zip")),
        ("backup", "--out", str(folder / "copy.sqlite")),
    ):
        os.umask(0)
        code, _, err = typed(*command, DATA_DIR=str(folder / "data"))
        assert code == 0, err
    assert {path.name for path in folder.iterdir()} == {"data", "out", "bundle.zip", "copy.sqlite"}
    assert open_to_others(folder) == {}


def test_the_database_is_private_by_itself_and_so_is_what_sqlite_keeps_beside_it(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path / 'new.sqlite'}", now=now)) as store:
        store.write(lambda c: c.exec_driver_sql("CREATE TABLE more (number INTEGER)"))
        assert (tmp_path / "new.sqlite-wal").exists()
        assert open_to_others(tmp_path) == {}


def test_a_database_that_others_could_read_is_closed_when_the_bot_starts(tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite"
    with closing(open_store(f"sqlite:///{old}", now=now)):
        pass
    old.chmod(0o644)
    with single_instance(connect(f"sqlite:///{old}")) as store, closing(store):
        assert open_to_others(tmp_path) == {}


def test_the_doctor_warns_of_whatever_others_can_read(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key, profiles, data, env = (tmp_path / name for name in ("key", "profiles.toml", "data", ".env"))
    for name, value in environment(DATA_DIR=str(data), PROFILES_FILE=str(profiles)).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DOCSPACE_API_KEY")
    monkeypatch.setenv("DOCSPACE_API_KEY_FILE", str(key))
    key.write_text("sk-hush")
    for path in (profiles, env):
        path.write_text("")
    data.mkdir()
    found = closed_to_others(load(PortalSettings))
    assert found.grade is Grade.WARNING
    for name in (".env", "DATA_DIR", "PROFILES_FILE", "DOCSPACE_API_KEY_FILE"):
        assert f"{name} (" in found.words
    assert f"chmod 700 {data}" in found.hint
    for path in (key, profiles, env):
        path.chmod(0o640)
    data.chmod(0o700)
    assert closed_to_others(load(PortalSettings)).grade is Grade.OK


def test_no_child_process_gets_a_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secrets = ("DOCSPACE_API_KEY", "DATABASE_URL_FILE", "HTTPS_PROXY", "AWS_SECRET_ACCESS_KEY", "slack_bot_token")
    for name in secrets:
        monkeypatch.setenv(name, "hushhush")
    given: list[dict[str, str]] = []

    def run(*_: object, env: dict[str, str], **__: object) -> NoReturn:
        given.append(env)
        raise OSError("no process")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(subprocess, "Popen", run)
    with pytest.raises(ChartFailed, match="no process"):
        draw_in_process({})  # type: ignore[arg-type]
    with (tmp_path / "log").open("wb") as log, pytest.raises(OSError, match="no process"):
        start_bot({"SETTLE_HOURS": "1"}, tmp_path, log)
    assert len(given) == 2
    for environment in given:
        assert "PATH" in environment
        assert "hushhush" not in environment.values()
