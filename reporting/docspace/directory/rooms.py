"""Finding the room that somebody means, and what its own log names.

The audit trail does not say which room an event belongs to, and the server cannot filter by room. The room's log can:
its entries bear the ids of audit events. But it does not list everything (no downloads, no access of single files, no
deletion of the room), so its ids are joined with the events that name the room themselves.

Source: ``HistoryService.cs`` and ``ActionInterpreter.cs`` of DocSpace server 3.7.2.
"""

from collections.abc import Iterator

import msgspec

from reporting.docspace.api.client import Portal
from reporting.docspace.api.pagination import paginate
from reporting.docspace.api.responses import Envelope
from reporting.errors.portal import KeyTooWeak
from reporting.errors.request import AmbiguousRoom, NotARoom, UnknownRoom
from reporting.errors.trail import RowsContradict
from reporting.filters import NUMBER, nearest, unusual_hint
from reporting.normalize_text import fold
from reporting.period import Window, utc

PAGE = 100
ENOUGH = 10_000
"""Rooms that are searched at most."""
FEW = 5
BLIND = (
    "a room's events are those in the room's own log and those whose context or target names the room; the log has no "
    "downloads, no access to single files and no deletion of the room; a context has the room's title at that time, "
    "which can also be the title of an archived room"
)


class Room(msgspec.Struct):
    """Source: ``FolderDto`` of the server; a folder that is no room has no *roomType*."""

    id: int
    title: str = ""
    kind: int | None = msgspec.field(default=None, name="roomType")


class Rooms(msgspec.Struct):
    """Source: ``GET /files/rooms``."""

    folders: list[Room] = []
    total: int = 0


class Entry(msgspec.Struct):
    """Source: ``GET /files/folder/{id}/log``; rows that are alike are folded into *related*."""

    id: int = 0
    related: list["Entry"] = []


def room(portal: Portal, said: str) -> Room:
    """The room with that number or title.

    Raises:
        UnknownRoom: there is none; the error shows the nearest title.
        NotARoom: it is the number of a folder.
        AmbiguousRoom: several have that title; the error shows their numbers.
    """
    numbered = by_number(portal, said) if NUMBER.fullmatch(said) else None
    if numbered and numbered.kind is not None:
        return numbered
    exact = rooms_by_title(portal, said)
    everything = [] if exact or numbered else search(portal, "")
    exact = exact or [one for one in everything if fold(one.title) == fold(said)]
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise AmbiguousRoom(said=said, candidates=", ".join(f"room:{one.id}" for one in exact[:FEW]))
    if numbered:
        raise NotARoom(said=said, title=numbered.title)
    titles = [one.title for one in search(portal, said) or everything] or [""]
    near = nearest(said, titles)
    raise UnknownRoom(said=said, nearest=near, odd=unusual_hint(said, near))


def by_number(portal: Portal, said: str) -> Room | None:
    """The room, or the folder, with that number."""
    missing = UnknownRoom(said=said, nearest="", odd="")
    forbidden = KeyTooWeak(host=portal.host, act=f"read room {said}")
    try:
        return portal.get(f"/files/folder/{said}", Room, meaning={403: forbidden, 404: missing})
    except UnknownRoom:
        return None


def rooms_by_title(portal: Portal, title: str) -> list[Room]:
    """The rooms of that title."""
    return [one for one in search(portal, title) if one.title.casefold() == title.casefold()]


def search(portal: Portal, text: str) -> list[Room]:
    """Every room whose title has *text* in it."""

    def page(start: int) -> tuple[list[Room], int]:
        asked: dict[str, str | int] = {"filterValue": text, "count": PAGE, "startIndex": start}
        answer = portal.get("/files/rooms", Rooms, params=asked)
        return answer.folders, answer.total

    return paginate(page, identity=lambda room: room.id, most=ENOUGH, host=portal.host)


def objects_in_log(portal: Portal, found: Room, window: Window) -> Iterator[int]:
    """Ids of audit events that the room's log names in *window*, with both its ends.

    The log groups its rows, so it is the envelope's count that says how far a page has come, and its total when it is
    over.

    Raises:
        RowsContradict: the log ends before its total, so the filter would leave events out.
    """
    start = total = 0
    while True:
        span: dict[str, str | int] = {"fromDate": utc(window.start), "toDate": utc(window.end)}
        page: Envelope[list[Entry]] = portal.page(
            f"/files/folder/{found.id}/log", list[Entry], params=span | {"count": PAGE, "startIndex": start}
        )
        for entry in page.response:
            yield entry.id
            yield from (one.id for one in entry.related)
        start, total = start + (page.count or 0), max(total, page.total)
        if not page.count or start == total:
            break
    if start < total:
        raise RowsContradict(host=portal.host, found=f"of {total} entries of a room's log it gives only {start}")
