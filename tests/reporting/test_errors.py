import ast
import re
import string
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from reporting import errors
from reporting.errors.base import ComplianceError
from reporting.errors.portal import KeyTooWeak, PortalBusy
from reporting.errors.request import WrongMonth

DRAWN = re.compile(r"^    (?P<bars>(?:│   |    )*)(?:[├└]── )?(?P<name>[A-Z]\w+)(?: +(?P<words>.*))?$", re.MULTILINE)
FAMILIES = ("base", "filing", "portal", "request", "trail")
for name in (
    "bot.errors",
    "handlers.errors",
    "handlers.slack.errors",
    *(f"reporting.errors.{one}" for one in FAMILIES),
):
    import_module(name)
ROOT = Path(errors.__file__).parents[2]
SOURCES = [path for folder in ("reporting", "handlers", "bot") for path in sorted((ROOT / folder).rglob("*.py"))]


def below(kind: type[ComplianceError]) -> Iterator[type[ComplianceError]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


KINDS = {kind.__name__: kind for kind in below(ComplianceError)}
LEAVES = [kind for kind in KINDS.values() if not kind.__subclasses__()]


def drawing() -> list[re.Match[str]]:
    _, _, tree = (errors.__doc__ or "").partition("::")
    return list(DRAWN.finditer(tree))


def drawn_parents() -> dict[str, str]:
    """Each drawn name with the name that it hangs from."""
    parents: dict[str, str] = {}
    line: list[str] = []
    for found in drawing():
        depth = len(found["bars"]) // 4 + (found["name"] != "ComplianceError")
        line[depth:] = [found["name"]]
        if depth:
            parents[found["name"]] = line[depth - 1]
    return parents


def fields(kind: type[ComplianceError]) -> set[str]:
    words = (kind.__doc__ or "") + kind.hint
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def made(path: Path) -> Iterator[tuple[str, set[str]]]:
    """Which errors a source file makes, each with the facts it gives."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
            yield node.func.id, {keyword.arg or "**" for keyword in node.keywords}


MADE = [(path.relative_to(ROOT), name, facts) for path in SOURCES for name, facts in made(path)]


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    assert drawn_parents() == {name: kind.__bases__[0].__name__ for name, kind in KINDS.items()}


@pytest.mark.parametrize("name", [found["name"] for found in drawing() if found["words"] == "transient"])
def test_what_the_tree_calls_transient_may_pass_by_itself(name: str) -> None:
    assert KINDS[name].transient


def test_an_error_is_made_with_every_fact_that_its_words_need() -> None:
    assert [(path, name, facts) for path, name, facts in MADE if not fields(KINDS[name]) <= facts] == []
    assert len(MADE) > 100


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_error_tells_its_own_docstring_and_hint_with_its_facts_in_words_of_its_own(
    kind: type[ComplianceError],
) -> None:
    facts = dict.fromkeys(fields(kind), 4711)
    error = kind(**facts)

    assert str(error) == " ".join((kind.__doc__ or "").split()).format(**facts)
    assert error.advice == kind.hint.format(**facts)
    assert kind.__doc__ not in {parent.__doc__ for parent in kind.__mro__[1:]}


def test_an_error_that_somebody_reads_says_what_can_be_done() -> None:
    assert [kind.__name__ for kind in LEAVES if not kind.hint] == []


def test_braces_in_a_fact_stay_what_they_are() -> None:
    assert "{host}" in str(WrongMonth(text="{host}", why=""))


def test_facts_that_the_words_do_not_need_are_kept_for_those_who_do() -> None:
    assert PortalBusy(host="portal.test", pause="7").facts == {"host": "portal.test", "pause": "7"}


def test_a_missing_fact_is_a_fault_of_our_own_and_shows_at_once() -> None:
    with pytest.raises(KeyError):
        KeyTooWeak(host="portal.test")
