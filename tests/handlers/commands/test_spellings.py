"""What people type: a table of spellings and their outcomes, and what holds for whatever is typed."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands.parser import COMMAND, READERS, SIMPLE, Command, parse
from reporting.errors.request import UnknownFilterValue, UnknownZone, WrongUsage
from reporting.normalize_text import COLONS, COMMAS, DOUBLE, SINGLE, fold, normalize
from reporting.period import Month
from tests.handlers.retyped import DASHES, UNSEEN, retyped

TABLE = tomllib.loads((Path(__file__).parent / "spellings.toml").read_text(encoding="utf-8"))
UNDERSTOOD = [(text, plain) for plain, spellings in TABLE["understood"].items() for text in spellings]
REFUSED = [(text, why) for why, spellings in TABLE["refused"].items() for text in spellings]
MEANT = [(text, line) for line, spellings in TABLE["meant"].items() for text in spellings]
NOW = Month(2026, 2)
ODD = [*DOUBLE, *SINGLE, *COLONS, *COMMAS, *UNSEEN, *DASHES, *"\u300c\u300d\u00a0 ()*_~&<>|"]
BITS = [
    "room:",
    "user:",
    "type:",
    "2025-01",
    "last",
    "schedule",
    "monthly on 1",
    "at 9",
    "a",
    "\u00e9",
    "\u2764",
    "&amp;",
    "<@U1|a>",
]
MIXED = st.lists(st.sampled_from(ODD) | st.sampled_from(BITS), max_size=16).map("".join)
WORDS = sorted({*READERS, *SIMPLE} - {"", "schedules all"})
ALIKE = st.sampled_from("\u0430\u0435\u043e\u0440\u0441\u0443\u0456\u03bf\u0131\u0455")
"""Letters of other scripts that look like ours."""


def asked(text: str) -> Command:
    return parse(text, lambda: NOW)


@pytest.mark.parametrize(("text", "plain"), UNDERSTOOD, ids=[ascii(text) for text, _ in UNDERSTOOD])
def test_a_spelling_asks_for_the_same_as_the_plain_way(text: str, plain: str) -> None:
    assert asked(text) == asked(plain)


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[ascii(text) for text, _ in REFUSED])
def test_a_spelling_that_is_refused_says_why_and_what_can_be_written(text: str, why: str) -> None:
    with pytest.raises((WrongUsage, UnknownZone)) as refused:
        asked(text)
    assert why in str(refused.value)
    before, _, line = refused.value.advice.rpartition(f"Write: {COMMAND} ")
    assert before
    assert line != text
    asked(line)


@pytest.mark.parametrize(("text", "line"), MEANT, ids=[ascii(text) for text, _ in MEANT])
def test_the_line_of_a_refusal_says_what_was_meant_as_far_as_it_was_understood(text: str, line: str) -> None:
    with pytest.raises((WrongUsage, UnknownZone)) as refused:
        asked(text)
    assert refused.value.advice.endswith(f"Write: {COMMAND} {line}")


def test_plain_ways_differ_from_each_other() -> None:
    plain = [*TABLE["understood"]]
    assert len({str(asked(text)) for text in plain}) == len(plain)


def test_no_spelling_stands_in_two_places() -> None:
    texts = [text for text, _ in UNDERSTOOD + REFUSED]
    assert sorted({one for one in texts if texts.count(one) > 1}) == []


PLAIN = [
    *("2025-01", "last month", "this", "January 2025", "1/2025", "help", "status", "cancel 2025-01", "schedules all"),
    *("2025-01 type:delete,share private", "verify last private", "history 2025", "calendar 2025", "pause 12"),
    *("2025-01 -type:sign-in user:ann@example.com", 'rerun 2025-01 room:"Legal affairs",Board -user:"Zoe Miller"'),
    *("2025-01 file:4711,4712 action:FileDeleted", "diff 2025-01 -room:Legal profile:losses"),
    *("schedule monthly on 1 at 09:00 Europe/Riga type:delete", "schedule every month on the 1st at 9am riga time"),
    *("schedule monthly on last friday at 17:30 utc-5", 'schedule on last day 18:30 -room:"Legal affairs"'),
]


@given(st.sampled_from(PLAIN).flatmap(lambda plain: st.tuples(st.just(plain), retyped(plain))))
def test_a_command_means_the_same_whatever_keyboard_it_comes_from(case: tuple[str, str]) -> None:
    plain, text = case
    assert asked(text) == asked(plain)


@given(st.text(max_size=60) | MIXED)
def test_the_plain_form_of_the_plain_form_is_the_same(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60) | MIXED)
def test_whatever_is_typed_is_understood_or_refused_with_another_line_that_is(text: str) -> None:
    try:
        asked(text)
    except (WrongUsage, UnknownZone) as refusal:
        line = refusal.advice.rpartition(f"Write: {COMMAND} ")[2]
        assert line != text.strip()
        asked(line)
        near = refusal.facts.get("nearest", "")
        assert not near or near not in (refusal.facts.get("word"), refusal.facts.get("zone"))
        assert not isinstance(refusal, UnknownFilterValue) or near != refusal.facts["value"]


@given(st.sampled_from(WORDS).flatmap(lambda word: st.tuples(st.just(word), st.integers(0, len(word) - 1))), ALIKE)
def test_a_hint_that_looks_like_what_was_typed_names_the_character(where: tuple[str, int], strange: str) -> None:
    word, at = where
    text = f"{word[:at]}{strange}{word[at + 1 :]}"
    try:
        asked(text)
    except WrongUsage as refusal:
        assert f"U+{ord(strange):04X}" in str(refusal) or "nearest" not in refusal.facts
