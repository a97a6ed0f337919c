"""The Home tab."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from handlers.desk import Desk, Query, RequestContext
from handlers.query import QueryKind

Payload = Mapping[str, Any]


def register(app: App, desk: Desk) -> None:
    app.event("app_home_opened")(partial(open_home, desk))


def open_home(desk: Desk, body: Payload, event: Payload, ack: Ack) -> None:
    """Fill the Home tab; Slack reports the other tabs too."""
    if event.get("tab") == "home":
        user = event["user"]
        desk.look_up(Query(QueryKind.HOME, RequestContext(user, user), body["event_id"], private=True))
    ack()
