"""Whatever somebody writes into the database: it is named as tampering, and nothing ends in anything else."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from bot.app import check_ledger
from bot.store import requests
from bot.store.database import Store
from reporting.document.event_fingerprint import ROW
from reporting.errors.base import RunUnreadable
from reporting.errors.request import NotComparable
from reporting.evidence import chain, event_index, ledger, reviews
from reporting.evidence.event_index import INDEX
from reporting.evidence.ledger_check import check
from reporting.evidence.seals import ASKERS
from reporting.evidence.verify import claim_of
from reporting.run import State
from reporting.verification import Kind, Result
from tests.entries import ANN, BOB, NOON, WINDOW, filed, later, request

DEEP = "[" * 100_000 + "]" * 100_000
ODD = {
    "a BLOB": b"run",
    "deep JSON": DEEP,
    "no number": '{"read":NaN}',
    "infinite": '{"read":1e999}',
    "a number of 5,000 digits": "9" * 5_000,
    "half a character": '"\\ud800"',
    "escape sequences": "\x1b[2J\u202e\x07",
    "a number": 7,
    "a large number": 2**62,
    "a fraction": 0.5,
    "nothing": "",
}
BAD_UTF8 = "CAST(x'fffe41' AS TEXT)"
LEDGER = [column.name for column in chain.ledger.columns if column.name != "number"]
RUNS = [column.name for column in ledger.runs.columns]
FREE = {"turn", "attempts", "replica", "share", "events", "same", "ended", "state", "stopped_by"}
"""What changes after a run's entry was written, or is told by it in another way."""


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """Two runs of which one has a report, an index, a second asker and a review."""
    with sqlite_store.engine.begin() as c:
        run = requests.save(c, request("one", asker=ANN), now=NOON)
        requests.save(c, request("two", asker=BOB), now=later(1))
        event_index.keep(c, run, WINDOW, ROW.pack(7, b"facts!", 9))
        files = {"files": ledger.encoded((filed(),)), "portal": "https://p.example", "name": "n", "sha256": "ab" * 32}
        ledger.record_result(c, run, files | {"verdict": "COMPLETE", "read": 1, "kept": 1}, now=later(2))
        ledger.end(c, run, State.DONE, now=later(3))
        reviews.review(c, run, reviewer="U9", result=Result.ACCEPTED, reason="fine", askers=(ANN, BOB), now=later(4))
        failed = requests.save(c, request("three", "2025-02"), now=later(5))
        ledger.record_result(c, failed, {}, now=later(6))
        ledger.end(c, failed, State.FAILED, now=later(7))
        for deed in ("update", "delete"):
            c.exec_driver_sql(f"DROP TRIGGER IF EXISTS ledger_no_{deed}")
        for name in c.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            c.exec_driver_sql(f"DROP TRIGGER {name}")
    assert sqlite_store.read(check) == []
    return sqlite_store


def tamper(store: Store, table: str, column: str, value: object = None, *, raw: str = "") -> None:
    first = "number = 1" if table == "ledger" else "files <> '[]'"
    with store.engine.begin() as c:
        if raw:
            c.exec_driver_sql(f'UPDATE {table} SET "{column}" = {raw} WHERE {first}')
        else:
            c.exec_driver_sql(f'UPDATE {table} SET "{column}" = ? WHERE {first}', (value,))


def state_of(store: Store) -> object:
    with store.engine.connect() as c:
        return c.exec_driver_sql("SELECT * FROM runs").all()


def named(store: Store) -> list[str]:
    """What is said of the ledger, by everybody who says something of it; nothing of it can be obeyed by a terminal."""
    faults = check_ledger(store)
    claim = store.read(claim_of, "https://p.example", "n")
    words = [str(fault) for fault in claim.faults]
    assert all(word.isprintable() for word in words)
    assert claim.faults == faults or not faults
    return words


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
@pytest.mark.parametrize("column", LEDGER)
def test_whatever_stands_in_an_entry_is_named(column: str, value: object, store: Store) -> None:
    tamper(store, "ledger", column, value)
    assert named(store)


