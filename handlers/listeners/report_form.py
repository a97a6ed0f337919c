"""The form for a report: opened from shortcuts and buttons, and submitted."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers.desk import Desk, Request
from handlers.listeners.buttons import request_context
from handlers.listeners.form_values import plain_fields, requester_in, validation_errors
from handlers.schedule import FormOpening
from handlers.slack.messages import open_form, push_form
from handlers.views.report_form import ANYWHERE, CALLBACK, EVERY_MONTH, NEW, PRIVATE, SHORTCUT, order_form
from handlers.views.schedules import form as schedule_form
from reporting.filters import parse as parse_filter
from reporting.period import Month
from reporting.report import Order
from reporting.run import Origin

Payload = Mapping[str, Any]


def register(app: App, desk: Desk) -> None:
    for shortcut in (SHORTCUT, ANYWHERE):
        app.shortcut(shortcut)(partial(open_order, desk))
    app.action(NEW)(partial(open_order, desk))
    app.action(EVERY_MONTH)(partial(every_month, desk))
    app.view(CALLBACK)(partial(submit_report, desk))


def open_order(desk: Desk, body: Payload, client: WebClient, ack: Ack) -> None:
    """Open the form: for the message's channel, or with a channel to choose."""
    channel = body["channel"]["id"] if body.get("channel") else ""
    desk.admit(request_context(body))
    open_form(client, body["trigger_id"], order_form(desk.this_month(), channel=channel))
    ack()


def every_month(desk: Desk, body: Payload, client: WebClient, ack: Ack) -> None:
    """Open the form for a schedule on top of this one."""
    channel = body["view"]["private_metadata"]
    desk.admit(requester_in(body, channel or body["user"]["id"]))
    push_form(client, body["trigger_id"], schedule_form(FormOpening(), channel=channel, settle=desk.settle))
    ack()


def submit_report(desk: Desk, body: Payload, view: Payload, ack: Ack) -> None:
    """Request the report, or show what is invalid beside its field."""
    filled = plain_fields(view, ("only",))
    errors = validation_errors(filled, {"only": parse_filter})
    if errors:
        ack(response_action="errors", errors=errors)
        return
    order = Order(Month.parse(filled["month"]), only=parse_filter(filled["only"]))
    where = requester_in(body, filled.get("channel") or view["private_metadata"])
    desk.submit(Request(order, where, view["id"], Origin.FORM, private=filled["where"] == PRIVATE))
    ack()
