import re
from datetime import time
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands.parser import (
    CancelRun,
    ChangeSchedule,
    Command,
    ListSchedules,
    LookUp,
    MakeReport,
    OpenForm,
    ProposeSchedule,
    ShowHelp,
    ShowStatus,
    parse,
    read_button_value,
    read_rerun,
)
from handlers.errors import FilterFirst, TooManyWords, UnknownCommand, UnreadableRule, WrongNumber, WrongYear
from handlers.query import QueryKind
from handlers.recurrence import Rule
from handlers.schedule import Plan, Verb
from reporting.errors.base import ComplianceError
from reporting.errors.request import UnknownWord, UnknownZone, UnreadableFilter, WrongMonth, WrongUsage
from reporting.filters import Clause, EventFilter
from reporting.filters import parse as parse_filter
from reporting.period import Month
from reporting.report import Order

NOW = Month(2026, 2)


def asked(text: str) -> Command:
    return parse(text, lambda: NOW)


@pytest.mark.parametrize("text", ["2025-01", "  2025-01  ", "2025-01\n"])
def test_a_month_asks_for_its_report(text: str) -> None:
    assert asked(text) == MakeReport(Month(2025, 1))


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_asks_for_the_form(text: str) -> None:
    assert asked(text) == OpenForm()


@pytest.mark.parametrize("text", ["help", " HELP "])
def test_help_asks_for_help(text: str) -> None:
    assert asked(text) == ShowHelp()


@pytest.mark.parametrize("text", ["status", " STATUS "])
def test_status_asks_what_is_being_made(text: str) -> None:
    assert asked(text) == ShowStatus()


@pytest.mark.parametrize(
    ("text", "cancel"),
    [
        ("cancel", CancelRun()),
        ("Cancel  2025-01", CancelRun(Month(2025, 1))),
        ("cancel 2025-01 ", CancelRun(Month(2025, 1))),
        ("cancel last", CancelRun(Month(2026, 1))),
        ("cancel jan 2025", CancelRun(Month(2025, 1))),
    ],
)
def test_cancel_asks_for_the_end_of_what_is_being_made_or_of_one_month(text: str, cancel: CancelRun) -> None:
    assert asked(text) == cancel


@pytest.mark.parametrize("text", ["cancel soon", "cancel 2025-13", "cancel everything"])
def test_the_end_of_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(WrongMonth, match=text.partition(" ")[2]):
        asked(text)


@pytest.mark.parametrize("text", ["rerun 2025-01", "RERUN   2025-01", "2025-01"])
def test_rerun_is_the_same_question_once_more(text: str) -> None:
    assert asked(text) == MakeReport(Month(2025, 1))


def test_rerun_takes_a_filter() -> None:
    assert asked("rerun 2025-01  type:delete,share") == asked("2025-01 type:delete,share")


@pytest.mark.parametrize(
    ("text", "error"), [("rerun", WrongMonth), ("rerun it", WrongMonth), ("rerun 2025-01 x", UnreadableFilter)]
)
def test_rerun_without_a_month_or_with_other_words_is_refused(text: str, error: type[ComplianceError]) -> None:
    with pytest.raises(error) as refused:
        asked(text)
    assert "2025-01" in refused.value.advice or "type:delete" in refused.value.advice


def test_words_after_the_month_are_its_filter() -> None:
    assert asked('2025-01  type:delete,share -room:"Legal"') == MakeReport(
        Month(2025, 1), EventFilter((Clause("room", ("Legal",), negated=True), Clause("type", ("delete", "share"))))
    )


@pytest.mark.parametrize(("text", "error"), [("2025-01 more", UnreadableFilter), ("2025-01 typ:delete", UnknownWord)])
def test_words_that_are_no_filter_are_refused_and_not_ignored(text: str, error: type[ComplianceError]) -> None:
    with pytest.raises(error):
        asked(text)


