"""Replicas among each other: who is silent is buried, and what they had is taken over once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from bot.errors import DatabaseTrouble
from bot.store import replicas, requests, tables
from bot.store.database import Store
from bot.store.replicas import GONE
from bot.web.self_check import SelfCheck
from bot.workflows import replica
from bot.workflows.replica import run_replica, take_care
from reporting.evidence import ledger
from reporting.run import State
from tests.entries import NOON, entry, request

PATIENCE = 10


@dataclass
class Recorder:
    """An engine that keeps what it is asked for; *works* are runs by the replica that has them."""

    store: Store
    works: dict[str, str] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    looked_after: list[str] = field(default_factory=list)
    looks: int = 0
    known: list[set[str]] = field(default_factory=list)
    """Who was alive when it was started, and when it was stopped."""
    troubles: list[Exception] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def start(self) -> None:
        self.known.append(alive(self.store))

    def stop(self) -> None:
        self.start()

    def receive(self, request: str, asker: str) -> None:
        with self.changed:
            self.received.append(request)
            self.changed.notify_all()

    def take_over(self, alive: Callable[[], set[str]]) -> None:
        with self.changed:
            self.looks += 1
            self.changed.notify_all()
            if self.troubles:
                raise self.troubles.pop()
            living = alive()
            self.taken += [run for run, owner in self.works.items() if owner not in living]
            self.works = {run: owner if owner in living else min(living) for run, owner in self.works.items()}

    def look_after(self, runs: list[str]) -> None:
        with self.changed:
            self.looked_after += runs

    def wait(self, met: Callable[["Recorder"], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: met(self), PATIENCE)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(replica, "BEAT", 0.005)
    monkeypatch.setattr(replica, "SETTLE", 0.015)
    before = threading.active_count()
    yield
    assert threading.active_count() <= before  # one of another test's may end meanwhile


def at(
    engine: Recorder, *, nudged: threading.Event | None = None, lost: Callable[[], None] = lambda: None
) -> AbstractContextManager[None]:
    nudged = nudged or threading.Event()
    return run_replica(
        "me", engine.store, engine, nudged=nudged, now=lambda: NOON, signs=SelfCheck(lambda: None), lost=lost
    )


def enter(store: Store, name: str, *, silent: float = 0.0) -> None:
    seen = tables.replicas.c.seen - silent
    store.write(replicas.register, name, now=NOON)
    store.write(
        lambda c: c.execute(sa.update(tables.replicas).where(tables.replicas.c.replica == name).values(seen=seen))
    )


def alive(store: Store) -> set[str]:
    return store.write(replicas.alive)


def accepted(store: Store, key: str, month: str) -> str:
    store.write(requests.accept, request(key, month), now=NOON, at_once=1)
    return requests.request_id(key)


def last_sign(store: Store) -> float:
    seen = sa.select(tables.replicas.c.seen).where(tables.replicas.c.replica == "me")
    return store.write(lambda c: c.scalar(seen)) or 0.0


def silence(store: Store, name: str, *, since: float = 0.0) -> None:
    quiet = sa.update(tables.replicas).where(tables.replicas.c.replica == name).values(seen=since)
    store.write(lambda c: c.execute(quiet))


def test_a_replica_is_known_from_before_its_first_work_until_after_its_last(store: Store) -> None:
    """Otherwise another one takes over what this one has just begun, or is about to end."""
    engine = Recorder(store)
    with at(engine):
        assert alive(store) == {"me"}
    assert engine.known == [{"me"}, {"me"}]
    assert alive(store) == set()


def test_a_replica_gives_signs_of_life(store: Store) -> None:
    engine = Recorder(store)
    with at(engine):
        first, looks = last_sign(store), engine.looks
        engine.wait(lambda e: e.looks >= looks + 3)
        assert last_sign(store) > first


def test_who_comes_to_an_end_takes_nothing_more_and_gives_signs_of_life_until_it_is_over(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That may take seconds, and nobody is to take it for dead meanwhile."""
    looks: list[int] = []
    signs = threading.Semaphore(0)

    class Slow(Recorder):
        def stop(self) -> None:
            looks.append(self.looks)
            while signs.acquire(blocking=False):
                pass
            assert all(signs.acquire(timeout=PATIENCE) for _ in range(3))
            super().stop()

    def beat(c: sa.Connection, name: str) -> bool:
        signs.release()
        return plain(c, name)

    plain = replicas.beat
    monkeypatch.setattr(replicas, "beat", beat)
    engine = Slow(store)
    with at(engine):
        engine.wait(lambda e: e.looks >= 2)
    assert looks == [engine.looks]


def test_only_what_the_dead_had_is_taken_over(postgresql_store: Store) -> None:
    store = postgresql_store
    enter(store, "living", silent=GONE - 10)
    enter(store, "dead", silent=GONE + 1)
    engine = Recorder(store, {"a": "living", "b": "dead", "c": "me", "d": "forgotten"})
    with at(engine):
        engine.wait(lambda e: set(e.taken) == {"b", "d"})
        looks = engine.looks
        engine.wait(lambda e: e.looks >= looks + 2)
    assert set(engine.taken) == {"b", "d"}


