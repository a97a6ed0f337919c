"""``/security``: the audit trail, the sign-in history and what is said about them.

Source: DocSpace server 3.7.2, ``web/ASC.Web.Api/Api/SecurityController.cs``.
"""

from dataclasses import replace

from bot.sandbox.portal.catalog import actions
from bot.sandbox.portal.envelope import reply
from bot.sandbox.portal.query import ACTION_TYPES, ENTRY_TYPES, LOCATIONS, PRODUCTS, AuditQuery, read_query
from bot.sandbox.portal.refusals import Failure
from bot.sandbox.portal.state import State
from bot.sandbox.portal.wire import Request, Response


def audit_events(state: State, request: Request, _: dict[str, str]) -> Response:
    _demand(state)
    return reply(request, state.audit.filter(_query(state, request)))


def last_audit_events(state: State, request: Request, _: dict[str, str]) -> Response:
    _demand(state)
    return reply(request, state.audit.last())


def sign_ins(state: State, request: Request, _: dict[str, str]) -> Response:
    _demand(state)
    return reply(request, state.logins.filter(_query(state, request)))


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


def _query(state: State, request: Request) -> AuditQuery:
    query = read_query(request.params, state.setup.generation)
    return replace(query, count=query.count + request.surplus)
