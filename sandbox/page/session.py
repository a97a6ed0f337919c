"""All that one page plays with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.page.long_poll import Watch
from sandbox.page.manifest import Manifest
from sandbox.page.switches import Switches
from sandbox.portal import StandInPortal
from sandbox.portal.setup import Clock
from sandbox.slack import StandInSlack
from sandbox.slack.http_server import Answer
from sandbox.slack.wire import Json, Wire


@dataclass(frozen=True, slots=True)
class Playing:
    slack: StandInSlack
    portal: StandInPortal
    manifest: Manifest
    words: tuple[str, ...]
    """What may stand in a command after its first words, a filter's words say."""
    switches: Switches
    watch: Watch
    now: Clock


def said(values: Mapping[str, Wire], name: str) -> str:
    """Return a text of the page's question.

    Raises:
        ValueError: it is not there.
    """
    value = values.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is missing")  # noqa: TRY004 - the question is wrong, not the code
    return value


def number(values: Mapping[str, Wire], name: str) -> int:
    return int(said(values, name))


def told(wire: Json, status: int = 200) -> Answer:
    return Answer(status, json.dumps(wire).encode())
