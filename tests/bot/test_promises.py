"""What the documents promise, held against the code."""

import ast
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from bot import __version__
from bot.cli import cli
from bot.config.settings import Settings
from handlers.commands.parser import COMMAND
from handlers.views.progress import CANCEL
from handlers.views.summary import OPEN, RUN_AGAIN

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCOPES = {
    "auth_test": "",
    "chat_getPermalink": "",
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "users_info": "users:read",
    "users_list": "users:read",
    "views_open": "",
    "views_publish": "",
    "views_push": "",
}
"""What Slack wants for each method that the bot calls."""
OPTIONAL = {
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "conversations_open": {"im:write"},
    "conversations_info": {"channels:read", "groups:read"},
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "usergroups_users_list": {"usergroups:read"},
}
"""The same for what the bot can do without."""


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return loaded


def sources() -> list[ast.AST]:
    files = [
        path for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py") if "sandbox" not in path.parts
    ]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in files]


def called() -> set[str]:
    """Methods of Slack's client that the code calls."""
    names = {
        n.func.attr
        for tree in sources()
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    }
    return {name for name in names if re.match(r"(chat|conversations|users|usergroups|views|files|auth|team)_", name)}


def test_every_setting_is_in_the_readme_s_table_and_nothing_else_is() -> None:
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert table == {name.upper() for name in Settings.model_fields}


def test_every_setting_is_in_the_example_file() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == {name.upper() for name in Settings.model_fields}


def test_defaults_in_the_readme_are_the_real_ones() -> None:
    said = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", README, re.MULTILINE))
    fields = Settings.model_fields
    assert {name: str(fields[name.lower()].default) for name in said} == said


def test_every_command_in_the_readme_exists_with_its_options() -> None:
    commands = get_command(cli).commands  # type: ignore[attr-defined]
    for name, options in re.findall(r"python -m bot (\w+)([^\n]*)", README):
        known = {
            option for parameter in commands[name].params for option in [*parameter.opts, *parameter.secondary_opts]
        }
        assert set(re.findall(r"--[a-z-]+", options)) <= known


def test_the_manifest_declares_the_command_that_the_code_listens_to(manifest: dict[str, Any]) -> None:
    assert [command["command"] for command in manifest["features"]["slash_commands"]] == [COMMAND]


def test_buttons_need_interactivity(manifest: dict[str, Any]) -> None:
    assert {RUN_AGAIN, OPEN, CANCEL}
    assert manifest["settings"]["interactivity"]["is_enabled"] is True


def test_the_manifest_asks_for_the_scopes_that_the_code_needs_and_for_no_other(manifest: dict[str, Any]) -> None:
    needed = {SCOPES[name] for name in called() - OPTIONAL.keys()} | {"commands"}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed - {""}
    optional = {scope for name in called() & OPTIONAL.keys() for scope in OPTIONAL[name]}
    assert set(manifest["oauth_config"]["scopes"]["bot_optional"]) == optional


def test_the_manifest_keeps_slack_s_limits(manifest: dict[str, Any]) -> None:
    said = manifest["display_information"]
    assert len(said["name"]) <= 35
    assert len(said["description"]) <= 140
    assert 175 <= len(said["long_description"]) <= 4_000
    assert all(len(command["usage_hint"]) <= 1_000 for command in manifest["features"]["slash_commands"])


def test_every_test_that_the_guarantees_name_exists() -> None:
    page = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
    tests = {
        node.name
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    named = set(re.findall(r"`(test_\w+)`", page))
    assert len(named) > 20
    assert named <= tests
    assert all((ROOT / path).exists() for path in re.findall(r"`(tests/[\w/.]+\.py)`", page))


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert README.count("\n") < 200


def test_the_locks_name_no_index_and_pin_everything_by_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lock = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", lock)
        assert len(re.findall(r"^\S+==", lock, re.MULTILINE)) == len(
            re.findall(r"== ?\S+(?: ;[^\n]*)? \\\n +--hash=sha256:", lock)
        )


def test_the_changelog_has_dated_releases_newest_first_and_this_one_unless_it_is_still_to_come() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    released = [one for one in headings if one != "Unreleased"]
    found = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+) - (\d{4}-\d\d-\d\d)", one) for one in released]
    assert all(found)
    order = [(*map(int, one.groups()[:3]), date.fromisoformat(one[4])) for one in found if one]
    assert order == sorted(order, reverse=True)
    assert headings[0] == "Unreleased" or headings[0].startswith(f"{__version__} - ")


def test_the_security_policy_names_this_release() -> None:
    minor = __version__.rpartition(".")[0]
    assert f"the newest release, {minor}:" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")
