"""Composition objects: text, confirmation, options.

Source: https://docs.slack.dev/reference/block-kit/composition-objects, 2026-09.
"""

from sandbox.slack.block_kit.schema import (
    Check,
    Problems,
    anything,
    boolean,
    choice,
    items,
    matching,
    problem,
    record,
    string,
    typed,
)
from sandbox.slack.wire import Wire

MOST_OPTIONS = 100
LINK_CHARACTERS = 3000
SELECT_OPTION, CHOICE_OPTION = 75, 75


def plain_text(most: int, least: int = 1) -> Check:
    return matching(typed({"plain_text": _plain(most, least)}))


def any_text(most: int, least: int = 1) -> Check:
    """Return a check of ``plain_text`` or ``mrkdwn``."""
    return matching(typed({"plain_text": _plain(most, least), "mrkdwn": _mrkdwn(most, least)}))


def _plain(most: int, least: int) -> Check:
    return record(
        required={"type": anything, "text": string(most=most, least=least)},
        optional={"emoji": boolean},
    )


def _mrkdwn(most: int, least: int) -> Check:
    return record(
        required={"type": anything, "text": string(most=most, least=least)},
        optional={"verbatim": boolean},
    )


CONFIRM = record(
    required={"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    optional={"style": choice("primary", "danger")},
)


def option(text: Check) -> Check:
    return record(
        required={"text": text, "value": string(most=150)},
        optional={"description": any_text(75), "url": link},
    )


def link(value: Wire, path: str) -> Problems:
    """Check an address: at most 3,000 characters, with a scheme."""
    yield from string(most=LINK_CHARACTERS)(value, path)
    if isinstance(value, str) and "://" not in value and not value.startswith("mailto:"):
        yield problem("must be a valid URL", path)


PLAIN_OPTION = option(plain_text(SELECT_OPTION))
RICH_OPTION = option(any_text(CHOICE_OPTION))
OPTION_GROUP = record(required={"label": plain_text(75), "options": items(PLAIN_OPTION, most=MOST_OPTIONS)})
FILTER = record(
    required={},
    optional={
        "include": items(choice("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH = record(
    required={},
    optional={
        "trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), most=2),
    },
)
