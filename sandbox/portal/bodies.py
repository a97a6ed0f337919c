"""What an event is about, made from its id when somebody asks."""

from datetime import datetime
from typing import NamedTuple

from sandbox.portal.documents import FILES_PER_ROOM, title
from sandbox.portal.event_weights import MOVES
from sandbox.portal.events import AuditEvent
from sandbox.portal.mixed_number import Draws
from sandbox.portal.seed_people import MALLORY, PEOPLE, ROOMS, Person, Room

HOST = "https://docspace.example.com"

_NAMES_ROOM = frozenset({5082, 5088, 5071})
_NAMES_MEMBER = frozenset({5075, 5084, 5085})
_SECOND_ARGUMENT = {5010: "pdf", 5091: "Viewer", 5092: "Editor"}
_FOLDERS = frozenset({5019, 5020, 5057})


class Body(NamedTuple):
    arguments: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    context: str | None = None
    page: str | None = None
    room_id: int | None = None


def crew(*, hostile: bool) -> tuple[Person, ...]:
    """Return who is at work: twelve people, one of them ill-named if *hostile*."""
    return (*PEOPLE[:-1], MALLORY) if hostile else PEOPLE


def audit_event(
    event_id: int, date: datetime, action_id: int, person: Person, *, draws: Draws, twin: bool, hostile: bool
) -> AuditEvent:
    """Return the whole event; *twin* is the second row a move across rooms leaves, in the other room."""
    body = _body(action_id, draws, twin=twin, hostile=hostile)
    return AuditEvent(
        id=event_id,
        date=date,
        action_id=action_id,
        user_id=person.id,
        user=person.name,
        arguments=body.arguments,
        ip=person.ip,
        country=person.country,
        city=person.city,
        browser=person.browser,
        platform=person.platform,
        page=body.page,
        target=body.target,
        context=body.context,
        room_id=body.room_id,
    )


def _body(action_id: int, draws: Draws, *, twin: bool, hostile: bool) -> Body:
    here = draws.below(len(ROOMS))
    there = (here + 1 + draws.below(len(ROOMS) - 1)) % len(ROOMS)
    room, other = ROOMS[here], ROOMS[there]
    if action_id < 5000:
        person = PEOPLE[draws.below(len(PEOPLE))]
        return Body((person.name,), (person.id,), "Contacts", f"{HOST}/accounts/people/filter")
    if action_id >= 6000:
        named = (PEOPLE[draws.below(len(PEOPLE))].name,)
        return Body(named, (), "Settings", f"{HOST}/portal-settings/security/access-portal")
    if action_id in _NAMES_ROOM or action_id in _NAMES_MEMBER:
        named = (PEOPLE[draws.below(len(PEOPLE))].name if action_id in _NAMES_MEMBER else room.title,)
        return Body(named, (str(room.id),), f"Rooms: {room.title}", _room_page(room, draws), room.id)
    return _about_file(action_id, room, other, draws, twin=twin, hostile=hostile)


def _about_file(action_id: int, room: Room, other: Room, draws: Draws, *, twin: bool, hostile: bool) -> Body:
    file_id = room.id * 1000 + draws.below(FILES_PER_ROOM)
    name = title(file_id, hostile=hostile)
    place = other if twin else room
    if action_id in _FOLDERS:
        name = f"{name.rpartition('.')[0]} folder"
    arguments: tuple[str, ...]
    target: tuple[str, ...] = (str(file_id),)
    if action_id in MOVES or action_id == 5013:
        arguments, target = (name, other.title), (str(file_id), str(other.id))
    elif action_id in {5001, 5020}:
        arguments = (title(file_id + 500, hostile=hostile), name)
    else:
        second = _SECOND_ARGUMENT.get(action_id)
        arguments = (name,) if second is None else (name, second)
    return Body(arguments, target, f"Rooms: {place.title}", _file_page(room, file_id, draws), place.id)


def _room_page(room: Room, draws: Draws) -> str | None:
    kind = draws.below(20)
    if kind == 0:
        return f"{HOST}/rooms/share?key={draws.token()}"
    return None if kind < 3 else f"{HOST}/rooms/shared/{room.id}/filter?folder={room.id}"


def _file_page(room: Room, file_id: int, draws: Draws) -> str | None:
    """Return the address the browser was at: sometimes it holds the key of a public link."""
    kind = draws.below(20)
    if kind == 0:
        return f"{HOST}/doceditor?fileId={file_id}&share={draws.token()}"
    if kind == 1:
        return f"{HOST}/filehandler.ashx?action=download&fileid={file_id}&doc={draws.token()}"
    if kind < 4:
        return f"{HOST}/doceditor?fileId={file_id}"
    return None if kind < 6 else f"{HOST}/rooms/shared/{room.id}/filter?folder={room.id}"
