"""Which titles are one to DocSpace; the stand-in portal's own rules, read from the server, are the measure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.files.listing import same_title, stored_title
from sandbox.portal import titles

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), max_size=190)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("compliance-report-2025-01.txt", "compliance-report-2025-01.txt"),
        (' a*b:c+d"<>?|.txt', "a_b_c_d_____.txt"),
        ("a\tb\\c/d.txt", "a_b_c_d.txt"),
        ("a😀b.txt", "a__b.txt"),
        ("x" * 166 + ".txt", "x" * 166 + ".txt"),
        ("x" * 167 + ".txt", "x" * 166 + ".txt"),
        ("Līgums.txt", "Līgums.txt"),
    ],
)
def test_a_title_is_foreseen(name: str, title: str) -> None:
    assert stored_title(name) == title


@given(NAMES)
def test_any_name_gets_the_title_that_the_portal_gives_it(name: str) -> None:
    assert stored_title(name) == titles.kept_title(name)


@given(NAMES)
def test_a_file_is_found_by_the_name_it_was_sent_under(name: str) -> None:
    assert same_title(stored_title(name), name)


@pytest.mark.parametrize(
    ("title", "name", "same"),
    [
        ("a.txt", "A.TXT", True),
        ("résumé.txt", "RESUME.txt", True),
        ("a_b.txt", "a:b.txt", True),
        ("a.txt", "a (1).txt", False),
        ("a.txt", "xa.txt", False),
        ("report.part-1-of-2.txt", "report.txt", False),
    ],
)
def test_case_and_accents_make_no_other_title(title: str, name: str, same: bool) -> None:
    assert same_title(title, name) is same
