"""``/compliance-report``: what happens when somebody types it."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App

from handlers.asks import Help, parse
from handlers.desk import Desk, Place, Request
from handlers.views.answers import accepted, usage
from reporting.report import Order

COMMAND = "/compliance-report"
Payload = Mapping[str, Any]


def register(app: App, desk: Desk) -> None:
    app.command(COMMAND)(compliance_report(desk))


def compliance_report(desk: Desk) -> Callable[[Payload, Ack], None]:
    def listen(command: Payload, ack: Ack) -> None:
        ask = parse(command.get("text", ""))
        if isinstance(ask, Help):
            answer = usage()
        else:
            place = Place(command["channel_id"], command["user_id"], response_url=command["response_url"])
            desk.submit(Request(Order(ask.month, only=ask.only), place, key=command["trigger_id"]))
            answer = accepted(ask.month.title)
        ack(**answer)

    return listen
