"""``python -m bot submit``: a request to the bot that is running, by way of its database."""

from contextlib import closing
from dataclasses import dataclass
from uuid import uuid4

from bot.config.filter_profiles import read_profiles
from bot.config.settings import SubmitSettings
from bot.desk import complete_order
from bot.docspace.clients import now
from bot.slack.channels import check_open
from bot.slack.clients import web_client
from bot.store import replicas, requests
from bot.store.migration import open_existing
from bot.terminal.arguments import Arguments
from handlers.desk import Request, RequestContext, is_direct_message
from handlers.slack.directory import channel
from handlers.slack.errors import MissingScope
from reporting.normalize_text import normalize
from reporting.report import Order
from reporting.run import Origin


@dataclass(frozen=True, slots=True)
class SubmitArgs:
    """What was typed on the command line."""

    month: str
    words: tuple[str, ...]
    """Of the filter, as the shell passed them on."""
    channel: str


def submit_request(ticket: SubmitArgs, settings: SubmitSettings) -> str:
    """Write the request down; what is to be said of it.

    Raises:
        ComplianceError: nothing was written down; DatabaseMissing where no bot has ever run.
        ChannelClosed: the bot could not post the report there.
    """
    month, only = Arguments("submit", ticket.month, ticket.words, ("--channel", ticket.channel)).read(settings)
    order = Order(month, only=only)
    asked = Request(order, RequestContext(normalize(ticket.channel), ""), uuid4().hex, Origin.TERMINAL)
    request = complete_order(asked, read_profiles(settings.profiles_file), zone=settings.report_timezone, now=now())
    looked_at = check_channel(ticket.channel, settings)
    with closing(open_existing(settings.database, now=now)) as store:
        receipt = store.write(requests.accept, request, now=now(), at_once=1)
        running = store.read(replicas.any_at_work)
    done = "joins the run" if receipt.joined else "is the run"
    who = "The bot will post it in" if running else "No bot is running; the next one to start will post it in"
    return f"{order.month.title} {done} {receipt.run}. {who} {ticket.channel}. {looked_at}".rstrip()


def check_channel(where: str, settings: SubmitSettings) -> str:
    """Make sure that the bot can post there; why that could not be looked at, or nothing.

    Raises:
        ChannelClosed: it cannot.
        SlackTrouble: Slack does not say.
    """
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        return "The channel was not looked at: SLACK_BOT_TOKEN is not set here."
    if is_direct_message(where):
        return ""
    try:
        check_open(channel(web_client(token, settings.slack_api_url), where))
    except MissingScope as error:
        return f"The channel was not looked at: the app lacks the scope {error.facts['scope']}."
    return ""
