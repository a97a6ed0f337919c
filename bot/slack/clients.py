"""Clients for Slack's Web API, each with the patience that is safe for what it does."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError

from slack_bolt.error import BoltError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

from handlers import deliver
from reporting.errors import SlackTrouble, SlackUnreachable, TokenRejected

REJECTED = {*deliver.REJECTED, "not_allowed_token_type"}
TIMEOUT = 15
"""Seconds."""


def patient(token: str, url: str) -> WebClient:
    """For methods that do no harm when repeated: refused, failed and broken calls are tried again."""
    retries = [
        RateLimitErrorRetryHandler(max_retry_count=5),
        ServerErrorRetryHandler(max_retry_count=3),
        ConnectionErrorRetryHandler(max_retry_count=3),
    ]
    return WebClient(token=token, base_url=url, timeout=TIMEOUT, retry_handlers=retries)


def careful(token: str, url: str) -> WebClient:
    """For posting: repeated only after "too many requests", where Slack surely did nothing."""
    return WebClient(
        token=token, base_url=url, timeout=TIMEOUT, retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=5)]
    )


@contextmanager
def reached(act: str, *, rejected: type[SlackTrouble] = TokenRejected) -> Iterator[None]:
    """Slack's refusals at the start in our words; *rejected* is for its token.

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


def granted(slack: WebClient) -> frozenset[str] | None:
    """The scopes of the client's token, if Slack tells them.

    Raises:
        SlackTrouble: Slack does not accept the token, or cannot be reached.

    Source: https://docs.slack.dev/authentication/installing-with-oauth, the header ``x-oauth-scopes``.
    """
    with reached("to let the bot in"):
        headers = slack.auth_test().headers
    told = next((str(value) for name, value in headers.items() if name.casefold() == "x-oauth-scopes"), "")
    return frozenset(scope.strip() for scope in told.split(",")) if told else None
