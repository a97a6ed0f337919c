from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs

import msgspec
import pytest

from reporting.docspace.directory.people import person_id
from reporting.docspace.directory.resolve_filter import HIDDEN, resolve_filter
from reporting.docspace.directory.rooms import BLIND, Room, objects_in_log, room
from reporting.errors.portal import KeyTooWeak
from reporting.errors.request import (
    AmbiguousPerson,
    AmbiguousRoom,
    NotARoom,
    UnknownPerson,
    UnknownProfile,
    UnknownRoom,
    WrongRequest,
)
from reporting.errors.trail import RowsContradict
from reporting.filters import parse
from reporting.matcher import MatchRule
from reporting.period import Month
from sandbox.portal import AuditEvent as Row
from sandbox.portal import StandInPortal, Status, month_of_events
from sandbox.portal.endpoints.history import TRACKED
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.files import ARCHIVE_ROOT, ROOMS_ROOT, Folder
from sandbox.portal.seed_people import PEOPLE, ROOMS
from sandbox.portal.wire import Request, Response, json_response
from tests.reporting.paper import RIGA
from tests.reporting.stage import Knock

JANUARY = Month(2025, 1)
WINDOW = JANUARY.within(RIGA)
ZOE, LEGAL = PEOPLE[1], ROOMS[0]
UPLOADED = 5011


@dataclass(frozen=True)
class Saying:
    """A portal that answers with this."""

    response: object
    total: int | None = None

    def reply(self, request: Request, answer: Answer) -> Response:
        return json_response(
            {"response": self.response, "count": 1, "total": 1 if self.total is None else self.total, "status": 0}
        )


def people(*persons: tuple[str, str, str]) -> Saying:
    rows = [{"id": number, "displayName": name, "email": email} for number, name, email in persons]
    return Saying(rows, total=len(rows))


def did(number: int, room_id: int) -> Row:
    date = WINDOW.start + timedelta(seconds=number)
    return Row(id=number, date=date, action_id=UPLOADED, user_id="u1", room_id=room_id)


@pytest.fixture
def busy(standin: StandInPortal) -> StandInPortal:
    standin.audit.add_all(month_of_events(2025, 1, count=1_500, seed=3, zone=RIGA, hostile=True))
    return standin


@pytest.mark.parametrize(
    "said", [ZOE.id, ZOE.id.upper(), ZOE.email, ZOE.email.upper(), ZOE.name, ZOE.name.lower()], ids=str
)
def test_a_person_is_found_by_id_address_or_name(standin: StandInPortal, knock: Knock, said: str) -> None:
    assert person_id(knock(standin), said) == ZOE.id


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.email)
def test_a_name_of_any_script_is_found(standin: StandInPortal, knock: Knock, person) -> None:
    assert person_id(knock(standin), person.name) == person.id


@pytest.mark.parametrize(
    "said",
    ["Ann O'Neill-Smith", "ann o\u2019neill\u2011smith", "Ann\u00a0O'Neill-Smith"],
    ids=["plain", "curly quote", "no-break space"],
)
def test_a_person_is_found_whatever_dash_or_quote_the_name_has(standin: StandInPortal, knock: Knock, said: str) -> None:
    standin.faults.next("/people", people(), times=1)
    standin.faults.next("/people", people(("7", "Ann O\u2019Neill\u2013Smith", "a@x"), ("8", "Bob", "b@x")), times=1)
    assert person_id(knock(standin), said) == "7"


def test_an_id_finds_who_is_no_longer_there(standin: StandInPortal, knock: Knock) -> None:
    gone = "11111111-2222-3333-4444-555555555555"

    assert person_id(knock(standin), gone) == gone
    assert standin.requests.to("/people") == []


@pytest.mark.parametrize(
    ("said", "nearest"), [("Zoe Miler", "Zoe Miller"), ("Zoe", "Zoe Miller"), ("Tom OBrien", "Tom O'Brien")]
)
def test_nobody_of_that_name_is_refused_with_the_nearest(
    standin: StandInPortal, knock: Knock, said: str, nearest: str
) -> None:
    with pytest.raises(UnknownPerson, match=f"“{said}”; the nearest name is “{nearest}”"):
        person_id(knock(standin), said)


def test_people_of_one_name_are_told_apart_by_their_addresses(standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next("/people", people(("1", "Ann Lee", "ann@a"), ("2", "ann lee", "ann@b"), ("3", "Ann Lees", "c")))

    with pytest.raises(AmbiguousPerson, match="named “Ann Lee”: ann@a, ann@b"):
        person_id(knock(standin), "Ann Lee")


def test_a_portal_without_people_knows_nobody(standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next("/people", Paged([]), times=2)

    with pytest.raises(UnknownPerson):
        person_id(knock(standin), "Ann")


def test_a_portal_that_gives_fewer_people_than_it_says_it_has_is_not_believed(
    standin: StandInPortal, knock: Knock
) -> None:
    standin.faults.next("/people", Saying([], total=1), times=None)

    with pytest.raises(RowsContradict, match="of 1 rows it gives only 0"):
        person_id(knock(standin), "Ann")


@pytest.mark.parametrize("said", ["101", "Legal", "LEGAL"])
def test_a_room_is_found_by_number_or_title(standin: StandInPortal, knock: Knock, said: str) -> None:
    assert room(knock(standin), said) == Room(LEGAL.id, "Legal", LEGAL.room_type)


@pytest.mark.parametrize(
    "title", ["Legal \u2013 2025", "Legal\u00a0- 2025", "legal \u2014 2025", "Legal -  2025"], ids=ascii
)
@pytest.mark.parametrize("said", ["Legal - 2025", "Legal \u2013 2025", "Legal \u2212 2025"], ids=ascii)
def test_a_room_is_found_whatever_dash_or_blank_its_title_has(
    standin: StandInPortal, knock: Knock, title: str, said: str
) -> None:
    standin.files.add_folder(Folder(id=107, title=title, parent_id=ROOMS_ROOT, room_type=5))
    assert room(knock(standin), said).id == 107


def test_of_two_titles_that_look_alike_the_one_that_was_written_is_meant(standin: StandInPortal, knock: Knock) -> None:
    for number, title in ((107, "A - B"), (108, "A \u2013 B")):
        standin.files.add_folder(Folder(id=number, title=title, parent_id=ROOMS_ROOT, room_type=5))
    assert [room(knock(standin), said).id for said in ("A - B", "A \u2013 B")] == [107, 108]
    with pytest.raises(AmbiguousRoom, match="room:107, room:108"):
        room(knock(standin), "A \u2014 B")


def test_a_title_in_letters_that_only_look_alike_is_refused_with_the_letter(
    standin: StandInPortal, knock: Knock
) -> None:
    with pytest.raises(UnknownRoom, match="the nearest is “Legal”; what was typed has U\\+0430 CYRILLIC"):
        room(knock(standin), "Leg\u0430l")


@pytest.mark.parametrize(
    ("said", "nearest"), [("Legl", "Legal"), ("Finances", "Finance"), ("Human", "Human Resources")]
)
def test_no_room_of_that_title_is_refused_with_the_nearest(
    standin: StandInPortal, knock: Knock, said: str, nearest: str
) -> None:
    with pytest.raises(UnknownRoom, match=f"“{said}”.*the nearest is “{nearest}”"):
        room(knock(standin), said)


def test_no_room_of_that_number_is_refused(standin: StandInPortal, knock: Knock) -> None:
    with pytest.raises(UnknownRoom, match="“999”"):
        room(knock(standin), "999")


@pytest.mark.parametrize("title", ["Contracts", LEGAL.title])
def test_the_number_of_a_folder_that_is_no_room_is_refused_with_its_title(
    standin: StandInPortal, knock: Knock, title: str
) -> None:
    standin.files.add_folder(Folder(id=900, title=title, parent_id=102))

    with pytest.raises(NotARoom, match=f"“900” is the number of the folder “{title}”") as refused:
        room(knock(standin), "900")
    assert "folder:900" in refused.value.advice


def test_a_room_that_the_key_may_not_see_says_so(standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next("/files/folder/101", Status(403))

    with pytest.raises(KeyTooWeak, match="read room 101"):
        room(knock(standin), "101")


def test_rooms_of_one_title_are_told_apart_by_their_numbers(standin: StandInPortal, knock: Knock) -> None:
    standin.files.add_folder(Folder(id=107, title="legal", parent_id=ROOMS_ROOT, room_type=5))

    with pytest.raises(AmbiguousRoom, match="room:101, room:107"):
        room(knock(standin), "Legal")


def test_an_archived_room_is_found_by_its_number(standin: StandInPortal, knock: Knock) -> None:
    standin.files.add_folder(Folder(id=108, title="Old deals", parent_id=ARCHIVE_ROOT, room_type=5, archived=True))

    assert room(knock(standin), "108").title == "Old deals"
    with pytest.raises(UnknownRoom):
        room(knock(standin), "Old deals")


def test_the_rooms_log_is_walked_to_its_end_though_its_rows_are_grouped(busy: StandInPortal, knock: Knock) -> None:
    whole = busy.audit.events_between(WINDOW.start, WINDOW.end)
    true = {one.id for one in whole if one.room_id == LEGAL.id and one.action_id in TRACKED}
    found = list(objects_in_log(knock(busy), Room(LEGAL.id), WINDOW))
    pages = [int(parse_qs(asked.query)["startIndex"][0]) for asked in busy.requests.to("/log")]

    assert len(true) > 100
    assert set(found) == true
    assert pages == list(range(0, len(true), 100))


def test_a_log_of_many_alike_rows_is_walked_to_its_end(standin: StandInPortal, knock: Knock) -> None:
    for number in range(1, 321):
        standin.audit.add(did(number, LEGAL.id))

    assert sorted(objects_in_log(knock(standin), Room(LEGAL.id), WINDOW)) == list(range(1, 321))


@pytest.mark.parametrize("only", ["user:Nobody", "-user:Nobody", "room:Nowhere", "type:delete -room:Nowhere"])
def test_a_name_that_is_not_there_costs_no_reading(standin: StandInPortal, knock: Knock, only: str) -> None:
    with pytest.raises(WrongRequest):
        resolve_filter(parse(only), knock(standin), WINDOW)
    assert standin.requests.to("audit/events") == []


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 250])
def test_a_log_that_tells_no_total_is_walked_to_its_end(standin: StandInPortal, knock: Knock, count: int) -> None:
    for number in range(1, count + 1):
        standin.audit.add(did(number, LEGAL.id))
    standin.faults.next("/log", WithoutTotal(), times=None)

    assert sorted(objects_in_log(knock(standin), Room(LEGAL.id), WINDOW)) == list(range(1, count + 1))


class WithoutTotal:
    def reply(self, request: Request, answer: Answer) -> Response:
        whole = msgspec.json.decode(answer(request).body)
        return json_response({name: value for name, value in whole.items() if name != "total"})


def test_a_person_is_found_behind_a_hundred_namesakes(standin: StandInPortal, knock: Knock) -> None:
    everyone = [{"id": str(n), "displayName": f"Ann {n:03}", "email": f"{n}@a"} for n in range(150)]
    everyone.append({"id": "150", "displayName": "Ann", "email": "ann@a"})
    standin.faults.next("/people", Paged(everyone), times=None)

    assert person_id(knock(standin), "Ann") == "150"


@dataclass(frozen=True)
class Paged:
    """Answers with as much of this as the page asks for."""

    rows: list[dict[str, str]]

    def reply(self, request: Request, answer: Answer) -> Response:
        start, count = int(request.params.get("startindex", "0")), int(request.params.get("count", "100"))
        page = self.rows[start : start + count]
        return json_response({"response": page, "count": len(page), "total": len(self.rows), "status": 0})


def test_a_room_is_found_behind_a_hundred_that_have_its_title_in_theirs(standin: StandInPortal, knock: Knock) -> None:
    for number in range(150):
        title = f"Deal {number:03}"
        standin.files.add_folder(Folder(id=1_000 + number, title=title, parent_id=ROOMS_ROOT, room_type=5))
    standin.files.add_folder(Folder(id=2_000, title="Deal", parent_id=ROOMS_ROOT, room_type=5))

    assert room(knock(standin), "Deal") == Room(2_000, "Deal", 5)


@pytest.mark.parametrize(("count", "pages"), [(99, [0]), (100, [0]), (101, [0, 100]), (250, [0, 100, 200])])
def test_people_are_looked_through_page_by_page_until_as_many_were_seen_as_there_are(
    standin: StandInPortal, knock: Knock, count: int, pages: list[int]
) -> None:
    everyone = [{"id": str(n), "displayName": f"Ann {n:03}", "email": f"{n}@a"} for n in range(count)]
    standin.faults.next("/people", Paged(everyone), times=None)
    person_id(knock(standin), "Ann 042")

    assert [int(parse_qs(asked.query)["startIndex"][0]) for asked in standin.requests.to("/people")] == pages


def test_a_title_of_digits_is_a_title_where_no_room_bears_that_number(standin: StandInPortal, knock: Knock) -> None:
    standin.files.add_folder(Folder(id=109, title="2025", parent_id=ROOMS_ROOT, room_type=5))

    assert room(knock(standin), "2025") == Room(109, "2025", 5)


def test_a_number_is_that_of_a_room_though_another_bears_it_as_its_title(standin: StandInPortal, knock: Knock) -> None:
    standin.files.add_folder(Folder(id=109, title="101", parent_id=ROOMS_ROOT, room_type=5))

    assert room(knock(standin), "101") == Room(LEGAL.id, "Legal", LEGAL.room_type)


def test_a_title_that_several_rooms_bear_is_no_part_of_the_rule(standin: StandInPortal, knock: Knock) -> None:
    standin.files.add_folder(Folder(id=107, title="LEGAL", parent_id=ROOMS_ROOT, room_type=5))
    (rule,) = resolve_filter(parse("room:101,Finance"), knock(standin), WINDOW).rules

    assert (rule.rooms, rule.folders) == (frozenset({"finance"}), frozenset({"101", "102"}))


def test_what_is_noted_twice_is_told_once(standin: StandInPortal, knock: Knock) -> None:
    notes = resolve_filter(parse("room:Legal -room:102 -user:zoe@example.com"), knock(standin), WINDOW).notes

    assert len(notes) == len(set(notes)) == 4


@pytest.mark.parametrize("only", ["action:7001", "-action:5011,7001"])
def test_an_action_that_the_portal_never_returns_is_noted(standin: StandInPortal, knock: Knock, only: str) -> None:
    assert resolve_filter(parse(only), knock(standin), WINDOW).notes == (f"{HIDDEN}: 7001",)


@pytest.mark.parametrize(("sign", "negated"), [("", False), ("-", True)])
@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("type:delete,share", MatchRule(categories=frozenset({"delete", "share"}))),
        ("action:FileDeleted,5011", MatchRule(actions=frozenset({5018, UPLOADED}))),
        ("action:99999", MatchRule(actions=frozenset({99_999}))),
        ("user:zoe@example.com", MatchRule(users=frozenset({ZOE.id.casefold()}))),
        ("file:12,13", MatchRule(files=frozenset({"12", "13"}))),
        ("folder:12,13", MatchRule(folders=frozenset({"12", "13"}))),
        ("room:Legal", MatchRule(folders=frozenset({str(LEGAL.id)}), rooms=frozenset({"legal"}))),
    ],
)
def test_a_word_stands_for_what_it_names_and_nothing_else(
    standin: StandInPortal, knock: Knock, sign: str, negated: bool, words: str, meant: MatchRule
) -> None:
    assert resolve_filter(parse(sign + words), knock(standin), WINDOW).rules == (replace(meant, negated=negated),)


