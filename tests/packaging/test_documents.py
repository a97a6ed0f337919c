"""The documents name what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(page for folder in ("*.md", "docs/*.md", "docs/decisions/*.md") for page in ROOT.glob(folder))
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:bot|handlers|reporting|tests|bench|deploy|docs)/[\w./-]+)(?::\w+)?`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_every_path_in_a_document_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = {name for name in LINK.findall(text) if not (page.parent / name).exists()}
    paths = {name for name in PATH.findall(text) if not (ROOT / name).exists()}
    assert links | paths == set()


def test_every_decision_is_in_the_index_under_its_own_title() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for page in folder.glob("0*.md"):
        number, title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").split(". ", 1)
        assert f"| [{int(number):04}]({page.name}) | {title} |" in index
