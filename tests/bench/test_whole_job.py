from dataclasses import replace

import pytest

from bench.portal import Closing
from bench.watch import Cost, first_request, short_command
from bench.whole_job import FULL, SHUFFLED, STABLE, TABLES, Job, Result, Row, bounds, check, measured, row, table

COST = Cost(seconds=8.0, cpu=1.5, peak=90_000_000, files=20, ended=108.0)
DONE = Result("COMPLETE", 100_000, "", {"added": 0})
ROW = Row(Job(100_000, 0.05), COST, DONE, pages=1_050, reading=7.0, after=0.5)
WIDEST = 110


def test_a_whole_job_is_read_uploaded_and_compared_in_a_process_of_its_own():
    found = measured(Job(300, 0.0, SHUFFLED, TABLES))
    assert (found.result.verdict, found.result.read) == ("COMPLETE", 300)
    assert found.result.changes
    assert found.cost.seconds > found.reading > 0
    assert found.cost.cpu > 0
    assert found.cost.peak > 30_000_000
    assert found.cost.files > 3
    assert found.pages > 3


def test_the_first_request_is_seen_from_outside():
    assert 0 < first_request() < 30


def test_a_short_command_is_measured_to_its_end():
    assert short_command("--version").cpu > 0


def test_only_what_was_asked_while_the_process_ran_counts():
    found = row(ROW.job, COST, DONE, Closing([50.0, 99.9, 100.5, 107.0, 107.5, 108.5]))
    assert (found.pages, found.reading, found.after) == (3, 7.0, 0.5)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Result("COMPLETE", 100_000, ""), DONE),
        (Result("PROVISIONAL", 100_000, ""), Result("COMPLETE", 99_999, "", {"added": 0})),
        (Result("PROVISIONAL", 100_000, ""), Result("COMPLETE", 100_000, "")),
    ],
    ids=["settled before", "an event is missing", "nothing was compared"],
)
def test_another_job_than_the_one_meant_is_not_measured(first, second):
    with pytest.raises(AssertionError, match="not the job"):
        check(ROW.job, first, second)


def test_each_promise_is_held_against_its_figure():
    kept = {bound.promise: bound.kept for bound in bounds([ROW])}
    assert list(kept.values()) == [True, True, True]
    slow = replace(ROW, cost=replace(COST, seconds=10.0, cpu=2.1, files=65))
    assert not any(bound.kept for bound in bounds([slow]))


def test_dense_seconds_may_take_longer():
    [stable, *_], [shuffled, *_] = (
        bounds([replace(ROW, job=Job(100_000, 0.05, layout), cost=replace(COST, seconds=11.0))])
        for layout in (STABLE, SHUFFLED)
    )
    assert (stable.kept, shuffled.kept) == (False, True)


def test_the_table_fits_a_terminal():
    assert max(map(len, table([replace(ROW, job=job) for job in FULL]))) <= WIDEST
