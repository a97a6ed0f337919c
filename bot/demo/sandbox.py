"""A place to look and play: the stand-ins, the bot between them, and one page in the browser that shows both.

Nothing is faked on the bot's side: it runs in a process of its own, as in production; only its two addresses differ.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import typer

from bot.demo.demo import bot
from bot.errors import DemoFailed
from handlers.commands.months import PRIVATE
from handlers.commands.parser import EXAMPLES, SIMPLE
from reporting.actions import Category
from reporting.filters import WORDS
from reporting.os_error import os_reason
from reporting.period import Month
from sandbox.page import Manifest, SandboxPage, read_manifest
from sandbox.page.audit_trail import bounds, fill
from sandbox.portal import PortalSetup, StandInPortal, login_events, month_of_events
from sandbox.slack import StandInSlack

MANIFEST = files("sandbox").joinpath("manifest.yml")
LATENCY = 0.05
"""Seconds that an answer of the portal takes, so that there is progress to be seen."""
DAY = timedelta(days=1)
BUSY = {Month(2024, 12): 3_858, Month(2025, 1): 4_321}
"""Events of the months that the README speaks of."""
RECENT = 1_500
"""Events of each month that has just gone by."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    portal: StandInPortal
    slack: StandInSlack
    page: SandboxPage


def serve() -> None:
    """Serve the page until somebody presses Ctrl-C.

    Raises:
        DemoFailed: the bot did not start.
    """
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    typer.echo("Starting a stand-in DocSpace portal, a stand-in Slack workspace, and the bot between them…", err=True)
    try:
        with open_sandbox() as playground:
            typer.echo(f"Open {playground.page.url} in a browser; Ctrl-C ends it.")
            while not stop.wait(1.0):  # a signal that comes just before a wait is seen to when the wait is over
                pass
    except DemoFailed:
        if not stop.is_set():  # else it was ended while it began, and the bot with it
            raise


@contextmanager
def open_sandbox(portal: PortalSetup | None = None, slack: StandInSlack | None = None) -> Iterator[Sandbox]:
    """Everything running, nothing typed yet.

    Raises:
        DemoFailed: the bot did not start, or there is no manifest.
    """
    with ExitStack() as stack:
        there = stack.enter_context(StandInPortal(portal or PortalSetup(latency=LATENCY), remember=100))
        fill_portal(there, datetime.now(UTC))
        workspace = stack.enter_context(slack or StandInSlack())
        stack.enter_context(bot(there, workspace))
        page = SandboxPage(workspace, there, app(), words=words())
        yield Sandbox(there, workspace, stack.enter_context(page))


def app() -> Manifest:
    """What Slack knows of the bot, and everything else that can be typed after its command."""
    try:
        told = read_manifest(MANIFEST.read_text(encoding="utf-8"))
    except OSError as error:
        raise DemoFailed(reason=f"manifest.yml cannot be read ({os_reason(error)})") from error
    more = (*EXAMPLES.values(), *filter(None, SIMPLE))
    commands = [replace(one, hints=tuple(dict.fromkeys((*one.hints, *more)))) for one in told.commands]
    return replace(told, commands=tuple(commands))


def fill_portal(portal: StandInPortal, now: datetime) -> None:
    """Put events into the portal: the README's months, the two before this one, and this one so far."""
    zone = portal.setup.zone
    for month, events in BUSY.items():
        portal.audit.add_all(month_of_events(month.year, month.month, count=events, seed=7, zone=zone))
        portal.logins.add_all(login_events(month.year, month.month, count=events // 10, seed=7, zone=zone))
    this = bounds(portal, now)[0]
    last = bounds(portal, this - DAY)[0]
    for first in (bounds(portal, last - DAY)[0], last, this):
        fill(portal, first, RECENT, now=now, hostile=False, late=False)


def words() -> tuple[str, ...]:
    """What can follow a month."""
    types = tuple(f"type:{category}" for category in Category)
    return (*types, *(f"{word}:" for word in WORDS if word != "type"), PRIVATE)
