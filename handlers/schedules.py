"""Schedules: what happens when somebody types of them, presses one of their buttons or fills in their form."""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers.actions import place
from handlers.asks import Amend, List, Propose, proposed
from handlers.deliver import open_form
from handlers.desk import Amendment, Desk, Keeping, Place
from handlers.exposure import Exposure
from handlers.fields import person, plain_fields, wrong
from handlers.planned import Plan, Verb
from handlers.rules import Rule
from handlers.views.kit import Message
from handlers.views.schedules import (
    ACT,
    CALLBACK,
    CONFIRMED,
    EDIT,
    FORM,
    SAVE,
    confirmation,
    doing,
    form,
    listing,
    proposal,
    really,
)
from reporting.errors import TooLongToEdit
from reporting.only import LONGEST
from reporting.only import parse as parse_filter
from reporting.zones import find

Payload = Mapping[str, Any]
Listener = Callable[..., None]


def register(app: App, desk: Desk) -> None:
    app.action(SAVE)(save(desk))
    app.action(FORM)(open_schedule(desk))
    app.action(EDIT)(open_schedule(desk))
    for verb in Verb:
        app.action(f"{ACT}{verb}")(amend(desk, verb))
    app.view(CALLBACK)(submitted(desk))
    app.view(CONFIRMED)(confirmed(desk))


def scheduled(desk: Desk, ask: Propose | List | Amend, place: Place, *, key: str) -> Message:
    """Do what was typed; what the asker reads at once."""
    match ask:
        case Propose(Plan() as plan):
            return proposal(desk.propose(place, plan))
        case Amend(Verb.DELETE, number):
            return really(desk.schedule(place, number), reader=place.asker)
        case Amend(verb, number):
            return doing(verb, desk.amend(Amendment(place, number, verb, key)))
    found = desk.schedules(place)  # nobody has been asked yet how much the asker may see of what others have made
    return listing(found, everywhere=False, reader=place.asker, exposure=Exposure.COUNTS)


def save(desk: Desk) -> Listener:
    """The proposal was right: keep it; once, however often its button is pressed."""

    def listen(body: Payload, action: Payload, ack: Ack) -> None:
        key = f"{body['channel']['id']} {body['container']['message_ts']}"
        desk.keep(Keeping(place(body), proposed(action["value"]), key, press=body["trigger_id"]))
        ack()

    return listen


def open_schedule(desk: Desk) -> Listener:
    """The form: empty, with what was proposed, or with what a schedule says now."""

    def listen(body: Payload, action: Payload, client: WebClient, ack: Ack) -> None:
        value = str(action.get("value", ""))
        number, _, plan = value.partition(" ") if action["action_id"] == EDIT else ("0", "", value)
        channel = body["channel"]["id"] if body.get("channel") else ""
        view = form(fitting(plan), channel=channel, settle=desk.settle, number=int(number))
        open_form(client, body["trigger_id"], view)
        ack()

    return listen


def fitting(value: str) -> Plan | None:
    """The plan that a button has, if it has one.

    Raises:
        TooLongToEdit: its profiles say more than can be typed into a field.
    """
    plan = proposed(value) if value else None
    if plan and len(str(plan.only)) > LONGEST:
        raise TooLongToEdit
    return plan


def amend(desk: Desk, verb: Verb) -> Listener:
    def listen(body: Payload, action: Payload, ack: Ack) -> None:
        desk.amend(Amendment(place(body), int(action["value"]), verb, body["trigger_id"]))
        ack()

    return listen


def submitted(desk: Desk) -> Listener:
    """The form's first page: what does not fit is said beside its field, the rest is said back."""

    def listen(body: Payload, view: Payload, ack: Ack) -> None:
        filled = plain_fields(view, ("zone", "only"))
        number, where = view["private_metadata"].split(" ")
        errors = wrong(filled, {"zone": find, "only": parse_filter})
        if errors:
            ack(response_action="errors", errors=errors)
            return
        rule = Rule(filled["day"], time.fromisoformat(filled["at"]), find(filled["zone"]) if filled["zone"] else "")
        plan = Plan(rule, parse_filter(filled["only"]))
        channel = filled.get("channel") or where
        meant = desk.propose(person(body, channel), plan, number=int(number))
        ack(response_action="push", view=confirmation(meant, channel))

    return listen


def confirmed(desk: Desk) -> Listener:
    """The form's second page was right: keep it."""

    def listen(body: Payload, view: Payload, ack: Ack) -> None:
        number, channel, plan = view["private_metadata"].split(" ", 2)
        desk.keep(Keeping(person(body, channel), proposed(plan), view["id"], int(number)))
        ack(response_action="clear")

    return listen
