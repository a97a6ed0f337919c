"""The line to Slack in Socket Mode: how long nothing has been heard, and what is done when it is dead."""

import os
import time
from collections.abc import Callable

import structlog
from slack_sdk.socket_mode.builtin import SocketModeClient

log = structlog.get_logger()
FRESH = 60.0
"""Seconds of silence until the bot is not ready; Slack answers a ping every ten seconds."""
DEAD = 300.0
"""Seconds of silence until the bot ends. Until then the client connects anew by itself, every ten seconds."""
CUT_OFF = 75
"""Exit code of a process that could not reach Slack any more."""


class Line:
    """Says when Slack was last heard, by a clock that stands still while the machine sleeps.

    It has to be asked now and then: an answer counts from when it is noticed.
    """

    def __init__(self, client: SocketModeClient, clock: Callable[[], float] = time.monotonic) -> None:
        """The client is connected. *clock* gives seconds that only ever grow."""
        self._client, self._clock = client, clock
        self._pong: float | None = None
        self._heard = clock()

    def connected(self) -> bool:
        return self._client.is_connected()

    def silence(self) -> float:
        """Seconds since Slack was last heard."""
        session = self._client.current_session
        pong = session.last_ping_pong_time if session is not None and session.is_active() else None
        if pong is not None and pong != self._pong:
            self._pong, self._heard = pong, self._clock()
        return self._clock() - self._heard


def check_line(silence: Callable[[], float], *, leave: Callable[[], None]) -> None:
    """Call *leave* if the line is dead."""
    seconds = silence()
    if seconds > DEAD:
        log.critical("Slack is out of reach; leaving, to be started again", seconds=round(seconds))
        leave()


def cut_off() -> None:
    """End this process; what it was doing goes on at the next start, or on another replica."""
    os._exit(CUT_OFF)
