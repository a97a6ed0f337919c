"""Which processes are at work, by the database's own clock."""

import sqlalchemy as sa

from bot.store import replicas, tables
from bot.store.database import Store
from bot.store.replicas import GONE
from tests.entries import NOON


def enter(store: Store, *names: str) -> None:
    for name in names:
        store.write(replicas.register, name, now=NOON)


def alive(store: Store) -> set[str]:
    return store.write(replicas.alive)


def silence(store: Store, name: str, *, seconds: float) -> None:
    """As if its last sign of life had been so long ago."""
    table = tables.replicas
    store.write(
        lambda c: c.execute(sa.update(table).where(table.c.replica == name).values(seen=table.c.seen - seconds))
    )


def bury(store: Store, but: str, *, alone: bool = False) -> None:
    store.write(replicas.mark_dead, but=but, alone=alone)


def test_no_two_processes_have_the_same_name() -> None:
    names = {replicas.new_name() for _ in range(100)}
    assert len(names) == 100
    assert max(map(len, names)) <= 64


def test_a_replica_is_alive_from_entering_to_leaving(store: Store) -> None:
    enter(store, "a", "b")
    assert alive(store) == {"a", "b"}
    store.write(replicas.leave, "a")
    assert alive(store) == {"b"}


def test_who_is_silent_for_too_long_is_buried_and_nobody_else(store: Store) -> None:
    enter(store, "me", "fresh", "nearly", "dead")
    silence(store, "nearly", seconds=GONE - 5)
    silence(store, "dead", seconds=GONE + 1)
    bury(store, "me")
    assert alive(store) == {"me", "fresh", "nearly"}


def test_nobody_buries_themselves(store: Store) -> None:
    enter(store, "me")
    silence(store, "me", seconds=GONE * 2)
    bury(store, "me")
    assert alive(store) == {"me"}


def test_a_sign_of_life_puts_the_burial_off(store: Store) -> None:
    enter(store, "me", "other")
    silence(store, "other", seconds=GONE * 2)
    assert store.write(replicas.beat, "other")
    bury(store, "me")
    assert alive(store) == {"me", "other"}


def test_who_was_buried_learns_it_with_the_next_sign_of_life(store: Store) -> None:
    enter(store, "me", "other")
    silence(store, "other", seconds=GONE * 2)
    bury(store, "me")
    assert not store.write(replicas.beat, "other")
    assert alive(store) == {"me"}


def test_who_must_be_alone_buries_all_others_at_once(store: Store) -> None:
    enter(store, "me", "one", "two")
    bury(store, "me", alone=True)
    assert alive(store) == {"me"}


def test_the_database_has_a_clock_in_seconds_that_goes_forward(store: Store) -> None:
    first, second = (store.write(lambda c: c.scalar(sa.select(replicas.clock(c)))) for _ in range(2))
    assert first is not None
    assert second is not None
    assert 1_735_689_600 < first <= second < first + 60
