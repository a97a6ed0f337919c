"""What the doctor asks Slack."""

import re
from collections.abc import Callable
from datetime import datetime

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.config.settings import Settings
from bot.doctor.clock_skew import check_clock
from bot.doctor.finding import Check, Finding, after, broken, check, fine, unknown, warning
from bot.slack.clients import translate_startup_errors, web_client
from handlers.slack.errors import AppTokenRejected
from reporting.docspace.directory.account import moment

TIMEOUT = 2
"""Seconds."""
SCOPES = {"chat:write", "commands", "users:read"}
"""What the app cannot do without; the manifest asks for the same."""
OPTIONAL = {
    "channels:history",
    "channels:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
}
"""What it can do without, and how the manifest names that."""
SECRET = re.compile(r"[0-9a-f]{32}")
INSTALL = "Update the app's manifest from manifest.yml, and reinstall the app."


def slack_checks(settings: Settings, now: Callable[[], datetime]) -> list[Check]:
    slack = quick_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    app_token = settings.slack_app_token.get_secret_value()
    door = (
        check("Socket Mode", socket_mode, quick_client(app_token, settings.slack_api_url))
        if app_token
        else check("signing secret", signing_secret, settings.slack_signing_secret.get_secret_value())
    )
    asked = [check("app's scopes", scopes, slack), check("Slack's clock", clock, slack, now)]
    return [check("bot token", bot_token, slack), door, *after("bot token", asked)]


def quick_client(token: str, url: str) -> WebClient:
    """A client that tries once, and not for long."""
    return web_client(token, url, timeout=TIMEOUT)


def check_login(slack: WebClient) -> SlackResponse:
    with translate_startup_errors("the bot token"):
        return slack.auth_test()


def bot_token(slack: WebClient) -> Finding:
    """Slack accepts SLACK_BOT_TOKEN."""
    found = check_login(slack)
    return fine(f"{found.get('user')} in the workspace {found.get('team')}")


def scopes(slack: WebClient) -> Finding:
    """The app has the scopes in manifest.yml."""
    granted = header(check_login(slack), "x-oauth-scopes")
    if not granted:
        return unknown("Slack does not show the token's scopes", INSTALL)
    have = {scope.strip() for scope in granted.split(",")}
    if lacking := sorted(SCOPES - have):
        return broken(f"the app lacks {', '.join(lacking)}", INSTALL)
    if without := sorted(OPTIONAL - have):
        return warning(
            f"the app lacks {', '.join(without)}, which it can do without", f"manifest.yml says why. {INSTALL}"
        )
    return fine("all scopes in manifest.yml")


def socket_mode(slack: WebClient) -> Finding:
    """Slack accepts SLACK_APP_TOKEN for Socket Mode."""
    with translate_startup_errors("a Socket Mode connection", rejected=AppTokenRejected):
        slack.apps_connections_open(app_token=str(slack.token))
    return fine("the app can connect")


def signing_secret(secret: str) -> Finding:
    """SLACK_SIGNING_SECRET has the right form; only a request from Slack proves it right."""
    if SECRET.fullmatch(secret):
        return fine("the form is right")
    hint = "Copy it again from Basic Information: 32 characters, 0 to 9 and a to f."
    return warning("the form is wrong", hint)


def clock(slack: WebClient, now: Callable[[], datetime]) -> Finding:
    """Slack's clock agrees with this machine's; otherwise signatures are rejected."""
    return check_clock("Slack", lambda: moment(header(check_login(slack), "date")), now)


def header(answer: SlackResponse, name: str) -> str:
    return next((str(value) for key, value in answer.headers.items() if key.lower() == name), "")
