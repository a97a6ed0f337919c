"""What stands before every endpoint: the tenant's state, the key, its scopes, the bill.

Source: DocSpace server 3.7.2, ``TenantStatusFilter.cs``, ``ApiKeyBearerAuthHandler.cs:63-87``,
``Auth/AuthorizationExtension.cs:39-91``, ``PaymentFilter.cs:48-57``.
"""

import hmac

from sandbox.portal.refusals import Silence
from sandbox.portal.routes import Route
from sandbox.portal.setup import PortalSetup
from sandbox.portal.wire import Request


def pass_tenant(setup: PortalSetup) -> None:
    if setup.tenant == "suspended":
        raise Silence(404)
    if setup.tenant == "restoring":
        raise Silence(403)


def pass_key(setup: PortalSetup, request: Request, route: Route) -> bool:
    """Tell whether the request goes on signed in or not, or refuse it without a word of explanation."""
    known = _knows(setup, request.headers.get("authorization", ""))
    if not known and not route.anonymous:
        raise Silence(401)
    if known and not _allows(setup.scopes, route):
        raise Silence(403)
    if setup.tenant == "unpaid" and not route.anonymous:
        raise Silence(402)
    return known


def _knows(setup: PortalSetup, header: str) -> bool:
    scheme, _, key = header.partition(" ")
    right = hmac.compare_digest(key.strip().encode(), setup.key.encode())
    return scheme.lower() == "bearer" and right and setup.key_valid


def _allows(scopes: tuple[str, ...], route: Route) -> bool:
    if not scopes or "*" in scopes or not route.scope:
        return True
    right = "read" if route.method == "GET" else "write"
    return f"*:{right}" in scopes or f"{route.scope}:{right}" in scopes
