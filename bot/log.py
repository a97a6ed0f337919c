"""What the bot writes down while it works: one line an event, on standard error, without secrets."""

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

SECRET = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|sk-\w{8,}|Bearer \S+|(?<=hooks\.slack\.com/)\S+")
QUIET = ("alembic", "apscheduler", "httpx", "httpcore", "slack_sdk", "slack_bolt", "waitress", "dbos")
"""Libraries whose chatter is left out; their warnings are kept."""


def configure(*, level: int = logging.INFO) -> None:
    """Send everything, our own events and the libraries' warnings, through one redacting handler."""
    before: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redacted,
    ]
    terminal = sys.stderr.isatty()
    shape = structlog.dev.ConsoleRenderer(colors=terminal) if terminal else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    final = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, shape]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=final, foreign_pre_chain=before))
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # The engine's library adds a handler of its own, unless its logger has one.
    logging.getLogger("dbos").addHandler(logging.NullHandler())


def redacted(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """*event* with every token in any of its values replaced."""
    return {name: SECRET.sub("***", value) if isinstance(value, str) else value for name, value in event.items()}
