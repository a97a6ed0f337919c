"""Whether the bot lives, and whether it can do what it is for: for whoever supervises it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from bot.clock import LATE, TICK
from bot.portal_clock import in_words
from bot.store import replicas
from bot.store.database import Store
from bot.web.line import FRESH
from bot.web.site import Page
from reporting.errors import DatabaseTrouble

STALE = 60.0
"""Seconds without a heartbeat after which the process counts as stuck; there is one every two seconds."""
UNAVAILABLE = "503 Service Unavailable"


class Pulse:
    """When the thread that everything depends on went round last."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* gives seconds that only ever grow."""
        self._clock = clock
        self._last = clock()

    def beat(self) -> None:
        self._last = self._clock()

    @property
    def age(self) -> float:
        """Seconds."""
        return self._clock() - self._last


@dataclass(frozen=True, slots=True)
class Health:
    """What is looked at."""

    pulse: Pulse
    ticks: Pulse
    """When the schedules were looked at last."""
    store: Store
    replica: str
    """This process, as the database knows it."""
    connected: Callable[[], bool]
    silence: Callable[[], float]
    """Seconds since Slack was last heard, where it can be known."""
    clocks: Callable[[], timedelta | None]
    """How far this machine's clock is ahead of the portal's, if that is too much."""

    def alive(self) -> Page:
        """Whether the process goes on by itself. It does not depend on anybody else: a new one would be no better."""
        age, tick = self.pulse.age, self.ticks.age
        return page(
            [
                *([f"no heartbeat for {age:.0f} s"] if age > STALE else []),
                *([f"the schedules were not looked at for {tick:.0f} s"] if tick > TICK + LATE else []),
            ]
        )

    def ready(self) -> Page:
        """Whether a command would be answered now and its report be made."""
        return page(list(self._troubles()))

    def _troubles(self) -> Iterator[str]:
        if not self.connected():
            yield "not connected to Slack"
        elif self.silence() > FRESH:
            yield f"nothing heard of Slack for {self.silence():.0f} s"
        if differs := self.clocks():
            yield f"this machine's clock is {in_words(differs)} the portal's: schedules wait"
        try:
            if not self.store.read(self._known):
                yield "the engine does not run, or gives no sign of life"
        except DatabaseTrouble:
            yield "the database does not answer"

    def _known(self, c: Connection) -> bool:
        return replicas.lively(c, self.replica)


def page(troubles: list[str]) -> Page:
    """``ok``, or one trouble a line."""
    return Page("".join(f"{trouble}\n" for trouble in troubles), UNAVAILABLE) if troubles else Page("ok\n")
