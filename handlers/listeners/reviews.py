"""Reviews by a second person: the form is opened and submitted."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers.desk import Desk, ReviewSubmission
from handlers.listeners.buttons import request_context, thread
from handlers.listeners.form_values import form_values, requester_in
from handlers.slack.messages import open_form
from handlers.views.review import CALLBACK, REVIEW, review_form

Payload = Mapping[str, Any]


def register(app: App, desk: Desk) -> None:
    app.action(REVIEW)(partial(open_review, desk))
    app.view(CALLBACK)(partial(submit_review, desk))


def open_review(desk: Desk, body: Payload, action: Payload, client: WebClient, ack: Ack) -> None:
    """Open the review form of the message's report, for who may review it."""
    desk.open_review(request_context(body), action["value"])
    open_form(client, body["trigger_id"], review_form(action["value"], body["channel"]["id"], thread(body)))
    ack()


def submit_review(desk: Desk, body: Payload, view: Payload, ack: Ack) -> None:
    run, channel, message = view["private_metadata"].split(" ")
    filled = form_values(view)
    opinion = ReviewSubmission(
        requester_in(body, channel), run, filled["result"], filled["reason"], message, view["id"]
    )
    desk.submit_review(opinion)
    ack()
