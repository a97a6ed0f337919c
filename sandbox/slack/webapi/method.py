"""What a Web API method is: its words, its scopes, and what it does."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.slack.refusal import Refusal, refusal_of
from sandbox.slack.trigger_ids import Tickets
from sandbox.slack.wire import Json, Wire
from sandbox.slack.workspace import Workspace

EVERYWHERE = ("team_id",)
"""Bolt's client sends it with every call."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the methods work on."""

    workspace: Workspace
    tickets: Tickets
    http_url: str
    """Of the HTTP door, without the last slash."""
    socket_url: Callable[[], str]
    """A WebSocket address with a ticket for one connection."""

    def require(self, scope: str) -> None:
        """Refuse unless the bot was granted *scope*."""
        granted = self.workspace.setup.scopes
        if scope not in granted:
            raise Refusal("missing_scope", {"needed": scope, "provided": ",".join(sorted(granted))})


@dataclass(frozen=True, slots=True)
class Arguments:
    """A call's arguments, from a form or from JSON: a form's lists and objects are JSON in a string."""

    values: Mapping[str, Wire]

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        return self.values.get(name) in {True, "1", "true", "True"}

    def number(self, name: str, default: int) -> int:
        value = self.values.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError):
            raise refusal_of("invalid_arguments", [f"must provide a number [json-pointer:/{name}]"]) from None

    def json(self, name: str, error: str = "invalid_json") -> Wire:
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise Refusal(error) from None


@dataclass(frozen=True, slots=True)
class Method:
    call: Callable[[Site, Arguments], Json]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    scope: str | None = None
    """One the method always needs; others it asks for itself."""
    token: str = "bot"  # noqa: S105 - which of the two, not its text

    def check(self, values: Mapping[str, Wire]) -> None:
        """Refuse what is missing and what nobody knows."""
        missing = [name for name in self.required if values.get(name) is None or values.get(name) == ""]
        unknown = [name for name in values if name not in {*self.required, *self.optional, *EVERYWHERE}]
        problems = [f"missing required field: {name}" for name in missing]
        problems += [f"invalid additional property: {name}" for name in unknown]
        if problems:
            raise refusal_of("invalid_arguments", problems)
