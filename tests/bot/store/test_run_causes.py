"""Who caused a run: whoever asked, joined, pressed, or made or changed its schedule."""

import dataclasses

import pytest

from bot.store import requests, run_causes
from bot.store.database import Store
from bot.store.requests import Stage
from bot.store.run_causes import Act
from bot.store.tables import requests as table
from reporting.period import Month
from reporting.run import Origin
from tests.entries import ANN, BOB, LEGAL, NOON, later, request

CYD, JANUARY = "U0CYD00001", Month(2025, 1)


def asked(store: Store, key: str = "k", *, asker: str = ANN, schedule: int = 0, at: float = 0) -> str:
    wanted = dataclasses.replace(request(key, asker=asker), schedule=schedule)
    return store.write(requests.save, wanted, now=later(at))


def note(store: Store, act: Act, person: str, *, at: float = 0, **what: object) -> None:
    store.write(lambda c: run_causes.note(c, act, person, now=later(at), **what))  # type: ignore[arg-type]


def people(store: Store, run: str) -> set[str]:
    return store.read(run_causes.of_run, run)


def test_whoever_asked_or_joined_has_caused_a_run_even_if_turned_down_later(store: Store) -> None:
    run = asked(store)
    asked(store, "j", asker=BOB)
    store.write(lambda c: c.execute(table.update().values(state=Stage.REFUSED)))
    assert people(store, run) == {ANN, BOB}


@pytest.mark.parametrize("act", [Act.MADE, Act.CHANGED, Act.TOOK_OVER])
def test_whoever_made_or_changed_a_schedule_is_behind_what_it_asks_for_from_then_on(act: Act, store: Store) -> None:
    note(store, act, BOB, schedule=3, at=1)
    before, after = asked(store, "b", schedule=3), asked(store, "a", schedule=3, at=2)
    assert before == after  # joined: the later request counts
    assert people(store, after) == {ANN, BOB}


def test_a_change_after_the_run_was_asked_for_has_not_caused_it(store: Store) -> None:
    run = asked(store, schedule=3)
    note(store, Act.CHANGED, BOB, schedule=3, at=1)
    note(store, Act.MADE, CYD, schedule=4)
    assert people(store, run) == {ANN}


@pytest.mark.parametrize("act", [Act.RAN, Act.RESUMED])
@pytest.mark.parametrize(("month", "caused"), [(JANUARY, {ANN, BOB}), (Month(2024, 12), {ANN})])
def test_whoever_had_a_schedule_make_a_month_has_caused_that_one(
    act: Act, month: Month, caused: set[str], store: Store
) -> None:
    note(store, act, BOB, schedule=3, month=month)
    assert people(store, asked(store, schedule=3)) == caused


def test_whoever_had_a_month_read_again_and_who_asked_for_it_first_have_caused_that(store: Store) -> None:
    first = asked(store)
    note(store, Act.REREAD, BOB, run=first)
    again = dataclasses.replace(
        request("again", only="type:delete", asker=CYD, channel=LEGAL), origin=Origin.REREAD, rereads=first
    )
    run = store.write(requests.save, again, now=NOON)
    assert people(store, run) == {ANN, BOB, CYD}


def test_nobody_has_caused_what_there_is_not(store: Store) -> None:
    assert people(store, "none") == set()
