"""Whole conversations with the bot through the page, in a real browser: one bot for all of them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.demo.sandbox import Sandbox
from sandbox.page import SandboxPage
from sandbox.portal import Hang
from tests.sandbox.page.conftest import Window

BOX = "Message, or /compliance-report …"


@pytest.fixture
def page(playground: Sandbox) -> SandboxPage:
    """The page with the real bot behind it."""
    return playground.page


@pytest.fixture
def mended(playground: Sandbox) -> Iterator[None]:
    """Whatever the test broke works again afterwards."""
    yield
    playground.portal.faults.clear()
    playground.portal.change(plan_has_audit=True, key_valid=True)
    playground.slack.faults.clear()


def type_in(page: Page, words: str) -> None:
    page.get_by_role("combobox", name=BOX).fill(words)
    page.keyboard.press("Enter")


def messages(page: Page) -> Locator:
    return page.get_by_role("log").get_by_role("article")


def saying(page: Page, *words: str) -> Locator:
    """The newest message that has all those words."""
    found = messages(page)
    for word in words:
        found = found.filter(has_text=word)
    return found.last


@pytest.mark.usefixtures("mended")
def test_a_typed_command_becomes_a_report_whose_progress_can_be_watched(window: Window, playground: Sandbox) -> None:
    playground.portal.faults.next("/events/filter", Hang("first byte"), after=30)
    page = window()
    type_in(page, "/compliance-report 2025-01")
    expect(saying(page, "Only visible to you")).to_contain_text("Requested: the report for January 2025")
    expect(saying(page, "Compliance report").get_by_role("button", name="Cancel")).to_be_visible()
    playground.portal.faults.clear()
    summary = saying(page, "SHA-256")
    expect(summary).to_contain_text("4,321")
    expect(summary.get_by_role("heading")).to_have_text("Compliance report: January 2025")
    expect(summary.get_by_role("table")).to_contain_text("download")
    expect(page.locator("#portal")).to_contain_text("compliance-report-2025-01.txt")
    summary.get_by_role("link", name=re.compile("repl")).click()
    expect(page.get_by_label("Thread", exact=True)).to_contain_text("4,321 events, COMPLETE")


def test_run_again_says_that_nothing_has_changed(window: Window) -> None:
    page = window()
    type_in(page, "/compliance-report 2024-12")
    saying(page, "SHA-256", "December 2024").get_by_role("button", name="Run again").click()
    expect(saying(page, "SHA-256", "December 2024")).to_contain_text("Nothing has changed")


def test_a_report_can_be_read_where_it_was_filed(window: Window) -> None:
    page = window(place="C0LEGAL001")
    type_in(page, "/compliance-report 2025-01 type:delete")
    saying(page, "SHA-256").get_by_role("link", name="Open in DocSpace").click()
    expect(page.get_by_role("dialog")).to_contain_text("Filter: type:delete")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_schedule_is_made_with_the_form_once_its_fields_fit(window: Window) -> None:
    page = window()
    type_in(page, "/compliance-report schedule")
    form = page.get_by_role("dialog")
    form.get_by_label("Time zone").fill("Europe/Rigga")
    form.get_by_label("Day of the month").select_option("last")
    form.get_by_role("button", name="Next").click()
    expect(form).to_contain_text("Europe/Rigga")
    expect(form.get_by_label("Time zone")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Time zone").fill("Europe/Riga")
    form.get_by_role("button", name="Next").click()
    expect(form).to_contain_text("Save this schedule?")
    form.get_by_role("button", name="Save").click()
    expect(saying(page, "made schedule")).to_contain_text("every month on the last day at 09:00 (Europe/Riga)")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_schedule_is_deleted_only_after_a_yes(window: Window) -> None:
    page = window(place="C0LEGAL001")
    type_in(page, "/compliance-report schedule monthly on 1 at 09:00")
    saying(page, "every month on the 1st").get_by_role("button", name="Save").click()
    expect(saying(page, "made schedule")).to_be_visible()
    type_in(page, "/compliance-report schedules")
    listed = saying(page, "Created by")
    listed.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep").click()
    listed.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(saying(page, "deleted schedule")).to_be_visible()


def test_a_guest_is_refused_and_nobody_else_sees_it(window: Window) -> None:
    guest = window("gus")
    type_in(guest, "/compliance-report 2025-01")
    expect(saying(guest, "guests and people of other workspaces may not")).to_contain_text("Only visible to you")
    expect(saying(window("ann"), "guests and people of other workspaces may not")).to_have_count(0)


def test_somebody_of_a_connected_workspace_cannot_type_commands(window: Window) -> None:
    page = window("olga", "C0PARTNER1")
    type_in(page, "/compliance-report 2025-01")
    expect(page.locator("#notice")).to_contain_text("is from another company: no slash commands")


@pytest.mark.usefixtures("mended")
def test_a_broken_portal_is_read_about_in_the_channel(window: Window) -> None:
    page = window(place="C0LEGAL001")
    page.get_by_role("tab", name="What goes wrong").click()
    page.get_by_label("A plan without an audit trail").check()
    type_in(page, "/compliance-report rerun 2025-01")
    refused = saying(page, "No compliance report: January 2025")
    expect(refused.get_by_role("button", name="Try again")).to_be_visible()
    page.get_by_label("A plan without an audit trail").uncheck()
    refused.get_by_role("button", name="Try again").click()
    expect(saying(page, "SHA-256", "January 2025")).to_contain_text("4,321")


@pytest.mark.usefixtures("mended")
def test_an_expired_key_is_told_apart_from_a_plan(window: Window) -> None:
    page = window(place="C0LEGAL001")
    page.get_by_role("tab", name="What goes wrong").click()
    page.get_by_label("The API key has expired").check()
    type_in(page, "/compliance-report 2025-01 type:share")
    expect(saying(page, "No compliance report: January 2025", "Filter: type:share")).to_contain_text("DOCSPACE_API_KEY")


def test_a_report_for_a_channel_without_the_bot_comes_as_a_direct_message(window: Window) -> None:
    page = window(place="C0RANDOM01")
    type_in(page, "/compliance-report 2025-01")
    direct = page.get_by_role("link", name="Compliance Reports")
    expect(direct.get_by_label("unread")).to_be_visible()
    direct.click()
    expect(saying(page, "SHA-256")).to_contain_text("January 2025")


def test_the_bot_can_be_invited_and_taken_out(window: Window) -> None:
    page = window(place="C0RANDOM01")
    expect(page.locator("#head")).to_contain_text("without the bot")
    page.get_by_role("button", name="Channel settings").click()
    page.get_by_role("menuitem", name="Invite the bot").click()
    expect(page.locator("#head")).not_to_contain_text("without the bot")


def test_events_that_are_added_are_in_the_next_report(window: Window) -> None:
    page = window(place="C0PARTNER1")
    page.get_by_role("tab", name="Events").click()
    more = page.get_by_role("form", name="More events")
    more.get_by_label("Add").fill("7")
    more.get_by_label("events in").fill("2025-03")
    more.get_by_role("button", name="Add").click()
    expect(page.get_by_label("Month", exact=True)).to_contain_text("2025-03 (7)")
    page.get_by_label("Month", exact=True).select_option("2025-03")
    expect(page.get_by_role("tabpanel").get_by_role("listitem")).to_have_count(7)


def test_hostile_names_stay_text_from_the_portal_to_the_conversation(window: Window) -> None:
    page = window()
    page.get_by_role("tab", name="Events").click()
    more = page.get_by_role("form", name="More events")
    more.get_by_label("Add").fill("40")
    more.get_by_label("events in").fill("2025-05")
    more.get_by_label("with hostile names").check()
    more.get_by_role("button", name="Add").click()
    page.get_by_label("Month", exact=True).select_option("2025-05")
    expect(page.get_by_role("tabpanel").get_by_role("listitem")).to_have_count(40)
    type_in(page, "/compliance-report 2025-05")
    expect(saying(page, "SHA-256", "May 2025")).to_be_visible()
    assert page.locator("#messages :is(script, iframe, object), #portal :is(script, iframe, object)").count() == 0
