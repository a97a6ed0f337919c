"""The glossary's terms are the ones that people read, and its rejected synonyms are not."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
ROW = re.compile(r"^\| \*\*(?P<term>[^*]+)\*\* \| .* \| (?P<rejected>[^|]*) ?\|$", re.MULTILINE)
ROWS = [(row["term"], row["rejected"]) for row in ROW.finditer(GLOSSARY.read_text(encoding="utf-8"))]
PAGES = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    *(page for page in sorted((ROOT / "docs").glob("*.md")) if page != GLOSSARY),
    *sorted((ROOT / "tests" / "handlers" / "golden").glob("*.json")),
    *sorted((ROOT / "tests" / "reporting" / "golden").glob("*.txt")),
]
RIGHT_ELSEWHERE = {
    "order": "events are in order",
    "job": "a benchmark's job, and the job of a thing",
    "task": "an operating system's task",
    "export": "Slack's own word for an export of a channel",
    "dump": "PostgreSQL's own word for a copy of a database",
    "status": "the command `status`, and HTTP's own word",
    "result": "a run and a review have a result",
    "draft": "the name of a workflow's step",
    "partial": "a partial change of the ledger",
    "update": "a category of events",
    "log": "the bot's log",
    "history": "the command `history`, and a file's history in DocSpace",
    "owner": "the owner of a key, a file or a workspace",
    "server": "the HTTP server, and DocSpace's server code",
    "instance": "for instance",
}
"""Rejected synonyms that are right in another sense, so that no test can tell."""
NEVER = sorted({word for _, words in ROWS for word in words.strip().split(", ") if word} - RIGHT_ELSEWHERE.keys())
"""Rejected synonyms that are never right."""


def test_every_row_of_the_glossary_is_read() -> None:
    assert len(ROWS) == GLOSSARY.read_text(encoding="utf-8").count("| **") > 20
    assert {"audit log", "cron job", "sign-off", "preliminary"} <= set(NEVER)


@pytest.mark.parametrize("term", [term for term, _ in ROWS])
def test_a_term_of_the_glossary_is_used(term: str) -> None:
    written = re.compile(rf"\b{re.escape(term)}s?\b", re.IGNORECASE)
    assert any(written.search(page.read_text(encoding="utf-8")) for page in PAGES)


@pytest.mark.parametrize("word", NEVER)
def test_a_synonym_that_the_glossary_rejects_is_used_nowhere(word: str) -> None:
    written = re.compile(rf"\b{re.escape(word)}s?\b", re.IGNORECASE)
    found = [page.relative_to(ROOT) for page in PAGES if written.search(page.read_text(encoding="utf-8"))]
    assert found == []
