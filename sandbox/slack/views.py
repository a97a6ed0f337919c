"""Modals and home tabs: who has which open."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sandbox.slack.refusal import Refusal
from sandbox.slack.setup import WorkspaceSetup
from sandbox.slack.wire import Json, Wire

MOST_STACKED = 3


@dataclass(frozen=True, slots=True)
class View:
    id: str
    user: str
    payload: Json
    """As the app sent it, with the ids Slack fills in."""
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: Mapping[str, Wire] = field(default_factory=dict)
    """What the person typed: ``state.values``."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """What the app found wrong with it, by block id."""

    @property
    def is_home(self) -> bool:
        return bool(self.payload["type"] == "home")


def view_wire(view: View, setup: WorkspaceSetup) -> Json:
    kept = {name: value for name, value in view.payload.items() if name != "state"}
    return {
        "private_metadata": "",
        "callback_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        "external_id": "",
        **kept,
        "id": view.id,
        "team_id": setup.team_id,
        "app_id": setup.app_id,
        "app_installed_team_id": setup.team_id,
        "bot_id": setup.bot_id,
        "state": {"values": dict(view.values)},
        "hash": view.hash,
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id,
    }


class Views:
    def __init__(self, stamp: Callable[[], str]) -> None:
        self._stamp = stamp
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def home(self, user: str) -> View | None:
        return self._homes.get(user)

    def stack(self, user: str) -> tuple[View, ...]:
        """Return the modals this user has open, the visible one last."""
        return tuple(self._stacks.get(user, ()))

    def top(self, user: str) -> View | None:
        return next(reversed(self._stacks.get(user, [])), None)

    def find(self, view_id: str | None, external_id: str | None = None) -> View:
        for view in self._every():
            if view.id == view_id or (external_id and view.payload.get("external_id") == external_id):
                return view
        raise Refusal("not_found")

    def open(self, user: str, payload: Json) -> View:
        self._fresh_external_id(payload)
        view = self._new(user, payload)
        self._stacks[user] = [view]
        return view

    def push(self, user: str, payload: Json) -> View:
        self._fresh_external_id(payload)
        stack = self._stacks.setdefault(user, [])
        if len(stack) >= MOST_STACKED:
            raise Refusal("push_limit_reached")
        view = self._new(user, payload)
        if stack:
            view = replace(view, root_view_id=stack[0].root_view_id, previous_view_id=stack[-1].id)
        stack.append(view)
        return view

    def update(self, view: View, payload: Json, hash_: str | None) -> View:
        if hash_ is not None and hash_ != view.hash:
            raise Refusal("hash_conflict")
        kept = {one["block_id"] for one in payload["blocks"]}
        values = {block: value for block, value in view.values.items() if block in kept}
        return self.put(replace(view, payload=payload, hash=self._hash(payload), values=values, errors={}))

    def publish(self, user: str, payload: Json, hash_: str | None) -> View:
        before = self._homes.get(user)
        if before is not None:
            return self.update(before, payload, hash_)
        self._homes[user] = self._new(user, payload)
        return self._homes[user]

    def put(self, view: View) -> View:
        """Put *view* where the one with its id is."""
        if view.is_home:
            self._homes[view.user] = view
        else:
            stack = self._stacks[view.user]
            stack[:] = [view if one.id == view.id else one for one in stack]
        return view

    def close(self, view: View) -> None:
        stack = self._stacks.get(view.user, [])
        stack[:] = [one for one in stack if one.id != view.id]

    def clear(self, user: str) -> None:
        self._stacks.pop(user, None)

    def _every(self) -> list[View]:
        return [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())

    def _fresh_external_id(self, payload: Json) -> None:
        mine = payload.get("external_id")
        if mine and any(view.payload.get("external_id") == mine for view in self._every()):
            raise Refusal("duplicate_external_id")

    def _new(self, user: str, payload: Json) -> View:
        view_id = "V" + self._stamp().replace(".", "")[-11:]
        return View(view_id, user, payload, self._hash(payload), root_view_id=view_id)

    def _hash(self, payload: Json) -> str:
        stamp = self._stamp()
        digest = hashlib.sha256(f"{stamp}{json.dumps(payload, sort_keys=True)}".encode()).hexdigest()
        return f"{stamp.partition('.')[0]}.{digest[:8]}"
