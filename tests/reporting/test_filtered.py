from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.portal import AuditEvent as Row
from bot.sandbox.portal import StandInPortal, month_of_events
from bot.sandbox.portal.cast import PEOPLE, ROOMS
from bot.sandbox.portal.files import ROOMS_ROOT, Folder
from reporting.actions import action
from reporting.docspace.about import about
from reporting.docspace.rooms import BLIND
from reporting.make import Workshop, draft
from reporting.only import parse
from reporting.period import Month
from reporting.report import Draft, Order
from tests.reporting.paper import RIGA
from tests.reporting.stage import Knock

JANUARY = Month(2025, 1)
WINDOW = JANUARY.within(RIGA)
ZOE, LEGAL, FINANCE = PEOPLE[1], ROOMS[0], ROOMS[1]
DOWNLOADED, UPLOADED, MOVED = 5009, 5011, 5015
Make = Callable[[str], Draft]


def did(number: int, room_id: int, context: str, action_id: int = UPLOADED) -> Row:
    date = WINDOW.start + timedelta(minutes=number)
    return Row(id=number, date=date, action_id=action_id, user_id="u1", room_id=room_id, context=context)


def kind(one: Row) -> str:
    return action(one.action_id).category.value


def touches(one: Row, room_id: int) -> bool:
    """Whether it happened in that room, or moved or copied something there."""
    return one.room_id == room_id or str(room_id) in one.target[1:]


def rows(standin: StandInPortal) -> list[Row]:
    return list(standin.audit.events_between(WINDOW.start, WINDOW.end - timedelta(seconds=1)))


def told(made: Draft) -> list[str]:
    return made.path.read_text(encoding="utf-8").splitlines()


def told_ids(made: Draft) -> set[int]:
    return {int(line.removeprefix("ID: ")) for line in told(made) if line.startswith("ID: ")}


@pytest.fixture
def busy(standin: StandInPortal) -> StandInPortal:
    standin.audit.add_all(month_of_events(2025, 1, count=1_500, seed=3, zone=RIGA, hostile=True))
    return standin


@pytest.fixture
def make(standin: StandInPortal, knock: Knock, tmp_path: Path) -> Make:
    def making(only: str) -> Draft:
        portal = knock(standin)
        shop = Workshop(folder=tmp_path, settle=timedelta(hours=24), now=lambda: datetime(2025, 3, 1, tzinfo=UTC))
        return draft(Order(JANUARY, only=parse(only)), about(portal), portal, shop, watch=lambda _: None)

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
    assert f"Filter note: {BLIND}" in told(made)


def test_without_a_room_there_is_nothing_to_note(busy: StandInPortal, make: Make) -> None:
    assert not [line for line in told(make("type:delete")) if line.startswith("Filter note")]


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
    assert f"Filter: {parse(only)}; 1500 read, {len(true)} kept" in head
    assert ("No event of the period fits the filter." in head) == (not true)


def test_every_person_and_room_is_looked_up_once(busy: StandInPortal, make: Make) -> None:
    make("user:zoe@example.com,anna@example.com room:Legal")

    assert len(busy.requests.to("/people")) == 2
    assert len(busy.requests.to("/files/rooms")) == 1


# What follows fails in the code as it is: each is a fault that was reported.


@pytest.mark.xfail(reason="a room that is asked for by number takes in its namesake's events by their context")
def test_a_room_by_number_keeps_nothing_of_its_namesake(standin: StandInPortal, make: Make) -> None:
    standin.files.add_folder(Folder(id=107, title="Legal", parent_id=ROOMS_ROOT, room_type=5))
    standin.audit.add(did(1, LEGAL.id, "Rooms: Legal"))
    standin.audit.add(did(2, 107, "Rooms: Legal"))
    made = make("room:101")

    assert told_ids(made) == {1} or any("namesake" in line or "same title" in line for line in told(made))


@pytest.mark.xfail(reason="a filter of people leaves everybody's sign-ins in the report, and does not say so")
def test_a_filtered_report_says_whose_sign_ins_it_has(busy: StandInPortal, make: Make) -> None:
    head = told(make("user:zoe@example.com"))

    assert [line for line in head if "sign-in" in line.casefold() and "filter" in line.casefold()]
