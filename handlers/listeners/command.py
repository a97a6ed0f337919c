"""The command ``/compliance-report``."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers.commands.parser import (
    COMMAND,
    CancelRun,
    ChangeSchedule,
    Command,
    ListSchedules,
    LookUp,
    MakeReport,
    OpenForm,
    ProposeSchedule,
    ShowStatus,
    parse,
)
from handlers.desk import Cancellation, Desk, Query, Request, RequestContext
from handlers.listeners.schedules import answer_schedules
from handlers.query import QueryKind
from handlers.schedule import FormOpening
from handlers.slack.messages import open_form
from handlers.views.blocks import Message
from handlers.views.replies import accepted, cancelling, looking_up, usage
from handlers.views.report_form import order_form
from handlers.views.schedules import form as schedule_form
from handlers.views.status import status
from reporting.report import Order
from reporting.run import Origin

Payload = Mapping[str, Any]
SHARED = {QueryKind.VERIFY, QueryKind.DIFF}
"""Queries that are answered in the channel, unless *private*."""


def register(app: App, desk: Desk) -> None:
    app.command(COMMAND)(partial(compliance_report, desk))


def compliance_report(desk: Desk, command: Payload, client: WebClient, ack: Ack) -> None:
    ask = parse(command.get("text", ""), desk.this_month)
    place = RequestContext(command["channel_id"], command["user_id"], response_url=command["response_url"])
    match ask:
        case OpenForm():
            desk.admit(place)
            open_form(client, command["trigger_id"], order_form(desk.this_month(), channel=place.channel))
            ack()
        case ProposeSchedule(None):
            desk.admit(place)
            view = schedule_form(FormOpening(), channel=place.channel, settle=desk.settle)
            open_form(client, command["trigger_id"], view)
            ack()
        case _:
            ack(**answer(desk, ask, place, key=command["trigger_id"]))


def answer(desk: Desk, ask: Command, place: RequestContext, *, key: str) -> Message:
    """Do what was typed; return what the requester reads at once."""
    match ask:
        case MakeReport(month, only, private):
            order = Order(month, only=only)
            receipt = desk.submit(Request(order, place, key, Origin.COMMAND, private=private))
            return accepted(order, joined=receipt.joined, ahead=receipt.ahead, private=private)
        case CancelRun(month):
            return cancelling(desk.cancel(Cancellation(place, key, month=month)).order)
        case ShowStatus():
            desk.look_up(Query(QueryKind.HEALTH, place, key, private=True))
            return status(desk.status(place), reader=place.asker)
        case LookUp(question, month, only, year, private):
            private = private or question not in SHARED
            desk.look_up(Query(question, place, key, month, only, year, private=private))
            return looking_up(question)
        case ProposeSchedule() | ListSchedules() | ChangeSchedule():
            return answer_schedules(desk, ask, place, key=key)
        case _:
            return usage()
