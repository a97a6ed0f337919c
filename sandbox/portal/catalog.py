"""The audit actions of server 3.7.2 and what earlier and later generations change about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from sandbox.portal.generation import Generation

SIGN_IN_IDS = range(1000, 1100)

# Source: docspace.md section 3.4, from a diff of the server's enum against its mappers.
UNMAPPED = MappingProxyType(
    {
        5083: "DocumentsKeepNewFileNameSettingsUpdated",
        5098: "RoomExternalLinkRenamed",
        5101: "DocumentsDisplayFileExtensionUpdated",
        5102: "RoomColorChanged",
        5103: "RoomCoverChanged",
        5104: "RoomIndexingChanged",
        5105: "RoomDenyDownloadChanged",
        7001: "RoomInviteLinkUsed",
        7002: "UserCreatedAndAddedToRoom",
        7003: "GuestCreatedAndAddedToRoom",
        7004: "ContactSalesMailSent",
    }
)
UNMAPPED_BEFORE_35 = frozenset({5091, 5092, 5093, 5097})
ADDED_BY_NEXT = frozenset({*range(5161, 5164), *range(5205, 5208), *range(6100, 6110), 7005})


@dataclass(frozen=True, slots=True)
class Action:
    id: int
    name: str
    product: int
    place: int
    """LocationType, called ModuleType before 3.5."""
    action_type: int
    entries: tuple[int, ...]
    text: str
    """A sentence with ``{0}`` and ``{1}``; empty where the server has no words for the action."""


@cache
def actions() -> Mapping[int, Action]:
    """Every mapped action by id, sign-ins included."""
    table = files("sandbox.portal").joinpath("actions.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    return MappingProxyType({int(row[0]): _action(row) for row in rows})


def _action(row: list[str]) -> Action:
    number, name, product, place, kind, entries, text = row
    linked = tuple(int(entry) for entry in entries.split(",") if entry)
    return Action(int(number), name, int(product), int(place), int(kind), linked, text)


def audit_action(action_id: int, generation: Generation) -> Action | None:
    """Return the action as *generation*'s audit endpoint knows it; None if its rows are never returned."""
    if action_id in SIGN_IN_IDS:
        return None
    if action_id in UNMAPPED_BEFORE_35 and not generation.reached(Generation.V35):
        return None
    if action_id in ADDED_BY_NEXT and generation is Generation.NEXT:
        return Action(action_id, f"Action{action_id}", 2, 27, 2, (25,), "")
    return actions().get(action_id)


@cache
def action_names() -> Mapping[str, int]:
    """Every name the server's enum knows, lower case, mapped or not."""
    known = {action.name.lower(): action.id for action in actions().values()}
    return MappingProxyType(known | {name.lower(): number for number, name in UNMAPPED.items()} | {"none": 0})
