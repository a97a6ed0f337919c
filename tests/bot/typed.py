"""The command line as somebody on the hosting machine types it."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from bot import cli

Type = Callable[..., tuple[int, str, str]]
NO_SLACK = {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "", "SLACK_API_URL": ""}


@pytest.fixture
def typed(
    environment: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Type:
    """Runs a command without any Slack setting; gives exit code, standard output and standard error."""

    def run(*words: str, **changes: str) -> tuple[int, str, str]:
        for name, value in environment(**NO_SLACK, **changes).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["bot", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def told(typed: Type, *words: str) -> tuple[int, Any]:
    """Exit code and what ``--json`` prints."""
    code, out, _ = typed(*words, "--json")
    return code, json.loads(out)
