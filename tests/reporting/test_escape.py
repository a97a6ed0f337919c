import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.escape import LONGEST, escape_untrusted

NAMED = (
    "\n\r\t\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x00\x1b\x7f\x9b\u202e\u2066\u200b\u200d\ufeff\u00ad\u3164\ufe0f\ud800"
)
ENDS = frozenset({"Cc", "Zl", "Zp", "Cs"})
SHAPELESS = frozenset(
    chr(code)
    for first, last in [
        (0xAD, 0xAD),
        (0x34F, 0x34F),
        (0x61C, 0x61C),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFF8),
        (0x1D173, 0x1D17A),
        (0xE0000, 0xE0FFF),
    ]
    for code in range(first, last + 1)
)
"""Default_Ignorable_Code_Point of Unicode: what is drawn as nothing."""
DRAWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Signs of numbers and abbreviations, which Unicode counts among the formatting characters though they are drawn."""
BLANK = frozenset("\\\u115f\u1160\u2800\u3164\uffa0\ufffc\ufffd")
"""Letters and signs that are drawn as nothing or as a gap, and the sign of escapes."""
EVERY = [chr(code) for code in range(0x110000)]
ASIDE = re.compile("[\U0010d800-\U0010dfff]")
"""Stands for a lone surrogate on the way from the portal to the document, which cannot hold one."""
TEXTS = st.text(st.characters() | st.sampled_from(sorted(SHAPELESS)) | st.sampled_from(NAMED + "\\nrtuU0123"))
ESCAPE = re.compile(r"\\(?:([\\nrt])|u([0-9a-f]{4})|U([0-9a-f]{8}))")
BACK = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t"}


def unescaped(text: str) -> str:
    return ESCAPE.sub(lambda found: BACK[found[1]] if found[1] else chr(int(found[2] or found[3], 16)), text)


@given(TEXTS)
def test_what_is_shown_is_one_line(value: str) -> None:
    assert len(escape_untrusted(value).splitlines()) <= 1


@given(TEXTS)
def test_every_character_that_is_shown_can_be_seen(value: str) -> None:
    shown = escape_untrusted(value)

    assert not {unicodedata.category(one) for one in shown} & ENDS
    assert not set(shown) & SHAPELESS


@given(TEXTS)
def test_what_is_shown_can_be_turned_back_into_what_was_there(value: str) -> None:
    assert unescaped(escape_untrusted(value)) == ASIDE.sub(lambda one: chr(ord(one[0]) - 0x100000), value)


@given(TEXTS)
def test_what_is_shown_can_be_written_to_a_file(value: str) -> None:
    assert escape_untrusted(value).encode().decode() == escape_untrusted(value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", ""),
        ("Q3.docx", "Q3.docx"),
        ("Łukasz 太郎 فاطمة 🏛", "Łukasz 太郎 فاطمة 🏛"),
        ("a\nID: 1", r"a\nID: 1"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("C:\\new", r"C:\\new"),
        ("\\n", r"\\n"),
        ("\x85\u2028", r"\u0085\u2028"),
        ("\u202etxt.exe", r"\u202etxt.exe"),
        ("\ud83d", r"\ud83d"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_escapes_are_those_of_python_and_json(value: str, shown: str) -> None:
    assert escape_untrusted(value) == shown


@pytest.mark.parametrize("length", [0, 1, LONGEST - 1, LONGEST])
def test_a_value_up_to_the_limit_is_shown_whole(length: int) -> None:
    assert escape_untrusted("x" * length) == "x" * length


@pytest.mark.parametrize("more", [1, 2, 100_000])
def test_a_longer_value_is_cut_with_a_mark_that_says_by_how_much(more: int) -> None:
    assert escape_untrusted("x" * (LONGEST + more)) == "x" * LONGEST + f"\\[{more} more characters]"


@given(TEXTS)
def test_the_mark_of_a_cut_is_never_a_values_own(value: str) -> None:
    assert "\\[" not in escape_untrusted(value).replace("\\\\", "")


def test_every_character_of_unicode_without_a_shape_is_escaped() -> None:
    unseen = [one for one in EVERY if unicodedata.category(one) in ENDS | {"Cf"}]

    assert [
        ascii(one) for one in {*unseen, *SHAPELESS, *BLANK} - DRAWN if one in escape_untrusted(one).replace("\\\\", "")
    ] == []


def test_every_letter_digit_and_sign_of_unicode_stays_as_it_is() -> None:
    drawn = [one for one in EVERY if unicodedata.category(one)[0] in "LNPS"]

    assert {one for one in drawn if escape_untrusted(one) != one} == BLANK
