from collections import Counter
from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.actions import Highlight, action, catalogue
from reporting.document.tally import MOST, SignInTally, Tally
from reporting.events import AuditEvent, SignIn
from reporting.report import Assessment, Counted, Day, SignIns, Verdict
from tests.reporting.stage import NOON

UPLOADED, DELETED, MOVED, SHARED, UNKNOWN = 5011, 5017, 5015, 5088, 123_456
CAME, FAILED, LEFT = 1000, 1002, 1006
EVENTS = st.lists(
    st.builds(
        AuditEvent,
        id=st.integers(1, 10**6),
        date=st.just(NOON),
        user=st.sampled_from(["Ann", "Bob", ""]),
        user_id=st.integers(0, 30).map(str),
        action_id=st.sampled_from([UPLOADED, DELETED, MOVED, SHARED, UNKNOWN, 0, -1]),
        context=st.sampled_from(["Rooms: Legal", "Rooms: Board", "Settings", ""]) | st.integers(0, 30).map(str),
    ),
    max_size=80,
)


def did(user_id: str, action_id: int = UPLOADED, *, name: str = "") -> AuditEvent:
    return AuditEvent(id=1, date=NOON, user=name or user_id, user_id=user_id, action_id=action_id)


def came(*entries: tuple[int, str]) -> SignIns:
    tally = SignInTally()
    for number, (action_id, user_id) in enumerate(entries, start=1):
        tally.add(SignIn(id=number, date=NOON, user_id=user_id, action_id=action_id))
    return tally.as_signins(Assessment(Verdict.COMPLETE))


def counted(events: Iterable[AuditEvent]) -> Tally:
    tally = Tally()
    for one in events:
        tally.add([one], [one.id % 31 + 1])
    return tally


def test_nothing_counts_as_nothing() -> None:
    tally = counted([])

    assert (tally.events, tally.categories(), tally.most_active(), tally.busiest()) == (0, (), (), ())
    assert (tally.other_users, tally.other_rooms) == (0, 0)
    assert not any(tally.highlights().values())


@given(EVENTS)
def test_every_event_counts_in_exactly_one_category(events: list[AuditEvent]) -> None:
    assert sum(one.events for one in counted(events).categories()) == len(events)


@given(EVENTS)
def test_every_user_is_listed_or_counted_among_the_others(events: list[AuditEvent]) -> None:
    tally = counted(events)

    assert len(tally.most_active()) + tally.other_users == len({one.user_id for one in events})


@given(EVENTS)
def test_every_room_is_listed_or_counted_among_the_others(events: list[AuditEvent]) -> None:
    tally = counted(events)

    assert len(tally.busiest()) + tally.other_rooms == len({one.context for one in events})


@given(EVENTS)
def test_every_event_counts_on_exactly_one_day(events: list[AuditEvent]) -> None:
    assert counted(events).days.total() == len(events)


@given(EVENTS)
def test_days_are_told_by_category_and_only_those_with_events(events: list[AuditEvent]) -> None:
    told = Counter((one.id % 31 + 1, action(one.action_id).category.value) for one in events)
    daily = counted(events).daily()

    assert {(day.day, name): found for day in daily for name, found in day.counts.items()} == told
    assert [day.day for day in daily] == sorted({day for day, _ in told})
    assert {day.day: day.events for day in daily} == counted(events).days


@given(EVENTS)
def test_days_and_categories_tell_of_the_same_events(events: list[AuditEvent]) -> None:
    tally = counted(events)

    told = sum((Counter(day.counts) for day in tally.daily()), Counter())
    assert told == {category.name: category.events for category in tally.categories()}


@given(EVENTS)
def test_equal_days_are_written_alike_whatever_came_first(events: list[AuditEvent]) -> None:
    assert msgspec.json.encode(counted(events).daily()) == msgspec.json.encode(counted(reversed(events)).daily())


def test_days_outlive_the_process_and_take_little_room() -> None:
    busiest = [did("u1", known.id) for known in catalogue().values()]
    tally = Tally()
    for day in range(1, 32):
        for one in busiest * 10:
            tally.add([one], [day])
    packed = msgspec.json.encode(tally.daily())

    assert len(packed) < 6_000
    assert msgspec.json.decode(packed, type=tuple[Day, ...]) == tally.daily()


@given(EVENTS)
def test_a_highlight_counts_every_event_of_its_actions_and_no_other(events: list[AuditEvent]) -> None:
    for kind, found in counted(events).highlights().items():
        assert found == sum(kind in action(one.action_id).highlights for one in events)


