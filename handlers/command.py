"""``/compliance-report``: what happens when somebody types it."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers.asks import Amend, Ask, Cancel, List, Make, Propose, Status, parse
from handlers.desk import Cancellation, Desk, Place, Request
from handlers.schedules import scheduled, show_form
from handlers.views.answers import accepted, stopping, usage
from handlers.views.kit import Message
from handlers.views.status import status
from reporting.entry import Origin
from reporting.report import Order

COMMAND = "/compliance-report"
Payload = Mapping[str, Any]


def register(app: App, desk: Desk) -> None:
    app.command(COMMAND)(compliance_report(desk))


def compliance_report(desk: Desk) -> Callable[[Payload, WebClient, Ack], None]:
    def listen(command: Payload, client: WebClient, ack: Ack) -> None:
        ask = parse(command.get("text", ""))
        place = Place(command["channel_id"], command["user_id"], response_url=command["response_url"])
        if isinstance(ask, Propose) and ask.plan is None:
            show_form(client, command["trigger_id"], None, channel=place.channel)
            ack()
        else:
            ack(**answer(desk, ask, place, key=command["trigger_id"]))

    return listen


def answer(desk: Desk, ask: Ask, place: Place, *, key: str) -> Message:
    """Do what was asked; what the asker reads at once."""
    match ask:
        case Make(month, only):
            order = Order(month, only=only)
            receipt = desk.submit(Request(order, place, key, Origin.COMMAND))
            return accepted(order, joined=receipt.joined, ahead=receipt.ahead)
        case Cancel(month):
            return stopping(desk.cancel(Cancellation(place, key, month=month)).order)
        case Status():
            return status(desk.status(place))
        case Propose() | List() | Amend():
            return scheduled(desk, ask, place, key=key)
        case _:
            return usage()
