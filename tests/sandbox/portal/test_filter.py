from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.portal import AuditEvent, AuditLog, AuditQuery, Generation, PortalSetup
from sandbox.portal.refusals import Failure

USER = "11111111-1111-1111-1111-111111111111"
NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)


def _log(*seconds: float, **setup) -> AuditLog:
    log = AuditLog(PortalSetup(**setup))
    for number, second in enumerate(seconds, start=1):
        log.add(_event(number, second))
    return log


def _event(number: int, second: float = 0, **values) -> AuditEvent:
    fields: dict[str, Any] = {"action_id": 5011, "user_id": USER} | values
    return AuditEvent(id=number, date=NOON + timedelta(seconds=second), **fields)


def _ids(log: AuditLog, **query) -> list[Any]:
    return [row["id"] for row in log.filter(AuditQuery(**query))]


def test_both_bounds_are_included():
    log = _log(0, 1, 2, 3)
    assert _ids(log, since=NOON + timedelta(seconds=1), until=NOON + timedelta(seconds=2)) == [3, 2]


def test_an_end_before_the_beginning_holds_nothing():
    assert _ids(_log(0, 1), since=NOON + timedelta(seconds=1), until=NOON) == []


def test_the_newest_comes_first_whatever_the_ids():
    log = AuditLog()
    for number, second in ((9, 1), (3, 2), (7, 3)):
        log.add(_event(number, second))
    assert _ids(log) == [7, 3, 9]


def test_a_beginning_beyond_the_end_is_an_empty_page():
    assert _ids(_log(0, 1), start=2) == []


def test_fractions_of_a_second_are_rounded_as_mysql_does():
    log = _log(0.4, 0.6)
    assert log.count_between(NOON, NOON) == 1
    assert _ids(log, since=NOON + timedelta(seconds=1)) == [2]


def test_a_store_with_fractions_keeps_them():
    log = _log(0.4, 0.6, subsecond=True)
    assert log.count_between(NOON, NOON) == 0
    assert log.filter(AuditQuery())[0]["date"] == "2025-01-10T14:00:00.6000000+02:00"


def test_rows_of_one_second_come_in_another_order_with_every_request():
    log = _log(*[0] * 12)
    assert len({tuple(_ids(log)) for _ in range(20)}) > 15
    assert {frozenset(_ids(log)) for _ in range(20)} == {frozenset(range(1, 13))}


def test_offset_pages_over_one_second_repeat_some_rows_and_skip_others():
    log = _log(*[0] * 300)
    seen = [number for start in (0, 100, 200) for number in _ids(log, start=start)]
    assert len(seen) == 300
    assert len(set(seen)) < 300


def test_unshuffled_ties_page_like_a_list():
    log = _log(*[0] * 300, shuffle_ties=False)
    seen = [number for start in (0, 100, 200) for number in _ids(log, start=start)]
    assert sorted(seen) == list(range(1, 301))


def test_the_next_generation_breaks_ties_by_id():
    log = _log(*[0] * 300, generation=Generation.NEXT)
    assert [number for start in (0, 100, 200) for number in _ids(log, start=start)] == list(range(300, 0, -1))


@given(
    seconds=st.lists(st.integers(0, 9), max_size=60),
    start=st.integers(0, 65),
    count=st.integers(1, 100),
    low=st.integers(0, 9),
    high=st.integers(0, 9),
)
def test_every_page_has_the_dates_that_sorting_everything_would_give(seconds, start, count, low, high):
    log = _log(*seconds)
    since, until = NOON + timedelta(seconds=low), NOON + timedelta(seconds=high)
    rows = log.filter(AuditQuery(since=since, until=until, start=start, count=count))
    inside = sorted((second for second in seconds if low <= second <= high), reverse=True)
    number_to_second = dict(enumerate(seconds, start=1))
    assert [number_to_second[int(str(row["id"]))] for row in rows] == inside[start : start + count]
    assert max(Counter(row["id"] for row in rows).values(), default=1) == 1
    assert log.count_between(since, until) == len(inside)


@pytest.mark.parametrize("action_id", [5083, 5098, 7001, 1000])
def test_an_action_without_a_mapper_is_never_returned(action_id):
    log = AuditLog()
    log.add(_event(1, action_id=action_id))
    assert log.filter(AuditQuery()) == []


def test_asking_for_an_unmapped_action_that_has_rows_breaks_the_server():
    log = AuditLog()
    assert log.filter(AuditQuery(action=7001)) == []
    log.add(_event(1, action_id=7001))
    with pytest.raises(Failure) as failure:
        log.filter(AuditQuery(action=7001))
    assert failure.value.status == 500


@pytest.mark.parametrize(("generation", "there"), [(Generation.V32, False), (Generation.V35, True)])
def test_links_to_files_are_hidden_before_3_5(generation, there):
    log = AuditLog(PortalSetup(generation=generation))
    log.add(_event(1, action_id=5091))
    assert bool(log.filter(AuditQuery())) is there