@pytest.mark.parametrize("column", LEDGER)
def test_an_entry_that_is_no_utf8_is_named(column: str, store: Store) -> None:
    tamper(store, "ledger", column, raw=BAD_UTF8)
    assert named(store)


@pytest.mark.parametrize("value", [*ODD.values(), None], ids=[*ODD, "bad UTF-8"])
@pytest.mark.parametrize("column", RUNS)
def test_whatever_stands_in_a_run_is_named_or_changes_nothing(column: str, value: object, store: Store) -> None:
    before = state_of(store)
    try:
        tamper(store, "runs", column, value, raw=BAD_UTF8 if value is None else "")
    except sa.exc.IntegrityError:
        return
    emptied = value == "" and column in {"failure", "outcome", "manifest"}  # told as what is not there either way
    if column not in FREE and not emptied and state_of(store) != before:
        assert named(store)
    store.read(ledger.list_open_runs)
    for run in store.read(lambda c: c.scalars(sa.select(ledger.runs.c.run)).all()):
        if chain.is_text(run):
            try:
                store.read(lambda c, run=run: ledger.find(c, run))  # type: ignore[misc]
            except RunUnreadable as error:
                assert "can't be read" in str(error)


@pytest.mark.parametrize(
    "deed",
    [
        "DELETE FROM requests WHERE asker = '{bob}'",
        "UPDATE requests SET asker = 'U0EVE' WHERE asker = '{bob}'",
        "UPDATE requests SET asker = x'00ff' WHERE asker = '{bob}'",
        "UPDATE requests SET run = (SELECT run FROM requests WHERE asker = '{bob}')",
    ],
)
def test_who_joined_a_run_is_sealed(deed: str, store: Store) -> None:
    with store.engine.begin() as c:
        c.exec_driver_sql(deed.format(bob=BOB))
    said = named(store)
    assert said
    assert all(one.endswith("requesters") for one in said)


def test_an_index_that_is_gone_is_named(store: Store) -> None:
    with store.engine.begin() as c:
        c.exec_driver_sql("DELETE FROM run_events")
    [said] = named(store)
    assert said.endswith("event index")


@pytest.mark.parametrize(
    "change", ["\"index\" = x'00'", "\"index\" = 'text'", "window = 'another'", "events = 2", f"window = {BAD_UTF8}"]
)
def test_an_index_that_was_changed_is_compared_with_nothing(change: str, store: Store) -> None:
    run = store.read(lambda c: c.scalar(sa.select(event_index.run_events.c.run)))
    assert store.read(event_index.comparable, str(run), str(WINDOW))
    with store.engine.begin() as c:
        c.exec_driver_sql(f"UPDATE run_events SET {change}")
    with pytest.raises(NotComparable, match="was changed since its entry in the ledger sealed it"):
        store.read(event_index.comparable, str(run), str(WINDOW))
    with pytest.raises(NotComparable):
        store.read(begin_to_read, str(run))


def begin_to_read(c: sa.Connection, run: str) -> None:
    with event_index.opened(c, run, str(WINDOW)):
        raise AssertionError


def test_entries_without_seals_stay_what_they_were(store: Store) -> None:
    """As those of a release before seals: written anew without them, from the first on."""
    with store.engine.begin() as c:
        before = chain.FIRST
        for row in c.execute(sa.select(chain.ledger).order_by(chain.ledger.c.number)).all():
            body = {name: value for name, value in json.loads(row.body).items() if name not in {ASKERS, INDEX}}
            entry: dict[str, Any] = {"number": row.number, "kind": row.kind, "run": row.run, "at": row.at}
            head = chain.digest(entry | {"body": body, "before": before})
            mine = chain.ledger.c.number == row.number
            c.execute(chain.ledger.update().where(mine).values(body=chain.canonical(body), before=before, hash=head))
            if row.kind == Kind.RUN:
                c.execute(ledger.runs.update().where(ledger.runs.c.run == row.run).values(link=f"{row.number}:{head}"))
            before = head
        c.exec_driver_sql("DELETE FROM run_events")
    assert store.read(check) == []
