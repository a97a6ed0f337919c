"""Schedules: typed commands, buttons, and the form."""

from collections.abc import Mapping
from datetime import time
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers.commands.parser import ChangeSchedule, ListSchedules, ProposeSchedule, read_button_value
from handlers.desk import Desk, FormSource, RequestContext, SaveProposal, SaveSchedule, ScheduleAction
from handlers.errors import TooLongToEdit
from handlers.exposure import Exposure
from handlers.listeners.buttons import request_context
from handlers.listeners.form_values import plain_fields, requester_in, validation_errors
from handlers.recurrence import Rule
from handlers.schedule import FormOpening, Plan, Verb
from handlers.slack.messages import open_form
from handlers.views.blocks import Message
from handlers.views.schedules import (
    ACT,
    CALLBACK,
    CONFIRMED,
    EDIT,
    FORM,
    SAVE,
    confirm_dialog,
    confirmation,
    form,
    listing,
    proposal,
    verb_words,
)
from reporting.filters import LONGEST
from reporting.filters import parse as parse_filter
from reporting.time_zones import find

Payload = Mapping[str, Any]


def register(app: App, desk: Desk) -> None:
    app.action(SAVE)(partial(save, desk))
    app.action(FORM)(partial(open_schedule, desk))
    app.action(EDIT)(partial(open_schedule, desk))
    for verb in Verb:
        app.action(f"{ACT}{verb}")(partial(change_schedule, desk, verb))
    app.view(CALLBACK)(partial(submit_schedule, desk))
    app.view(CONFIRMED)(partial(confirm_schedule, desk))


def answer_schedules(
    desk: Desk, ask: ProposeSchedule | ListSchedules | ChangeSchedule, place: RequestContext, *, key: str
) -> Message:
    """Do what was typed; return what the requester reads at once."""
    match ask:
        case ProposeSchedule(Plan() as plan):
            return proposal(desk.propose(place, plan, key=key))
        case ChangeSchedule(Verb.DELETE, number):
            return confirm_dialog(desk.schedule(place, number), reader=place.asker)
        case ChangeSchedule(verb, number):
            return verb_words(verb, desk.change_schedule(ScheduleAction(place, number, verb, key)))
    found = desk.schedules(place)  # nobody has been asked yet how much the asker may see of what others have made
    return listing(found, everywhere=False, reader=place.asker, exposure=Exposure.COUNTS)


def save(desk: Desk, body: Payload, action: Payload, ack: Ack) -> None:
    """Save the proposal; once, however often the button is pressed."""
    value, press = action["value"], body["trigger_id"]
    if is_plan(value):
        key = f"{body['channel']['id']} {body['container']['message_ts']}"
        desk.save_schedule(SaveSchedule(request_context(body), read_button_value(value), key, press=press))
    else:
        desk.save_proposal(SaveProposal(request_context(body), value, press))
    ack()


def open_schedule(desk: Desk, body: Payload, action: Payload, client: WebClient, ack: Ack) -> None:
    """Open the form: empty, with a proposal, or with an existing schedule."""
    source = source_of(body, action)
    opening = check_form_opens(desk.open_schedule(request_context(body), source))
    channel = body["channel"]["id"] if body.get("channel") else ""
    view = form(opening, channel=channel, settle=desk.settle, number=source.number)
    open_form(client, body["trigger_id"], view)
    ack()


def source_of(body: Payload, action: Payload) -> FormSource:
    """What the form starts from; buttons of earlier releases carry the plan itself."""
    value, own = str(action.get("value", "")), bool(body.get("container", {}).get("is_ephemeral"))
    if action["action_id"] == EDIT:
        return FormSource(number=int(value.partition(" ")[0]))
    if is_plan(value):
        return FormSource(written=read_button_value(value), own=own)
    return FormSource(about=value)


def is_plan(value: str) -> bool:
    """Whether the value is a plan, as buttons of earlier releases carry it, and not an id."""
    return value.startswith("monthly ")


def check_form_opens(opening: FormOpening) -> FormOpening:
    """The same opening, if the form has room for it.

    Raises:
        TooLongToEdit: its profiles are longer than a field can hold.
    """
    if opening.plan and len(str(opening.plan.only)) > LONGEST:
        raise TooLongToEdit
    return opening


def change_schedule(desk: Desk, verb: Verb, body: Payload, action: Payload, ack: Ack) -> None:
    desk.change_schedule(ScheduleAction(request_context(body), int(action["value"]), verb, body["trigger_id"]))
    ack()


def submit_schedule(desk: Desk, body: Payload, view: Payload, ack: Ack) -> None:
    """The form's first page: show the proposal, or what is invalid beside its field."""
    filled = plain_fields(view, ("zone", "only"))
    number, where = view["private_metadata"].split(" ")
    errors = validation_errors(filled, {"zone": find, "only": parse_filter})
    if errors:
        ack(response_action="errors", errors=errors)
        return
    rule = Rule(filled["day"], time.fromisoformat(filled["at"]), find(filled["zone"]) if filled["zone"] else "")
    plan = Plan(rule, parse_filter(filled.get("only", "")))
    channel, key = filled.get("channel") or where, f"{view['id']} {body['trigger_id']}"
    meant = desk.propose(
        requester_in(body, channel), plan, key=key, number=int(number), keeps_filter="only" not in filled
    )
    ack(response_action="push", view=confirmation(meant))


def confirm_schedule(desk: Desk, body: Payload, view: Payload, ack: Ack) -> None:
    """The form's second page: save the proposal."""
    value = view["private_metadata"]
    if " " in value:  # of an earlier release
        number, channel, plan = value.split(" ", 2)
        desk.save_schedule(SaveSchedule(requester_in(body, channel), read_button_value(plan), view["id"], int(number)))
    else:
        desk.save_proposal(SaveProposal(requester_in(body, ""), value))
    ack(response_action="clear")
