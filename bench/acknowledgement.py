"""How soon a bot answers Slack while it works, and how soon it is there after its start."""

import json
import math
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.bot import bot
from bench.bounds import Bound
from bench.cases import CURRENT, Case
from bench.portal import Told, portal
from bench.truth import MONTH
from bot.errors import DatabaseTrouble
from reporting.actions import Category
from reporting.errors.base import Unexpected
from sandbox.slack import Delivery, Message, StandInSlack, Workspace

COMMAND, CHANNEL, ASKER = "/compliance-report", "#compliance", "ann"
RATE, FULL, QUICK = 20, 30, 5
"""Commands a second; seconds that they come for, and in a hurry."""
THREADS = 100
"""Commands under way at once at the most: more than come within Slack's patience."""
LARGE = Case(100_000, 0.05, (), CURRENT)
ORDERS = [str(MONTH), *(f"{MONTH} type:{category}" for category in Category)]
"""What is made one after the other, so that something is always being made; each reads the whole month."""
MADE = MONTH.plus(2)
"""A month that is made already; nothing happened in it."""
WORDS = ("status", "schedules", "help", "statsu", str(MADE))
STARTS = 5
PATIENCE = 60.0
"""Seconds for what is not measured."""
SOON, READY = 0.3, 2.0
"""Seconds that are promised."""
FAULTS = tuple((error.__doc__ or "").partition("{")[0] for error in (DatabaseTrouble, Unexpected))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command was answered, and when."""

    seconds: float
    """Since the moment that it was meant for, whatever became of those before it."""
    trouble: str = ""
    """What is wrong with it."""


@dataclass(frozen=True, slots=True)
class Measured:
    idle: tuple[Answer, ...]
    """While no report is made but that of the month that is made already."""
    busy: tuple[Answer, ...]
    """While a large one is made."""
    starts: tuple[float, ...]
    """Seconds from the start of the process to its first answer."""


def usual(*, quick: bool) -> Measured:
    return measured(LARGE, seconds=QUICK if quick else FULL, starts=STARTS)


def measured(case: Case, *, seconds: int, starts: int) -> Measured:
    """Commands for so many *seconds*, twice, to a bot whose portal and workspace are not in its process.

    Raises:
        AssertionError: the large reports were made before the last command.
    """
    with (
        tempfile.TemporaryDirectory(prefix="compliance-bench-") as place,
        StandInSlack() as slack,
        portal(case) as told,
    ):
        folder = Path(place)
        times = [started(told, slack, folder) for _ in range(starts - 1)]
        with answering(told, slack, folder) as start:
            times.append(start)
            say(slack, str(MADE))
            slack.workspace.wait_for(lambda workspace: summaries(workspace, MADE.title), PATIENCE)
            idle = tuple(load(slack, seconds))
            for order in ORDERS:
                say(slack, order)
            slack.workspace.wait_for(under_way, PATIENCE)
            busy = tuple(load(slack, seconds))
            if len(summaries(slack.workspace, MONTH.title)) == len(ORDERS):
                raise AssertionError("the reports were made too soon")
    return Measured(idle, busy, tuple(times))


def started(told: Told, slack: StandInSlack, folder: Path) -> float:
    with answering(told, slack, folder) as start:
        return start


@contextmanager
def answering(told: Told, slack: StandInSlack, folder: Path) -> Iterator[float]:
    """A bot, from its first answer until the context ends; how many seconds after its start that came."""
    began = time.perf_counter()
    with bot(told, slack, folder):
        say(slack, "help")
        yield time.perf_counter() - began


def load(slack: StandInSlack, seconds: int) -> Iterator[Answer]:
    """What commands are answered that come at their times, also when those before them are still waiting."""
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as people:
        asked = []
        for number in range(seconds * RATE):
            due = began + number / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            asked.append(people.submit(ask, slack, WORDS[number % len(WORDS)], due))
        yield from (one.result() for one in asked)


def ask(slack: StandInSlack, words: str, due: float) -> Answer:
    late = time.perf_counter() - due
    delivery = slack.command(COMMAND, words, user=ASKER, channel=CHANNEL)
    seconds = late + delivery.ack_seconds if delivery.ack_seconds is not None else time.perf_counter() - due
    return Answer(seconds, trouble(delivery))


def say(slack: StandInSlack, words: str) -> None:
    """Type a command.

    Raises:
        AssertionError: it was not answered.
    """
    if wrong := trouble(slack.command(COMMAND, words, user=ASKER, channel=CHANNEL)):
        raise AssertionError(f"{words}: {wrong}")


def trouble(delivery: Delivery) -> str:
    """What is wrong with an answer; a refusal that says what can be typed instead is a good one."""
    shown = delivery.shown.text if delivery.shown else ""
    if delivery.trouble or not shown:
        return delivery.trouble or "no answer"
    return shown if any(fault in shown for fault in FAULTS) else ""


def summaries(workspace: Workspace, title: str) -> list[Message]:
    """Of reports that are made, of the month with that title."""
    told = [message for message in workspace.messages(CHANNEL) if title in message.text]
    return [message for message in told if "SHA-256" in json.dumps(message.blocks)]


def under_way(workspace: Workspace) -> list[Message]:
    """Something if one of the large reports is being read, or is made, so that the next one is."""
    reading = [message for message in workspace.messages(CHANNEL) if "Reading the audit trail" in message.text]
    return reading or summaries(workspace, MONTH.title)


def bounds(found: Measured) -> Iterator[Bound]:
    for name, answers in cases(found):
        slow, wrong = percentile(answers, 0.99), [answer.trouble for answer in answers if answer.trouble]
        figure = f"{slow * 1000:.0f} ms, {len(wrong)} unanswered"
        kept = slow <= SOON and not wrong
        yield Bound(f"99 of 100 commands answered within {SOON * 1000:.0f} ms, {name}", figure, kept)
    usual = statistics.median(found.starts)
    yield Bound(
        f"ready within {READY:.0f} s, the median of {len(found.starts)} starts", f"{usual:.2f} s", usual <= READY
    )


def cases(found: Measured) -> Iterator[tuple[str, Sequence[Answer]]]:
    yield "idle", found.idle
    yield f"while {LARGE.events:,} events are read", found.busy


def percentile(answers: Sequence[Answer], part: float) -> float:
    """The seconds within which that *part* of the answers came."""
    return sorted(answer.seconds for answer in answers)[math.ceil(part * len(answers)) - 1]


def lines(found: Measured) -> list[str]:
    """What was measured, as two tables."""
    return [
        f"| {RATE} commands a second for {len(found.idle) // RATE} s | p50 ms | p99 ms | max ms | unanswered |",
        "|---|---:|---:|---:|---:|",
        *(line(name, answers) for name, answers in cases(found)),
        "",
        f"| {len(found.starts)} starts, the first with an empty folder | s |",
        "|---|---:|",
        f"| to the first answer, the best | {min(found.starts):.2f} |",
        f"| the median | {statistics.median(found.starts):.2f} |",
        f"| the worst | {max(found.starts):.2f} |",
    ]


def line(name: str, answers: Sequence[Answer]) -> str:
    times = (percentile(answers, part) * 1000 for part in (0.5, 0.99, 1.0))
    wrong = sum(bool(answer.trouble) for answer in answers)
    return f"| {name} | {' | '.join(f'{time:.1f}' for time in times)} | {wrong} |"