@pytest.mark.parametrize("text", ["schedule", " Schedule ", "SCHEDULE"])
def test_schedule_alone_asks_for_the_form(text: str) -> None:
    assert asked(text) == ProposeSchedule()


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        (
            "schedule monthly on 1 at 09:00 Europe/Riga type:delete,share",
            Plan(Rule("1", time(9), "Europe/Riga"), parse_filter("type:delete,share")),
        ),
        ("Schedule  monthly on last friday at 17:30", Plan(Rule("last friday", time(17, 30)), EventFilter())),
        (
            "schedule monthly on the 31st room:&quot;A &amp; B&quot;",
            Plan(Rule("31", time(9)), parse_filter('room:"A & B"')),
        ),
    ],
)
def test_schedule_with_a_rule_proposes_it_with_its_filter(text: str, plan: Plan) -> None:
    assert asked(text) == ProposeSchedule(plan)


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
        asked(text)
    assert refused.value.advice


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("schedules", ListSchedules()),
        ("schedules all", LookUp(QueryKind.SCHEDULES)),
        ("Schedules  ALL", LookUp(QueryKind.SCHEDULES)),
        ("verify 2025-01", LookUp(QueryKind.VERIFY, Month(2025, 1))),
        ("verify last private", LookUp(QueryKind.VERIFY, Month(2026, 1), private=True)),
        ("verify jan 2025 type:delete", LookUp(QueryKind.VERIFY, Month(2025, 1), parse_filter("type:delete"))),
        ("diff 01/2025", LookUp(QueryKind.DIFF, Month(2025, 1))),
        ("diff 2025-01 private", LookUp(QueryKind.DIFF, Month(2025, 1), private=True)),
        ("calendar 2025", LookUp(QueryKind.CALENDAR, year=2025)),
        ("calendar", LookUp(QueryKind.CALENDAR, year=2026)),
        ("history", LookUp(QueryKind.HISTORY)),
        ("history 2025", LookUp(QueryKind.HISTORY, year=2025)),
        ("history January 2025", LookUp(QueryKind.HISTORY, Month(2025, 1))),
        ("history this", LookUp(QueryKind.HISTORY, NOW)),
    ],
)
def test_what_is_to_be_looked_up(text: str, ask: Command) -> None:
    assert asked(text) == ask


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("verify", WrongMonth),
        ("verify soon", WrongMonth),
        ("diff 2025", WrongMonth),
        ("diff 2025-01 more", UnreadableFilter),
        ("calendar 25", WrongYear),
        ("calendar 2025-01", WrongYear),
        ("calendar 1999", WrongYear),
        ("history 25", WrongMonth),
        ("history 2025-01 more", WrongMonth),
        ("schedules some", TooManyWords),
        ("status now", TooManyWords),
        ("help me", TooManyWords),
    ],
)
def test_words_that_nothing_is_known_about_are_refused_and_not_ignored(text: str, error: type[ComplianceError]) -> None:
    with pytest.raises(error) as refused:
        asked(text)
    assert refused.value.advice


@pytest.mark.parametrize(
    ("text", "make"),
    [
        ("2025-01 private", MakeReport(Month(2025, 1), private=True)),
        ("rerun last  PRIVATE", MakeReport(Month(2026, 1), private=True)),
        ("jan 2025 type:delete private", MakeReport(Month(2025, 1), parse_filter("type:delete"), private=True)),
        ('2025-01 room:"very private"', MakeReport(Month(2025, 1), parse_filter('room:"very private"'))),
        ("2025-01 room:private", MakeReport(Month(2025, 1), parse_filter("room:private"))),
    ],
)
def test_private_at_the_end_is_for_the_asker_alone(text: str, make: MakeReport) -> None:
    assert asked(text) == make


@pytest.mark.parametrize("text", ["2025-01 private type:delete", "2025-01 privat", 'jan 2025 room:"a private'])
def test_private_anywhere_else_is_no_word(text: str) -> None:
    with pytest.raises(UnreadableFilter):
        asked(text)


@pytest.mark.parametrize(
    ("text", "nearest", "example"),
    [
        ("shedule monthly on 1", "schedule", "schedule monthly on 1"),
        ("verfy 2025-01", "verify", "verify 2025-01"),
        ("dif", "diff", "diff 2025-01"),
        ("calender 2025", "calendar", "calendar 2025"),
        ("re-run 2025-01", "rerun", "rerun 2025-01"),
        ("puase 3", "pause", "pause 3"),
        ("delet 3", "delete", "delete 3"),
        ("canel", "cancel", "cancel"),
        ("stats", "status", "status"),
        ("histroy", "history", "history"),
        ("janury 2025", "january", "january 2025"),
        ("lst", "last", "last"),
        ("thsi", "this", "this"),
        ("xyzzy", "help", "help"),
        ("please", "help", "help"),
        ("please make 2025-01", "help", "2025-01"),
        ("assume 3", "help", "help"),
    ],
)
def test_a_typing_error_is_answered_with_the_nearest_word_and_an_example(text: str, nearest: str, example: str) -> None:
    with pytest.raises(UnknownCommand) as refused:
        asked(text)
    assert f"“{nearest}”" in str(refused.value)
    assert refused.value.advice.endswith(f"Write: /compliance-report {example}")
    asked(example)


