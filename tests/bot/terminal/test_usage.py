"""What is typed wrong, or given up, on the command line."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.sandbox.portal import Hang, StandInPortal
from tests.bot.typed import Type, typed
from tests.until import PATIENCE

__all__ = ["typed"]
ROOT = Path(__file__).parents[3]


LISTENING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from bot.cli import main
main()
"""
"""The command line with Ctrl-C as a terminal has it; what runs in the background is born without."""


@pytest.mark.parametrize(
    "words",
    [
        ["report"],
        ["report", "2025-01", "--nonsense", "--json", "--out"],
        ["calendar", "soon"],
        ["calendar", "1999"],
        ["nonsense"],
        ["verify"],
    ],
)
def test_what_the_command_line_cannot_be_is_one_object_too(words: list[str], typed: Type) -> None:
    code, out, err = typed(*words, "--json") if "--json" not in words else typed(*words)
    said = json.loads(out)
    assert (code, said["kind"]) == (2, "Misused")
    assert "--help" in said["hint"]
    assert "error: The command line cannot be read: " in err


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["report", "--help"]])
def test_help_is_no_mistake(words: list[str], typed: Type) -> None:
    code, out, _ = typed(*words)
    assert (code, bool(out)) == (0, True)


def test_the_hint_for_a_month_is_what_the_command_line_takes(typed: Type) -> None:
    code, out, _ = typed("report", "last", "--json")
    assert (code, "for example 2025-01; in Slack" in json.loads(out)["hint"]) == (2, True)


def test_a_report_that_is_given_up_with_ctrl_c_is_told_as_that(
    environment: Callable[..., dict[str, str]], portal: StandInPortal, tmp_path: Path
) -> None:
    portal.faults.next("/events/filter", Hang("first byte"))
    settings = os.environ | environment() | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LISTENING, "report", "2025-01", "--json"]
    report = subprocess.Popen(command, cwd=tmp_path, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with report:
        try:
            portal.faults.wait_met(1, PATIENCE)
            report.send_signal(signal.SIGINT)
            portal.faults.clear()  # it ends when the requests under way have ended
            out, _ = report.communicate(timeout=PATIENCE)
        finally:
            report.kill()
    assert (report.returncode, json.loads(out)["kind"]) == (130, "Stopped")
