"""The page in a real browser, and what it must never do: speak to anybody else, or complain in the console."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bot.demo.sandbox import Sandbox, open_sandbox
from sandbox.page import SandboxPage
from sandbox.page.routes import answer
from sandbox.portal import PortalSetup, StandInPortal, month_of_events
from sandbox.slack import StandInSlack
from sandbox.slack.http_server import Asked
from tests.sandbox.page.listener import APP, Listener

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Names of the browser, the one without a window first: it takes three quarters of the processor's time."""
PATIENCE = 60_000
"""Milliseconds, for a machine that has much else to do."""
Window = Callable[..., Page]
Say = Callable[..., Any]


def chromium() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("CI has to have Chromium: .ci/run installs it")
    if found is None:
        pytest.skip("needs Chromium (Debian: apt-get install chromium-headless-shell)")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def minded(browser: Browser, home: str, **looks: object) -> Iterator[BrowserContext]:
    """A browser of somebody new, in which nothing may go wrong on the quiet."""
    context = browser.new_context(**looks)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    context.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("request", lambda asked: None if asked.url.startswith(home) else wrong.append(asked.url))
    yield context
    context.close()
    assert wrong == []


@pytest.fixture
def window(browser: Browser, page: SandboxPage) -> Iterator[Window]:
    """Opens the page as somebody, at some place."""
    expect.set_options(timeout=PATIENCE)
    with minded(browser, page.url) as context:

        def show(who: str = "ann", place: str = "C0COMPLY01") -> Page:
            shown = context.new_page()
            shown.goto(f"{page.url}#{who}/{place}")
            return shown

        yield show


@pytest.fixture
def slack() -> Iterator[StandInSlack]:
    with StandInSlack() as slack:
        yield slack


@pytest.fixture
def listener(slack: StandInSlack) -> Iterator[Listener]:
    """An app that remembers what it is sent."""
    with Listener(slack) as listener:
        yield listener


@pytest.fixture
def portal() -> Iterator[StandInPortal]:
    with StandInPortal() as portal:
        portal.audit.add_all(month_of_events(2025, 1, count=120, seed=1, zone=portal.setup.zone))
        yield portal


@pytest.fixture
def page(slack: StandInSlack, portal: StandInPortal, listener: Listener) -> Iterator[SandboxPage]:
    """The page between stand-ins; the bot's place is taken by a listener."""
    with SandboxPage(slack, portal, APP, words=("type:delete", "user:")) as page:
        yield page


@pytest.fixture
def say(page: SandboxPage) -> Say:
    """What the page answers to a question, or does when told, without a browser."""

    def ask(path: str, **body: Any) -> Any:
        told = answer(page.playing, Asked("POST" if body else "GET", path, {}, json.dumps(body).encode()))
        return json.loads(told.body) if "json" in told.content_type else told

    return ask


@pytest.fixture(scope="module")
def playground() -> Iterator[Sandbox]:
    """Everything, the bot in its own process among it."""
    with open_sandbox(PortalSetup()) as playground:
        yield playground
