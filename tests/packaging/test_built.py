"""The wheel and the sdist: built as a release is, and used where there is no checkout."""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "reporting", "sandbox")
FOLDERS = (*PACKAGES, "bench", "deploy", "docs", "tests")
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Built:
    wheel: Path
    sdist: Path


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment with the wheel and what requirements.txt pins, in a folder that has nothing else."""

    folder: Path
    home: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.folder / "bin" / command[0]), *command[1:]], cwd=self.home, capture_output=True, text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)}, timeout=SECONDS, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=SECONDS)
    [wheel], [sdist] = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="module")
def environment(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The pinned packages are links to those that run the tests: each of requirements.txt, and no other."""
    folder, home = tmp_path_factory.mktemp("environment") / "venv", tmp_path_factory.mktemp("home")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=SECONDS)
    [packages] = folder.glob("lib/python3*/site-packages")
    for name in pinned():
        link(name, packages)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
    command = [*pip, "--disable-pip-version-check", "--no-index", "--no-deps", str(built.wheel)]
    subprocess.run(command, check=True, timeout=SECONDS)
    return Environment(folder, home)


def pinned() -> Iterator[str]:
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if re.match(r"\w", line):
            requirement = Requirement(line.rstrip(" \\"))
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement.name


def link(name: str, packages: Path) -> None:
    found = distribution(name)
    for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
        if not (packages / top).exists():
            (packages / top).symlink_to(str(found.locate_file(top)))


def test_the_wheel_has_every_file_of_the_packages_and_the_manifest(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
        assert wheel.read("sandbox/manifest.yml") == (ROOT / "manifest.yml").read_bytes()
    assert inside == set(files(*PACKAGES))


def test_the_sdist_has_every_file_of_the_project(built: Built) -> None:
    with tarfile.open(built.sdist) as sdist:
        inside = {name.partition("/")[2] for name in sdist.getnames()}
    assert set(files(*FOLDERS)) - inside == set()
    top = {path.name for path in ROOT.iterdir() if path.is_file()} - {".git", ".env"}
    assert {name for name in top if not name.startswith(".coverage")} - inside == set()


def files(*folders: str) -> Iterator[str]:
    for folder in folders:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix != ".pyc":
                yield str(path.relative_to(ROOT))


def test_installed_it_answers_help_and_tells_its_release(environment: Environment) -> None:
    done = environment.run("docspace-compliance-bot", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert {"run", "report", "doctor", "demo", "sandbox"} <= set(done.stdout.split())
    done = environment.run("docspace-compliance-bot", "--version")
    assert (done.returncode, done.stderr) == (0, "")


def test_installed_the_doctor_says_what_is_missing(environment: Environment) -> None:
    done = environment.run("docspace-compliance-bot", "doctor")
    assert (done.returncode, done.stderr) == (1, "")
    assert "BROKEN" in done.stdout
    assert "DOCSPACE_API_HOST" in done.stdout


def test_installed_it_shows_the_demonstration(environment: Environment) -> None:
    done = environment.run("docspace-compliance-bot", "demo")
    assert done.returncode == 0, done.stderr
    assert "COMPLETE" in done.stdout
    assert "Total events: 4321" in done.stdout
    assert str(ROOT) not in done.stdout


def test_installed_the_sandbox_knows_what_the_manifest_tells_slack(environment: Environment) -> None:
    done = environment.run("python", "-c", "from bot.demo.sandbox import app; print(app().commands[0].word)")
    assert (done.stdout, done.stderr) == ("/compliance-report\n", "")


def test_nothing_of_the_checkout_is_seen_from_there(environment: Environment) -> None:
    done = environment.run("python", "-c", "import bot, handlers, reporting; print(bot.__path__, handlers.__path__)")
    assert done.stdout.count(str(environment.folder)) == 2
    assert environment.run("python", "-c", "import pytest").returncode == 1


def test_the_sdist_passes_tests_of_its_own(built: Built, tmp_path: Path) -> None:
    """All of its files are there (above); that they find each other, a few of the quick tests show."""
    with tarfile.open(built.sdist) as sdist:
        sdist.extractall(tmp_path, filter="data")
    [folder] = tmp_path.iterdir()
    a_bench = "tests/bench/test_acknowledgement.py::test_a_percentile_is_an_answer_that_was_given"
    quick = [a_bench, "tests/handlers/test_recurrence.py", "tests/reporting/test_period.py"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *quick]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout
