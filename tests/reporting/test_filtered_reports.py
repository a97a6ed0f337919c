import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reporting.actions import action
from reporting.build_report import BuildContext, build_report
from reporting.docspace.api.server_info import server_info
from reporting.docspace.directory.rooms import BLIND
from reporting.filters import parse
from reporting.period import Month
from reporting.report import BuiltReport, Order
from sandbox.portal import AuditEvent as Row
from sandbox.portal import LoginEvent, StandInPortal, month_of_events
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.files import ARCHIVE_ROOT, ROOMS_ROOT, Folder
from sandbox.portal.seed_people import PEOPLE, ROOMS
from sandbox.portal.wire import Request, Response, json_response
from tests.reporting.paper import RIGA
from tests.reporting.stage import Knock

JANUARY = Month(2025, 1)
WINDOW = JANUARY.within(RIGA)
ANNA, ZOE, LEGAL, FINANCE = *PEOPLE[:2], *ROOMS[:2]
DOWNLOADED, UPLOADED, MOVED = 5009, 5011, 5015
BY_PASSWORD, FAILED = 1029, 1002
Make = Callable[[str], BuiltReport]


def did(number: int, room_id: int, context: str, action_id: int = UPLOADED) -> Row:
    date = WINDOW.start + timedelta(minutes=number)
    return Row(id=number, date=date, action_id=action_id, user_id="u1", room_id=room_id, context=context)


@dataclass(frozen=True)
class Newer:
    """A portal that knows an action which our catalogue does not: that of these events."""

    ids: frozenset[int]

    def reply(self, request: Request, answer: Answer) -> Response:
        whole = json.loads(answer(request).body)
        for one in whole["response"]:
            one["actionId"] = 99_999 if one["id"] in self.ids else one["actionId"]
        return json_response(whole)


def came(number: int, user_id: str, action_id: int = BY_PASSWORD) -> LoginEvent:
    date = WINDOW.start + timedelta(minutes=number)
    return LoginEvent(id=number, date=date, action_id=action_id, user_id=user_id)


def kind(one: Row) -> str:
    return action(one.action_id).category.value


def touches(one: Row, room_id: int) -> bool:
    """Whether it happened in that room, or moved or copied something there."""
    return one.room_id == room_id or str(room_id) in one.target[1:]


def rows(standin: StandInPortal) -> list[Row]:
    return list(standin.audit.events_between(WINDOW.start, WINDOW.end - timedelta(seconds=1)))


def told(made: BuiltReport) -> list[str]:
    return made.path.read_text(encoding="utf-8").splitlines()


def told_ids(made: BuiltReport, label: str = "ID: ") -> set[int]:
    return {int(line.removeprefix(label)) for line in told(made) if line.startswith(label)}


def told_signins(made: BuiltReport) -> set[int]:
    return told_ids(made, "Sign-in ID: ")


def notes(made: BuiltReport) -> list[str]:
    label = "Filter note: "
    return [line.removeprefix(label) for line in told(made) if line.startswith(label)]


@pytest.fixture
def busy(standin: StandInPortal) -> StandInPortal:
    standin.audit.add_all(month_of_events(2025, 1, count=1_500, seed=3, zone=RIGA, hostile=True))
    return standin


@pytest.fixture
def make(standin: StandInPortal, knock: Knock, tmp_path: Path) -> Make:
    def making(only: str) -> BuiltReport:
        portal = knock(standin)
        shop = BuildContext(folder=tmp_path, settle=timedelta(hours=24), now=lambda: datetime(2025, 3, 1, tzinfo=UTC))
        return build_report(Order(JANUARY, only=parse(only)), server_info(portal), portal, shop, watch=lambda _: None)

    return making


@pytest.mark.parametrize("place", ROOMS, ids=lambda place: place.title)
def test_a_room_keeps_its_events_and_what_was_moved_there_and_nothing_else(
    busy: StandInPortal, make: Make, place
) -> None:
    true = {one.id for one in rows(busy) if touches(one, place.id)}

    assert told_ids(make(f'room:"{place.title}"')) == true


def test_of_a_room_that_was_renamed_only_what_its_log_does_not_list_is_missing(
    standin: StandInPortal, make: Make
) -> None:
    for number, action_id in enumerate([UPLOADED, DOWNLOADED, 5091, 5017, 5074], start=1):
        standin.audit.add(did(number, LEGAL.id, "Rooms: Law", action_id))
        standin.audit.add(did(number + 10, LEGAL.id, "Rooms: Legal", action_id))
        standin.audit.add(did(number + 20, FINANCE.id, "Rooms: Finance", action_id))
    made = make("room:101")

    assert told_ids(made) == {1, 4, 11, 12, 13, 14, 15}
    assert BLIND in notes(made)


def test_without_a_person_or_a_room_there_is_nothing_to_note(busy: StandInPortal, make: Make) -> None:
    assert notes(make("type:delete")) == []


def test_the_notes_say_what_people_and_rooms_were_understood_as(standin: StandInPortal, make: Make) -> None:
    made = make(f'user:zoe@example.com,"{ANNA.name}" room:Legal -room:102')

    assert set(notes(made)) == {
        f"zoe@example.com is {ZOE.id}",
        f"{ANNA.name} is {ANNA.id}",
        "Legal is room 101",
        "Finance is room 102",
        BLIND,
    }


@pytest.mark.parametrize(
    ("only", "fits"),
    [
        ("type:delete,share", lambda one: kind(one) in {"delete", "share"}),
        ("-type:download", lambda one: kind(one) != "download"),
        ("user:zoe@example.com", lambda one: one.user_id == ZOE.id),
        ('user:"Zoe Miller" type:create', lambda one: one.user_id == ZOE.id and kind(one) == "create"),
        ("action:FileMoved,5011", lambda one: one.action_id in {MOVED, UPLOADED}),
        ("-user:zoe@example.com -room:Legal", lambda one: one.user_id != ZOE.id and not touches(one, 101)),
        ("folder:102", lambda one: "102" in one.target),
        ("file:999999", lambda one: False),
        ("type:settings user:auditor@partner.example", lambda one: False),
    ],
)
def test_a_filtered_report_has_what_fits_and_says_so(
    busy: StandInPortal, make: Make, only: str, fits: Callable[[Row], bool]
) -> None:
    true = {one.id for one in rows(busy) if fits(one)}
    made = make(only)
    head = told(made)

    assert told_ids(made) == true
    assert (made.read, made.kept) == (1_500, len(true))
    assert made.path.name == f"compliance-report-2025-01-{parse(only).slug}.txt"
    assert head[2] == f"Total events: {len(true)}"
    counts = f"1500 read, {len(true)} kept; everything below covers only the kept events and sign-ins"
    assert f"Filter: {parse(only)}; {counts}" in head
    assert ("No event in this period matches the filter." in head) == (not true)


@pytest.mark.parametrize(
    ("only", "kept"), [("type:other", {2, 4}), ("-type:other", {1, 3}), ("type:create,other", {1, 2, 3, 4})]
)
def test_an_action_that_our_catalogue_does_not_know_is_of_the_type_other(
    standin: StandInPortal, make: Make, only: str, kept: set[int]
) -> None:
    for number in range(1, 5):
        standin.audit.add(did(number, LEGAL.id, "Rooms: Legal"))
    standin.faults.next("audit/events/filter", Newer(frozenset({2, 4})), times=None)

    assert told_ids(make(only)) == kept


def test_every_person_is_looked_up_once(busy: StandInPortal, make: Make) -> None:
    make("user:zoe@example.com,anna@example.com")

    assert len(busy.requests.to("/people")) == 2


def test_a_room_is_looked_up_once_and_then_its_namesakes(busy: StandInPortal, make: Make) -> None:
    make("room:Legal")

    assert len(busy.requests.to("/files/rooms")) == 2


def test_a_room_by_number_keeps_nothing_of_its_namesake(standin: StandInPortal, make: Make) -> None:
    standin.files.add_folder(Folder(id=107, title="Legal", parent_id=ROOMS_ROOT, room_type=5))
    standin.audit.add(did(1, LEGAL.id, "Rooms: Legal"))
    standin.audit.add(did(2, 107, "Rooms: Legal"))

    assert told_ids(make("room:101")) == {1}


def test_an_archived_room_by_number_keeps_nothing_of_the_room_that_has_its_title_now(
    standin: StandInPortal, make: Make
) -> None:
    standin.files.add_folder(Folder(id=108, title="legal", parent_id=ARCHIVE_ROOT, room_type=5, archived=True))
    standin.audit.add(did(1, LEGAL.id, "Rooms: Legal"))
    standin.audit.add(did(2, 108, "Rooms: Legal"))

    assert told_ids(make("room:108")) == {2}


def test_that_a_title_is_shared_is_noted(standin: StandInPortal, make: Make) -> None:
    standin.files.add_folder(Folder(id=107, title="legal", parent_id=ROOMS_ROOT, room_type=5))

    assert notes(make("room:101")) == [
        "Legal is room 101",
        "several rooms are named Legal, so contexts cannot identify it",
        BLIND,
    ]


def test_of_namesakes_only_what_a_log_or_a_target_names_is_told_apart(standin: StandInPortal, make: Make) -> None:
    standin.files.add_folder(Folder(id=107, title="Legal", parent_id=ROOMS_ROOT, room_type=5))
    standin.audit.add(did(1, LEGAL.id, "Rooms: Legal", DOWNLOADED))
    standin.audit.add(did(2, LEGAL.id, "Rooms: Legal", UPLOADED))

    assert told_ids(make("room:101,107")) == {2}


@pytest.mark.parametrize(
    ("only", "kept"),
    [
        ("user:zoe@example.com", {1, 2}),
        ("-user:zoe@example.com", {3, 4}),
        ("user:zoe@example.com -action:1002", {1}),
        ("action:1002", {2, 4}),
        ("type:sign-in", {1, 2, 3, 4}),
        ("-type:download", {1, 2, 3, 4}),
        ("type:delete", set()),
        ("file:1", set()),
        ("folder:1", set()),
        ("room:Legal", set()),
        ("-room:Legal", {1, 2, 3, 4}),
    ],
)
def test_a_filter_goes_for_sign_ins_too(standin: StandInPortal, make: Make, only: str, kept: set[int]) -> None:
    people = [(ZOE, BY_PASSWORD), (ZOE, FAILED), (ANNA, BY_PASSWORD), (ANNA, FAILED)]
    standin.logins.add_all(came(number, person.id, action_id) for number, (person, action_id) in enumerate(people, 1))
    standin.audit.add(did(70, LEGAL.id, "Rooms: Legal"))
    made = make(only)

    assert told_signins(made) == kept
    assert made.signins.total == len(kept)


@pytest.mark.parametrize(("only", "kept"), [("room:Legal", set()), ("-room:Legal", {1, 2})])
def test_a_sign_in_that_bears_the_number_of_a_rooms_event_is_not_the_rooms(
    standin: StandInPortal, make: Make, only: str, kept: set[int]
) -> None:
    standin.logins.add_all([came(1, ZOE.id), came(2, ZOE.id)])
    standin.audit.add(did(1, LEGAL.id, "Rooms: Legal"))

    assert told_signins(make(only)) == kept


def test_a_filtered_report_says_that_its_sign_ins_are_filtered(busy: StandInPortal, make: Make) -> None:
    (line,) = (line for line in told(make("user:zoe@example.com")) if line.startswith("Filter: "))

    assert line.endswith("; everything below covers only the kept events and sign-ins")
