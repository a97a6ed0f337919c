"""The stand-in workspace: state, doors, and the people in it."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

from sandbox.slack import modals, payloads, user_actions
from sandbox.slack.answers import Touch, Typed
from sandbox.slack.calls import Call
from sandbox.slack.delivery import Courier, Delivery, Sending
from sandbox.slack.faults import Faults
from sandbox.slack.http_door import HttpDoor
from sandbox.slack.http_server import Answer, Asked, HttpServer
from sandbox.slack.messages import Message
from sandbox.slack.setup import Channel, User, WorkspaceSetup
from sandbox.slack.socket_door import SocketDoor
from sandbox.slack.trigger_ids import Tickets
from sandbox.slack.views import View
from sandbox.slack.webapi.dispatch import Tokens
from sandbox.slack.webapi.method import Site
from sandbox.slack.wire import Json, Wire
from sandbox.slack.workspace import Workspace

USUAL = Sending()
PATIENCE = 3.0


class StandInSlack:
    """A workspace that answers and delivers while its context is open.

    Its ports are taken at once and given back when the context is left.
    *clock* gives seconds since 1970: ids, signatures and the life of tickets follow it.
    *patience* is how many seconds an acknowledgement may take.
    """

    bot_token = "xoxb-1000000000001-2000000000002-SandboxBotTokenOfNobody0"  # noqa: S105 - of nobody
    app_token = "xapp-1-A0SANDBOX1-3000000000003-5a2db0c7f0e1d2c3b4a59687786950413"  # noqa: S105
    signing_secret = "5a9db0c7f0e1d2c3b4a5968778695041"  # noqa: S105

    def __init__(
        self,
        setup: WorkspaceSetup | None = None,
        *,
        clock: Callable[[], float] = time.time,
        patience: float = PATIENCE,
        request_url: str | None = None,
    ) -> None:
        setup = setup or WorkspaceSetup()
        self.request_url = request_url
        """Where commands, clicks and events go when no socket is open."""
        self.workspace = Workspace(setup, clock)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.socket = SocketDoor(setup.app_id)
        self._stopping = threading.Event()
        self._http = HttpServer(self._respond)
        site = Site(self.workspace, Tickets(clock), self._http.url, self.socket.url)
        tokens = Tokens(self.bot_token, self.app_token)
        self._door = HttpDoor(site, tokens, self.faults, self.calls, self._stopping)
        courier = Courier(self.socket, self.signing_secret, clock, lambda: self.request_url, patience)
        self._stage = user_actions.Stage(site, courier)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(self._http)
        self._open.enter_context(self.socket)
        self._open.callback(self._stopping.set)
        self._open.callback(self.faults.close)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _respond(self, asked: Asked) -> Answer | None:
        return self._door.respond(asked)

    @property
    def api_url(self) -> str:
        return f"{self._http.url}/api/"

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse every new HTTP connection, until the context is left."""
        self._http.close_port()
        try:
            yield
        finally:
            self._http.open_port()

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def command(
        self, word: str, text: str = "", *, user: User | str, channel: Channel | str, sending: Sending = USUAL
    ) -> Delivery:
        scene = self._stage.scene(user)
        where = self.workspace.channel(channel)
        return user_actions.run_command(self._stage, word, text, scene, where, sending)

    def press(
        self,
        where: Message | View,
        action_id: str,
        *,
        user: User | str,
        value: Wire = None,
        sending: Sending = USUAL,
    ) -> Delivery:
        return self.use(where, Touch(action_id, value), user=user, sending=sending)

    def use(self, where: Message | View, touch: Touch, *, user: User | str, sending: Sending = USUAL) -> Delivery:
        """Press one of several controls of a name, with what was filled in beside it."""
        return user_actions.press(self._stage, self._stage.scene(user), where, touch, sending)

    def say(self, text: str, *, user: User | str, channel: Channel | str, thread_ts: str | None = None) -> Message:
        return user_actions.say(self._stage, self._stage.scene(user), self.workspace.channel(channel), text, thread_ts)

    def submit_view(self, view_id: str, state_values: Typed, *, user: User | str, sending: Sending = USUAL) -> Delivery:
        return modals.submit(self._stage, self._stage.scene(user), view_id, state_values, sending)

    def close_view(
        self, view_id: str, *, user: User | str, whole: bool = False, sending: Sending = USUAL
    ) -> Delivery | None:
        return modals.close(self._stage, self._stage.scene(user), view_id, sending, whole=whole)

    def shortcut(
        self, callback_id: str, message: Message | None = None, *, user: User | str, sending: Sending = USUAL
    ) -> Delivery:
        return user_actions.use_shortcut(self._stage, self._stage.scene(user), callback_id, message, sending)

    def open_home(self, user: User | str, *, sending: Sending = USUAL) -> Delivery:
        return user_actions.open_home(self._stage, self._stage.scene(user), sending)

    def event(self, inner: Json, *, sending: Sending = USUAL) -> Delivery:
        """Deliver any event: *inner* is what comes under ``event``."""
        payload = payloads.event(self.workspace, inner)
        return self._stage.courier.deliver("events_api", payload, sending)

    def redeliver(self, delivery: Delivery, *, sending: Sending = USUAL) -> Delivery:
        """Send the same payload again, as Slack does when it did not hear an answer."""
        again = self._stage.courier.deliver(delivery.kind, delivery.payload, sending)
        return user_actions.conclude_command(self._stage, again) if again.kind == "slash_commands" else again

    def post_raw(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Wire]:
        """Post anything at all to the request URL; return status and body."""
        return self._stage.courier.post(body, headers)