def test_an_event_can_deserve_a_look_in_more_than_one_way() -> None:
    found = counted([did("u1", SHARED)]).highlights()

    assert (found[Highlight.PUBLIC_LINK], found[Highlight.ACCESS_WIDENED]) == (1, 1)


def test_failed_sign_ins_are_counted_where_sign_ins_are() -> None:
    assert Highlight.FAILED_SIGN_IN not in counted([]).highlights()


@given(EVENTS)
def test_the_most_frequent_come_first(events: list[AuditEvent]) -> None:
    tally = counted(events)

    for ranked in (tally.categories(), tally.most_active(), tally.busiest()):
        numbers = [one.events for one in ranked]
        assert numbers == sorted(numbers, reverse=True)


@given(EVENTS)
def test_categories_do_not_depend_on_the_order_of_events(events: list[AuditEvent]) -> None:
    assert counted(events).categories() == counted(reversed(events)).categories()


@given(EVENTS, st.integers(0, 80))
def test_parts_counted_apart_and_put_together_are_the_whole(events: list[AuditEvent], place: int) -> None:
    assert Tally.of([counted(events[:place]), counted(events[place:])]) == counted(events)


def test_categories_go_by_what_an_action_means() -> None:
    tally = counted([did("u1", UPLOADED), did("u1", DELETED), did("u1", DELETED), did("u1", UNKNOWN)])

    assert tally.categories() == (Counted("delete", 2), Counted("create", 1), Counted("other", 1))


def test_different_actions_of_one_category_are_counted_together() -> None:
    assert action(UPLOADED).category is action(5013).category
    assert counted([did("u1", UPLOADED), did("u1", 5013)]).categories() == (Counted("create", 2),)


def test_users_of_one_name_are_different_people() -> None:
    tally = counted([did("u1", name="Ann"), did("u2", name="Ann"), did("u2", name="Ann")])

    assert tally.most_active() == (Counted("Ann", 2), Counted("Ann", 1))
    assert tally.people() == (Counted("Ann [u2]", 2), Counted("Ann [u1]", 1))


@pytest.mark.parametrize(
    ("name", "shown"), [("Ann", "Ann [u1]"), ("", "[u1]"), (" Ann", " Ann [u1]"), ("\nAnn", "\nAnn [u1]")]
)
def test_a_user_is_listed_by_name_and_id(name: str, shown: str) -> None:
    assert counted([AuditEvent(id=1, date=NOON, user=name, user_id="u1")]).people() == (Counted(shown, 1),)


@given(EVENTS)
def test_people_are_the_most_active_with_their_ids(events: list[AuditEvent]) -> None:
    tally = counted(events)

    assert [one.events for one in tally.people()] == [one.events for one in tally.most_active()]
    assert len({one.name for one in tally.people()}) == len(tally.people())


def test_a_user_bears_the_name_of_the_last_event() -> None:
    assert counted([did("u1", name="Ann"), did("u1", name="Ann Smith")]).most_active() == (Counted("Ann Smith", 2),)


def test_a_user_without_a_name_is_told_by_id() -> None:
    assert counted([AuditEvent(id=1, date=NOON, user_id="u1")]).most_active() == (Counted("u1", 1),)


@pytest.mark.parametrize(("people", "others"), [(0, 0), (1, 0), (MOST - 1, 0), (MOST, 0), (MOST + 1, 1), (301, 281)])
def test_the_most_active_are_listed_and_the_others_counted(people: int, others: int) -> None:
    tally = counted(did(f"u{number}") for number in range(people))

    assert (len(tally.most_active()), tally.other_users) == (min(people, MOST), others)


def test_sign_ins_are_counted_by_how_they_ended() -> None:
    told = came((CAME, "u1"), (FAILED, "u2"), (LEFT, "u1"), (CAME, "u1"), (CAME, "u3"), (FAILED, ""))

    assert (told.succeeded, told.failed, told.ended, told.total) == (3, 2, 1, 6)


def test_only_who_signed_in_is_one_of_the_different_people() -> None:
    assert came((CAME, "u1"), (FAILED, "u2"), (LEFT, "u4"), (CAME, "u1"), (CAME, "u3")).people == 2


@pytest.mark.parametrize("failed", [0, 1, 101])
def test_failed_sign_ins_are_all_counted(failed: int) -> None:
    assert came((CAME, "u1"), *[(FAILED, "u2")] * failed).failed == failed
