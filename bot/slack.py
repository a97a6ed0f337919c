"""Clients for Slack's Web API, each with the patience that is safe for what it does."""

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

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