def test_an_action_nobody_knows_yet_is_shown_by_the_generation_that_has_it():
    log = AuditLog(PortalSetup(generation=Generation.NEXT))
    log.add(_event(1, action_id=6105))
    assert log.filter(AuditQuery())[0]["actionId"] == 6105


def test_target_alone_and_entry_type_alone_change_nothing():
    log = AuditLog()
    log.add(_event(1, target=("12",)))
    log.add(_event(2, 1, action_id=5070, target=("7",)))
    assert _ids(log, target="12") == [2, 1]
    assert _ids(log, entry_type=1) == [2, 1]


def test_target_with_an_entry_type_finds_any_part_of_the_text():
    log = AuditLog()
    log.add(_event(1, target=("12",)))
    log.add(_event(2, 1, target=("1200", "5")))
    log.add(_event(3, 2, target=("13",)))
    assert _ids(log, target="12", entry_type=1) == [2, 1]


def test_target_with_an_action_must_be_the_whole_text():
    log = AuditLog()
    log.add(_event(1, target=("12", "5")))
    log.add(_event(2, 1, target=("12",)))
    assert _ids(log, target="12", action=5011) == [2]
    assert _ids(log, target="12,5", action=5011) == [1]


def test_an_action_overrides_the_action_type():
    log = AuditLog()
    log.add(_event(1, action_id=5018))
    assert _ids(log, action=5018, action_type=1) == [1]
    assert _ids(log, action_type=1) == []
    assert _ids(log, action_type=3) == [1]


def test_a_user_is_found_by_id():
    log = _log(0, 1)
    log.add(_event(3, 2, user_id="22222222-2222-2222-2222-222222222222"))
    assert _ids(log, user_id=USER) == [2, 1]
    assert _ids(log, user_id="33333333-3333-3333-3333-333333333333") == []


@pytest.mark.parametrize("generation", [Generation.V35, Generation.V37, Generation.NEXT])
def test_any_module_type_breaks_the_server_since_3_5(generation):
    with pytest.raises(Failure) as failure:
        _log(0, generation=generation).filter(AuditQuery(place=27))
    assert failure.value.status == 500


@pytest.mark.parametrize(("generation", "status"), [(Generation.V36, 400), (Generation.V37, 400)])
def test_a_room_as_entry_type_with_a_target_is_refused_since_3_6(generation, status):
    with pytest.raises(Failure) as failure:
        _log(0, generation=generation).filter(AuditQuery(entry_type=25, target="12"))
    assert failure.value.status == status


@pytest.mark.parametrize("setup", [{"plan_has_audit": False}, {"section_hidden": True}])
def test_without_the_audit_trail_the_20_newest_come_back_whatever_is_asked(setup):
    log = _log(*range(30), **setup)
    long_ago = datetime(1990, 1, 1, tzinfo=UTC)
    assert _ids(log, since=long_ago, until=long_ago, count=1, start=5) == list(range(30, 10, -1))


def test_without_the_audit_trail_long_names_are_cut():
    log = AuditLog(PortalSetup(plan_has_audit=False))
    log.add(_event(1, arguments=("x" * 49,)))
    log.add(_event(2, 1, arguments=("x" * 50,)))
    texts = [row["action"] for row in log.filter(AuditQuery())]
    assert texts == [f"File uploaded: {'x' * 47}...", f"File uploaded: {'x' * 49}"]


def test_a_late_row_arrives_with_the_query_it_was_ordered_for():
    log = _log(0)
    log.add(_event(2, 1, visible_from=3))
    assert [_ids(log) for _ in range(4)] == [[1], [1], [2, 1], [2, 1]]


def test_a_late_row_arrives_at_its_time():
    clock = [NOON]
    log = AuditLog(now=lambda: clock[0])
    log.add(_event(1, visible_from=NOON + timedelta(hours=1)))
    assert _ids(log) == []
    clock[0] += timedelta(hours=1)
    assert _ids(log) == [1]


def test_a_late_row_can_be_let_in_without_a_query():
    clock = [NOON]
    log = AuditLog(now=lambda: clock[0])
    log.add(_event(1, visible_from=NOON + timedelta(hours=1)))
    assert log.arrive() == 1
    clock[0] += timedelta(hours=1)
    assert log.arrive() == 0
    assert log.ids_between(None, None) == [1]
    assert log.queries == 0


def test_a_row_can_vanish_during_a_reading():
    log = AuditLog()
    log.add(_event(1, visible_until=2))
    assert [_ids(log) for _ in range(2)] == [[1], []]


def test_a_removed_row_is_gone():
    log = _log(0, 1, 2)
    assert log.remove(2)
    assert not log.remove(2)
    assert _ids(log) == [3, 1]


def test_the_newest_rows_end_where_the_lifetime_does():
    log = AuditLog(now=lambda: NOON + timedelta(days=200))
    log.add(_event(1))
    log.add(_event(2, 21 * 86_400))
    assert [row["id"] for row in log.last()] == [2]
