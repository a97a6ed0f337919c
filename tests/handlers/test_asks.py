from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.asks import Amend, Cancel, Help, List, Make, Propose, Status, again, parse
from handlers.planned import Plan, Verb
from handlers.rules import Rule
from reporting.errors import (
    ComplianceError,
    UnknownWord,
    UnknownZone,
    UnreadableFilter,
    UnreadableRule,
    WrongMonth,
    WrongNumber,
)
from reporting.only import Clause, Only
from reporting.only import parse as parse_filter
from reporting.period import Month
from reporting.report import Order


@pytest.mark.parametrize("text", ["2025-01", "  2025-01  ", "2025-01\n"])
def test_a_month_asks_for_its_report(text: str) -> None:
    assert parse(text) == Make(Month(2025, 1))


@pytest.mark.parametrize("text", ["", "   ", "help", "HELP"])
def test_nothing_and_help_ask_for_help(text: str) -> None:
    assert parse(text) == Help()


@pytest.mark.parametrize("text", ["status", " STATUS "])
def test_status_asks_what_is_being_made(text: str) -> None:
    assert parse(text) == Status()


@pytest.mark.parametrize(
    ("text", "cancel"),
    [("cancel", Cancel()), ("Cancel  2025-01", Cancel(Month(2025, 1))), ("cancel 2025-01 ", Cancel(Month(2025, 1)))],
)
def test_cancel_asks_for_the_end_of_what_is_being_made_or_of_one_month(text: str, cancel: Cancel) -> None:
    assert parse(text) == cancel


@pytest.mark.parametrize("text", ["cancel soon", "cancel 2025-13", "cancel everything"])
def test_the_end_of_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(WrongMonth, match=text.partition(" ")[2]):
        parse(text)


@pytest.mark.parametrize("text", ["rerun 2025-01", "RERUN   2025-01", "2025-01"])
def test_rerun_is_the_same_question_once_more(text: str) -> None:
    assert parse(text) == Make(Month(2025, 1))


def test_rerun_takes_a_filter() -> None:
    assert parse("rerun 2025-01  type:delete,share") == parse("2025-01 type:delete,share")


@pytest.mark.parametrize(
    ("text", "error"), [("rerun", WrongMonth), ("rerun it", WrongMonth), ("rerun 2025-01 x", UnreadableFilter)]
)
def test_rerun_without_a_month_or_with_other_words_is_refused(text: str, error: type[ComplianceError]) -> None:
    with pytest.raises(error) as refused:
        parse(text)
    assert "2025-01" in refused.value.advice or "type:delete" in refused.value.advice


@pytest.mark.parametrize(
    "text", ["2025-13", "2025-1", "25-01", "01-2025", "2025/01", "nonsense", "1999-12", "２０２５-01"]
)
def test_what_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(WrongMonth) as refused:
        parse(text)
    assert text in str(refused.value)
    assert "2025-01" in refused.value.advice


def test_words_after_the_month_are_its_filter() -> None:
    assert parse('2025-01  type:delete,share -room:"Legal"') == Make(
        Month(2025, 1), Only((Clause("room", ("Legal",), negated=True), Clause("type", ("delete", "share"))))
    )


@pytest.mark.parametrize(("text", "error"), [("2025-01 more", UnreadableFilter), ("2025-01 typ:delete", UnknownWord)])
def test_words_that_are_no_filter_are_refused_and_not_ignored(text: str, error: type[ComplianceError]) -> None:
    with pytest.raises(error):
        parse(text)


@pytest.mark.parametrize("text", ["schedule", " Schedule ", "SCHEDULE"])
def test_schedule_alone_asks_for_the_form(text: str) -> None:
    assert parse(text) == Propose()


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        (
            "schedule monthly on 1 at 09:00 Europe/Riga type:delete,share",
            Plan(Rule("1", time(9), "Europe/Riga"), parse_filter("type:delete,share")),
        ),
        ("Schedule  monthly on last friday at 17:30", Plan(Rule("last friday", time(17, 30)), Only())),
        (
            "schedule monthly on the 31st room:&quot;A &amp; B&quot;",
            Plan(Rule("31", time(9)), parse_filter('room:"A & B"')),
        ),
    ],
)
def test_schedule_with_a_rule_proposes_it_with_its_filter(text: str, plan: Plan) -> None:
    assert parse(text) == Propose(plan)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("schedule weekly", UnreadableRule),
        ("schedule 2025-01", UnreadableRule),
        ("schedule monthly on 1 at 09:00 Riga/Europe", UnknownZone),
        ("schedule monthly on 1 at 09:00 UTC typ:delete", UnknownWord),
        ("schedule monthly on 1 at 09:00 UTC and more", UnreadableFilter),
    ],
)
def test_what_is_no_schedule_is_refused_and_nothing_of_it_is_guessed(text: str, error: type[ComplianceError]) -> None:
    with pytest.raises(error) as refused:
        parse(text)
    assert refused.value.advice


@pytest.mark.parametrize(
    ("text", "ask"), [("schedules", List()), ("schedules all", List(everywhere=True)), ("Schedules  all", List(True))]
)
def test_schedules_asks_for_those_of_the_channel_or_all(text: str, ask: List) -> None:
    assert parse(text) == ask


@pytest.mark.parametrize("verb", list(Verb))
def test_a_verb_and_a_number_ask_for_something_to_be_done_with_a_schedule(verb: Verb) -> None:
    assert parse(f"{verb.upper()}  12 ") == Amend(verb, 12)


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("number", ["", "one", "-1", "1.5", "2025-01", "1 2", "\u0661", "9999999999"])
def test_a_verb_without_a_number_is_refused_with_where_to_find_it(verb: Verb, number: str) -> None:
    with pytest.raises(WrongNumber) as refused:
        parse(f"{verb} {number}")
    assert "schedules" in refused.value.advice
    assert verb in str(refused.value)


def test_what_a_button_asks_for_is_what_was_asked_before() -> None:
    order = Order(Month(2025, 1), only=parse_filter('type:delete user:"Zoe Miller"'))
    assert again(str(order)) == Make(order.month, order.only)


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
