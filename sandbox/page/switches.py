"""What can be made to go wrong, each with a switch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Literal

from sandbox.portal import Fault, Html, Lie, LieKind, Semantics, Slow, StandInPortal, Status, too_many
from sandbox.slack import StandInSlack, server_error
from sandbox.slack.wire import Json


@dataclass(frozen=True, slots=True)
class Switch:
    name: str
    of: Literal["DocSpace", "Slack"]
    label: str


SWITCHES = (
    Switch("slow", "DocSpace", "Slow: each answer takes 2 seconds"),
    Switch("too-many", "DocSpace", "Too many requests: 429 to each question about the trail"),
    Switch("away", "DocSpace", "Away: 503 to everything"),
    Switch("sign-in-page", "DocSpace", "A sign-in page in place of each answer"),
    Switch("no-audit", "DocSpace", "A plan without an audit trail"),
    Switch("no-right", "DocSpace", "No right to file in the compliance folder"),
    Switch("key-expired", "DocSpace", "The API key has expired"),
    Switch("shuffled", "DocSpace", "Events of one second in another order each time"),
    Switch("short-pages", "DocSpace", "Pages of 50 events instead of 100, without saying so"),
    Switch("empty-answers", "DocSpace", "Empty answers about the trail, after the next five"),
    Switch("cut-answers", "DocSpace", "Every other answer about the trail is cut in its middle"),
    Switch("slack-down", "Slack", "Slack is down: 503 to everything the bot calls"),
)
FAULTS: Mapping[str, tuple[str, Fault]] = {
    "slow": ("/api/2.0", Slow(2.0)),
    "too-many": ("/api/2.0/security", too_many(2)),
    "away": ("/", Status(503)),
    "sign-in-page": ("/", Html()),
}
"""The part of the address, and what it meets."""
SETTINGS: Mapping[str, tuple[str, bool]] = {
    "no-audit": ("plan_has_audit", False),
    "key-expired": ("key_valid", False),
    "shuffled": ("shuffle_ties", True),
}
"""The field of the portal's setup, and what it is while the switch is on."""

SHORT_PAGES = Semantics(cap=50, over_cap="clamped")
LIES: Mapping[str, Lie] = {
    "empty-answers": Lie(LieKind.EMPTY, first=6, answers=None),
    "cut-answers": Lie(LieKind.CUT, answers=None, every=2),
}
"""What the audit endpoint answers instead of the truth."""


class Switches:
    """Safe to use from several threads."""

    def __init__(self, portal: StandInPortal, slack: StandInSlack) -> None:
        self._portal = portal
        self._slack = slack
        self._lock = Lock()
        self._on = {name for name, (field, value) in SETTINGS.items() if getattr(portal.setup, field) is value}

    def wire(self) -> list[Json]:
        with self._lock:
            return [
                {"name": one.name, "of": one.of, "label": one.label, "on": one.name in self._on} for one in SWITCHES
            ]

    def turn(self, name: str, *, on: bool) -> None:
        """Turn one switch.

        Raises:
            LookupError: there is none of that name.
        """
        if name not in {switch.name for switch in SWITCHES}:
            raise LookupError(f"no switch is called {name}")
        with self._lock:
            (self._on.add if on else self._on.discard)(name)
            self._turn(name, on=on)

    def _turn(self, name: str, *, on: bool) -> None:
        if name in FAULTS:
            self._order(one for one in FAULTS if one in self._on)
        elif name in SETTINGS:
            field, value = SETTINGS[name]
            self._portal.change(**{field: value if on else not value})
        elif name in LIES:
            self._portal.change(lies=tuple(lie for one, lie in LIES.items() if one in self._on))
        elif name == "short-pages":
            self._portal.change(semantics=SHORT_PAGES if on else None)
        elif name == "no-right":
            folder = self._portal.files.folder(self._portal.folder_id)
            self._portal.files.add_folder(replace(folder, may_create=not on))
        else:
            self._slack.faults.always = server_error(503) if on else None

    def _order(self, names: Iterable[str]) -> None:
        """Order these faults and no others; of two, the first meets every request."""
        self._portal.faults.clear()
        for name in names:
            path, fault = FAULTS[name]
            self._portal.faults.next(path, fault, times=None)
