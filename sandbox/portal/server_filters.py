"""The server's own filters, with their traps.

Source: DocSpace server 3.7.2, ``AuditEventsRepository.cs:73-214``.
"""

from collections.abc import Callable, Sequence

from sandbox.portal.catalog import Action, audit_action
from sandbox.portal.event_store import Shelf
from sandbox.portal.generation import Generation
from sandbox.portal.query import AuditQuery


def sieve(query: AuditQuery, shelf: Shelf, rows: Sequence[int], generation: Generation) -> Sequence[int]:
    """Those of *rows* that *query*'s filters keep, in the same order.

    ``action`` overrides ``actionType`` and ``moduleType``. ``entryType`` does nothing without
    ``target``; ``target`` does nothing without ``action`` (then it is compared whole) or
    ``entryType`` (then any part will do: 12 finds 1200).
    """
    kept = rows if query.user_id is None else _of_user(query.user_id, shelf, rows)
    keeps = _keeps(query, generation)
    if keeps is not None:
        kept = [row for row in kept if keeps(shelf.action_id(row))]
    return _at_target(query, shelf, kept)


def _of_user(user_id: str, shelf: Shelf, rows: Sequence[int]) -> Sequence[int]:
    if not shelf.knows_user(user_id):
        return ()
    return [row for row in rows if shelf.user_id(row) == user_id]


def _keeps(query: AuditQuery, generation: Generation) -> Callable[[int], bool] | None:
    if query.action:
        return lambda action_id: action_id == query.action
    by_target = bool(query.entry_type and query.target)
    if not (query.action_type or query.place or query.product or by_target):
        return None

    def wanted(action: Action | None) -> bool:
        return action is not None and (
            query.action_type in {0, action.action_type}
            and query.place in {0, action.place}
            and query.product in {0, action.product}
            and (not by_target or query.entry_type in action.entries)
        )

    return lambda action_id: wanted(audit_action(action_id, generation))


def _at_target(query: AuditQuery, shelf: Shelf, rows: Sequence[int]) -> Sequence[int]:
    wanted = query.target
    if not wanted:
        return rows
    if query.action:
        return [row for row in rows if ",".join(shelf.event(row).target) == wanted]
    if query.entry_type:
        return [row for row in rows if wanted in ",".join(shelf.event(row).target)]
    return rows
