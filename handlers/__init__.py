"""What people say and press in Slack, turned into requests; reports, turned into messages."""

from slack_bolt import App

from handlers import actions, command, errors, home, orders, reviews, schedules
from handlers.desk import Desk


def register(app: App, desk: Desk) -> None:
    """Teach *app* everything people can do."""
    for part in (command, actions, orders, schedules, reviews, home):
        part.register(app, desk)
    errors.register(app)
