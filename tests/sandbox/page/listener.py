"""An app at the workspace's request URL: it answers as it is told, and remembers."""

import json
from typing import Any, Self
from urllib.parse import parse_qs

from sandbox.page import Command, Manifest, Shortcut
from sandbox.slack import Message, StandInSlack, View
from sandbox.slack.block_kit.surface import check_message, check_view, with_ids
from sandbox.slack.http_server import Answer, Asked, HttpServer
from sandbox.slack.setup import ANN
from tests.until import PATIENCE

Json = dict[str, Any]
APP = Manifest(
    commands=(Command("/compliance-report", "Make a month's report", ("2025-01", "rerun 2025-01", "help")),),
    shortcuts=(
        Shortcut("Verify this report", "verify_message", "message"),
        Shortcut("Compliance report", "anywhere", "global"),
    ),
    has_home=True,
)


class Listener:
    def __init__(self, slack: StandInSlack) -> None:
        self.heard: list[Json] = []
        self.answers: dict[str, Json] = {}
        """By the payload's type."""
        self._slack = slack
        self._server = HttpServer(self._respond)

    def __enter__(self) -> Self:
        self._server.__enter__()
        self._slack.request_url = self._server.url
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(None, None, None)

    def post(
        self, *blocks: Json, text: str = "words", channel: str = "compliance", ts: str = "", **more: Any
    ) -> Message:
        """Say something, or with *ts* something else; if Slack would take it."""
        workspace = self._slack.workspace
        check_message(list(blocks))
        place = workspace.channel(channel).id
        user = more.pop("user", workspace.setup.bot_user)
        return workspace.keep(Message(place, ts or workspace.stamp(), user, text, with_ids(blocks), **more))

    def show(self, view: Json, user: str = ANN) -> View:
        """Open a form, if Slack would take it."""
        workspace = self._slack.workspace
        check_view(view, ("modal",))
        with workspace.changing():
            return workspace.views.open(user, {**view, "blocks": list(with_ids(view["blocks"]))})

    def last(self, kind: str) -> Json:
        """The newest payload of that type, once there is one."""
        self._slack.workspace.wait_for(lambda _: self.of(kind), PATIENCE)
        return self.of(kind)[-1]

    def of(self, kind: str) -> list[Json]:
        return [payload for payload in tuple(self.heard) if payload.get("type", "command") == kind]

    def _respond(self, asked: Asked) -> Answer:
        if asked.headers["content-type"] == "application/json":
            payload: Json = json.loads(asked.body)
        else:
            form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
            payload = json.loads(form["payload"]) if "payload" in form else form
        self.heard.append(payload)
        with self._slack.workspace.changing():
            answer = self.answers.get(payload.get("type", "command"))
        return Answer(200, json.dumps(answer).encode() if answer else b"")
