"""The container, the unit and the documents about hosting, held against the code."""

import http.server
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from sqlalchemy import make_url
from typer.main import get_command

from bot.app import LOST
from bot.cli import cli
from bot.config.settings import Settings
from bot.store.database import Store
from bot.web import socket_watchdog
from bot.web.health import Health
from bot.web.metrics import Metrics
from tests.entries import NOON
from tests.until import PATIENCE

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "docspace-compliance-bot.service").read_text(encoding="utf-8")
PAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "SECURITY.md"]
}
OURS = ("install.md", "operations.md", "security.md", "architecture.md", "contributing.md", "SECURITY.md")
SETTINGS = {name.upper() for name in Settings.model_fields}
SECRETS = {name.upper() for name, field in Settings.model_fields.items() if field.annotation is SecretStr}
FILES = {f"{name}_FILE" for name in SECRETS}
COMPOSES = ("compose.yml", "compose.replicas.yml")


def compose(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return loaded


def test_everything_that_the_image_copies_is_there_and_let_through() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE)
    let_through = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(copied) == let_through
    assert all((ROOT / name).exists() for name in copied)
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert set(wheel["wheel"]["packages"]) <= set(copied)


def test_the_image_is_pinned_and_runs_as_nobody_in_particular() -> None:
    base, *rest = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", base)
    assert set(rest) == {"base"}
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    assert re.search(r"^USER bot$", last, re.MULTILINE)
    assert "pip uninstall" in last
    assert "pip install" not in last


def test_the_image_sets_what_the_bot_knows() -> None:
    assert {"DATA_DIR", "HTTP_PORT"} == SETTINGS & set(re.findall(r"\b([A-Z_]+)=", DOCKERFILE))


@contextmanager
def answering(status: int) -> Iterator[int]:
    """A port where ``/healthz`` is answered so."""

    class Health(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_image_s_health_check_says_what_the_bot_says(status: int, code: int) -> None:
    found = re.search(r"^HEALTHCHECK .*?CMD (\[.*?\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)
    assert found
    [python, *rest] = json.loads(found[1])
    assert python == "python"
    with answering(status) as port:
        done = subprocess.run(
            [sys.executable, *rest], env=os.environ | {"HTTP_PORT": str(port)}, timeout=PATIENCE, check=False
        )
    assert done.returncode == code


@pytest.mark.parametrize("name", COMPOSES)
def test_a_container_has_no_more_rights_than_it_needs(name: str) -> None:
    bot = compose(name)["services"]["bot"]
    assert (bot["read_only"], bot["cap_drop"], bot["tmpfs"]) == (True, ["ALL"], ["/tmp"])
    assert "no-new-privileges:true" in bot["security_opt"]
    assert any(volume.endswith("/data") for volume in bot["volumes"])
    assert int(bot["stop_grace_period"].removesuffix("s")) > 10
    assert set(bot["environment"]) <= SETTINGS


@pytest.mark.parametrize("name", COMPOSES)
def test_every_container_is_as_hardened_as_the_bot_s(name: str) -> None:
    for service in compose(name)["services"].values():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "/tmp" in service["tmpfs"]
        assert service["mem_limit"]
        assert service["pids_limit"]
        assert "build" in service or service["user"] != "root"


def test_only_the_proxy_of_the_replicas_can_be_reached_from_outside() -> None:
    services = compose("compose.replicas.yml")["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert (
        make_url(services["bot"]["environment"]["DATABASE_URL"].replace("${", "").replace("}", "")).host == "database"
    )
    assert "ports" not in compose("compose.yml")["services"]["bot"]


def test_the_unit_knows_the_settings_and_hands_each_secret_over_as_a_file() -> None:
    said = set(re.findall(r"\b([A-Z][A-Z_]+)=", "\n".join(re.findall(r"^Environment=(.*)$", UNIT, re.MULTILINE))))
    ours = {name for name in said if not name.startswith(("PYTHON", "MPL"))}
    assert ours <= SETTINGS | FILES
    handed = set(re.findall(r"^LoadCredential=(\w+):", UNIT, re.MULTILINE))
    assert {name.removesuffix("_FILE").lower() for name in ours & FILES} == handed


@pytest.mark.parametrize("page", OURS)
def test_every_command_in_a_document_exists_with_its_options(page: str) -> None:
    commands = get_command(cli).commands  # type: ignore[attr-defined]
    for name, options in re.findall(r"python -m bot (\w+)([^\n`]*)", PAGES[page]):
        known = {one for parameter in commands[name].params for one in [*parameter.opts, *parameter.secondary_opts]}
        assert set(re.findall(r"--[a-z-]+", options)) <= known


@pytest.mark.parametrize("page", OURS)
def test_every_setting_in_a_document_exists(page: str) -> None:
    names = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`", PAGES[page]))
    assert names <= SETTINGS | FILES


@pytest.mark.parametrize("page", OURS)
def test_every_make_target_in_a_document_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", PAGES[page], re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_page_that_a_page_leads_to_is_there(page: str) -> None:
    folder = ROOT if page in {"README.md", "SECURITY.md"} else ROOT / "docs"
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", PAGES[page])
    assert [link for link in links if not (folder / link).exists()] == []


@pytest.fixture(scope="module")
def tests() -> frozenset[str]:
    """The names of all tests."""
    files = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    return frozenset(name for file in files for name in re.findall(r"^ *def (test_\w+)\(", file, re.MULTILINE))


@pytest.mark.parametrize("page", OURS)
def test_every_test_and_file_that_a_page_names_exists(page: str, tests: frozenset[str]) -> None:
    assert set(re.findall(r"`(test_\w+)`", PAGES[page])) <= tests
    named = re.findall(r"`((?:tests|docs|deploy|handlers|reporting|bot)/[\w/.-]+)`", PAGES[page])
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_figure_is_explained_and_no_other(sqlite_store: Store) -> None:
    metrics = Metrics()
    metrics.watch(sqlite_store, Health([]), silence=lambda: 0.0, turned_away=lambda: 0, now=lambda: NOON)
    measured = {one.name + ("_total" if one.type == "counter" else "") for one in metrics.registry.collect()}
    explained = set(re.findall(r"`(compliance_\w+)`", PAGES["operations.md"]))
    assert measured ^ explained == {"compliance_build"}


def test_the_exit_codes_in_the_documents_are_the_real_ones() -> None:
    assert f"exit code {LOST}" in PAGES["operations.md"]
    assert f"exit code {socket_watchdog.CUT_OFF}" in PAGES["operations.md"]
    assert f"# {LOST}: " in UNIT
    assert f" {socket_watchdog.CUT_OFF}: " in UNIT


def test_the_help_says_what_each_command_does_without_cutting_it_short() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout
    commands = get_command(cli).commands  # type: ignore[attr-defined]
    assert all(re.search(rf"^  {name} +\S.*\.$", shown, re.MULTILINE) for name in commands)
    assert "..." not in shown.partition("Commands:")[2]
