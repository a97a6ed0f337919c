"""The way in: Slack's door, and the pages for whoever supervises the bot."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from slack_bolt import App

from bot.config.settings import Settings
from bot.periodic_jobs import run_periodically
from bot.schedules.ticker import TICK
from bot.slack.clients import web_client
from bot.store.database import Store
from bot.web.health import Health
from bot.web.http_server import Listener, listen
from bot.web.metrics import Metrics
from bot.web.readiness import slack_conditions
from bot.web.router import Route, get_only, router
from bot.web.slack_delivery import DeliveryChannel, open_http, open_socket
from bot.web.socket_watchdog import check_line, cut_off
from reporting.errors.base import WrongSettings
from reporting.os_error import os_reason


@dataclass(frozen=True, slots=True)
class Supervision:
    """What can be told of the bot to whoever supervises it."""

    store: Store
    health: Health
    metrics: Metrics
    turned_away: Callable[[], int]
    now: Callable[[], datetime]

    def pages(self) -> Mapping[str, Route]:
        shown = {"/healthz": self.health.alive, "/readyz": self.health.ready, "/metrics": self.metrics.page}
        return {path: get_only(page) for path, page in shown.items()}

    def watch(self, connected: Callable[[], bool], silence: Callable[[], float]) -> None:
        """Look at Slack's door too."""
        self.health.watch(*slack_conditions(connected, silence))
        self.metrics.watch(self.store, self.health, silence=silence, turned_away=self.turned_away, now=self.now)


@contextmanager
def serve(
    app: App, settings: Settings, inside: Supervision, *, leave: Callable[[], None] = cut_off
) -> Iterator[DeliveryChannel]:
    """Let Slack in until the context is left; *leave* is called when it cannot be heard for minutes.

    Raises:
        AppTokenRejected: Slack will never let the token in.
        WrongSettings: the port is taken.
    """
    app_token = settings.slack_app_token.get_secret_value()
    with ExitStack() as stack:
        if not app_token:
            door = by_http(app, settings, inside)
            stack.callback(door.close)
        else:
            client = web_client("", settings.slack_api_url)
            door = open_socket(app, app_token, client, acknowledged=inside.metrics.acknowledged)
            stack.callback(door.close)
            inside.watch(door.connected, door.silence)
            if settings.names_port:
                stack.callback(serve_pages(settings, inside).close)
            stack.enter_context(run_periodically([(partial(check_line, door.silence, leave=leave), TICK)]))
        yield door


def by_http(app: App, settings: Settings, inside: Supervision) -> DeliveryChannel:
    inside.watch(lambda: True, lambda: 0.0)
    with free_port():
        return open_http(
            app,
            settings.slack_signing_secret.get_secret_value(),
            settings.http_host,
            settings.http_port,
            inside.pages(),
            acknowledged=inside.metrics.acknowledged,
            refused=inside.metrics.refused,
        )


def serve_pages(settings: Settings, inside: Supervision) -> Listener:
    """The pages alone, since Slack comes in by a socket."""
    with free_port():
        return listen(router(inside.pages()), settings.http_host, settings.http_port)


@contextmanager
def free_port() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WrongSettings(problems=f"HTTP_HOST and HTTP_PORT cannot be listened on ({os_reason(error)})") from error
    except ValueError as error:
        raise WrongSettings(problems="HTTP_HOST names no address to listen on, such as 127.0.0.1") from error
