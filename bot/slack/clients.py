"""Clients for Slack's Web API: one for the bot's own calls, one for the libraries; and the installation."""

import os
import ssl
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import URLError
from urllib.parse import urlsplit

from slack_bolt.error import BoltError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.web import SlackResponse

from handlers.slack.api import REJECTED, ask, header
from handlers.slack.errors import SlackTrouble, SlackUnreachable, TokenRejected
from reporting.docspace.api.network import https_proxy, proxy_for, trust_store, variable

TIMEOUT = 15
"""Seconds."""


def web_client(token: str, url: str, *, timeout: int = TIMEOUT, retries: list[RetryHandler] | None = None) -> WebClient:
    """A client for the bot's own calls, which :func:`handlers.slack.api.ask` retries where that is safe.

    Raises:
        WrongSettings: the environment names a proxy that cannot be used.
    """
    client = WebClient(
        token=token,
        base_url=url,
        timeout=timeout,
        retry_handlers=retries or [],
        ssl=trust_store(ssl.create_default_context, os.environ),  # by itself it makes one for each call
    )
    proxy = proxy_for(url, os.environ)
    client.proxy = proxy.url if proxy else None  # by itself it takes HTTP_PROXY, for plain http too
    return client


def retrying_client(token: str, url: str) -> WebClient:
    """A client for Bolt and Socket Mode at startup: failed calls are retried."""
    retries = [
        RateLimitErrorRetryHandler(max_retry_count=5),
        ServerErrorRetryHandler(max_retry_count=3),
        ConnectionErrorRetryHandler(max_retry_count=3),
    ]
    return web_client(token, url, retries=retries)


def apply_proxy_settings(environment: MutableMapping[str, str], url: str) -> None:
    """Set the proxy variables in *environment* so that slack-sdk and Python's own clients obey our rules.

    That is the proxy of https, in HTTPS_PROXY, and none for *url*, where Slack's Web API is, if that is plain http.

    Raises:
        WrongSettings: the environment names a proxy that cannot be used.
    """
    proxy, (_, exceptions) = https_proxy(environment), variable("no_proxy", environment)
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        environment.pop(name, None)
        environment.pop(name.upper(), None)
    parts = urlsplit(url)
    if proxy and proxy_for(url, {"HTTPS_PROXY": proxy.url, "NO_PROXY": exceptions}) is None:
        exceptions = ",".join(filter(None, (exceptions, parts.hostname, parts.netloc)))
    if proxy:
        environment.update(HTTPS_PROXY=proxy.url, NO_PROXY=exceptions)


@contextmanager
def translate_startup_errors(act: str, *, rejected: type[SlackTrouble] = TokenRejected) -> Iterator[None]:
    """Translate Slack's errors at startup; *rejected* is raised for the token.

    Raises:
        SlackTrouble
    """
    try:
        yield
    except SlackApiError as error:
        code = str(error.response.get("error"))
        raise (rejected if code in REJECTED else SlackTrouble)(act=act, reason=code) from error
    except (URLError, OSError) as error:
        raise SlackUnreachable(act=act, reason=str(getattr(error, "reason", error))) from error
    except (BoltError, SlackClientError) as error:
        raise SlackTrouble(act=act, reason=str(error)) from error


@dataclass(frozen=True, slots=True)
class Installation:
    """The workspace and scopes of a token."""

    team: str
    """The workspace's id, or the organization's if the app is installed there."""
    scopes: frozenset[str] | None
    """None if Slack does not say."""


def installation(slack: WebClient) -> Installation:
    """The workspace and the scopes of the client's token.

    Raises:
        SlackTrouble: Slack does not accept the token, or cannot be reached.

    Source: ``auth.test``; https://docs.slack.dev/authentication/installing-with-oauth, the header ``x-oauth-scopes``.
    """
    act = "to let the bot in"
    found = ask("auth.test", lambda: identified(slack.auth_test()), dict[str, str], act=act)
    scopes = found["scopes"]
    return Installation(found["team"], frozenset(scope.strip() for scope in scopes.split(",")) if scopes else None)


def identified(answer: SlackResponse) -> dict[str, str]:
    """The workspace and scopes in an answer of ``auth.test``."""
    whole = bool(answer.get("is_enterprise_install"))
    team = str((answer.get("enterprise_id") if whole else answer.get("team_id")) or "")
    return {"team": team, "scopes": header(answer.headers, "x-oauth-scopes")}
