import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from bot.demo.sandbox import app, words
from sandbox.page import Command, Shortcut, read_manifest
from tests.until import PATIENCE

ROOT = Path(__file__).parents[3]
MANIFEST = """
features:
  slash_commands:
    - {command: /report, description: Make it, usage_hint: "2025-01 [filter] | help"}
  shortcuts:
    - {name: Verify, type: message, callback_id: verify, description: Whether it fits}
  app_home: {home_tab_enabled: true}
"""


def gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_prints_one_address_serves_it_and_ends_with_ctrl_c_leaving_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://nowhere\nALLOWED_USERS=U0NOBODY\n")
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "sandbox"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            [url] = re.findall(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
            with urllib.request.urlopen(f"{url}api/hello", timeout=PATIENCE) as answer:
                assert json.load(answer)["workspace"] == "Sandbox"
        finally:
            os.killpg(process.pid, signal.SIGINT)  # a terminal tells the whole group
        said, complained = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, complained
    assert gone(process.pid)
    assert (said, "Traceback" in complained) == ("", False)


def test_people_see_what_the_manifest_tells_slack() -> None:
    manifest = read_manifest(MANIFEST)
    assert manifest.commands == (Command("/report", "Make it", ("2025-01", "help")),)
    assert manifest.shortcuts == (Shortcut("Verify", "verify", "message"),)
    assert manifest.has_home


def test_everything_that_can_be_asked_is_offered() -> None:
    [command] = app().commands
    assert command.word == "/compliance-report"
    assert {"2025-01", "rerun 2025-01", "status", "cancel", "schedules", "help", "pause 3"} <= set(command.hints)


@pytest.mark.parametrize("word", ["type:delete", "type:sign-in", "user:", "room:"])
def test_the_words_of_a_filter_are_offered(word: str) -> None:
    assert word in words()
