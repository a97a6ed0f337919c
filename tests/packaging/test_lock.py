"""The locks: whole for every system and Python that is promised, and nothing in them that nobody needs."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {
    "requirements.txt": PROJECT["dependencies"],
    "requirements-dev.txt": [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]],
}
PYTHONS = [one.rpartition(" ")[2] for one in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", one)]
SYSTEMS = {"linux": "Linux", "darwin": "Darwin"}
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


@dataclass(frozen=True, slots=True)
class Pin:
    requirement: Requirement
    """name==version, and where it holds."""
    hashes: int

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        [only] = self.requirement.specifier
        assert only.operator == "=="
        return only.version


def read_lock(name: str) -> list[Pin]:
    entries = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [
        Pin(Requirement(entry.partition("--hash")[0]), len(HASH.findall(entry)))
        for entry in entries
        if not entry.startswith("--")
    ]


def machine(python: str, system: str) -> dict[str, str]:
    """What markers ask about."""
    return {
        "implementation_name": "cpython", "implementation_version": f"{python}.7", "os_name": "posix",
        "platform_machine": "x86_64", "platform_python_implementation": "CPython", "platform_release": "",
        "platform_system": SYSTEMS[system], "platform_version": "", "python_full_version": f"{python}.7",
        "python_version": python, "sys_platform": system,
    }  # fmt: skip


def holds(requirement: Requirement, like: dict[str, str], extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate({**like, "extra": extra})


@cache
def requirements_of(name: str) -> tuple[Requirement, ...]:
    """What the installed release says that it needs; of another release for another Python, the same is taken.

    Of what is installed for other Pythons only, nothing is known here.
    """
    try:
        return tuple(Requirement(line) for line in distribution(name).requires or ())
    except PackageNotFoundError:
        return ()


def needed(roots: list[str], like: dict[str, str]) -> Iterator[Requirement]:
    """Everything that those need, directly and through what they need, with their extras."""
    ours = {PROJECT["name"]: PROJECT["optional-dependencies"]}
    todo, seen = [Requirement(line) for line in roots], set()
    while todo:
        requirement = todo.pop()
        if str(requirement) in seen or not holds(requirement, like):
            continue
        seen.add(str(requirement))
        if requirement.name in ours:
            todo += [Requirement(line) for extra in requirement.extras for line in ours[requirement.name][extra]]
            continue
        yield requirement
        todo += [
            Requirement(str(one).partition(";")[0])
            for one in requirements_of(requirement.name)
            if any(holds(one, like, extra) for extra in ("", *requirement.extras))
        ]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_each_requirement_once_extras_included_and_nothing_else(name: str, python: str, system: str) -> None:
    like = machine(python, system)
    pins = [pin for pin in read_lock(name) if holds(pin.requirement, like)]
    versions = {pin.name: pin.version for pin in pins}
    assert len(versions) == len(pins), "two entries for one package"
    wanted = list(needed(LOCKS[name], like))
    assert {canonicalize_name(one.name) for one in wanted} == set(versions)
    assert [str(one) for one in wanted if versions[canonicalize_name(one.name)] not in one.specifier] == []


@pytest.mark.parametrize("name", [*LOCKS, "requirements-tools.txt"])
def test_a_lock_has_hashes_and_names_no_index(name: str) -> None:
    pins = read_lock(name)
    assert pins
    assert [pin.name for pin in pins if not pin.hashes] == []
    assert not re.search(r"https?://|file:|index-url|find-links", (ROOT / name).read_text(encoding="utf-8"))


def test_what_the_bot_runs_on_is_what_it_is_tested_on() -> None:
    tested = {str(pin.requirement) for pin in read_lock("requirements-dev.txt")}
    assert [str(pin.requirement) for pin in read_lock("requirements.txt") if str(pin.requirement) not in tested] == []
