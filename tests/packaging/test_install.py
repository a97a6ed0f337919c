"""deploy/install.sh, and `make`, which calls it: what a lock pins is installed, or nothing, and why."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.packaging.wheels import Release, build_wheel, write_lock

ROOT = Path(__file__).parents[2]
SECONDS = 120
MAKE, SCRIPT = ("make", ".venv/ready"), ("sh", "deploy/install.sh", "requirements-dev.txt")
PINNED = (
    Release("coverage", "7.1", extras={"toml": ""}),
    Release("pytest-cov", "7.0", requires=("coverage[toml]>=7",)),
    Release("psycopg", "3.3", extras={"binary": "psycopg-binary==3.3"}),
    Release("psycopg-binary", "3.3"),
    Release("sqlalchemy", "2.1", extras={"asyncio": "greenlet>=1"}),
    Release("greenlet", "3.5"),
    Release("dbos", "3.4", requires=("psycopg[binary]>=3.1", "sqlalchemy[asyncio]>=2.0")),
)
NEWER = (
    Release("coverage", "7.9", extras={"toml": "tomli"}),
    Release("pytest-cov", "8.0", requires=("coverage[toml]>=7",)),
    Release("psycopg", "3.9", extras={"binary": "psycopg-binary==3.9"}),
    Release("psycopg-binary", "3.9"),
    Release("sqlalchemy", "2.1.99", requires=("a-new-dependency",), extras={"asyncio": "greenlet>=1"}),
    Release("greenlet", "4.0"),
    Release("dbos", "3.99", requires=("psycopg[binary]>=3.1", "sqlalchemy[asyncio]>=2.0")),
    Release("tomli", "2.5"),
    Release("a-new-dependency", "1.0"),
)
"""What is published after the lock was made."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """The recipe as it is, with a small lock, and a folder in place of the package index."""

    folder: Path
    index: Path
    python: str

    @property
    def lock(self) -> Path:
        return self.folder / "requirements-dev.txt"

    def environment(self, **more: str) -> dict[str, str]:
        ours = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHON": self.python}
        pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.index)}
        return ours | pip | more

    def run(self, command: tuple[str, ...] = SCRIPT, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment(**more), capture_output=True, text=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip

    @property
    def is_ready(self) -> bool:
        return (self.folder / ".venv" / "ready").exists()

    def installed(self) -> dict[str, str]:
        python = self.folder / ".venv" / "bin" / "python"
        asked = [str(python), "-m", "pip", "list", "--format=json", "--exclude=pip", "--exclude=setuptools"]
        done = subprocess.run(asked, env=self.environment(), capture_output=True, timeout=SECONDS, check=True)
        return {one["name"]: one["version"] for one in json.loads(done.stdout)}


def fake_python(path: Path, words: str, *, then: str) -> str:
    """A Python that does *then*, in sh, where *words* are among its arguments."""
    path.write_text(f'#!/bin/sh\ncase "$*" in *"{words}"*) {then};; esac\nexec {sys.executable} "$@"\n')
    path.chmod(0o755)
    return str(path)


@pytest.fixture(scope="session")
def quick_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python whose environments are copies of one, which has pip in it: to make one takes seconds."""
    folder = tmp_path_factory.mktemp("python")
    subprocess.run([sys.executable, "-m", "venv", folder / "one"], check=True, timeout=SECONDS)
    subprocess.run([folder / "one" / "bin" / "python", "-m", "pip", "check"], check=True, timeout=SECONDS)
    copy = f'for last; do :; done; rm -rf "$last"; cp -R "{folder}/one" "$last"; exit'
    return fake_python(folder / "python", "-m venv", then=copy)


@pytest.fixture
def checkout(tmp_path: Path, quick_python: str) -> Checkout:
    folder, index = tmp_path / "checkout", tmp_path / "index"
    (folder / "deploy").mkdir(parents=True)
    index.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "deploy" / "install.sh", folder / "deploy")
    write_lock(folder / "requirements-dev.txt", PINNED, index)
    return Checkout(folder, index, quick_python)


@pytest.mark.parametrize("command", [MAKE, SCRIPT], ids=["make", "script"])
def test_what_was_published_after_the_lock_is_not_installed(checkout: Checkout, command: tuple[str, ...]) -> None:
    for release in NEWER:
        build_wheel(release, checkout.index)
    done = checkout.run(command)
    assert done.returncode == 0, done.stderr
    assert checkout.installed() == {release.name: release.version for release in PINNED}
    assert checkout.is_ready


