"""A bot that is killed, wherever it is, leaves nothing undone and does nothing twice."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

import pytest

from sandbox.slack import WorkspaceSetup
from tests.faults.world import MONTHS, QUICK, Bot, World
from tests.until import PATIENCE

LOOKS = WorkspaceSetup().scopes | {"channels:history", "groups:history"}
"""Scopes with which the bot sees what it has posted."""
SHARES = 4
"""Parts of a sweep, so that several workers can share it."""
MOMENTS = [
    ("chat.postMessage", False),
    ("chat.postMessage", True),
    ("/events/filter", False),
    ("/upload", False),
    ("/upload", True),
    ("chat.update", True),
]
"""Calls under way when the bot is killed, and whether they are performed nevertheless."""


class Strike(Protocol):
    """Asks for a report and sees to it that the bot dies on the way."""

    @property
    def place(self) -> str: ...
    def __call__(self, world: World, bot: Bot, month: str) -> bool:
        """Whether the request was acknowledged."""
        ...


@dataclass(frozen=True, slots=True)
class AtCall:
    """While a call is under way, which is performed nevertheless or not."""

    call: int | str
    performed: bool

    @property
    def place(self) -> str:
        return f"during call {self.call}, {'performed' if self.performed else 'not performed'}"

    def __call__(self, world: World, bot: Bot, month: str) -> bool:
        world.gate.count(hold=self.call, performed=self.performed)
        delivery = world.ask(month)
        assert world.gate.wait_held(PATIENCE), f"{self.place}, which was not made: {world.told()}"
        world.kill(bot)
        return delivery.acked


@dataclass(frozen=True, slots=True)
class AtPoint:
    """Between two acts."""

    number: int

    @property
    def place(self) -> str:
        return f"at point {self.number}"

    def __call__(self, world: World, bot: Bot, month: str) -> bool:
        world.arm(bot, self.number)
        delivery = world.ask(month)
        world.mourn(bot)
        return delivery.acked


def sweep(world: World, strikes: Callable[[int, int], Iterable[Strike]], *, orphans: int = 1) -> None:
    """Kill one bot after the other, each over the report of another month, and look what the next one makes of it.

    *strikes* is told how many calls a run makes that nobody disturbs, and how many points it passes.
    """
    with ExitStack() as bots:
        bot = bots.enter_context(world.bot(**QUICK))
        for month, strike in zip(MONTHS[1:], strikes(*undisturbed(world, bot)), strict=False):
            acked = strike(world, bot, str(month))
            bot = bots.enter_context(world.bot(**QUICK))
            world.wait_over()
            runs = [run for run in world.runs() if run["period"] == str(month)]
            assert len(runs) == 1 or not (runs or acked), f"{strike.place}: {world.told()}"
            for run in runs:
                world.check_one_report(run, orphans=orphans, where=strike.place)


def undisturbed(world: World, bot: Bot) -> tuple[int, int]:
    world.arm(bot, -1)
    world.gate.count()
    world.ask(str(MONTHS[0]))
    [run] = world.wait_over()
    world.check_one_report(run)
    return len(world.gate.calls), len(world.points())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_run_whose_bot_is_killed_at_its_weakest_moments_is_finished_by_the_next(world: World) -> None:
    sweep(world, lambda *_: [AtCall(name, performed) for name, performed in MOMENTS])


@pytest.mark.faults
@pytest.mark.parametrize("performed", [False, True], ids=["not performed", "performed"])
@pytest.mark.parametrize("share", range(SHARES))
def test_a_bot_that_is_killed_during_any_call_it_makes_leaves_one_report(
    share: int, performed: bool, world: World
) -> None:
    numbers = slice(share, None, SHARES)
    sweep(world, lambda calls, _: [AtCall(n, performed) for n in range(calls)[numbers]])


@pytest.mark.faults
@pytest.mark.parametrize("share", range(SHARES))
def test_a_bot_that_is_killed_between_any_two_acts_leaves_one_report(share: int, world: World) -> None:
    sweep(world, lambda _, points: [AtPoint(n) for n in range(points)[share::SHARES]])


@pytest.mark.faults
@pytest.mark.parametrize("scopes", [LOOKS])
@pytest.mark.parametrize("act", ["chat.postMessage", "chat.update"])
def test_a_bot_that_may_look_finds_the_message_that_was_posted_when_it_was_killed(act: str, world: World) -> None:
    sweep(world, lambda *_: [AtCall(act, performed=True)], orphans=0)
    assert {run["state"] for run in world.runs()} == {"done"}
