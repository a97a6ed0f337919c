"""What the bot writes down while it works: one line an event, on standard error, without secrets."""

import logging
import re
import sys
from collections.abc import Iterable

import structlog
from stamina.instrumentation import RetryDetails, set_on_retry_hooks
from structlog.typing import Processor

SECRET = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|sk-\w{8,}|Bearer \S+|(?<=hooks\.slack\.com/)[^\s\"'\\]+|(?<=[?&]ticket=)\w+"
    r"|(?<=://)[^\s/:@]*:[^\s/@]+(?=@)"
)
"""What nobody may read, by its form: tokens, keys, addresses for answers, tickets, passwords in addresses."""
QUIET = ("alembic", "apscheduler", "httpx", "httpcore", "slack_sdk", "slack_bolt", "waitress", "dbos")
"""Libraries whose chatter is left out; their warnings are kept."""


def configure(*, level: int = logging.INFO, secrets: Iterable[str] = ()) -> None:
    """Send everything, our own events and the libraries' warnings, through one redacting handler.

    What has the form of a secret is never written, and neither is any of the *secrets*, which may have no form.
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    terminal = sys.stderr.isatty()
    shape = structlog.dev.ConsoleRenderer(colors=terminal) if terminal else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    final: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, shape]
    handler.setFormatter(Redacting(hidden(secrets), processors=final, foreign_pre_chain=before))
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for each request that waits
    logging.getLogger("slack_sdk.web.base_client").setLevel(logging.CRITICAL)  # it quotes answers; the retry is logged
    set_on_retry_hooks([log_retry])
    # The engine's library adds a handler of its own, unless its logger has one.
    logging.getLogger("dbos").addHandler(logging.NullHandler())


def log_retry(details: RetryDetails) -> None:
    """Log that a failed call is tried again."""
    structlog.get_logger().warning(
        "retrying", reason=str(details.caused_by), attempt=details.retry_num, seconds=round(details.wait_for, 1)
    )


class Redacting(structlog.stdlib.ProcessorFormatter):
    """Makes the whole line, whatever it is made of, and then takes out of it what is *hidden*."""

    def __init__(
        self, hidden: re.Pattern[str], *, processors: list[Processor], foreign_pre_chain: list[Processor]
    ) -> None:
        super().__init__(processors=processors, foreign_pre_chain=foreign_pre_chain)
        self._hidden = hidden

    def format(self, record: logging.LogRecord) -> str:
        return self._hidden.sub("***", super().format(record))


def hidden(secrets: Iterable[str]) -> re.Pattern[str]:
    """What matches a secret, by its form or as it is."""
    known = sorted((re.escape(secret) for secret in secrets if secret), key=len, reverse=True)
    return re.compile("|".join([*known, SECRET.pattern]))
