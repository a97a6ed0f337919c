"""Stored rows as the wire shows them; a property that would be null is left out.

Source: DocSpace server 3.7.2, ``ApiModels/ResponseDto/AuditEventDto.cs``, ``LoginEventDto.cs``.
"""

from collections.abc import Mapping

from sandbox.portal.catalog import Action, actions
from sandbox.portal.dates import micros, shown
from sandbox.portal.derived_columns import mangled, sentence, shortened, translated
from sandbox.portal.events import AuditEvent, LoginEvent
from sandbox.portal.refusals import NULL, Failure
from sandbox.portal.setup import PortalSetup

Wire = dict[str, object]


def present(values: Mapping[str, object]) -> Wire:
    return {name: value for name, value in values.items() if value is not None}


def audit_row(event: AuditEvent, action: Action, setup: PortalSetup, *, brief: bool) -> Wire:
    text = event.text
    if text is None:
        text = sentence(action.text, event.arguments, brief=brief)
    elif brief:
        text = shortened(text)
    geo = _place(event)
    return present(
        {
            "id": event.id,
            "date": shown(micros(event.date), setup.zone, setup.generation),
            "user": event.user,
            "userId": event.user_id,
            "action": text,
            "actionId": event.action_id,
            **geo,
            "browser": event.browser,
            "platform": event.platform,
            "page": event.page,
            "actionType": action.action_type,
            "product": action.product,
            setup.generation.place_field: action.place,
            "target": _targets(event.target),
            "entries": list(action.entries),
            "context": translated(event.context, setup.culture),
        }
    )


def login_row(event: LoginEvent, setup: PortalSetup) -> Wire:
    """Show a sign-in; a row without an address is a Failure, for the server splits it unasked."""
    if event.ip is None:
        raise Failure(500, NULL, "System.NullReferenceException")
    action = actions().get(event.action_id)
    return present(
        {
            "id": event.id,
            "date": shown(micros(event.date), setup.zone, setup.generation),
            "user": event.user,
            "userId": event.user_id,
            "login": event.login,
            "action": action.text if action else "",
            "actionId": event.action_id,
            **_place(event),
            "browser": event.browser,
            "platform": event.platform,
            "page": event.page,
        }
    )


def _place(event: AuditEvent | LoginEvent) -> Wire:
    """Say where from; a mangled IPv6 address is nowhere: geography is looked up after the mangling."""
    ip = mangled(event.ip)
    known = ip == event.ip
    return {"ip": ip, "country": event.country if known else "", "city": event.city if known else ""}


def _targets(target: tuple[str, ...]) -> list[str] | None:
    return ",".join(target).split(",") if target else None
