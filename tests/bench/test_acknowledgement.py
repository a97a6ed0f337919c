import time

import pytest

from bench.acknowledgement import LARGE, RATE, Answer, Measured, ask, bounds, lines, measured, percentile
from bench.cases import CURRENT, Case
from sandbox.slack import StandInSlack

SMALL = Case(1_000, 0.1, (), CURRENT)


@pytest.fixture(scope="module")
def found() -> Measured:
    return measured(SMALL, seconds=1, starts=1)


def answers(*seconds: float, trouble: str = "") -> tuple[Answer, ...]:
    return tuple(Answer(one, trouble) for one in seconds)


def test_a_bot_answers_every_command_whether_it_makes_a_report_or_not(found):
    assert [answer.trouble for answer in (*found.idle, *found.busy)] == [""] * 2 * RATE
    assert all(answer.seconds > 0 for answer in (*found.idle, *found.busy))


def test_a_start_ends_with_an_answer(found):
    [start] = found.starts
    assert start > 0


def test_the_tables_name_what_was_measured(found):
    told = lines(found)
    assert told[0].startswith("| 20 commands a second for 1 s | ")
    assert told[2].startswith("| idle | ")
    assert told[3].startswith("| while 100,000 events are read | ")
    assert {line.count("|") for line in told[:4]} == {6}


def test_a_command_that_is_sent_late_was_waiting_since_its_moment():
    with StandInSlack() as slack:
        answer = ask(slack, "help", time.perf_counter() - 1.0)
    assert answer.seconds >= 1.0


def test_a_command_that_nobody_takes_is_unanswered():
    with StandInSlack() as slack:
        assert ask(slack, "help", time.perf_counter()).trouble == "dispatch_failed"


@pytest.mark.parametrize(
    ("count", "part", "place"), [(1, 0.5, 1), (1, 1.0, 1), (100, 0.5, 50), (100, 0.99, 99), (101, 0.99, 100)]
)
def test_a_percentile_is_an_answer_that_was_given(count, part, place):
    assert percentile(answers(*range(count, 0, -1)), part) == place


@pytest.mark.parametrize(
    ("idle", "busy", "start", "kept"),
    [
        (answers(0.3), answers(0.3), 2.0, [True, True, True]),
        (answers(0.31), answers(0.3), 2.1, [False, True, False]),
        (answers(0.1), answers(0.1, trouble="operation_timeout"), 1.0, [True, False, True]),
    ],
)
def test_promises_are_held_against_what_was_measured(idle, busy, start, kept):
    assert [bound.kept for bound in bounds(Measured(idle, busy, (start,)))] == kept


def test_what_is_read_meanwhile_is_as_large_as_it_is_called():
    assert LARGE.events == 100_000
