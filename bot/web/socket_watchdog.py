"""The line to Slack in Socket Mode: how long nothing may be heard, and what is done when it is dead."""

import os
from collections.abc import Callable

import structlog

log = structlog.get_logger()
FRESH = 20.0
"""Seconds of silence until the bot is not ready; Slack answers a ping every five seconds."""
DEAD = 300.0
"""Seconds of silence until the bot ends. Until then the client tries to connect anew."""
CUT_OFF = 75
"""Exit code of a process that could not reach Slack any more."""


def check_line(silence: Callable[[], float], *, leave: Callable[[], None]) -> None:
    """Call *leave* if the line is dead."""
    seconds = silence()
    if seconds > DEAD:
        log.critical("Slack is unreachable; exiting for a restart", seconds=round(seconds))
        leave()


def cut_off() -> None:
    """End this process; what it was doing goes on at the next start, or on another replica."""
    os._exit(CUT_OFF)
