import re

import pytest

from bench.bounds import bounds, whole
from bench.cases import ALL, CURRENT, Case, Way
from bench.contest import Row, contest
from bench.document import BEGIN, END, replaced
from bench.table import share, table

WIDEST = 110


@pytest.fixture(scope="module")
def rows() -> dict[Way, Row]:
    return {row.way: row for row in contest([Case(1_000, 0.0)], watch=lambda case, way: None)}


def test_every_way_is_measured(rows):
    assert tuple(rows) == ALL
    for row in rows.values():
        assert row.effort.seconds > 0
        assert row.cpu > 0
        assert row.effort.peak > 10_000_000
        assert row.effort.outcome.requests > 0


def test_ours_has_the_month_and_says_so(rows):
    finding = rows[Way.OURS].finding
    assert (finding.claimed, finding.recall, finding.duplicates, finding.outside) == (1_000, 1.0, 0, 0)
    assert finding.true
    assert whole([rows[Way.OURS]]).kept


def test_one_request_claims_a_hundred_events_which_is_false(rows):
    finding = rows[Way.SAMPLE].finding
    assert (finding.claimed, finding.recall) == (100, 0.1)
    assert not finding.true


def test_paging_by_offset_claims_the_right_number_whatever_it_has(rows):
    for way in (Way.FRESH, Way.KEPT):
        finding = rows[way].finding
        assert finding.claimed == 1_000
        assert finding.true is (finding.duplicates == 0)


def test_the_newer_server_refuses_the_samples_dates_and_gives_ours_everything():
    case = Case(200, 0.0, (Way.SAMPLE, Way.OURS), CURRENT)
    sample, ours = contest([case], watch=lambda case, way: None)
    assert sample.finding.claimed is None
    assert ours.finding.true


def test_the_table_fits_a_terminal_and_names_everybody(rows):
    lines = list(table(rows.values()))
    assert max(map(len, lines)) <= WIDEST
    assert all(any(f"| {way} " in line for line in lines) for way in ALL)


def test_a_recall_that_is_not_whole_is_never_shown_as_whole():
    assert share(0.99999) == "0.9999"
    assert share(1.0) == "1.0000"
    assert share(0.1) == "0.1000"


def test_promises_say_their_figures(rows):
    told = [str(bound) for bound in bounds(list(rows.values()))]
    assert re.match(r"met +recall 1, .*: 1 of 1$", told[0])
    assert len(told) == 3


def test_the_result_takes_the_place_of_the_one_before():
    text = f"above\n{BEGIN}\nold\n{END}\nbelow\n"
    once = replaced(text, ["new"])
    assert once == f"above\n{BEGIN}\n\nnew\n\n{END}\nbelow\n"
    assert replaced(once, ["new"]) == once