def test_on_one_machine_all_that_earlier_processes_had_is_taken_over_at_the_first_look(sqlite_store: Store) -> None:
    enter(sqlite_store, "before")
    engine = Recorder(sqlite_store, {"a": "before", "b": "me"})
    with at(engine):
        engine.wait(lambda e: e.looks == 1 or bool(e.taken))
        engine.wait(lambda e: e.taken == ["a"])
        assert alive(sqlite_store) == {"me"}
    assert alive(sqlite_store) == set()


def test_who_dies_while_the_others_work_is_noticed_by_them(postgresql_store: Store) -> None:
    enter(postgresql_store, "other")
    engine = Recorder(postgresql_store, {"a": "other"})
    with at(engine):
        engine.wait(lambda e: e.looks >= 2)
        assert engine.taken == []
        silence(postgresql_store, "other")
        engine.wait(lambda e: e.taken == ["a"])


def test_who_was_silent_itself_takes_nobody_for_dead_at_first(
    postgresql_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database was away, the others could not say anything either."""
    monkeypatch.setattr(replica, "SETTLE", PATIENCE)
    enter(postgresql_store, "other", silent=GONE + 1)
    engine = Recorder(postgresql_store, {"a": "other", "b": "forgotten"})
    with at(engine):
        engine.wait(lambda e: e.looks >= 4)
        assert alive(postgresql_store) == {"me", "other"}
    assert engine.taken == ["b"]


def test_of_replicas_that_look_around_at_the_same_moment_one_at_a_time_takes_over(postgresql_store: Store) -> None:
    """Many could: the run is taken as long as the engine still has it under the dead one's name."""
    inside: list[int] = []
    most: list[int] = []
    together = threading.Barrier(6)

    class Slow(Recorder):
        def take_over(self, alive: Callable[[], set[str]]) -> None:
            inside.append(1)
            most.append(len(inside))
            super().take_over(alive)
            inside.pop()

    engine = Slow(postgresql_store, {f"r{number}": "dead" for number in range(20)})

    def look(name: str) -> None:
        together.wait(PATIENCE)
        for _ in range(10):
            take_care(name, postgresql_store, engine, settled=True)

    enter(postgresql_store, "dead", silent=GONE + 1)
    for number in range(6):
        enter(postgresql_store, f"n{number}")
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(look, [f"n{number}" for number in range(6)]))
    assert sorted(engine.taken) == sorted(f"r{number}" for number in range(20))
    assert max(most) == 1


def test_a_request_that_nobody_was_told_of_is_picked_up(store: Store) -> None:
    engine = Recorder(store)
    early = accepted(store, "early", "2025-01")
    with at(engine):
        engine.wait(lambda e: early in e.received)
        late = accepted(store, "late", "2025-02")
        engine.wait(lambda e: late in e.received)


def test_who_is_nudged_looks_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "BEAT", 10 * PATIENCE)
    engine, nudged = Recorder(store), threading.Event()
    with at(engine, nudged=nudged):
        engine.wait(lambda e: e.looks == 1)
        number = accepted(store, "k", "2025-01")
        nudged.set()
        engine.wait(lambda e: number in e.received)


def test_what_is_going_on_is_looked_after_and_nothing_else(store: Store) -> None:
    engine = Recorder(store)
    store.write(ledger.accept, entry("over", state=State.DONE))
    store.write(ledger.accept, entry("at work", state=State.RUNNING))
    with at(engine):
        engine.wait(lambda e: e.looks >= 3)
    assert set(engine.looked_after) == {"at work"}


def test_a_request_that_was_looked_at_is_not_picked_up(store: Store) -> None:
    engine = Recorder(store)
    number = accepted(store, "k", "2025-01")
    store.write(requests.mark_received, number)
    with at(engine):
        engine.wait(lambda e: e.looks >= 3)
    assert engine.received == []


def test_who_was_taken_for_dead_learns_it_and_looks_around_no_more(store: Store) -> None:
    engine, lost = Recorder(store), threading.Event()
    with at(engine, lost=lost.set):
        store.write(replicas.leave, "me")
        assert lost.wait(PATIENCE)
        looks = engine.looks
    assert engine.looks == looks


def test_troubles_of_the_database_do_not_end_the_signs_of_life(store: Store) -> None:
    engine = Recorder(store)
    with at(engine):
        engine.troubles += [DatabaseTrouble(reason="locked")] * 3
        looks = engine.looks
        engine.wait(lambda e: e.looks >= looks + 6)
        assert alive(store) == {"me"}


def test_an_engine_that_cannot_start_leaves_no_thread(store: Store) -> None:
    class Broken(Recorder):
        def start(self) -> None:
            raise DatabaseTrouble(reason="no room")

    with pytest.raises(DatabaseTrouble, match="no room"), at(Broken(store)):
        pass
