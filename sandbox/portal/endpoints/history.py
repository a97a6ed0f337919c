"""``/files/folder/{id}/log``: what happened in one room, without downloads, links or access.

An entry's ``id`` is the audit event's. Rows are grouped, so the envelope's ``count`` says how far the
page reached, not how many rows came back.

Source: DocSpace server 3.7.2, ``HistoryService.cs:43-117``, ``HistoryDto.cs:159-239``.
"""

from datetime import datetime
from itertools import groupby

from sandbox.portal.catalog import actions
from sandbox.portal.dates import micros, read_date, shown
from sandbox.portal.envelope import reply, window
from sandbox.portal.events import AuditEvent
from sandbox.portal.refusals import BadParameters
from sandbox.portal.rows import Wire
from sandbox.portal.state import State
from sandbox.portal.wire import Request, Response

TRACKED = frozenset(
    {
        *(5000, 5001, 5002, 5003, 5004, 5006, 5007, 5011, 5013, 5014, 5015, 5016, 5017, 5018, 5034, 5035, 5044, 5099),
        *(5019, 5020, 5022, 5023, 5024, 5025, 5026, 5027),
        *(5070, 5071, 5072, 5073, 5075, 5078, 5079, 5080, 5081, 5084, 5085, 5088, 5089, 5090, 5094, 5095, 5096, 5100),
    }
)


def room_log(state: State, request: Request, names: dict[str, str]) -> Response:
    folder = state.files.folder(int(names["folder"]))
    since, until = _date(state, request, "fromDate"), _date(state, request, "toDate")
    kept = [
        event
        for event in state.audit.events_between(since, until)
        if event.room_id == folder.id and event.action_id in TRACKED
    ]
    kept.sort(key=lambda event: event.id, reverse=True)
    page = window(request, kept)
    rows = [_row(state, list(group)) for _, group in groupby(page, key=_alike)]
    return reply(request, rows, count=len(page), total=len(kept))


def _alike(event: AuditEvent) -> tuple[int, str, int]:
    return event.action_id, event.user_id, micros(event.date) // 60_000_000


def _row(state: State, group: list[AuditEvent]) -> Wire:
    head, *rest = (_entry(state, event) for event in group)
    return head | {"related": rest}


def _entry(state: State, event: AuditEvent) -> Wire:
    return {
        "id": event.id,
        "action": {"id": event.action_id, "key": actions()[event.action_id].name},
        "initiator": {"id": event.user_id, "displayName": event.user},
        "date": shown(micros(event.date), state.setup.zone, state.setup.generation),
        "data": {"id": event.target[0] if event.target else "", "title": ", ".join(event.arguments)},
    }


def _date(state: State, request: Request, name: str) -> datetime | None:
    text = request.params.get(name.lower(), "")
    if not text.strip():
        return None
    try:
        return read_date(text, state.setup.generation)
    except (ValueError, OverflowError):
        raise BadParameters({name: "The input was not valid."}) from None
