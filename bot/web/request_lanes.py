"""Requests in lanes: whoever supervises the bot is answered by threads apart, never queued behind what Slack sends."""

from collections.abc import Mapping, Sequence
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher


class RequestLanes:
    """Hands each request to the threads of its path, in the form that waitress's servers use."""

    def __init__(self, threads: int, apart: Mapping[str, int]) -> None:
        """*threads* answer all paths but those *apart*, each of which has so many of its own."""
        self._usual = pool(threads)
        self._apart = {path: pool(count) for path, count in apart.items()}

    def add_task(self, channel: HTTPChannel) -> None:
        requests: Sequence[Any] = channel.requests
        path = requests[0].path if requests else ""
        self._apart.get(path, self._usual).add_task(channel)  # type: ignore[arg-type] # its stubs mean Task alone

    def shutdown(self) -> None:
        for one in (self._usual, *self._apart.values()):
            one.shutdown()


def pool(threads: int) -> ThreadedTaskDispatcher:
    made = ThreadedTaskDispatcher()
    made.set_thread_count(threads)
    return made
