"""The HTTP server, for a loopback address or behind a proxy: nobody can keep it busy by being slow, large or many."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast
from wsgiref.types import WSGIApplication

import structlog
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer, create_server
from waitress.wasyncore import close_all

from bot.web.log_rate_limit import RateLimitedLog
from bot.web.request_lanes import RequestLanes

log, seldom = structlog.get_logger(), RateLimitedLog()

LARGEST_BODY = 1 << 20
"""Bytes of a request's body; Slack's own are far smaller."""
LARGEST_HEAD = 1 << 15
"""Bytes of a request's headers, all together."""
CONNECTIONS, OF_ONE = 500, 100
"""At a time, in all and from one address. Whoever comes then takes the place of the connection that has waited longest
without a whole request; where all have one, nobody is let in."""
SPARE = 100
"""Connections that the server itself would stop at beyond those: it would leave whoever comes waiting."""
TIMEOUT, SWEEP = 10, 5
"""Seconds that a request may take to arrive, and a connection be idle; between two looks for who takes longer."""
THREADS = 8
NOTHING: Mapping[str, int] = {}


class Channel(HTTPChannel):
    """A connection whose requests have to arrive as a whole in time.

    The server itself cuts who is silent; to it, a byte now and then is not silence.
    """

    _began = 0.0
    """When the request began that has not arrived as a whole."""

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - handed on as they are
        super().__init__(*args, **named)
        there = [
            one for one in cast("Any", self.server).active_channels.values() if not one.will_close
        ]  # the oldest first
        mine = [one for one in there if one.addr[0] == self.addr[0]]
        if len(there) > CONNECTIONS or len(mine) > OF_ONE:
            crowd = mine if len(mine) > OF_ONE else there
            next((one for one in crowd if one is not self and not one.requests), self).will_close = True
            seldom.tell("crowded", lambda more: log.warning("too many connections; one closed", more=more))

    def received(self, data: bytes) -> bool:
        unfinished = self.request
        found = bool(super().received(data))
        if self.request is not None and self.request is unfinished:
            self.last_activity = self._began
        else:
            self._began = self.last_activity
        return found


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who listens at an address of this machine."""

    url: str
    close: Callable[[], None]


def listen(app: WSGIApplication, host: str, port: int, *, apart: Mapping[str, int] = NOTHING) -> Listener:
    """Answer requests with *app* from now on; each path *apart* by so many threads of its own.

    Raises:
        OSError: the port is taken, or the address is not this machine's.
    """
    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        host=host,
        port=port,
        _dispatcher=cast("Any", RequestLanes(THREADS, apart)),
        max_request_body_size=LARGEST_BODY + 1,  # the server takes what is smaller than this
        max_request_header_size=LARGEST_HEAD,
        connection_limit=CONNECTIONS + SPARE,
        channel_timeout=TIMEOUT,
        cleanup_interval=SWEEP,
        asyncore_use_poll=True,  # the other way ends at 1,024 open files
        log_socket_errors=False,
        ident=None,
    )
    servers: list[Any] = [one for one in sockets.values() if isinstance(one, TcpWSGIServer)]
    for one in servers:
        one.channel_class = Channel
    thread = threading.Thread(target=server.run, name="http", daemon=True)
    thread.start()

    def close() -> None:
        with suppress(OSError):  # that thread was awake for another request, and has closed them already
            servers[0].trigger.pull_trigger(lambda: close_all(sockets))  # in the thread that looks at them
        thread.join(timeout=5)
        server.task_dispatcher.shutdown()

    return Listener(f"http://{f'[{host}]' if ':' in host else host}:{servers[0].effective_port}", close)
