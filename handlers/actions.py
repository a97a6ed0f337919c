"""Buttons under a report: what happens when somebody presses one."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App

from handlers.asks import again
from handlers.desk import Cancellation, Desk, Place, Request
from handlers.views.progress import CANCEL
from handlers.views.summary import OPEN, RUN_AGAIN
from reporting.entry import Origin
from reporting.report import Order

Payload = Mapping[str, Any]
Listener = Callable[[Payload, Payload, Ack], None]


def register(app: App, desk: Desk) -> None:
    app.action(RUN_AGAIN)(run_again(desk))
    app.action(CANCEL)(cancel(desk))
    app.action(OPEN)(open_in_docspace)


def run_again(desk: Desk) -> Listener:
    """The same month once more, posted as a new message by whoever pressed."""

    def listen(body: Payload, action: Payload, ack: Ack) -> None:
        ask = again(action["value"])
        desk.submit(Request(Order(ask.month, only=ask.only), place(body), body["trigger_id"], Origin.BUTTON))
        ack()

    return listen


def cancel(desk: Desk) -> Listener:
    """The end of the run that the message stands for."""

    def listen(body: Payload, action: Payload, ack: Ack) -> None:
        desk.cancel(Cancellation(place(body), body["trigger_id"], run=action["value"]))
        ack()

    return listen


def open_in_docspace(ack: Ack) -> None:
    """A link: the browser opens it, Slack tells us all the same."""
    ack()


def place(body: Payload) -> Place:
    """Where a button was pressed, and by whom; people of connected workspaces can press ours.

    Source: Slack's ``block_actions`` payload: ``user.team_id`` is the presser's, ``team.id`` the app's.
    """
    return Place(
        channel=body["channel"]["id"],
        asker=body["user"]["id"],
        stranger=body["user"].get("team_id") != body["team"]["id"],
        response_url=body.get("response_url", ""),
    )
