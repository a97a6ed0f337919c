"""A bot in a process of its own, run as in production with Slack over signed HTTP."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from bench.portal import Told
from bot.config.settings import Settings
from sandbox.slack import StandInSlack

ROOT = Path(__file__).parents[1]
PATIENCE = 30.0
"""Seconds for it to be ready, and to end."""
UNTHROTTLED = 1_000_000
"""Requests a minute."""


@contextmanager
def bot(told: Told, slack: StandInSlack, folder: Path) -> Iterator[None]:
    """A bot that listens, with its database in *folder*, until the context ends; one report at a time.

    Raises:
        queue.Empty: it is not ready in time.
    """
    command = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(command, cwd=folder, env=environment(told, slack, folder), stderr=subprocess.PIPE) as process:  # noqa: S603
        assert process.stderr is not None  # noqa: S101
        doors: SimpleQueue[str] = SimpleQueue()
        reader = threading.Thread(target=listen, args=(process.stderr, doors))
        reader.start()
        try:
            slack.request_url = doors.get(timeout=PATIENCE)
            yield
        finally:
            process.kill()
            process.wait(PATIENCE)
            reader.join()


def listen(log: IO[bytes], doors: SimpleQueue[str]) -> None:
    """Read the log to its end; where the bot listens is put into *doors*, what went wrong is shown."""
    for line in log:
        entry = json.loads(line) if line.startswith(b"{") else {}
        if entry.get("event") == "ready":
            doors.put(entry["door"])
        elif entry.get("level") != "info":
            sys.stderr.buffer.write(line)


def environment(told: Told, slack: StandInSlack, folder: Path) -> dict[str, str]:
    """All settings that matter, so that this machine's own say nothing."""
    names = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in names} | {
        "PYTHONPATH": str(ROOT),
        "DOCSPACE_API_HOST": told.url,
        "DOCSPACE_API_KEY": told.key,
        "COMPLIANCE_ROOM_FOLDER_ID": str(told.folder),
        "DOCSPACE_REQUESTS_PER_MINUTE": str(UNTHROTTLED),
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "HTTP_PORT": "0",
        "DATA_DIR": str(folder / "data"),
        "MAX_RUNS": "1",
    }
