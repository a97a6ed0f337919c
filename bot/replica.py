"""A process among its like: gives signs of life, takes over from those who died, picks up what was left lying."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

import structlog

from bot.store import replicas, requests
from bot.store.database import Store
from reporting.errors import DatabaseTrouble
from reporting.evidence import ledger

log = structlog.get_logger()
BEAT = 2.0
"""Seconds between two signs of life."""


class Works(Protocol):
    """What the engine does for a replica."""

    def receive(self, request: str) -> None: ...
    def take_over(self, alive: set[str]) -> None: ...
    def look_after(self, runs: list[str]) -> None: ...


@contextmanager
def at_work(
    name: str, store: Store, engine: Works, *, now: Callable[[], datetime], lost: Callable[[], None]
) -> Iterator[None]:
    """Be a replica until the context is left. *lost* is called when the others have taken this one for dead."""
    stop = threading.Event()

    def live() -> None:
        while not stop.wait(BEAT):
            try:
                if not store.write(lambda c: replicas.beat(c, name)):
                    lost()
                    return
                look_around(name, store, engine)
            except DatabaseTrouble as error:
                log.warning("no sign of life could be given", reason=str(error))

    store.write(lambda c: replicas.enter(c, name, now=now()))
    look_around(name, store, engine)
    thread = threading.Thread(target=live, name="replica", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        store.write(lambda c: replicas.leave(c, name))


def look_around(name: str, store: Store, engine: Works) -> None:
    """Take over from the dead, and see to requests that were written down without anybody being told."""
    with store.alone() as alone:
        if alone:
            store.write(lambda c: replicas.bury(c, but=name, alone=store.file is not None))
            engine.take_over(store.write(replicas.alive))
    for request in store.write(requests.untaken):
        engine.receive(request)
    runs = [entry.run for entry in store.write(ledger.going_on)]
    if runs:
        engine.look_after(runs)
