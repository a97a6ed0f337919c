"""Whether the bot lives, and whether it can do what it is for: for whoever supervises it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.web.router import Page

UNAVAILABLE = "503 Service Unavailable"


class Heartbeat:
    """When something that is done again and again was done last."""

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
class Condition:
    """One thing that must not be the case."""

    name: str
    """As it stands in the pages, in the figures, in ``status`` and in docs/operations.md."""
    look: Callable[[], str]
    """What is wrong, in words; empty if nothing is. It asks nobody, so that it never waits."""
    restart: bool = False
    """Whether a new process would be better."""


class Health:
    """What is looked at, each time that somebody asks."""

    def __init__(self, conditions: list[Condition]) -> None:
        self._conditions = conditions

    def watch(self, *more: Condition) -> None:
        """Look at these too from now on."""
        self._conditions = [*self._conditions, *more]

    def found(self) -> list[tuple[Condition, str]]:
        """Each condition, and what is wrong."""
        return [(condition, condition.look()) for condition in self._conditions]

    def lines(self) -> list[str]:
        """What is wrong, one a line, with its name first."""
        return [f"{condition.name}: {wrong}" for condition, wrong in self.found() if wrong]

    def alive(self) -> Page:
        """Whether the process goes on by itself. What depends on somebody else, a new one would not do better."""
        return page([f"{one.name}: {wrong}" for one, wrong in self.found() if wrong and one.restart])

    def ready(self) -> Page:
        """Whether a command would be answered now and its report be made."""
        return page(self.lines())


def page(lines: list[str]) -> Page:
    """``ok``, or one trouble a line."""
    return Page("".join(f"{line}\n" for line in lines), UNAVAILABLE) if lines else Page("ok\n")
