"""The table of every call that leaves the process is complete, obeyed, and printed in docs/guarantees.md."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.docspace import clients
from bot.store import database
from handlers.slack.call_table import DOCSPACE, METHODS, SLACK, TABLE, Call, Repeat, System
from reporting.docspace.audit import count, signins
from reporting.docspace.files import filing

ROOT = Path(__file__).parents[3]
BY_THEMSELVES = {"auth.test", "apps.connections.open"}
"""What the doctor, Bolt and Socket Mode ask too, each in its own way."""
NO_METHODS = {"response_url", "upload"}
SDK = {
    name: found[1]
    for name, member in inspect.getmembers(WebClient, inspect.isfunction)
    if (found := re.search(r"self\.api_call\(\s*\"([\w.]+)\"", inspect.getsource(member)))
}
"""Slack's methods by the names that the SDK gives them."""


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(path for name in folders for path in (ROOT / name).rglob("*.py")):
        if "sandbox" not in path.parts:
            yield path, ast.parse(path.read_text())


def asked(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """The calls of ``ask``, each with its method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ask":
            method = node.args[0] if node.args else None
            if isinstance(method, ast.Constant):
                yield str(method.value), node


def of_the_sdk(tree: ast.AST) -> list[str]:
    """The methods that are called through the SDK's client."""
    found = (
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )
    return [SDK[name] for name in found if name in SDK]


def test_slack_is_asked_nothing_but_as_a_row_of_the_table_says() -> None:
    for path, tree in modules("handlers", "bot", "reporting"):
        by_table = [method for method, _ in asked(tree)]
        inside = [method for _, call in asked(tree) for method in of_the_sdk(call)]
        assert sorted(inside) == sorted(method for method in by_table if method not in NO_METHODS), path
        assert set(by_table) <= METHODS.keys(), path
        outside = [method for method in of_the_sdk(tree) if method not in inside]
        assert set(outside) <= BY_THEMSELVES, path


def test_no_row_is_left_of_what_slack_is_not_asked_any_more() -> None:
    everywhere = {method for _, tree in modules("handlers", "bot") for method, _ in asked(tree)}
    assert {call.name for call in SLACK} == everywhere | {"apps.connections.open"}


def plain(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def paths(tree: ast.AST) -> Iterator[str]:
    """Paths of the portal's API, whatever is filled in."""
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in joined for part in node.values}
    for node in joined:
        text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)  # type: ignore[misc]
        yield text
    for one in ast.walk(tree):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in parts:
            yield one.value


def test_docspace_is_asked_nothing_that_has_no_row() -> None:
    rows = {plain(call.name.split(" ", 1)[1]) for call in DOCSPACE}
    asked_for = {
        path
        for _, tree in modules("reporting/docspace")
        for path in paths(tree)
        if re.fullmatch(r"/(files|people|portal|settings|keys|security)[\w/@{}.]*", path)
    }
    assert asked_for - rows == set()
    assert {
        path for path in rows if path.startswith(("/people", "/portal", "/settings", "/keys", "/security"))
    } <= asked_for


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("GET /settings", clients.PATIENCE),
        ("GET /portal/quota", filing.QUOTA_PATIENCE),
        ("GET /security/audit/login/filter", signins.PATIENCE),
        ("transaction", database.PATIENCE),
    ],
)
def test_the_table_says_how_long_something_is_tried(name: str, seconds: float) -> None:
    [row] = [call for call in TABLE if call.name == name]
    assert row.patience == seconds
    assert count.PATIENCE < clients.PATIENCE


def test_whatever_is_not_repeated_blindly_says_how_it_is_looked_up() -> None:
    for call in TABLE:
        assert call.lookup or call.repeat is not Repeat.NOT_DONE, call.name
        assert call.failure, call.name
        assert call.told, call.name
        assert not call.later or call.system in {System.SLACK, System.DATABASE}, call.name


def test_each_call_has_one_row() -> None:
    assert len({(call.system, call.name) for call in TABLE}) == len(TABLE)


def row(call: Call) -> str:
    tried = f"{call.patience:g} s" if call.patience else "once"
    tried += ", then for a week" if call.later and call.system is System.SLACK else ""
    cells = (f"`{call.name}`", call.purpose, call.repeat.value, call.lookup or "-", tried, call.failure, call.told)
    return f"| {' | '.join(cells)} |"


def printed() -> str:
    names = ("call", "for what", "repeated", "how an unclear one is looked up", "tried for", "what becomes of the run")
    head = f"| {' | '.join(names)} | who is told |"
    lines = []
    for system in System:
        title = f"**{system.value[0].upper()}{system.value[1:]}**"
        lines += [title, "", head, "|---|---|---|---|---|---|---|"]
        lines += [row(call) for call in TABLE if call.system is system] + [""]
    return "\n".join(lines)


def test_the_table_is_printed_in_the_guarantees() -> None:
    assert printed() in (ROOT / "docs" / "guarantees.md").read_text(), f"docs/guarantees.md should have:\n\n{printed()}"
