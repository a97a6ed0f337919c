import re
import struct
import zlib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Locator, Page, expect

from sandbox.slack import File, StandInSlack
from sandbox.slack.screen.mrkdwn import PICTURES
from tests.sandbox.page.conftest import Window
from tests.sandbox.page.kit import button, mrkdwn, plain, rich, section
from tests.sandbox.page.listener import Listener

HANDLERS = Path(__file__).parents[3] / "handlers"
FONT = Path(__file__).parents[3] / "sandbox/page/static/fonts/emoji.woff"
NINE = 1_735_808_400
"""2 January 2025, 09:00 UTC."""

MARKUP = [
    ("*bold*", "b", "bold"),
    ("a _slanted_ word", "i", "slanted"),
    ("~gone~", "s", "gone"),
    ("*_both_*", "b i", "both"),
    ("`a * b`", "code", "a * b"),
    ("```two\nlines```", "pre", "two\nlines"),
    ("> said\n> so", "blockquote", "said\nso"),
    ("&gt; said", "blockquote", "said"),
    ("<https://portal.example/a?b=1&amp;c=2|here>", "a[href='https://portal.example/a?b=1&c=2']", "here"),
    ("see https://portal.example/x.", "a[href='https://portal.example/x']", "https://portal.example/x"),
    ("<mailto:ann@example.com|ann@example.com>", "a[href='mailto:ann@example.com']", "ann@example.com"),
    ("<@U0BOB00001>", ".mention", "@Bob Baker"),
    ("<@U0ANN00001>", ".mention.mine", "@Ann Archer"),
    ("<#C0LEGAL001>", ".mention", "#legal"),
    ("<!subteam^S0AUDITORS>", ".mention", "@auditors"),
    ("<!here>", ".mention", "@here"),
    (f"<!date^{NINE}^{{date_num}} {{time}}|never>", "time", "2025-01-02 10:00 AM"),
    (f"<!date^{NINE}^{{date_long}}|never>", "time", "Thursday, January 2nd, 2025"),
    ("<!date^soon^{time}|some day>", "time", "some day"),
]
PLAIN = ["2*3*4", "snake_case_name", "a ~ b ~ c", ":no_such_emoji:", "&lt;b&gt; &amp;amp;"]


