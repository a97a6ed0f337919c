"""The buttons under a report."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from handlers.commands.parser import names_month, read_rerun
from handlers.desk import Cancellation, Desk, Query, Request, RequestContext
from handlers.listeners.form_values import is_outsider
from handlers.query import QueryKind
from handlers.views.history import MAKE_ALL
from handlers.views.progress import CANCEL
from handlers.views.summary import COMPARE, HOW, OPEN, REREAD, RUN_AGAIN, VERIFY
from reporting.period import Month
from reporting.report import Order
from reporting.run import Origin

Payload = Mapping[str, Any]


def register(app: App, desk: Desk) -> None:
    app.action(RUN_AGAIN)(partial(run_again, desk))
    app.action(MAKE_ALL)(partial(make_all, desk))
    app.action(CANCEL)(partial(cancel, desk))
    app.action(COMPARE)(partial(look_up, desk, QueryKind.DIFF))
    app.action(VERIFY)(partial(look_up, desk, QueryKind.VERIFY))
    app.action(REREAD)(partial(look_up, desk, QueryKind.REREAD, private=True))
    app.action(HOW)(partial(look_up, desk, QueryKind.REQUESTS))
    app.action(OPEN)(open_in_docspace)


def run_again(desk: Desk, body: Payload, action: Payload, ack: Ack) -> None:
    """Make the same month's report again, in a new message."""
    value, key = action["value"], body["trigger_id"]
    if names_month(value):
        ask = read_rerun(value)
        desk.submit(Request(Order(ask.month, only=ask.only), request_context(body), key, Origin.BUTTON))
    else:
        desk.rerun(request_context(body), value, key)
    ack()


def make_all(desk: Desk, body: Payload, action: Payload, ack: Ack) -> None:
    """Make every missing month of a year, as if *Make it* had been pressed for each."""
    for month in map(Month.parse, action["value"].split()):
        desk.submit(Request(Order(month), request_context(body), f"{body['trigger_id']} {month}", Origin.BUTTON))
    ack()


def cancel(desk: Desk, body: Payload, action: Payload, ack: Ack) -> None:
    """Cancel the run of the message."""
    desk.cancel(Cancellation(request_context(body), body["trigger_id"], run=action["value"]))
    ack()


def look_up(
    desk: Desk, question: QueryKind, body: Payload, action: Payload, ack: Ack, *, private: bool = False
) -> None:
    """Answer a query about the message's run, in its thread or privately."""
    key, run = body["trigger_id"], action["value"]
    desk.look_up(Query(question, request_context(body), key, run=run, thread=thread(body), private=private))
    ack()


def open_in_docspace(ack: Ack) -> None:
    """A link: the browser opens it, and Slack still delivers the click."""
    ack()


def request_context(body: Payload) -> RequestContext:
    """Where a button was pressed, and by whom; people of connected workspaces can press it too.

    The Home tab belongs to no channel: it is answered in direct messages.
    """
    user = body["user"]
    return RequestContext(
        channel=body["channel"]["id"] if body.get("channel") else user["id"],
        asker=user["id"],
        stranger=is_outsider(body),
        response_url=body.get("response_url", ""),
    )


def thread(body: Payload) -> str:
    """The thread of the pressed message, or the one that a reply to it would start."""
    message = body.get("message", {})
    return str(message.get("thread_ts") or message.get("ts") or body.get("container", {}).get("message_ts", ""))
