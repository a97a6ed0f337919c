"""What an app's manifest tells Slack, as far as people see it: commands, shortcuts, a home tab.

Source: https://docs.slack.dev/reference/app-manifest, ``features``, 2026-09.
"""

import re
from dataclasses import dataclass
from typing import Literal

import yaml

from sandbox.slack.wire import Json

OPTIONAL = re.compile(r"\[.*?\]")
"""What a hint says may be left out is not typed as it stands."""


@dataclass(frozen=True, slots=True)
class Command:
    word: str
    """With its slash."""
    description: str
    hints: tuple[str, ...]
    """What can follow it, one example each."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    name: str
    callback_id: str
    kind: Literal["message", "global"]


@dataclass(frozen=True, slots=True)
class Manifest:
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    has_home: bool = False


def read_manifest(text: str) -> Manifest:
    features: Json = yaml.safe_load(text)["features"]
    return Manifest(
        commands=tuple(_command(one) for one in features.get("slash_commands", ())),
        shortcuts=tuple(
            Shortcut(one["name"], one["callback_id"], one["type"]) for one in features.get("shortcuts", ())
        ),
        has_home=bool(features.get("app_home", {}).get("home_tab_enabled")),
    )


def _command(wire: Json) -> Command:
    hints = tuple(OPTIONAL.sub("", hint).strip() for hint in wire.get("usage_hint", "").split("|"))
    return Command(wire["command"], wire["description"], hints)
