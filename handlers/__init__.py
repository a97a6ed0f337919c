"""What people say and press in Slack, turned into requests; reports, turned into messages."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.desk import Desk


def register(app: "App", desk: "Desk") -> None:
    """Teach *app* everything people can do."""
    # Slack's library takes a fifth of a second to be imported, which a command that needs one name from here would pay.
    from handlers.listeners import buttons, command, errors, home, report_form, reviews, schedules

    for part in (command, buttons, report_form, schedules, reviews, home):
        part.register(app, desk)
    errors.register(app)
