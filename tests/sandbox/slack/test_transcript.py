from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient

from sandbox.slack import Message, StandInSlack, WorkspaceSetup, transcript
from sandbox.slack.screen.columns import cut, padded, table, width, wrapped
from sandbox.slack.screen.mrkdwn import read
from sandbox.slack.transcript import reader_of
from sandbox.slack.workspace import Workspace
from tests.sandbox.slack.conftest import Clock

Json = dict[str, Any]
CHANNEL = "C0COMPLY01"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(text: str, **fields: object) -> Json:
    return {"type": "button", "text": plain(text), "action_id": text, **fields}


def row(*cells: str) -> list[Json]:
    return [{"type": "raw_text", "text": cell} for cell in cells]


REPORT: list[Json] = [
    {"type": "header", "text": plain("January 2025")},
    {"type": "section", "text": mrkdwn("*1,204 events*, <https://p.example/r|the file> for <@U0ANN00001>")},
    {
        "type": "section",
        "fields": [mrkdwn("*Verdict*\nCOMPLETE"), mrkdwn("*Zone*\nEurope/Berlin"), mrkdwn("*Read*\n9")],
    },
    {
        "type": "table",
        "column_settings": [{"align": "left"}, {"align": "right"}],
        "rows": [row("User", "Events"), row("Ann & <Bob>", "1204"), row("李雷", "7")],
    },
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn("sha256 `ab_cd`"), mrkdwn(":lock: _kept_")]},
    {
        "type": "actions",
        "elements": [
            button("Run again"),
            button("Open", url="https://p.example"),
            {"type": "users_select", "action_id": "who", "placeholder": plain("Who?")},
        ],
    },
]

EXPECTED = """\
#compliance
════════════════════════════════════════════════════════════════════════════════════════
Compliance Reports  09:53
  January 2025
  ────────────
  1,204 events, the file (https://p.example/r) for @Ann Archer
  Verdict                                     Zone
  COMPLETE                                    Europe/Berlin
  Read
  9
  User         Events
  ───────────  ──────
  Ann & <Bob>    1204
  李雷              7
  ──────────────────────────────────────────────────────────────────────────────────────
  sha256 `ab_cd` · 🔒 kept
  [ Run again ] [ Open ] (https://p.example) [ Who? ▾ ]

    │ Compliance Reports  09:53
    │   in the thread (edited)
    │   [file: a.txt, 2.0 kB] The file

Compliance Reports  09:53  (Only visible to you)
  Queued <now>
"""


def test_the_conversation_is_drawn_as_its_reader_sees_it() -> None:
    with StandInSlack(clock=Clock()) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        parent = str(client.chat_postMessage(channel=CHANNEL, text="fallback", blocks=REPORT)["ts"])
        reply = client.chat_postMessage(channel=CHANNEL, text="in", thread_ts=parent)
        client.chat_update(channel=CHANNEL, ts=str(reply["ts"]), text="in the thread")
        url = client.files_getUploadURLExternal(filename="a.txt", length=2048)
        httpx.post(str(url["upload_url"]), content=b"x" * 2048)
        client.files_completeUploadExternal(files=[{"id": str(url["file_id"]), "title": "The file"}])
        [_, message] = slack.workspace.thread(CHANNEL, parent)
        slack.workspace.keep(replace(message, files=(str(url["file_id"]),)))
        client.chat_postEphemeral(channel=CHANNEL, user="U0ANN00001", text="Queued &lt;now&gt;")
        assert transcript(slack.workspace, "#compliance", "ann") == EXPECTED
        assert "Only visible" not in transcript(slack.workspace, "#compliance", "bob")
        assert "03:53" in transcript(slack.workspace, "#compliance", "bob")


