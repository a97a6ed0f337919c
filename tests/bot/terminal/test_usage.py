"""What is typed wrong, or given up, on the command line."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import cli
from bot.config.settings import PortalSettings, load
from bot.terminal.arguments import Arguments, report_zone
from reporting.filters import parse
from reporting.period import Month
from sandbox.portal import Hang, StandInPortal
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
        ["report", "2025-01", "type:delete", "--no-uplaod"],
        ["report", "--force"],
        ["diff", "2025-01", "--since=last"],
        ["nonsense"],
        ["verify"],
    ],
)
def test_what_the_command_line_cannot_be_is_one_object_too(words: list[str], typed: Type) -> None:
    code, out, err = typed(*words, "--json") if "--json" not in words else typed(*words)
    said = json.loads(out)
    assert (code, said["kind"]) == (2, "Misused")
    assert "--help" in said["hint"]
    assert "error: Invalid command: " in err


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["report", "--help"]])
def test_help_is_no_mistake(words: list[str], typed: Type) -> None:
    code, out, _ = typed(*words)
    assert (code, bool(out)) == (0, True)


COMMANDS = [command.name or command.callback.__name__ for command in cli.registered_commands if command.callback]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(command: str, typed: Type) -> None:
    _, out, _ = typed(command, "--help")
    assert f"Example: python -m bot {command}" in " ".join(out.split())


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("report|soon", "report 2025-01 type:delete,share"),
        ("report|2025-01|typ:delete", "report 2025-01 type:delete"),
        (
            "report|January|2025|room:Legal affairs|type:deleted",
            "report January 2025 'room:\"Legal affairs\"' type:delete",
        ),
        ("verify|2025-01-31", "verify 2025-01"),
        ("diff|01/02/2025", "diff 2025-01 type:delete,share"),
        ("submit|jan|--channel|C0123ABCD", "submit 2025-01 type:delete,share --channel C0123ABCD"),
        ("bundle|2025-01|tpye:delete|--out|x.zip", "bundle 2025-01 type:delete --out x.zip"),
        ("calendar|soon", "calendar 2025"),
        ("calendar|1999", "calendar 2025"),
        ("history|25", "history 2025-01"),
    ],
)
def test_a_refusal_ends_with_a_command_that_can_be_typed(words: str, line: str, typed: Type) -> None:
    code, out, _ = typed(*words.split("|"))
    _, _, err = typed(*words.split("|"))
    assert (code, out) == (2, "")
    assert err.rstrip().endswith(f"Write: python -m bot {line}")


def test_a_month_and_a_filter_are_understood_as_in_slack(
    environment: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    said = ["January,\u00a02025", "\u2013room:\u201cLegal", "affairs\u201d", "type:\uff24elete,\u200bshare"]
    read = Arguments("report", said[0], tuple(said[1:])).read(load(PortalSettings))
    assert read == (Month(2025, 1), parse('-room:"Legal affairs" type:delete,share'))


@pytest.mark.parametrize(("zone", "name"), [("America/New_York", "America/New_York"), ("", "Europe/Riga")])
def test_the_last_month_is_that_of_the_reports_zone_or_else_of_the_portal_s(
    zone: str, name: str, environment: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting, value in environment(REPORT_TIMEZONE=zone).items():
        monkeypatch.setenv(setting, value)
    assert report_zone(load(PortalSettings)).key == name
    [last, this] = [Arguments("report", word, ("month",)).read(load(PortalSettings))[0] for word in ("last", "this")]
    assert last.plus(1) == this


def test_the_names_of_months_are_loaded_when_one_is_needed_and_not_before() -> None:
    code = "import sys, bot.cli, handlers.commands.parser; assert 'babel' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


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
