from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.actions import Category, action
from reporting.events import AuditEvent, SignIn
from reporting.matcher import CONTAINERS, FILE, Matcher, MatchRule, place
from tests.reporting.stage import NOON

UPLOADED, MOVED = 5011, 5015
FOLDER, USER, GROUP, ROOM, TAG, AGENT = 2, 23, 24, 25, 26, 27
NUMBERS = st.sampled_from(["1", "12", "112", "120", "1200", "21"])
TITLES = st.sampled_from(["Legal", "LEGAL", "Board", "Straße", "Audit: 2025"])
PEOPLE = st.sampled_from(["ann", "ANN", "bob", ""])


def sets(values: st.SearchStrategy[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(values.map(str.casefold), max_size=2)


RULES = st.builds(
    MatchRule,
    negated=st.booleans(),
    actions=st.frozensets(st.sampled_from([UPLOADED, MOVED]), max_size=2),
    users=sets(PEOPLE),
    files=sets(NUMBERS),
    folders=sets(NUMBERS),
    events=st.frozensets(st.integers(1, 4), max_size=2),
    rooms=sets(TITLES),
    categories=sets(st.sampled_from([Category.CREATE, Category.MOVE, Category.OTHER, Category.DELETE])),
)
EVENTS = st.builds(
    AuditEvent,
    id=st.integers(1, 5),
    date=st.just(NOON),
    user_id=PEOPLE,
    action_id=st.sampled_from([UPLOADED, MOVED, 0]),
    target=st.lists(NUMBERS, max_size=3),
    entries=st.lists(st.sampled_from([FILE, FOLDER, USER, GROUP, ROOM, TAG, AGENT]), max_size=3),
    context=st.builds("{}{}".format, st.sampled_from(["", "Rooms: ", "Räume: ", "Rooms"]), TITLES | st.just("")),
)


def about(*target: str, entries: tuple[int, ...] = (FILE,), context: str = "", number: int = 1) -> AuditEvent:
    return AuditEvent(id=number, date=NOON, target=list(target), entries=list(entries), context=context)


def targets(event: AuditEvent) -> set[tuple[str, str]]:
    """Each target with what it is; the last kind goes for all that follow."""
    kinds = event.entries or [FILE]
    padded = kinds + kinds[-1:] * len(event.target)
    names = {FILE: "file", FOLDER: "folder", ROOM: "folder", AGENT: "folder"}
    return {(names.get(kind, "other"), target) for kind, target in zip(padded, event.target, strict=False)}


def plainly_fits(rule: MatchRule, event: AuditEvent) -> bool:
    """The same in the words of the documentation."""
    wanted = {("file", number) for number in rule.files} | {("folder", number) for number in rule.folders}
    title = event.context.split(": ", 1)[1].casefold() if ": " in event.context else ""
    return any(
        [
            event.action_id in rule.actions,
            event.user_id.casefold() in rule.users,
            event.id in rule.events,
            wanted & targets(event),
            title in rule.rooms,
            action(event.action_id).category.value in rule.categories,
        ]
    )


@given(RULES, EVENTS)
def test_a_rule_fits_what_has_anything_of_it(rule: MatchRule, event: AuditEvent) -> None:
    assert rule.matches(event) == plainly_fits(rule, event)


@given(st.lists(RULES, max_size=3), EVENTS)
def test_an_event_is_kept_if_every_word_of_the_filter_agrees(rules: list[MatchRule], event: AuditEvent) -> None:
    agree = [not plainly_fits(rule, event) if rule.negated else plainly_fits(rule, event) for rule in rules]

    assert Matcher(tuple(rules)).matches(event) == (False not in agree)


@given(RULES, EVENTS)
def test_a_word_and_its_negation_share_the_events_between_them(rule: MatchRule, event: AuditEvent) -> None:
    other = replace(rule, negated=not rule.negated)

    assert Matcher((rule,)).matches(event) != Matcher((other,)).matches(event)


@given(EVENTS)
def test_without_a_word_every_event_is_kept(event: AuditEvent) -> None:
    assert Matcher().matches(event)


@pytest.mark.parametrize("target", ["112", "1200", "120", "1", "2", "012", "12 ", "12.0", "1,2", "12,13", ""])
@pytest.mark.parametrize("rule", [MatchRule(files=frozenset({"12"})), MatchRule(folders=frozenset({"12"}))], ids=repr)
def test_twelve_is_twelve_and_no_part_of_another_number(rule: MatchRule, target: str) -> None:
    for kind in (FILE, FOLDER, ROOM):
        assert not rule.matches(about(target, entries=(kind,)))


@pytest.mark.parametrize("kind", sorted(CONTAINERS))
def test_a_folder_is_no_file_of_the_same_number(kind: int) -> None:
    event = about("12", entries=(kind,))

    assert MatchRule(folders=frozenset({"12"})).matches(event)
    assert not MatchRule(files=frozenset({"12"})).matches(event)


def test_a_file_is_no_folder_of_the_same_number() -> None:
    assert MatchRule(files=frozenset({"12"})).matches(about("12"))
    assert not MatchRule(folders=frozenset({"12"})).matches(about("12"))


@pytest.mark.parametrize("kind", [0, USER, GROUP, TAG, 99])
def test_people_groups_and_tags_are_neither_files_nor_folders(kind: int) -> None:
    event = about("12", entries=(kind,))

    assert not MatchRule(files=frozenset({"12"}), folders=frozenset({"12"})).matches(event)


def test_of_a_move_the_file_is_what_moved_and_the_folder_where_it_went() -> None:
    event = about("4711", "102", entries=(FILE, FOLDER))

    assert MatchRule(files=frozenset({"4711"})).matches(event)
    assert MatchRule(folders=frozenset({"102"})).matches(event)
    assert not MatchRule(files=frozenset({"102"})).matches(event)
    assert not MatchRule(folders=frozenset({"4711"})).matches(event)


def test_a_sign_in_is_none_of_the_events_that_a_rooms_log_names_by_number() -> None:
    rule = MatchRule(events=frozenset({7}))

    assert rule.matches(about(number=7))
    assert not rule.matches(SignIn(id=7, date=NOON))


def test_every_file_of_many_counts() -> None:
    assert all(MatchRule(files=frozenset({number})).matches(about("1", "2", "3")) for number in "123")


def test_a_file_of_an_event_that_says_no_kind_is_found() -> None:
    assert MatchRule(files=frozenset({"12"})).matches(about("12", entries=()))


@pytest.mark.parametrize("user_id", ["aae1e103-bca5", "AAE1E103-BCA5"])
def test_a_persons_id_is_the_same_in_capitals(user_id: str) -> None:
    event = AuditEvent(id=1, date=datetime(2025, 1, 1, tzinfo=UTC), user_id=user_id)

    assert MatchRule(users=frozenset({"aae1e103-bca5"})).matches(event)


@pytest.mark.parametrize(
    ("context", "title"),
    [
        ("Rooms: Legal", "legal"),
        ("Räume: Legal", "legal"),
        ("Rooms: LEGAL ", "legal"),
        ("Rooms: Audit: 2025", "audit: 2025"),
        ("Rooms: Straße", "strasse"),
        ("Rooms:Legal", ""),
        ("Rooms: ", ""),
        ("Settings", ""),
        ("", ""),
    ],
)
def test_a_context_names_a_room_after_a_word_of_any_language(context: str, title: str) -> None:
    assert place(context) == title


@pytest.mark.parametrize("context", ["Rooms: Legal affairs", "Rooms: Paralegal", "Legal", "Legal: Board", "Rooms: "])
def test_a_room_is_its_whole_title(context: str) -> None:
    assert not MatchRule(rooms=frozenset({"legal"})).matches(about(context=context))