def test_rich_text_keeps_its_lists_quotes_and_code(slack: StandInSlack, posted: Callable[..., Message]) -> None:
    def line(*pieces: Json) -> Json:
        return {"type": "rich_text_section", "elements": list(pieces)}

    words = {"type": "text", "text": "words"}
    link = {"type": "link", "url": "https://x.example", "text": "there"}
    posted(
        blocks=[
            {
                "type": "rich_text",
                "elements": [
                    line(words, {"type": "user", "user_id": "U0BOB00001"}, link, {"type": "emoji", "name": "x"}),
                    {"type": "rich_text_list", "style": "ordered", "elements": [line(words), line(words)]},
                    {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [line(words)]},
                    {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a\n  b"}]},
                    {"type": "rich_text_quote", "elements": [words]},
                ],
            }
        ]
    )
    drawn = transcript(slack.workspace, "#compliance", "ann").splitlines()[3:]
    assert drawn == [
        "  words@Bob Bakerthere (https://x.example)❌",
        "  1. words",
        "  2. words",
        "    • words",
        "    a",
        "      b",
        "  > words",
    ]


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("*bold* _italic_ ~gone~ *_both_*", "bold italic gone both"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("`*code*` and ```*more*\n_code_```", "`*code*` and ```*more*\n_code_```"),
        ("<https://x.example/a_b_c>", "https://x.example/a_b_c"),
        ("<https://x.example|here>", "here (https://x.example)"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<@U0ANN00001> <@U9> <#C0LEGAL001> <#C9|old>", "@Ann Archer @U9 #legal #old"),
        ("<!channel> <!subteam^S0AUDITORS>", "@channel @auditors"),
        ("<!date^1738400000^{date_short_pretty} {time}|then>", "Feb 1, 2025 09:53"),
        ("<!date^1738400000^{date_num}^https://x.example|then>", "2025-02-01 (https://x.example)"),
        ("<!date^soon^{date}|then>", "then"),
        ("&lt;!channel&gt; &amp;amp;", "<!channel> &amp;"),
        (":warning: :unknown: 09:30:15", "⚠ :unknown: 09:30:15"),
    ],
)
def test_markup_is_read_as_slack_shows_it(said: str, seen: str) -> None:
    workspace = Workspace(WorkspaceSetup(), Clock())
    assert read(said, reader_of(workspace, workspace.user("ann"))) == seen


@given(st.text())
def test_reading_any_text_never_fails_and_escaped_text_comes_back(text: str) -> None:
    workspace = Workspace(WorkspaceSetup(), Clock())
    read(text, reader_of(workspace, workspace.user("ann")))


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), min_size=1, max_size=5), st.integers(20, 88))
def test_a_table_fits_its_columns_whatever_is_in_it(rows: list[list[str]], most: int) -> None:
    assert all(width(line) <= most for line in table(rows, ["left", "right", "center"], most))


@given(st.text(), st.integers(2, 40))
def test_a_cut_text_fits_and_says_that_it_was_cut(text: str, most: int) -> None:
    shown = cut(text, most)
    assert width(shown) <= most
    assert shown == text or shown.endswith("…")
    assert width(padded(shown, most, "center")) == most


def test_long_words_are_not_broken() -> None:
    assert wrapped("see https://x.example/" + "a" * 90, 20) == ["see", "https://x.example/" + "a" * 90]


def test_attachments_and_new_kinds_of_blocks_are_not_lost() -> None:
    with StandInSlack(WorkspaceSetup(extra_blocks=frozenset({"data_visualization"}))) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        chart = {"type": "data_visualization", "title": "By day"}
        client.chat_postMessage(channel=CHANNEL, text="x", blocks=[chart], attachments=[{"text": "*old*"}])
        drawn = transcript(slack.workspace, "#compliance", "ann")
    assert "  [data_visualization: By day]\n  ▏ old\n" in drawn


def test_direct_messages_have_a_transcript_too(slack: StandInSlack, client: WebClient) -> None:
    channel = str(client.chat_postMessage(channel="U0ANN00001", text="hello")["channel"])
    assert transcript(slack.workspace, channel, "ann").startswith("@ann\n")
