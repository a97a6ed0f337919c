"""What each action of the portal is in OCSF: class, activity, severity and status.

The data is ``ocsf.toml`` beside this module, for people to review; this module reads it once and checks it.

Source: Open Cybersecurity Schema Framework, the version in the data, https://schema.ocsf.io
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from reporting.actions import Highlight, action

UNKNOWN, OTHER = 0, 99
"""Activities that every class has."""
INFORMATIONAL = 1


@dataclass(frozen=True, slots=True)
class OcsfActivity:
    """A class of events and an activity of it."""

    class_uid: int
    class_name: str
    category_uid: int
    activity_id: int
    activity_name: str
    required: tuple[str, ...] = ()
    """Attributes that an event of the class must have besides those that all have."""
    network: bool = False
    """Whether the class has attributes for where a request came from."""
    severity_id: int = INFORMATIONAL
    status_id: int | None = None
    """1 success, 2 failure; None where the action does not tell it."""

    @property
    def type_uid(self) -> int:
        return self.class_uid * 100 + self.activity_id


BASE = OcsfActivity(0, "Base Event", 0, OTHER, "Other")
NOT_IN_CATALOGUE = replace(BASE, activity_id=UNKNOWN, activity_name="Unknown")


def activity(action_id: int) -> OcsfActivity:
    """Return what *action_id* is in OCSF; a newer server's action is a base event with an unknown activity."""
    return mapping().activities.get(action_id, NOT_IN_CATALOGUE)


@dataclass(frozen=True, slots=True)
class OcsfMapping:
    version: str
    """Of OCSF."""
    activities: Mapping[int, OcsfActivity]
    """By the portal's action id."""


@cache
def mapping() -> OcsfMapping:
    return read(files("reporting.document").joinpath("ocsf.toml").read_text(encoding="utf-8"))


def read(text: str) -> OcsfMapping:
    """Read a mapping from TOML.

    Raises:
        ValueError: an action has two activities; the message names its id.
    """
    data = tomllib.loads(text)
    severities = {Highlight(word): number for word, number in data["severity"].items()}
    found: dict[int, OcsfActivity] = {}
    for one, numbers in groups(data):
        for number in numbers:
            if number in found:
                raise ValueError(f"action {number}: two activities")
            found[number] = replace(
                one,
                severity_id=max((severities[kind] for kind in action(number).highlights), default=INFORMATIONAL),
                status_id=status(number, data["status"]),
            )
    return OcsfMapping(data["version"], MappingProxyType(found))


def groups(data: Mapping[str, Any]) -> Iterator[tuple[OcsfActivity, Iterable[int]]]:
    """Yield each activity with the actions that it stands for."""
    yield BASE, data["base"]["actions"]
    for kind in data["classes"].values():
        for name, one in kind["activities"].items():
            yield (
                OcsfActivity(
                    class_uid=kind["uid"],
                    class_name=kind["caption"],
                    category_uid=kind["category"],
                    activity_id=one["id"],
                    activity_name=name,
                    required=tuple(kind["required"]),
                    network=kind["network"],
                ),
                one["actions"],
            )


def status(number: int, known: Mapping[str, list[int]]) -> int | None:
    if number in known["failure"]:
        return 2
    return 1 if number in known["success"] else None
