"""Photographs the README's pictures from the sandbox's page, with the bot at work behind it: ``make pictures``."""

import re
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from bot.demo.sandbox import Sandbox, open_sandbox
from sandbox.slack import StandInSlack

HERE = Path(__file__).parent
MORNING = datetime(2025, 2, 3, 8, 0, tzinfo=UTC)
"""When people say what is to be seen: a Monday, nine o'clock in Berlin."""
REPLIES = re.compile("[0-9] repl")
WIDTH, HEIGHT = 1280, 1180
MARGIN = 20
"""Pixels of what is around a form."""
COLOURS = 255


def summary(page: Page) -> Locator:
    """A report in its channel, and its highlights and first events in the thread."""
    asked(page, "2025-01")
    said(page, "SHA-256").get_by_role("link", name=REPLIES).click()
    thread = page.get_by_label("Thread", exact=True).get_by_role("article")
    thread.filter(has_text="in the file").evaluate("node => node.scrollIntoView()")
    page.locator("#messages").evaluate("node => node.scrollTop = 0")
    page.mouse.move(0, 0)
    return page.locator("body")


def report(page: Page) -> Locator:
    """The file, read in the portal's folder."""
    said(page, "SHA-256").get_by_role("link", name="Open in DocSpace").click()
    return page.get_by_role("dialog")


def form(page: Page) -> Locator:
    """The form that the bare command opens."""
    page.get_by_role("button", name="Close", exact=True).click()
    asked(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Only these events").fill("type:delete,share")
    return dialog


def schedule(page: Page) -> Locator:
    """The schedules of a channel."""
    page.keyboard.press("Escape")
    asked(page, "schedule monthly on first weekday at 09:00 Europe/Riga type:delete,share")
    said(page, "The next dates").get_by_role("button", name="Save").click()
    said(page, "made schedule").wait_for()
    asked(page, "schedules")
    said(page, "Created by").wait_for()
    return said(page, "Created by")


def refusal(page: Page) -> Locator:
    """Why there is no report."""
    page.get_by_role("tab", name="What goes wrong").click()
    page.get_by_label("A plan without an audit trail").check()
    asked(page, "rerun 2024-12")
    said(page, "No compliance report: December 2024").wait_for()
    page.mouse.move(0, 0)
    return said(page, "No compliance report: December 2024")


SCENES: tuple[Callable[[Page], Locator], ...] = (summary, report, form, schedule, refusal)
"""In their order: each begins where the one before has ended."""


def asked(page: Page, words: str = "") -> None:
    page.evaluate("location.hash = '#ann/C0COMPLY01'")
    page.get_by_role("combobox", name="Message, or").fill(f"/compliance-report {words}".strip())
    page.keyboard.press("Enter")


def said(page: Page, words: str) -> Locator:
    return page.get_by_role("log", name="Messages in").get_by_role("article").filter(has_text=words).last


def keep(name: str, png: bytes) -> None:
    """Write the picture with as few bytes as its colours need."""
    with Image.open(BytesIO(png)) as shot:
        few = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(HERE / f"{name}.png", optimize=True)


def picture(page: Page, scene: Locator) -> bytes:
    box = scene.bounding_box()
    if box is None:
        raise LookupError(scene)
    margin = MARGIN if scene.get_attribute("open") is not None else 0
    clip = {
        "x": box["x"] - margin,
        "y": box["y"] - margin,
        "width": box["width"] + 2 * margin,
        "height": box["height"] + 2 * margin,
    }
    return page.screenshot(clip=clip, animations="disabled", caret="hide")


def photographed(playground: Sandbox, path: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        size = {"width": WIDTH, "height": HEIGHT}
        page = browser.new_page(viewport=size, device_scale_factor=2, color_scheme="light", reduced_motion="reduce")
        page.clock.set_fixed_time(MORNING)
        page.goto(playground.page.url)
        for scene in SCENES:
            keep(scene.__name__, picture(page, scene(page)))
        browser.close()


def main() -> None:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        sys.exit("make pictures needs Chromium (Debian: apt-get install chromium)")
    began = time.monotonic()
    slack = StandInSlack(clock=lambda: MORNING.timestamp() + time.monotonic() - began)
    with open_sandbox(slack=slack) as playground:
        photographed(playground, path)


if __name__ == "__main__":
    main()