def test_nothing_else_than_the_recipe_installs_what_is_pinned() -> None:
    """What the test above says is true of every document, the image and CI: none has a pip command of its own."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    pages += [ROOT / name for name in ("Makefile", "Dockerfile", "deploy/docspace-compliance-bot.service")]
    pages += [path for path in [ROOT / ".ci" / "run"] if path.exists()]  # not in the sdist
    own = re.compile(r"(-r|--requirement)[ =]\S*requirements")
    found = [
        f"{page.name}: {line}"
        for page in pages
        for line in page.read_text(encoding="utf-8").splitlines()
        if own.search(line) and "pip-audit" not in line
    ]
    assert found == []
    for name in ("README.md", "docs/install.md", "docs/operations.md", "Makefile", "Dockerfile"):
        assert re.search(r"sh \S*install\.sh", (ROOT / name).read_text(encoding="utf-8")), name


def test_a_file_that_is_not_what_the_lock_says_ends_it_and_the_environment_is_not_taken_for_ready(
    checkout: Checkout,
) -> None:
    (checkout.folder / ".venv").mkdir()
    for name in ("pyvenv.cfg", "ready"):
        (checkout.folder / ".venv" / name).touch()
    build_wheel(Release("greenlet", "3.5", requires=("dbos",)), checkout.index)
    done = checkout.run()
    assert done.returncode == 1
    assert "error: A download is not what requirements-dev.txt expects, and was not installed.\n hint: " in done.stderr
    assert not checkout.is_ready


def test_make_fails_where_pip_fails(checkout: Checkout) -> None:
    next(checkout.index.glob("greenlet-*")).unlink()
    done = checkout.run(MAKE)
    assert done.returncode == 2
    assert "greenlet==3.5" in done.stderr
    assert (
        "error: The package index has no file of what is named above for this machine, or cannot be reached"
        in done.stderr
    )
    assert not checkout.is_ready


def test_a_lock_that_lacks_what_a_package_needs_is_told(checkout: Checkout) -> None:
    write_lock(checkout.lock, [Release("coverage", "7.1", requires=("greenlet",))], checkout.index)
    done = checkout.run()
    assert done.returncode == 1
    assert "requires greenlet, which is not installed" in done.stderr
    assert not checkout.is_ready


@pytest.mark.parametrize(
    ("words", "then", "told"),
    [
        ("sys.version_info <", "exit 1", "Python 3.11 or newer is needed, and "),
        ("import ensurepip", "exit 1", "cannot make virtual environments.\n hint: Install the module venv: on Debian"),
        ("import sys; print", "echo broken; exit 1", "does not start: broken"),
        ("-m venv", "echo 'OSError: [Errno 28] No space left on device'; exit 1", "error: The disk is full.\n hint: "),
        ("-m venv", "echo 'PermissionError: [Errno 13] Permission denied'; exit 1", ".venv cannot be written to."),
    ],
    ids=["too old", "no venv", "broken", "disk full", "not ours"],
)
def test_what_is_wrong_with_the_machine_is_told_in_words(checkout: Checkout, words: str, then: str, told: str) -> None:
    done = checkout.run(PYTHON=fake_python(checkout.folder / "python", words, then=then))
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not checkout.is_ready


def test_without_a_python_it_says_so(checkout: Checkout) -> None:
    done = checkout.run(PYTHON="python9.99")
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, "error: There is no python9.99 here.")


def test_a_folder_with_something_else_in_it_is_left_alone(checkout: Checkout) -> None:
    (checkout.folder / "mine").mkdir()
    (checkout.folder / "mine" / "thesis.txt").write_text("years of work")
    done = checkout.run((*SCRIPT, "mine"))
    assert done.returncode == 1
    assert "mine is there already, and is no virtual environment" in done.stderr
    assert (checkout.folder / "mine" / "thesis.txt").exists()


@contextmanager
def silent_index() -> Iterator[tuple[str, threading.Event]]:
    """The address of an index that answers nothing, and whether it was asked."""
    asked, over = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1)
                asked.set()
                over.wait(SECONDS)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/simple", asked
        over.set()
        thread.join()


def test_ctrl_c_leaves_nothing_that_make_takes_for_ready(checkout: Checkout) -> None:
    with silent_index() as (address, asked):
        environment = checkout.environment(PIP_INDEX_URL=address, PIP_FIND_LINKS="", PIP_NO_INDEX="0")
        with subprocess.Popen(
            MAKE, cwd=checkout.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        ) as making:  # fmt: skip
            assert asked.wait(SECONDS)
            os.killpg(making.pid, signal.SIGINT)
            _, said = making.communicate(timeout=SECONDS)
    assert making.returncode != 0
    assert "Interrupted; .venv is not ready" in said
    assert not checkout.is_ready


def test_an_index_out_of_reach_is_told_in_words(checkout: Checkout) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, and nobody listens
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        done = checkout.run(PIP_INDEX_URL=address, PIP_FIND_LINKS="", PIP_NO_INDEX="0", PIP_RETRIES="1")
    assert done.returncode == 1
    assert "error: The package index cannot be reached.\n hint: Look at the network" in done.stderr
    assert not checkout.is_ready


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.run(MAKE)
    assert "up to date" in checkout.run(MAKE).stdout
    (checkout.folder / ".venv" / "bin" / "python").unlink()
    assert checkout.run(("make", "--question", ".venv/ready")).returncode == 1
