"""What the documentation says of typing is what the code does."""

import re
from pathlib import Path

import pytest

from handlers.commands.parser import Command, parse
from reporting.errors.request import UnknownZone, WrongUsage
from reporting.period import Month

PAGE = (Path(__file__).parents[3] / "docs" / "typing.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?P<typed>`.*`) \| (?P<outcome>.*) \|$", re.MULTILINE)
CODE = re.compile("`([^`]+)`")


def asked(text: str) -> Command:
    return parse(text, lambda: Month(2026, 2))


def rows(part: str) -> list[tuple[str, str]]:
    found = ROW.finditer(part)
    return [(text, row["outcome"].strip("`")) for row in found for text in CODE.findall(row["typed"])]


UNDERSTOOD, REFUSED = map(rows, PAGE.split("## Refused"))


def test_the_page_has_both_tables() -> None:
    assert (len(UNDERSTOOD) > 40, len(REFUSED) > 20) == (True, True)


@pytest.mark.parametrize(("text", "plain"), UNDERSTOOD, ids=[ascii(text) for text, _ in UNDERSTOOD])
def test_what_the_page_says_is_understood_is(text: str, plain: str) -> None:
    assert asked(text) == asked(plain)


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[ascii(text) for text, _ in REFUSED])
def test_what_the_page_says_is_refused_is_refused_for_that_reason(text: str, why: str) -> None:
    with pytest.raises((WrongUsage, UnknownZone)) as refused:
        asked(text)
    assert why in str(refused.value)
