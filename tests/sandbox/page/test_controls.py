"""What is pressed, chosen and filled in reaches the app as Slack would send it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.page import SandboxPage
from sandbox.slack import StandInSlack
from tests.sandbox.page.conftest import Window
from tests.sandbox.page.kit import FIELDS, THREE, actions, asked, button, form, plain, section
from tests.sandbox.page.listener import Json, Listener

CONFIRM = {"title": plain("Sure?"), "text": plain("It is gone then."), "confirm": plain("Yes"), "deny": plain("No")}


def values(payload: Json) -> dict[str, Any]:
    """What was filled in, by block."""
    found = payload["view"]["state"]["values"].items()
    return {block: next(value for name, value in fields["value"].items() if name != "type") for block, fields in found}


def test_a_button_says_which_it_was_of_several_of_its_name(window: Window, listener: Listener) -> None:
    listener.post(actions(button("Run", value="1"), block_id="a"), actions(button("Run", value="2"), block_id="b"))
    window().get_by_role("button", name="Run").nth(1).click()
    [action] = listener.last("block_actions")["actions"]
    assert (action["block_id"], action["value"]) == ("b", "2")


def test_a_button_whose_message_changes_under_the_finger_is_still_pressed(window: Window, listener: Listener) -> None:
    posted = listener.post(section("Ready"), actions(button("Run")))
    page = window()
    page.get_by_role("button", name="Run").hover()
    page.mouse.down()
    listener.post(section("Ready, with a chart"), actions(button("Run")), ts=posted.ts)
    listener.post(section("Another"))
    page.wait_for_timeout(500)  # the page has heard of both by now
    page.mouse.up()
    listener.last("block_actions")
    expect(page.get_by_role("log")).to_contain_text("with a chart")


def test_a_confirmation_stands_between_a_button_and_the_app(window: Window, listener: Listener) -> None:
    listener.post(actions(button("Delete", value="7", style="danger", confirm=CONFIRM)))
    page = window()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text("It is gone then.")
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("button", name="Delete").click()
    page.keyboard.press("Escape")
    assert listener.of("block_actions") == []
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Yes", exact=True).click()
    assert listener.last("block_actions")["actions"][0]["value"] == "7"


def test_a_menu_in_a_message_tells_the_app_with_what_stands_beside_it(window: Window, listener: Listener) -> None:
    menu = {"type": "static_select", "action_id": "menu", "placeholder": plain("Which?"), "options": THREE}
    day = {"type": "datepicker", "action_id": "day", "initial_date": "2025-01-31"}
    listener.post(section("Words", block_id="s", accessory=menu), actions(day))
    window().get_by_label("Which?").select_option("Two")
    payload = listener.last("block_actions")
    assert payload["actions"][0]["selected_option"] == THREE[1]
    assert payload["state"]["values"]["acts"]["day"]["selected_date"] == "2025-01-31"


def test_an_overflow_menu_offers_its_options(window: Window, listener: Listener) -> None:
    listener.post(section("Words", accessory={"type": "overflow", "action_id": "more", "options": THREE}))
    page = window()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Three").click()
    assert listener.last("block_actions")["actions"][0]["selected_option"] == THREE[2]


def test_a_message_shortcut_says_which_message_was_meant(window: Window, listener: Listener) -> None:
    posted = listener.post(section("A report"))
    page = window()
    page.get_by_role("article").hover()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Verify this report").click()
    payload = listener.last("message_action")
    assert (payload["callback_id"], payload["message"]["ts"]) == ("verify_message", posted.ts)


def test_a_global_shortcut_is_offered_at_the_message_box(window: Window, listener: Listener) -> None:
    page = window()
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Compliance report").click()
    assert listener.last("shortcut")["callback_id"] == "anywhere"


def test_an_app_that_is_silent_is_complained_of(window: Window, listener: Listener, slack: StandInSlack) -> None:
    listener.post(actions(button("Press")))
    slack.request_url = None
    page = window()
    page.get_by_role("button", name="Press").click()
    expect(page.locator("#notice")).to_contain_text("dispatch_failed")


def send(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Send").click()


def filled(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    for name, words in {"words": "a word", "lines": "two\nlines", "mail": "ann@example.com", "number": "7"}.items():
        dialog.get_by_label(name).fill(words)
    dialog.get_by_label("address").fill("https://portal.example")
    dialog.get_by_label("day").fill("2025-02-28")
    dialog.get_by_label("hour").fill("17:30")
    expect(dialog.get_by_label("moment")).to_have_value("2025-01-02T10:00")
    dialog.get_by_label("moment").fill("2025-07-15T09:00")
    for name, choice in {"menu": "two", "groups": "three", "person": "U0BOB00001", "channel": "C0COMPLY01"}.items():
        dialog.get_by_label(name).select_option(choice)
    dialog.get_by_label("place (optional)").select_option("C0LEGAL001")
    dialog.get_by_role("radiogroup", name="radio").get_by_label("Two").check()
    dialog.get_by_role("group", name="boxes").get_by_label("Three").check()
    dialog.get_by_role("group", name="several").get_by_label("One").check()
    dialog.get_by_role("group", name="people").get_by_label("Gus Gray").check()
    dialog.get_by_role("group", name="places").get_by_label("#legal").check()


def test_every_kind_of_field_arrives_as_it_was_filled_in(window: Window, listener: Listener) -> None:
    page = window()
    listener.show(form(*FIELDS))
    filled(page)
    send(page)
    assert values(listener.last("view_submission")) == {
        "words": "a word",
        "lines": "two\nlines",
        "mail": "ann@example.com",
        "address": "https://portal.example",
        "number": "7",
        "day": "2025-02-28",
        "hour": "17:30",
        "moment": 1_752_562_800,
        "menu": THREE[1],
        "groups": THREE[2],
        "radio": THREE[1],
        "boxes": [THREE[0], THREE[2]],
        "several": [THREE[0]],
        "person": "U0BOB00001",
        "channel": "C0COMPLY01",
        "place": "C0LEGAL001",
        "here": "C0COMPLY01",
        "people": ["U0GUS00001"],
        "places": ["C0LEGAL001"],
    }
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_field_that_is_left_alone_keeps_what_the_app_put_there(window: Window, listener: Listener) -> None:
    page = window()
    listener.show(form(*FIELDS))
    send(page)
    sent = values(listener.last("view_submission"))
    assert (sent["words"], sent["day"], sent["boxes"], sent["several"]) == (None, "2025-01-31", THREE[:1], [])


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (asked("it", "plain_text_input", optional=False), ""),
        (asked("it", "plain_text_input", optional=False, min_length=5), "four"),
        (asked("it", "email_text_input", optional=False), "no address"),
        (asked("it", "number_input", optional=False, is_decimal_allowed=False), "1.5"),
        (asked("it", "number_input", optional=False, is_decimal_allowed=True, max_value="3"), "4"),
    ],
)
def test_what_slack_would_not_send_is_said_beside_the_field(
    window: Window, listener: Listener, field: Json, words: str
) -> None:
    page = window()
    listener.show(form(field))
    page.get_by_label("it", exact=True).press_sequentially(words)
    send(page)
    expect(page.get_by_role("dialog").get_by_role("alert")).not_to_be_empty()
    expect(page.get_by_label("it", exact=True)).to_be_focused()
    assert listener.of("view_submission") == []


def test_what_the_app_finds_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    window: Window, listener: Listener
) -> None:
    listener.answers["view_submission"] = {"response_action": "errors", "errors": {"two": "Not that."}}
    page = window()
    listener.show(form(asked("one", "plain_text_input"), asked("two", "plain_text_input")))
    page.get_by_label("one").fill("first")
    page.get_by_label("two").fill("second")
    send(page)
    expect(page.locator("[data-block=two]").get_by_role("alert")).to_have_text("Not that.")
    expect(page.get_by_label("two")).to_be_focused()
    expect(page.get_by_label("one")).to_have_value("first")


def test_a_form_can_be_pushed_upon_another_and_left_again(window: Window, listener: Listener) -> None:
    second = form(section("Second page"), title=plain("Further"))
    listener.answers["view_submission"] = {"response_action": "push", "view": second}
    page = window()
    listener.show(form(asked("one", "plain_text_input")))
    send(page)
    expect(page.get_by_role("dialog", name="Further")).to_contain_text("Second page")
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("dialog", name="A form")).to_be_visible()


def test_a_form_can_be_drawn_anew_under_who_fills_it_in(
    window: Window, listener: Listener, slack: StandInSlack
) -> None:
    page = window()
    view = listener.show(form(asked("one", "plain_text_input"), section("Before")))
    page.get_by_label("one").fill("half a wo")
    after = form(asked("one", "plain_text_input"), section("After"))
    with slack.workspace.changing():
        slack.workspace.views.update(
            view, {**after, "blocks": [dict(b, block_id=b.get("block_id", "x")) for b in after["blocks"]]}, None
        )
    expect(page.get_by_role("dialog")).to_contain_text("After")
    expect(page.get_by_label("one")).to_have_value("half a wo")
    expect(page.get_by_label("one")).to_be_focused()


def test_a_choice_that_the_form_depends_on_is_told_at_once(window: Window, listener: Listener) -> None:
    menu = asked("kind", "static_select", options=THREE)
    page = window()
    listener.show(form({**menu, "dispatch_action": True}, asked("words", "plain_text_input")))
    page.get_by_label("words").fill("typed before")
    page.get_by_label("kind").select_option("Two")
    payload = listener.last("block_actions")
    assert payload["actions"][0]["selected_option"] == THREE[1]
    assert values(payload)["words"] == "typed before"


def test_escape_closes_the_whole_form_and_the_app_hears_of_it_if_it_asked(window: Window, listener: Listener) -> None:
    page = window()
    listener.show(form(section("Words"), notify_on_close=True))
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert listener.last("view_closed")["is_cleared"] is True


def test_the_home_tab_is_drawn_when_it_is_opened(window: Window, listener: Listener, slack: StandInSlack) -> None:
    page = window(place="home")
    assert listener.last("event_callback")["event"]["type"] == "app_home_opened"
    blocks = [section("Your schedules", block_id="s"), actions(button("New"))]
    with slack.workspace.changing():
        slack.workspace.views.publish("U0ANN00001", {"type": "home", "blocks": blocks}, None)
    page.get_by_label("App Home").get_by_role("button", name="New").click()
    assert listener.last("block_actions")["view"]["type"] == "home"
    expect(page.get_by_label("App Home")).to_contain_text("Your schedules")


def test_words_that_are_no_command_are_said_in_the_channel(
    window: Window, listener: Listener, page: SandboxPage
) -> None:
    shown = window()
    box = shown.get_by_role("combobox", name="Message, or /compliance-report …")
    box.fill("good <morning>")
    box.press("Enter")
    expect(shown.get_by_role("article")).to_contain_text("good <morning>")
    box.fill("/nothing of the kind")
    box.press("Enter")
    expect(shown.locator("#notice")).to_contain_text("/nothing is not a valid command")