@pytest.mark.parametrize(
    "text", ["type:delete 2025-01", 'Room:"Legal affairs" last', "typ:delete", "-user:ann@example.com"]
)
def test_a_filter_that_comes_first_is_answered_with_what_comes_before_it(text: str) -> None:
    with pytest.raises(FilterFirst, match=re.escape(text.split(maxsplit=1)[0])) as refused:
        asked(text)
    assert "/compliance-report 2025-01 " in refused.value.advice


def unasked() -> Month:
    raise AssertionError


@pytest.mark.parametrize(
    "text",
    [
        *("2025-01", "01/2025", "jan 2025", "help", "", "status", "cancel", "history", "history 2025", "calendar 2025"),
        *("verify 2025-01", "pause 3", "schedules all", "schedule monthly on 1 at 09:00", "rerun 2025-01 private"),
    ],
)
def test_what_month_it_is_is_only_asked_where_that_matters(text: str) -> None:
    parse(text, unasked)


@pytest.mark.parametrize("verb", list(Verb))
def test_a_verb_and_a_number_ask_for_something_to_be_done_with_a_schedule(verb: Verb) -> None:
    assert asked(f"{verb.upper()}  12 ") == ChangeSchedule(verb, 12)


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("number", ["", "one", "-1", "1.5", "2025-01", "1 2", "\u0661", "9999999999"])
def test_a_verb_without_a_number_is_refused_with_where_to_find_it(verb: Verb, number: str) -> None:
    with pytest.raises(WrongNumber) as refused:
        asked(f"{verb} {number}")
    assert "schedules" in refused.value.advice
    assert verb in str(refused.value)


def test_what_a_button_asks_for_is_what_was_asked_before() -> None:
    order = Order(Month(2025, 1), only=parse_filter('type:delete user:"Zoe Miller"'))
    assert read_rerun(str(order)) == MakeReport(order.month, order.only)


def test_a_plan_of_our_own_buttons_is_read_however_long_its_filter_is() -> None:
    only = EventFilter(tuple(Clause("room", (f"{letter * 400}",)) for letter in "abc"))
    plan = Plan(Rule("first weekday", time(9), "Europe/Riga"), only)
    assert read_button_value(str(plan)) == plan


def test_slack_s_escapes_are_undone_before_they_are_quoted() -> None:
    with pytest.raises(UnknownCommand, match="a<b>&c"):
        asked("a&lt;b&gt;&amp;c")


KNOWN = ["rerun", "verify", "diff", "calendar", "history", "schedule monthly on 1", "cancel", "pause", "2025-01", "jan"]


@given(st.text(max_size=200) | st.builds("{} {}".format, st.sampled_from(KNOWN), st.text(max_size=200)))
def test_whatever_is_typed_is_understood_or_refused_in_words(text: str) -> None:
    try:
        asked(text)
    except (WrongUsage, UnknownZone) as refusal:
        assert len(str(refusal)) < 1_200
        assert refusal.advice


@pytest.mark.parametrize(
    "text",
    [
        "a" * 40_000,
        '"' * 40_000,
        "2025-01 " + 'room:"a' * 6_000,
        "2025-01 " + "x:" * 20_000,
        "schedule " + "on " * 10_000,
        "2025-01 " + "a," * 20_000,
        "2025-01 type:" + "," * 40_000,
        "&amp;" * 8_000,
        "2025-01" + " " * 40_000 + "x",
    ],
)
def test_a_very_long_text_is_refused_at_once(text: str) -> None:
    began = perf_counter()
    with pytest.raises(WrongUsage):
        asked(text)
    assert perf_counter() - began < 1
