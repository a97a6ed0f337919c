"""Processes watched from outside, from their start to their end."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.bot import ROOT, UNTHROTTLED
from bench.portal import Told
from bot.config.settings import PortalSettings

LOOK = 0.02
"""Seconds between two looks at a process."""
PATIENCE = 30
"""Seconds that a first request may take."""
REPORT = (sys.executable, "-m", "bot", "report")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took from its start to its end."""

    seconds: float
    cpu: float
    """Seconds, user and system."""
    peak: int
    """Bytes resident at most."""
    files: int
    """Descriptors open at most."""
    ended: float
    """On the monotonic clock of this machine."""


def watched(process: "subprocess.Popen[bytes]", began: float) -> Cost:
    """Look at the process until it has ended. Linux: what ``/proc`` tells."""
    peak = files = done = 0
    while not done:
        peak, files = max(peak, resident(process.pid)), max(files, descriptors(process.pid))
        time.sleep(LOOK)
        done, status, usage = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    ended = time.monotonic()
    return Cost(ended - began, usage.ru_utime + usage.ru_stime, peak, files, ended)


def resident(pid: int) -> int:
    """Bytes resident at most so far."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0
    found = next((line for line in lines if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(found.split()[1]) * 1024


def descriptors(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


def environment(told: Told, folder: Path) -> dict[str, str]:
    """All settings that matter, so that this machine's own say nothing."""
    names = {name.upper() for name in PortalSettings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in names} | {
        "PYTHONPATH": str(ROOT),
        "DOCSPACE_API_HOST": told.url,
        "DOCSPACE_API_KEY": told.key,
        "COMPLIANCE_ROOM_FOLDER_ID": str(told.folder),
        "DOCSPACE_REQUESTS_PER_MINUTE": str(UNTHROTTLED),
        "DATA_DIR": str(folder / "data"),
    }


def first_request() -> float:
    """Seconds from the start of ``report`` to its first connection to a portal, which does not answer."""
    with tempfile.TemporaryDirectory(prefix="compliance-bench-") as name, closing(listener()) as door:
        told = Told(url=f"http://127.0.0.1:{door.getsockname()[1]}", key="sk-bench", folder=1, months={})
        settings, began = environment(told, Path(name)), time.monotonic()
        with subprocess.Popen([*REPORT, "2025-01"], cwd=name, env=settings, stderr=subprocess.DEVNULL) as process:  # noqa: S603
            try:
                door.accept()[0].close()
                return time.monotonic() - began
            finally:
                process.kill()


def listener() -> socket.socket:
    door = socket.create_server(("127.0.0.1", 0))
    door.settimeout(PATIENCE)
    return door


def short_command(*words: str) -> Cost:
    """What a command takes that needs no settings."""
    began = time.monotonic()
    command = [sys.executable, "-m", "bot", *words]
    return watched(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL), began)  # noqa: S603


def run(settings: Mapping[str, str], folder: Path, *words: str) -> tuple[Cost, bytes]:
    """Run ``report`` with those words; what it took, and what it printed."""
    with (folder / "printed").open("w+b") as printed:
        began = time.monotonic()
        cost = watched(subprocess.Popen([*REPORT, *words], cwd=folder, env=settings, stdout=printed), began)  # noqa: S603
        printed.seek(0)
        return cost, printed.read()