def png() -> bytes:
    """One white pixel."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff")),
        (b"IEND", b""),
    ]
    packed = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def only(page: Page) -> Locator:
    message = page.get_by_role("log").get_by_role("article")
    expect(message).to_have_count(1)
    return message


def test_each_block_looks_like_what_it_is(window: Window, listener: Listener) -> None:
    listener.post(
        {"type": "header", "text": plain("A title :warning:")},
        section("Words"),
        {"type": "section", "fields": [mrkdwn("*Left*"), plain("*Right*")]},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("Small _print_")]},
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "Category"}], [{"type": "raw_number", "value": 7, "text": "7"}]],
            "column_settings": [{"align": "right"}],
        },
        rich(
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "first", "style": {"bold": True}}],
                    }
                ],
            }
        ),
        {"type": "image", "alt_text": "A chart", "image_url": "https://elsewhere.example/chart.png"},
    )
    message = only(window())
    expect(message.get_by_role("heading")).to_have_text("A title ⚠")
    expect(message.locator(".fields b")).to_have_text("Left")
    expect(message.get_by_text("*Right*")).to_be_visible()
    expect(message.get_by_role("separator")).to_have_count(1)
    expect(message.locator(".block-context i")).to_have_text("print")
    expect(message.get_by_role("columnheader")).to_have_text("Category")
    expect(message.get_by_role("cell")).to_have_class("right")
    expect(message.get_by_role("listitem").locator("b")).to_have_text("first")
    expect(message.get_by_text("[picture: A chart]")).to_be_visible()


def test_markup_is_read_as_slack_reads_it(window: Window, listener: Listener) -> None:
    listener.post(*(section(words) for words, _, _ in MARKUP))
    sections = only(window()).locator(".block-section")
    for place, (_, selector, shown) in enumerate(MARKUP):
        expect(sections.nth(place).locator(selector)).to_have_text(shown)


def test_what_is_no_markup_stays_as_it_is(window: Window, listener: Listener) -> None:
    listener.post(*(section(words) for words in PLAIN))
    shown = [words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for words in PLAIN]
    expect(only(window()).locator(".block-section .text")).to_have_text(shown)


def test_times_are_those_of_who_reads(window: Window, listener: Listener) -> None:
    listener.post(section(f"<!date^{NINE}^{{time}}|never>"))
    expect(only(window("ann")).locator(".block-section time")).to_have_text("10:00 AM")
    expect(only(window("bob")).locator(".block-section time")).to_have_text("4:00 AM")


HOSTILE = "<img src=x onerror=alert(1)>\"'</script><script>alert(2)</script>\u202egnp.exe"


def test_hostile_text_is_text_wherever_it_stands(window: Window, listener: Listener, slack: StandInSlack) -> None:
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    cell = {"type": "raw_text", "text": HOSTILE}
    words = {"type": "text", "text": HOSTILE}
    listener.post(
        {"type": "header", "text": plain(HOSTILE)},
        section(escaped),
        section(f"`{escaped}` <https://evil.example|{escaped}> <@{HOSTILE[:4]}|{escaped}>"),
        {"type": "table", "rows": [[cell], [cell]]},
        rich(
            {"type": "rich_text_section", "elements": [words]}, {"type": "rich_text_preformatted", "elements": [words]}
        ),
        {"type": "actions", "elements": [button(HOSTILE[:75])]},
        {"type": "image", "alt_text": HOSTILE, "image_url": "https://evil.example/x.png"},
        text=HOSTILE,
    )
    slack.workspace.change_channel("compliance", purpose=HOSTILE)
    page = window()
    message = only(page)
    expect(message.get_by_role("heading")).to_have_text(HOSTILE)
    expect(message.get_by_role("button", name=HOSTILE[:40])).to_be_visible()
    expect(page.locator("#head")).to_contain_text(HOSTILE)
    assert page.locator(":is(#messages, #head) :is(script, iframe, img:not(.avatar))").count() == 0


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"])
def test_a_link_leads_only_where_links_may_lead(window: Window, listener: Listener, address: str) -> None:
    piece = {"type": "link", "url": address.replace(":", "://", 1), "text": "rich"}
    listener.post(section(f"<{address}|plain>"), rich({"type": "rich_text_section", "elements": [piece]}))
    message = only(window())
    expect(message).to_contain_text("plain")
    expect(message.locator(".content a")).to_have_count(0)


def test_an_uploaded_picture_is_seen_with_its_words(window: Window, slack: StandInSlack, listener: Listener) -> None:
    slack.workspace.files["F1"] = File(
        "F1",
        "chart.png",
        "January",
        "U0BOT00001",
        len(png()),
        png(),
        ("C0COMPLY01",),
        complete=True,
        alt="A busy month",
    )
    listener.post(section("Here"), {"type": "image", "alt_text": "The same", "slack_file": {"id": "F1"}}, files=("F1",))
    message = only(window())
    for words in ("A busy month", "The same"):
        picture = message.get_by_role("img", name=words)
        expect(picture).to_have_js_property("naturalWidth", 1)


def test_an_ephemeral_message_is_marked_and_only_its_reader_s(window: Window, listener: Listener) -> None:
    listener.post(text="just for you", only_for="U0ANN00001")
    listener.post(text="for all")
    expect(window("ann").get_by_role("article", name="just for you")).to_contain_text("Only visible to you")
    expect(only(window("bob"))).to_contain_text("for all")


def test_a_change_is_shown_without_a_reload(window: Window, listener: Listener, slack: StandInSlack) -> None:
    first = listener.post(text="before")
    page = window()
    expect(only(page)).to_contain_text("before")
    listener.post(text="an answer", thread_ts=first.ts)
    page.get_by_role("link", name="1 reply").click()
    expect(page.get_by_label("Thread", exact=True)).to_contain_text("an answer")
    slack.workspace.remove(first)
    expect(page.get_by_role("log", name="Messages in compliance").get_by_role("article")).to_have_count(0)


def test_every_emoji_that_the_bot_uses_is_a_picture() -> None:
    used = {
        code for file in HANDLERS.rglob("*.py") for code in re.findall(r":([a-z][a-z0-9_]+):(?!`)", file.read_text())
    }
    assert used - PICTURES.keys() == set()


def test_every_emoji_can_be_seen_on_a_machine_without_a_font_of_them(window: Window) -> None:
    known = TTFont(FONT).getBestCmap().keys()
    assert {sign for sign in "".join(PICTURES.values()) if ord(sign) not in known} == set()
    assert window().evaluate("document.fonts.load('16px \"Few Emoji\"', '✅').then((found) => found.length)") == 1
