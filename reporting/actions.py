"""The catalogue of audit actions: our label, category and highlights for each action id.

The data is ``reporting/actions.toml``, for people to review; this module reads it once and checks it.

Source: ``MessageAction`` and the audit action mappers, DocSpace server 3.7.2.
"""

import enum
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, TypeVar

_Word = TypeVar("_Word", bound=enum.StrEnum)

_KEY = re.compile(r"^\s*\"?(-?\d+)\"?\s*=", re.MULTILINE)
_REQUIRED = frozenset({"name", "label", "category"})
_ALLOWED = _REQUIRED | {"highlights", "hidden"}


class Category(enum.StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    SHARE = "share"
    DOWNLOAD = "download"
    MOVE = "move"
    ROOM = "room"
    USER = "user"
    SETTINGS = "settings"
    SIGN_IN = "sign-in"
    OTHER = "other"


class Highlight(enum.StrEnum):
    DELETION = "deletion"
    ACCESS_WIDENED = "access-widened"
    PUBLIC_LINK = "public-link"
    OWNERSHIP = "ownership"
    ADMIN_RIGHTS = "admin-rights"
    USER_REMOVED = "user-removed"
    BULK_DOWNLOAD = "bulk-download"
    FAILED_SIGN_IN = "failed-sign-in"


TITLES = MappingProxyType(
    {
        Highlight.DELETION: ("deletion", "deletions"),
        Highlight.ACCESS_WIDENED: ("grant or change of access", "grants or changes of access"),
        Highlight.PUBLIC_LINK: ("public link created or changed", "public links created or changed"),
        Highlight.OWNERSHIP: ("change of ownership", "changes of ownership"),
        Highlight.ADMIN_RIGHTS: ("change of administrators' rights", "changes of administrators' rights"),
        Highlight.USER_REMOVED: ("person removed or disabled", "people removed or disabled"),
        Highlight.BULK_DOWNLOAD: ("download in bulk", "downloads in bulk"),
        Highlight.FAILED_SIGN_IN: ("failed sign-in", "failed sign-ins"),
    }
)
"""What people call one of a kind, and several."""
SINGULAR = MappingProxyType({several: one for one, several in TITLES.values()})


def highlight_title(kind: Highlight, events: int) -> str:
    """The highlight's title for that number of events."""
    one, several = TITLES[kind]
    return one if events == 1 else several


@dataclass(frozen=True, slots=True)
class Action:
    id: int
    name: str
    """The portal's own name, empty when the action is not in our catalogue."""
    label: str
    """A phrase in the past tense, at most 60 characters."""
    category: Category
    highlights: frozenset[Highlight]
    hidden: bool
    """True when the portal's audit endpoint never returns the action."""


def action(action_id: int) -> Action:
    """Return what is known of *action_id*; a newer server's id is kept, and says that it is unknown."""
    return catalogue().get(action_id) or Action(
        id=action_id,
        name="",
        label=f"Action {action_id} (not in our catalogue)",
        category=Category.OTHER,
        highlights=frozenset(),
        hidden=False,
    )


@cache
def catalogue() -> Mapping[int, Action]:
    """Return every action we know, by id, in the catalogue's order."""
    return read(files("reporting").joinpath("actions.toml").read_text(encoding="utf-8"))


def read(text: str) -> Mapping[int, Action]:
    """Read a catalogue from TOML.

    Raises:
        ValueError: an id appears twice, or an entry has an unknown or missing word; the message names the id.
    """
    _demand_unique_ids(text)
    entries: dict[str, Any] = tomllib.loads(text)["actions"]
    actions = [_action(key, entry) for key, entry in entries.items()]
    return MappingProxyType({found.id: found for found in actions})


def _demand_unique_ids(text: str) -> None:
    # Before parsing: of a repeated key tomllib says only the position, and 07 beside 7 are two keys to it.
    ids = Counter(int(key) for key in _KEY.findall(text))
    if twice := [str(number) for number, times in ids.items() if times > 1]:
        raise ValueError(f"action {', '.join(twice)}: this id appears twice")


def _action(key: str, entry: dict[str, Any]) -> Action:
    if missing := _REQUIRED - entry.keys():
        raise ValueError(f"action {key}: no {', '.join(sorted(missing))}")
    if unknown := entry.keys() - _ALLOWED:
        raise ValueError(f"action {key}: unknown key {', '.join(sorted(unknown))}")
    return Action(
        id=_id(key),
        name=entry["name"],
        label=entry["label"],
        category=_word(Category, entry["category"], key),
        highlights=frozenset(_word(Highlight, word, key) for word in entry.get("highlights", [])),
        hidden=entry.get("hidden", False),
    )


def _id(key: str) -> int:
    try:
        return int(key)
    except ValueError as error:
        raise ValueError(f"action {key}: an id is a whole number") from error


def _word(kind: type[_Word], word: str, key: str) -> _Word:
    try:
        return kind(word)
    except ValueError as error:
        known = ", ".join(kind)
        raise ValueError(f"action {key}: unknown {kind.__name__.lower()} {word!r}, use one of: {known}") from error
