"""A replica: sends heartbeats, takes over from dead replicas, picks up saved requests."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from bot.errors import DatabaseTrouble
from bot.store import replicas, requests
from bot.store.database import TAKING_OVER, Store
from reporting.evidence import ledger

BEAT = 2.0
"""Seconds between two heartbeats."""
SETTLE = 3 * BEAT
"""Seconds after a silence of our own, startup included, in which no replica counts as dead: if the
database was away, the others could not send heartbeats either."""


class ReplicaEngine(Protocol):
    """What a replica needs of the engine. Raises DatabaseTrouble."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def receive(self, request: str, asker: str) -> None: ...
    def take_over(self, alive: Callable[[], set[str]]) -> None: ...
    def look_after(self, runs: list[str]) -> None: ...


class Liveness(Protocol):
    """Notes about the heartbeat thread."""

    def beat(self) -> None: ...
    def wrote(self) -> None: ...
    def failed(self, error: DatabaseTrouble) -> None: ...


@contextmanager
def run_replica(
    name: str,
    store: Store,
    engine: ReplicaEngine,
    *,
    nudged: threading.Event,
    now: Callable[[], datetime],
    signs: Liveness,
    lost: Callable[[], None],
) -> Iterator[None]:
    """Run as a replica, with the engine started, until the context is left.

    The others see it before its first work until after its last. *nudged* is set when a request was saved.
    *signs* notes each round of the heartbeat thread, and whether it could write.
    *lost* is called when another replica took over from this one.
    """
    ending, looking, closed = threading.Event(), threading.Lock(), threading.Event()

    def live() -> None:
        since = seen = time.monotonic()
        while not ending.is_set():
            nudged.wait(BEAT)
            nudged.clear()
            signs.beat()
            since = time.monotonic() if time.monotonic() - seen > SETTLE else since
            try:
                if not store.write(replicas.beat, name):
                    lost()
                    return
                seen = time.monotonic()
                signs.wrote()
                with looking:
                    if not closed.is_set():
                        take_care(name, store, engine, settled=seen - since > SETTLE)
            except DatabaseTrouble as error:
                signs.failed(error)

    store.write(replicas.register, name, now=now())
    engine.start()
    thread = threading.Thread(target=live, name="replica", daemon=True)
    nudged.set()
    thread.start()
    try:
        yield
    finally:
        with looking:
            closed.set()
        engine.stop()
        ending.set()
        nudged.set()
        thread.join()
        store.write(replicas.leave, name)


def take_care(name: str, store: Store, engine: ReplicaEngine, *, settled: bool) -> None:
    """Take over from dead replicas, enqueue saved requests, end runs that broke down.

    With SQLite there is no other replica; with PostgreSQL silent ones count as dead only once things have *settled*.
    """
    with store.try_lock(TAKING_OVER) as alone:
        if alone:
            if settled or store.file:
                store.write(replicas.mark_dead, but=name, alone=store.file is not None)
            engine.take_over(lambda: store.read(replicas.alive))
    for request, asker in store.read(requests.unreceived).items():
        engine.receive(request, asker)
    going_on, pending = store.read(lambda c: (ledger.list_open_runs(c), requests.pending(c)))
    engine.look_after([*(entry.run for entry in going_on), *(asked.id for asked in pending)])
