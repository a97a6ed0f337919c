"""Tiny wheels, a folder of them in place of a package index, and a lock of some of them."""

import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Release:
    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: Mapping[str, str] = field(default_factory=dict)
    """What each extra requires, if anything."""

    @property
    def metadata(self) -> str:
        lines = ["Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {self.version}"]
        lines += [f"Requires-Dist: {requirement}" for requirement in self.requires]
        for extra, requirement in self.extras.items():
            lines.append(f"Provides-Extra: {extra}")
            lines += [f'Requires-Dist: {requirement} ; extra == "{extra}"'] if requirement else []
        return "\n".join(lines) + "\n"


def build_wheel(release: Release, index: Path) -> str:
    """The SHA-256 of the wheel that now lies in *index*."""
    stem = f"{release.name.replace('-', '_')}-{release.version}"
    info = f"{stem}.dist-info"
    files = {
        f"{info}/METADATA": release.metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    path = index / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(name, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_lock(lock: Path, pinned: Iterable[Release], index: Path) -> None:
    """Build each of *pinned* into *index*, and pin it with its hash, as ``make lock`` does."""
    entries = [(release, build_wheel(release, index)) for release in pinned]
    lock.write_text("".join(f"{one.name}=={one.version} \\\n    --hash=sha256:{digest}\n" for one, digest in entries))
