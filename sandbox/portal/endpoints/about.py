"""What a portal tells about itself, its plan and the key."""

from sandbox.portal.dates import micros, shown
from sandbox.portal.endpoints.people import person_brief
from sandbox.portal.endpoints.security import demand_admin
from sandbox.portal.envelope import reply
from sandbox.portal.generation import Generation
from sandbox.portal.state import State
from sandbox.portal.wire import Request, Response

TENANT_ID = 1


def build(state: State, request: Request, _: dict[str, str]) -> Response:
    return reply(request, {"docSpace": state.setup.generation.version, "documentServer": "9.2.0"})


def settings(state: State, request: Request, _: dict[str, str]) -> Response:
    """Show everybody the version, and who has signed in the zone."""
    setup = state.setup
    public: dict[str, object] = {
        "culture": setup.culture,
        "greetingSettings": "Web Office",
        "standalone": setup.standalone,
        "tenantAlias": "localhost",
        "tenantStatus": 0,
        "version": setup.generation.version,
        "cookieSettingsEnabled": False,
        "deepLink": {"androidPackageName": "", "url": "", "iosPackageId": ""},
    }
    if not request.signed_in:
        return reply(request, public)
    offset = state.now().astimezone(setup.zone).utcoffset()
    private = {
        "timezone": setup.timezone,
        "utcOffset": str(offset),
        "utcHoursOffset": offset.total_seconds() / 3600 if offset is not None else 0,
        "ownerId": state.people[0].id,
        "trustedDomainsType": 0,
    }
    return reply(request, public | private)


def key(state: State, request: Request, _: dict[str, str]) -> Response:
    setup = state.setup
    shown_key = {
        "id": "5f3c1a54-0000-4000-8000-000000000001",
        "name": "Compliance bot",
        "keyPostfix": setup.key[-4:],
        "permissions": list(setup.scopes),
        "lastUsed": shown(micros(state.now()), setup.zone, setup.generation),
        "createOn": shown(micros(setup.created), setup.zone, setup.generation),
        "createBy": person_brief(state.owner),
        "isActive": setup.key_valid,
    }
    return reply(request, shown_key)


def quota(state: State, request: Request, _: dict[str, str]) -> Response:
    setup = state.setup
    if setup.generation.reached(Generation.V37):
        demand_admin(state)
    plan = {
        "tenantId": -1,
        "name": "business" if setup.plan_has_audit else "startup",
        "price": 0,
        "nonProfit": False,
        "free": not setup.plan_has_audit,
        "trial": False,
        "audit": setup.plan_has_audit,
        "maxFileSize": setup.max_file_size,
        "countUser": 100,
        "countRoom": 100,
    }
    return reply(request, plan)


def portal(state: State, request: Request, _: dict[str, str]) -> Response:
    """Show an administrator the whole, anybody else a number."""
    setup = state.setup
    if not setup.is_admin:
        return reply(request, {"tenantId": TENANT_ID})
    whole = {
        "tenantId": TENANT_ID,
        "tenantAlias": "localhost",
        "name": "Web Office",
        "ownerId": state.people[0].id,
        "status": 0,
        "language": setup.culture,
        "timeZone": setup.timezone,
        "creationDateTime": f"{setup.created:%Y-%m-%dT%H:%M:%S}",
        "version": 1,
    }
    return reply(request, whole)
