"""WCAG 2.2 AA by axe-core: the page, a report, a form with an error beside its field."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot.demo.sandbox import Sandbox
from tests.sandbox.page.conftest import minded

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 400)])
def test_axe_finds_nothing(scheme: str, width: int, browser: Browser, playground: Sandbox) -> None:
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    with minded(browser, playground.page.url, **look) as context:
        page = context.new_page()
        page.goto(playground.page.url)
        words = page.get_by_role("combobox", name="Message")
        words.fill("/compliance-report 2025-01")
        words.press("Enter")
        page.get_by_text("SHA-256").first.wait_for()
        page.get_by_text("Requested by").first.wait_for()
        page.locator(".mention.mine").first.wait_for()
        assert violations(page) == []
        words.fill("/compliance-report")
        words.press("Enter")
        form = page.get_by_role("dialog")
        form.get_by_role("textbox").first.fill("nonsense")
        form.get_by_role("button", name="Make it").click()
        form.get_by_role("alert").first.wait_for()
        assert violations(page) == []
