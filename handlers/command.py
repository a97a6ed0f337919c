"""``/compliance-report``: what happens when somebody types it."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App

from handlers.asks import Ask, Cancel, Help, Status, parse
from handlers.desk import Cancellation, Desk, Place, Request
from handlers.views.answers import accepted, stopping, usage
from handlers.views.kit import Message
from handlers.views.status import status
from reporting.entry import Origin
from reporting.report import Order

COMMAND = "/compliance-report"
Payload = Mapping[str, Any]


def register(app: App, desk: Desk) -> None:
    app.command(COMMAND)(compliance_report(desk))


def compliance_report(desk: Desk) -> Callable[[Payload, Ack], None]:
    def listen(command: Payload, ack: Ack) -> None:
        ask = parse(command.get("text", ""))
        place = Place(command["channel_id"], command["user_id"], response_url=command["response_url"])
        ack(**answer(desk, ask, place, key=command["trigger_id"]))

    return listen


def answer(desk: Desk, ask: Ask, place: Place, *, key: str) -> Message:
    """Do what was asked; what the asker reads at once."""
    match ask:
        case Help():
            return usage()
        case Status():
            return status(desk.status(place))
        case Cancel(month):
            return stopping(desk.cancel(Cancellation(place, key, month=month)).order)
        case _:
            order = Order(ask.month, only=ask.only)
            receipt = desk.submit(Request(order, place, key, Origin.COMMAND))
            return accepted(order, joined=receipt.joined, ahead=receipt.ahead)
