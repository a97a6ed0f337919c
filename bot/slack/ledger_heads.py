"""Ledger heads in the bot's own messages, whose times Slack has set."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from slack_sdk import WebClient

from handlers.slack.errors import SlackTrouble
from handlers.slack.messages import Anchor, conversation, pages, tagged
from reporting.evidence.published_heads import Read, slack_heads, unchecked
from reporting.run import ChainHead
from reporting.verification import Check

WHAT = "heads in Slack"
NAMED = re.compile(r"ledger `([0-9a-f]{12})`, entry ([0-9][0-9,]{0,20})")
"""How messages of reports and reviews name an entry."""
PAGES = 5
"""Of a channel, newest first, and of a thread."""


def heads_in_slack(slack: WebClient, read: Read, anchors: list[Anchor], *, since: datetime) -> Check:
    """Check that the ledger has every entry that the bot's messages name, in those channels and threads.

    An *anchor* is a run's message; its channel is searched from then on, and its thread, where reviews are.
    """
    try:
        found = [
            head
            for anchor in anchors
            for place in (Anchor(conversation(slack, anchor.channel), ""), anchor)
            for page in islice(pages(slack, place, since=since), PAGES)
            for message in page
            if tagged(message)
            for head in head_in(json.dumps(message.get("blocks", []), ensure_ascii=False))
        ]
    except SlackTrouble as error:
        return unchecked(WHAT, str(error))
    return slack_heads(found, read, WHAT)


def head_in(text: str) -> Iterator[ChainHead]:
    """The entries named in a message: number and first 12 digits of the hash."""
    for short, number in NAMED.findall(text):
        yield ChainHead(int(number.replace(",", "")), short)
