"""What people do in forms, and what they read there."""

from sandbox.slack import Delivery, Message, StandInSlack, View
from sandbox.slack.answers import Typed
from tests.bot.talk import CHANNEL, COMMAND, written
from tests.until import PATIENCE


def opened(slack: StandInSlack, user: str = "ann") -> View:
    """The form that *user* looks at."""
    view = slack.workspace.views.top(slack.workspace.user(user).id)
    assert view is not None
    return view


def closed(slack: StandInSlack, user: str = "ann") -> bool:
    return slack.workspace.views.top(slack.workspace.user(user).id) is None


def fill(slack: StandInSlack, *, user: str = "ann", **fields: str) -> Delivery:
    """Fill in the form and press what leads on."""
    given: Typed = {name: {"value": value} for name, value in fields.items()}
    return slack.submit_view(opened(slack, user).id, given, user=user)


def shown(view: View) -> str:
    return written(Message("", "", "", "", tuple(view.payload["blocks"])))


def own_page(slack: StandInSlack, user: str = "ann") -> View:
    """The app's own page, once *user* has it before them."""
    slack.open_home(user)
    person = slack.workspace.user(user).id
    view = slack.workspace.wait_for(lambda workspace: workspace.views.home(person), PATIENCE)
    assert view is not None
    return view


def ask_for_form(slack: StandInSlack, *, user: str = "ann", channel: str = CHANNEL) -> View:
    """Type the command alone; the form that it opens."""
    assert slack.command(COMMAND, "", user=user, channel=channel).shown is None
    return opened(slack, user)
