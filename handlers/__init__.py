"""What people say and press in Slack, turned into requests; reports, turned into messages."""

from slack_bolt import App

from handlers import actions, command, errors, schedules
from handlers.desk import Desk


def register(app: App, desk: Desk) -> None:
    """Teach *app* everything people can do."""
    command.register(app, desk)
    actions.register(app, desk)
    schedules.register(app, desk)
    errors.register(app)
