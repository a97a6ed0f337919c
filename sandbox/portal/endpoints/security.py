"""``/security``: the audit trail, the sign-in history and what is said about them.

Source: DocSpace server 3.7.2, ``web/ASC.Web.Api/Api/SecurityController.cs``.
"""

import json
from dataclasses import replace

from sandbox.portal.catalog import actions
from sandbox.portal.damage import damaged
from sandbox.portal.envelope import reply
from sandbox.portal.lying_trail import ABSENT, Answer
from sandbox.portal.query import ACTION_TYPES, ENTRY_TYPES, LOCATIONS, PRODUCTS, read_query
from sandbox.portal.refusals import Failure
from sandbox.portal.rows import Wire
from sandbox.portal.state import State
from sandbox.portal.wire import Request, Response, json_response


def audit_events(state: State, request: Request, _: dict[str, str]) -> Response:
    _demand(state)
    query = read_query(request.params, state.setup.generation, state.setup.audit_semantics)
    return _page(request, state.audit.ask(replace(query, surplus=request.surplus)))


def last_audit_events(state: State, request: Request, _: dict[str, str]) -> Response:
    _demand(state)
    return reply(request, state.audit.last())


def sign_ins(state: State, request: Request, _: dict[str, str]) -> Response:
    _demand(state)
    query = read_query(request.params, state.setup.generation, state.setup.sign_in_semantics)
    return _page(request, state.logins.ask(replace(query, surplus=request.surplus)))


def last_sign_ins(state: State, request: Request, _: dict[str, str]) -> Response:
    _demand(state)
    return reply(request, state.logins.last())


def lifetime(state: State, request: Request, _: dict[str, str]) -> Response:
    demand_admin(state)
    days = {
        "loginHistoryLifeTime": state.setup.login_lifetime_days,
        "auditTrailLifeTime": state.setup.audit_lifetime_days,
        "lastModified": "0001-01-01T00:00:00.0000000Z",
    }
    return reply(request, days)


def types(state: State, request: Request, _: dict[str, str]) -> Response:
    demand_admin(state)
    names = {
        "actions": [action.name for action in actions().values()],
        "actionTypes": list(ACTION_TYPES),
        "productTypes": list(PRODUCTS),
        "moduleTypes": list(LOCATIONS),
        "entryTypes": list(ENTRY_TYPES),
    }
    return reply(request, names)


def demand_admin(state: State) -> None:
    if not state.setup.is_admin:
        raise Failure(403, "Access denied", "System.Security.SecurityException")


def _demand(state: State) -> None:
    """Hidden history is a paid matter in the cloud; a server of one's own falls back to 20 rows."""
    demand_admin(state)
    if state.setup.section_hidden and not state.setup.standalone:
        raise Failure(402, "Your pricing plan does not support this option", "ASC.Core.Billing.BillingException")


def _page(request: Request, answer: Answer[Wire]) -> Response:
    rows = list(answer.rows)
    whole = reply(request, rows)
    if answer.count != len(rows):
        envelope = json.loads(whole.body)
        del envelope["count"]
        told = {} if answer.count is ABSENT else {"count": answer.count}
        whole = json_response({"response": envelope.pop("response")} | told | envelope)
    return whole if answer.damage is None else damaged(whole, answer.damage, answer.amount)
