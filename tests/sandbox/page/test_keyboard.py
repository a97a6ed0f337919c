import pytest
from playwright.sync_api import Locator, Page, expect

from tests.sandbox.page.conftest import Window
from tests.sandbox.page.kit import actions, asked, button, form
from tests.sandbox.page.listener import Listener


def focused(page: Page) -> str:
    """What has the focus, as it is called."""
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"))


def tabbed(page: Page, name: str) -> None:
    """Go on with Tab until what is called so has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(name)


def offers(page: Page) -> Locator:
    return page.get_by_role("listbox").get_by_role("option")


def test_a_command_is_completed_by_arrows_and_tab(window: Window, listener: Listener) -> None:
    page = window()
    box = page.get_by_role("combobox", name="Message, or /compliance-report …")
    box.press_sequentially("/comp")
    expect(offers(page)).to_have_text(["/compliance-reportMake a month's report"])
    page.keyboard.press("Tab")
    expect(box).to_have_value("/compliance-report ")
    expect(offers(page)).to_have_text(["2025-01", "rerun 2025-01", "help"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_have_text("rerun 2025-01")
    page.keyboard.press("Enter")
    box.press_sequentially(" ty")
    page.keyboard.press("Tab")
    expect(box).to_have_value("/compliance-report rerun 2025-01 type:delete")
    page.keyboard.press("Enter")
    assert listener.last("command")["text"] == "rerun 2025-01 type:delete"


def test_escape_puts_the_offers_away_and_keeps_the_words(window: Window) -> None:
    page = window()
    box = page.get_by_role("combobox", name="Message, or /compliance-report …")
    box.press_sequentially("/comp")
    page.keyboard.press("Escape")
    expect(offers(page)).to_have_count(0)
    expect(box).to_have_value("/comp")


def test_the_key_parts_can_be_reached_and_used_without_a_mouse(window: Window, listener: Listener) -> None:
    listener.post(actions(button("Run again", value="2025-01")))
    page = window()
    expect(page.get_by_role("article")).to_be_visible()
    tabbed(page, "legal")
    tabbed(page, "Run again")
    page.keyboard.press("Enter")
    assert listener.last("block_actions")["actions"][0]["value"] == "2025-01"
    tabbed(page, "Folder")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Events")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Events")).to_be_visible()


def test_the_focus_can_be_seen(window: Window) -> None:
    page = window()
    expect(page.get_by_role("link", name="legal")).to_be_visible()
    tabbed(page, "legal")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_form_keeps_the_focus_until_it_is_closed(window: Window, listener: Listener) -> None:
    page = window()
    listener.show(form(asked("one", "plain_text_input")))
    expect(page.get_by_label("one")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")


def test_the_focus_stays_on_a_button_whose_message_changes(window: Window, listener: Listener) -> None:
    posted = listener.post(actions(button("Run again")), text="before")
    page = window()
    page.get_by_role("button", name="Run again").focus()
    listener.post(actions(button("Run again")), text="after", ts=posted.ts)
    expect(page.get_by_role("article", name="after")).to_be_visible()
    expect(page.get_by_role("button", name="Run again")).to_be_focused()


@pytest.mark.parametrize("width", [800, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_of_a_narrow_window(window: Window, listener: Listener, width: int, scheme: str) -> None:
    listener.post(actions(*[button(f"Button {n}", action_id=f"b{n}") for n in range(12)]), text="x" * 40)
    page = window()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.get_by_role("article")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for selector in ("#messages", "#portal", "#sidebar"):
        node = page.locator(selector)
        assert node.evaluate("node => node.scrollWidth <= node.clientWidth"), selector


def test_a_menu_stays_open_while_messages_come_in(window: Window, listener: Listener) -> None:
    page = window()
    page.get_by_role("button", name="Channel settings").click()
    listener.post(text="news")
    expect(page.get_by_role("article", name="news")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Archive the channel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Channel settings")).to_be_focused()
