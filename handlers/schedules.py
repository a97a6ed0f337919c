"""Schedules: what happens when somebody types of them, presses one of their buttons or fills in their form."""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers.actions import place
from handlers.asks import Amend, List, Propose, planned
from handlers.desk import Amendment, Desk, Keeping, Place
from handlers.planned import Plan, Verb
from handlers.rules import Rule
from handlers.views.answers import looking
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
from reporting.errors import WrongRequest
from reporting.only import parse as parse_filter
from reporting.period import zone

Payload = Mapping[str, Any]
Listener = Callable[..., None]


def register(app: App, desk: Desk) -> None:
    app.action(SAVE)(save(desk))
    app.action(FORM)(open_form)
    app.action(EDIT)(open_form)
    for verb in Verb:
        app.action(f"{ACT}{verb}")(amend(desk, verb))
    app.view(CALLBACK)(submitted(desk))
    app.view(CONFIRMED)(confirmed(desk))


def scheduled(desk: Desk, ask: Propose | List | Amend, place: Place, *, key: str) -> Message:
    """Do what was typed; what the asker reads at once."""
    match ask:
        case Propose(Plan() as plan):
            return proposal(desk.propose(place, plan))
        case List(everywhere=True):
            desk.all_schedules(place, key)
            return looking()
        case Amend(Verb.DELETE, number):
            return really(desk.schedule(place, number))
        case Amend(verb, number):
            return doing(verb, desk.amend(Amendment(place, number, verb, key)))
    return listing(desk.schedules(place), everywhere=False)


def save(desk: Desk) -> Listener:
    """The proposal was right: keep it; once, however often its button is pressed."""

    def listen(body: Payload, action: Payload, ack: Ack) -> None:
        key = f"{body['channel']['id']} {body['container']['message_ts']}"
        desk.keep(Keeping(place(body), planned(action["value"]), key))
        ack()

    return listen


def open_form(body: Payload, action: Payload, client: WebClient, ack: Ack) -> None:
    """The form: empty, with what was proposed, or with what a schedule says now."""
    value = str(action.get("value", ""))
    number, _, plan = value.partition(" ") if action["action_id"] == EDIT else ("0", "", value)
    show_form(
        client, body["trigger_id"], planned(plan) if plan else None, channel=body["channel"]["id"], number=int(number)
    )
    ack()


def show_form(client: WebClient, trigger: str, plan: Plan | None, *, channel: str, number: int = 0) -> None:
    client.views_open(trigger_id=trigger, view=form(plan, channel=channel, number=number))


def amend(desk: Desk, verb: Verb) -> Listener:
    def listen(body: Payload, action: Payload, ack: Ack) -> None:
        desk.amend(Amendment(place(body), int(action["value"]), verb, body["trigger_id"]))
        ack()

    return listen


def submitted(desk: Desk) -> Listener:
    """The form's first page: what does not fit is said beside its field, the rest is said back."""

    def listen(body: Payload, view: Payload, ack: Ack) -> None:
        said = {name: value(field["value"]) for name, field in view["state"]["values"].items()}
        number, where = view["private_metadata"].split(" ")
        errors = wrong(said)
        if errors:
            ack(response_action="errors", errors=errors)
            return
        rule = Rule(said["day"], time.fromisoformat(said["at"]), said["zone"])
        plan = Plan(rule, parse_filter(said["only"]))
        channel = said.get("channel") or where
        proposed = desk.propose(person(body, channel), plan, number=int(number))
        ack(response_action="push", view=confirmation(proposed, channel))

    return listen


def confirmed(desk: Desk) -> Listener:
    """The form's second page was right: keep it."""

    def listen(body: Payload, view: Payload, ack: Ack) -> None:
        number, channel, plan = view["private_metadata"].split(" ", 2)
        desk.keep(Keeping(person(body, channel), planned(plan), view["id"], int(number)))
        ack(response_action="clear")

    return listen


def value(field: Payload) -> str:
    """What was filled in, whatever kind of field it is."""
    chosen = field.get("selected_option") or {}
    found = (
        chosen.get("value") or field.get("selected_time") or field.get("selected_conversation") or field.get("value")
    )
    return str(found or "").strip()


def wrong(said: Mapping[str, str]) -> dict[str, str]:
    """What to say beside which field."""
    checks: dict[str, Callable[[str], object]] = {"zone": zone, "only": parse_filter}
    return {name: problem for name, check in checks.items() if said[name] and (problem := refused(check, said[name]))}


def refused(check: Callable[[str], object], text: str) -> str:
    """Why *text* cannot be taken, in words; empty if it can."""
    try:
        check(text)
    except WrongRequest as error:
        return f"{error} {error.advice}"[:150]
    return ""


def person(body: Payload, channel: str) -> Place:
    """Who filled in a form, and for which channel.

    Source: Slack's ``view_submission`` payload: ``user.team_id`` is the person's, ``team.id`` the app's.
    """
    stranger = body["user"].get("team_id", body["team"]["id"]) != body["team"]["id"]
    return Place(channel, body["user"]["id"], stranger=stranger)
