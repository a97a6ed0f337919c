import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.asks import Help, Make, parse
from reporting.errors import ComplianceError, UnknownWord, WrongMonth
from reporting.period import Month


@pytest.mark.parametrize("text", ["2025-01", "  2025-01  ", "2025-01\n"])
def test_a_month_asks_for_its_report(text: str) -> None:
    assert parse(text) == Make(Month(2025, 1))


@pytest.mark.parametrize("text", ["", "   ", "help", "HELP"])
def test_nothing_and_help_ask_for_help(text: str) -> None:
    assert parse(text) == Help()


@pytest.mark.parametrize(
    "text", ["2025-13", "2025-1", "25-01", "01-2025", "2025/01", "nonsense", "1999-12", "２０２５-01"]
)
def test_what_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(WrongMonth) as refused:
        parse(text)
    assert text in str(refused.value)
    assert "2025-01" in refused.value.advice


def test_words_after_the_month_are_refused_and_not_ignored() -> None:
    with pytest.raises(UnknownWord, match="type:delete"):
        parse("2025-01 type:delete")


def test_slack_s_escapes_are_undone_before_they_are_quoted() -> None:
    with pytest.raises(WrongMonth, match="a<b>&c"):
        parse("a&lt;b&gt;&amp;c")


@given(st.text(max_size=200))
def test_whatever_is_typed_is_understood_or_refused_in_words(text: str) -> None:
    try:
        parse(text)
    except ComplianceError as refusal:
        assert len(str(refusal)) < 200
        assert refusal.advice