def test_a_room_is_also_every_event_that_its_own_log_names(busy: StandInPortal, knock: Knock) -> None:
    portal = knock(busy)
    (rule,) = resolve_filter(parse("room:Legal"), portal, WINDOW).rules

    assert rule.events == frozenset(objects_in_log(portal, Room(LEGAL.id), WINDOW)) != frozenset()


def test_the_report_says_who_and_which_room_was_meant(standin: StandInPortal, knock: Knock) -> None:
    notes = resolve_filter(parse('user:"Zoe Miller" room:Legal'), knock(standin), WINDOW).notes

    assert notes == (f"Legal is room {LEGAL.id}", BLIND, f"Zoe Miller is {ZOE.id}")


def test_the_report_says_that_a_title_of_several_rooms_was_no_help(standin: StandInPortal, knock: Knock) -> None:
    standin.files.add_folder(Folder(id=107, title="LEGAL", parent_id=ROOMS_ROOT, room_type=5))
    notes = resolve_filter(parse("room:101"), knock(standin), WINDOW).notes

    assert notes == ("Legal is room 101", "several rooms are named Legal, so contexts cannot identify it", BLIND)


def test_a_title_of_blanks_tells_no_event_apart(standin: StandInPortal, knock: Knock) -> None:
    standin.files.add_folder(Folder(id=107, title="  ", parent_id=ROOMS_ROOT, room_type=5))
    (rule,) = resolve_filter(parse("room:107"), knock(standin), WINDOW).rules

    assert (rule.rooms, rule.folders) == (frozenset(), frozenset({"107"}))


def test_a_title_with_blanks_around_it_is_the_title_that_a_context_names(standin: StandInPortal, knock: Knock) -> None:
    standin.files.add_folder(Folder(id=107, title=" Straße ", parent_id=ROOMS_ROOT, room_type=5))
    (rule,) = resolve_filter(parse("room:107"), knock(standin), WINDOW).rules

    assert rule.rooms == frozenset({"strasse"})


def test_a_profile_that_was_not_put_in_the_place_of_its_filter_is_refused(standin: StandInPortal, knock: Knock) -> None:
    with pytest.raises(UnknownProfile, match="“profile:access”"):
        resolve_filter(parse("profile:access"), knock(standin), WINDOW)
