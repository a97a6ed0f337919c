"""The ledger's chain: what is written into it, and that whatever is done to it afterwards is seen and named."""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import stamina
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.store.database import Store
from reporting.evidence import chain, ledger, reviews
from reporting.evidence.ledger_check import check
from reporting.period import Month
from reporting.report import Order
from reporting.run import OPEN, ChainHead, State
from reporting.verification import FaultKind, Kind, LedgerFault, Result
from tests.entries import ANN, BOB, FAILURE, NOON, entry, filed, later, order

HERE = "replica-1"
MADE = {
    "verdict": "COMPLETE",
    "read": 7,
    "kept": 5,
    "sha256": "ab" * 32,
    "portal": "https://p.example",
    "outcome": "{}",
}


def made(number: int = 1) -> dict[str, Any]:
    return MADE | {"files": ledger.encoded((filed(number=number),)), "name": f"compliance-report-2025-0{number}"}


def over(c: Connection, number: int, columns: dict[str, Any], last: State, by: str = "") -> None:
    """A run from its beginning to its end."""
    run = f"r{number}"
    ledger.accept(c, entry(run, f"2025-0{number}", asked=number))
    ledger.begin(c, run, replica=HERE, now=later(number))
    if "files" in columns:
        ledger.claim(c, run, replica=HERE)
    ledger.record_result(c, run, columns, now=later(number), stopped_by=by)
    ledger.end(c, run, last, now=later(number))


@pytest.fixture
def kept(store: Store) -> Store:
    """A ledger of two reports, a failure, a cancelled run, a review, and a run that goes on."""

    def write(c: Connection) -> None:
        over(c, 1, made(1), State.DONE)
        over(c, 2, {"failure": ledger.encoded(FAILURE)}, State.FAILED)
        over(c, 3, made(3), State.WARNED)
        over(c, 4, {"failure": ledger.encoded(FAILURE)}, State.CANCELLED, ANN)
        reviews.review(c, "r3", reviewer=BOB, result=Result.ACCEPTED, reason="", askers={ANN}, now=later(9))
        ledger.accept(c, entry("r5", "2025-05"))

    store.write(write)
    return store


def over_with(store: Store, *deeds: str) -> list[LedgerFault]:
    """What is seen after *deeds* of somebody who owns the database; they are undone again."""
    with store.engine.connect() as c:
        c.begin()
        disarm(c)
        for deed in deeds:
            c.exec_driver_sql(deed)
        faults = check(c)
        c.rollback()
    return faults


def disarm(c: Connection) -> None:
    on = " ON ledger" if c.dialect.name == "postgresql" else ""
    for deed in ("update", "delete"):
        c.execute(text(f"DROP TRIGGER ledger_keeps_{deed}{on}"))


def test_a_ledger_that_nobody_has_touched_has_no_fault(kept: Store) -> None:
    assert kept.write(check) == []


def test_an_empty_ledger_has_no_head_and_no_fault(store: Store) -> None:
    assert store.write(chain.head) is None
    assert store.write(check) == []


def test_each_entry_carries_the_hash_of_the_one_before(kept: Store) -> None:
    links = kept.write(lambda c: list(chain.links(c)))
    assert [link.number for link in links] == [1, 2, 3, 4, 5]
    assert [link.before for link in links] == ["0" * 64, *(link.hash for link in links[:-1])]
    assert [(link.kind, link.run) for link in links[3:]] == [("run", "r4"), ("review", "r3")]


def test_a_hash_can_be_computed_from_an_entry_s_line_with_nothing_but_the_standard_library(kept: Store) -> None:
    for link in kept.write(lambda c: list(chain.links(c))):
        said = json.loads(chain.line(link))
        found = said.pop("hash")
        plain = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(plain.encode()).hexdigest() == found


def test_an_entry_says_who_asked_what_was_found_and_where_it_lies(kept: Store) -> None:
    first = next(iter(kept.write(lambda c: list(chain.links(c)))))
    said = {name: first.body[name] for name in ("period", "asker", "verdict", "read", "kept", "sha256")}
    assert said == {"period": "2025-01", "asker": ANN, "verdict": "COMPLETE", "read": 7, "kept": 5, "sha256": "ab" * 32}
    assert first.body["files"] == [json.loads(ledger.encoded(filed()))]
    assert first.body["outcome"] == hashlib.sha256(b"{}").hexdigest()


def test_a_run_knows_its_own_entry_and_what_was_the_newest_when_it_was_filed(kept: Store) -> None:
    links = {link.run: link.head for link in kept.write(lambda c: list(chain.links(c))) if link.kind == Kind.RUN}
    first, second, third = kept.write(lambda c: [ledger.get(c, run) for run in ("r1", "r2", "r3")])
    assert (first.link, third.link) == (links["r1"], links["r3"])
    assert (first.head, second.head, third.head) == (None, None, links["r2"])


def test_the_head_that_a_run_noted_stays_whoever_files_it_again(store: Store) -> None:
    def write(c: Connection) -> ChainHead | None:
        over(c, 1, made(1), State.DONE)
        ledger.accept(c, entry("r2", "2025-02", state=State.RUNNING, replica=HERE))
        ledger.claim(c, "r2", replica=HERE)
        over(c, 3, made(3), State.DONE)
        ledger.claim(c, "r2", replica=HERE)
        return ledger.get(c, "r2").head

    assert store.write(write) == store.write(ledger.get, "r1").link


def test_a_run_whose_result_could_not_be_written_down_has_its_entry_when_it_ends(store: Store) -> None:
    def write(c: Connection) -> None:
        ledger.accept(c, entry(state=State.FILING))
        ledger.end(c, "r1", State.FAILED, now=NOON, failure=ledger.encoded(FAILURE))
        ledger.end(c, "r1", State.FAILED, now=NOON)

    store.write(write)
    assert [link.run for link in store.write(lambda c: list(chain.links(c)))] == ["r1"]
    assert store.write(check) == []


def test_what_could_not_be_told_is_written_down_after_the_entry_and_is_no_fault(store: Store) -> None:
    def write(c: Connection) -> None:
        ledger.accept(c, entry(state=State.FILING))
        ledger.record_result(c, "r1", made(), now=NOON)
        ledger.end(c, "r1", State.WARNED, now=NOON, failure=ledger.encoded(FAILURE))

    store.write(write)
    assert store.write(check) == []


@pytest.mark.parametrize("deed", ["UPDATE ledger SET run = 'x'", "DELETE FROM ledger"])
def test_the_database_itself_refuses_whatever_else_than_adding(deed: str, kept: Store) -> None:
    with pytest.raises(DBAPIError, match="only ever added to"), kept.engine.begin() as c:
        c.execute(text(deed))
    assert kept.write(check) == []


@pytest.mark.parametrize(
    "deed",
    [
        """UPDATE ledger SET body = REPLACE(body, '"kept":5', '"kept":4') WHERE number = 3""",
        "UPDATE ledger SET body = body || ' ' WHERE number = 3",
        "UPDATE ledger SET body = 'x' WHERE number = 3",
        "UPDATE ledger SET body = '[]' WHERE number = 3",
        "UPDATE ledger SET run = 'r9' WHERE number = 3",
        "UPDATE ledger SET kind = 'review' WHERE number = 3",
        "UPDATE ledger SET at = '2025-02-03T12:04:00.000000+00:00' WHERE number = 3",
        "UPDATE ledger SET hash = before WHERE number = 3",
        "UPDATE ledger SET before = hash WHERE number = 3",
    ],
)
def test_an_entry_that_was_changed_is_named(deed: str, kept: Store) -> None:
    faults = over_with(kept, deed)
    assert [fault.number for fault in faults if fault.wrong is FaultKind.CHANGED] == [3]
    assert any("entry 3" in str(fault) for fault in faults)


@pytest.mark.parametrize("number", [1, 2, 5])
def test_an_entry_that_was_removed_is_named(number: int, kept: Store) -> None:
    faults = over_with(kept, f"DELETE FROM ledger WHERE number = {number}")
    gone = [fault for fault in faults if fault.wrong is FaultKind.REMOVED]
    if number < 5:
        assert f"entry {number} is missing" in map(str, gone)
    else:  # the newest entry, a review: only a head that was noted elsewhere tells
        assert faults == []


def test_several_that_were_removed_are_named_together(kept: Store) -> None:
    faults = over_with(kept, "DELETE FROM ledger WHERE number IN (2, 3)")
    assert "entries 2 to 3 are missing" in map(str, faults)


def test_a_removed_entry_at_the_end_is_missed_by_its_run(kept: Store) -> None:
    faults = over_with(kept, "DELETE FROM ledger WHERE number > 3")
    assert [(fault.wrong, fault.run) for fault in faults] == [(FaultKind.REMOVED, "r4")]


def test_two_entries_that_were_swapped_are_named(kept: Store) -> None:
    swap = [f"UPDATE ledger SET number = {now} WHERE number = {was}" for was, now in ((2, 99), (3, 2), (99, 3))]
    faults = over_with(kept, *swap)
    moved = [str(fault) for fault in faults if fault.wrong is FaultKind.MOVED]
    assert moved == [
        "entry 2 (run r3) was originally entry 3",
        "entry 3 (run r2) was originally entry 2",
    ]


def test_an_entry_that_was_changed_with_its_hash_made_anew_is_found_by_the_next(kept: Store) -> None:
    with kept.engine.connect() as c:
        c.begin()
        disarm(c)
        [link] = [link for link in chain.links(c) if link.number == 3]
        told = chain.told(link) | {"body": {**link.body, "kept": 4}}
        forged = {"body": chain.canonical(told["body"]), "hash": chain.digest(told)}
        c.execute(chain.ledger.update().where(chain.ledger.c.number == 3).values(forged))
        faults = check(c)
        c.rollback()
    assert [(fault.wrong, fault.number) for fault in faults] == [(FaultKind.DIFFERS, 3), (FaultKind.MOVED, 4)]
    assert "kept" in str(faults[0])


def test_an_entry_that_was_put_at_the_end_tells_of_a_run_that_has_one(kept: Store) -> None:
    with kept.engine.connect() as c:
        c.begin()
        chain.append(c, Kind.RUN, "r1", {}, at=NOON)
        chain.append(c, Kind.RUN, "r77", {}, at=NOON)
        faults = check(c)
        c.rollback()
    assert [(fault.wrong, fault.number) for fault in faults] == [(FaultKind.FOREIGN, 6), (FaultKind.REMOVED, 7)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verdict", "'GAPS'"),
        ("read", "8"),
        ("kept", "6"),
        ("sha256", "'cd'"),
        ("asker", "'U0EVE00001'"),
        ("period", "'2025-11'"),
        ("zone", "'UTC'"),
        ("only", "'type:delete'"),
        ("files", "'[]'"),
        ("manifest", "'{}'"),
        ("portal", "'https://q.example'"),
        ("supersedes", "'r0'"),
        ("asked", "'2025-02-03T12:00:00.000000+00:00'"),
        ("asked", "'never'"),
        ("outcome", "'{\"x\":1}'"),
        ("state", "'failed'"),
        ("link", "'7:ab'"),
        ("stopped_by", "'U0EVE00001'"),
    ],
)
def test_a_run_that_was_changed_after_its_result_is_named_with_what_is_different(
    column: str, value: str, kept: Store
) -> None:
    [fault] = over_with(kept, f"UPDATE runs SET \"{column}\" = {value} WHERE run = 'r1'")
    assert (fault.wrong, fault.run, fault.number) == (FaultKind.DIFFERS, "r1", 1)
    assert f"run r1 differs from its ledger entry 1: {column}" in str(fault)


@pytest.mark.parametrize("state", OPEN)
def test_a_forged_report_is_named_though_its_run_says_that_it_goes_on(state: State, kept: Store) -> None:
    faults = over_with(
        kept,
        f"UPDATE runs SET state = '{state}', sha256 = 'cd' WHERE run = 'r1'",
        f"UPDATE runs SET state = '{state}', link = '', files = '[]' WHERE run = 'r3'",
    )
    assert [(fault.wrong, fault.run, fault.number) for fault in faults] == [
        (FaultKind.DIFFERS, "r1", 1),
        (FaultKind.DIFFERS, "r3", 3),
    ]
    assert str(faults[0]).endswith(": sha256, state")
    assert str(faults[1]).endswith(": files, state, link")


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize("sign", [{"files": (filed(),)}, {"link": ChainHead(1, "ab" * 32)}], ids=["files", "link"])
def test_a_run_that_was_put_in_with_a_result_and_without_an_entry_is_named(
    sign: dict[str, Any], state: State, kept: Store
) -> None:
    kept.write(ledger.accept, entry("r9", "2025-09", state=state, **sign))
    [fault] = kept.write(check)
    assert (fault.wrong, fault.run) == (FaultKind.REMOVED, "r9")


def test_files_that_are_no_json_any_more_are_a_fault_and_not_the_end_of_the_check(kept: Store) -> None:
    [fault] = over_with(kept, "UPDATE runs SET files = '[' WHERE run = 'r1'")
    assert "unreadable" in str(fault)


def test_a_run_that_was_removed_is_named_with_the_entry_that_tells_of_it(kept: Store) -> None:
    [fault] = over_with(kept, "DELETE FROM runs WHERE run = 'r2'")
    assert str(fault) == "run r2 is missing, but entry 2 names it"


def test_the_head_that_a_report_noted_is_missed_when_a_chain_was_cut_with_its_runs(kept: Store) -> None:
    faults = over_with(kept, "DELETE FROM ledger WHERE number = 2", "DELETE FROM runs WHERE run = 'r2'")
    assert any("r3 names a newest entry" in str(fault) for fault in faults)


def test_a_run_that_goes_on_needs_no_entry(store: Store) -> None:
    store.write(ledger.accept, entry(state=State.RUNNING))
    assert store.write(check) == []


def test_many_who_write_at_the_same_moment_leave_one_chain_without_a_gap(store: Store) -> None:
    patient, crowd, each = store.retrying(), 6, 4

    def close_all(who: int) -> None:
        for number in range(each):
            run = f"r{who}-{number}"
            patient.write(partial(ledger.record_result, run=run, result={"failure": ledger.encoded(FAILURE)}, now=NOON))

    def write(c: Connection) -> None:
        for who in range(crowd):
            for number in range(each):
                ledger.accept(c, entry(f"r{who}-{number}", f"20{who + 10}-{number + 1:02}"))

    store.write(write)
    with stamina.set_testing(True, attempts=200), ThreadPoolExecutor(crowd) as threads:
        list(threads.map(close_all, range(crowd)))
    assert store.write(check) == []
    assert [link.number for link in store.write(lambda c: list(chain.links(c)))] == list(range(1, crowd * each + 1))


def test_runs_that_come_to_their_results_while_the_ledger_is_checked_are_no_faults(store: Store) -> None:
    patient, each = store.retrying(), 25

    def go_on(who: int) -> None:
        for number in range(each):
            run, month = f"r{who}-{number}", f"20{who + 10}-{number % 12 + 1:02}"
            only = order(only=f"file:{number + 1}").only
            run_of = entry(run, order=Order(Month.parse(month), "", only), state=State.RUNNING, replica=HERE)
            patient.write(partial(ledger.accept, entry=run_of))
            patient.write(partial(ledger.claim, run=run, replica=HERE))
            patient.write(partial(ledger.record_result, run=run, result=made(), now=NOON))

    with stamina.set_testing(True, attempts=200), ThreadPoolExecutor(2) as threads:
        under_way = [threads.submit(go_on, who) for who in range(2)]
        found = [fault for _ in range(30) for fault in store.write(check)]
        for one in under_way:
            one.result()
    assert found == []


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | texts | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcxyz", max_size=3), inner, max_size=3),
    max_leaves=6,
)
bodies = st.dictionaries(st.text("abcxyz_", min_size=1, max_size=6), values, max_size=4)


@pytest.fixture
def scratch(sqlite_store: Store) -> Iterator[Connection]:
    with sqlite_store.engine.connect() as c:
        c.begin()
        disarm(c)
        yield c
        c.rollback()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(bodies, min_size=1, max_size=5), st.data())
def test_whatever_is_written_fits_and_no_single_change_of_it_does(
    scratch: Connection, wanted: list[dict[str, object]], data: st.DataObject
) -> None:
    scratch.execute(chain.ledger.delete())
    for number, body in enumerate(wanted):
        chain.append(scratch, Kind.REVIEW, f"r{number}", body, at=later(number))
    assert check(scratch) == []
    assert [dict(link.body) for link in chain.links(scratch)] == wanted
    victim = data.draw(st.integers(1, len(wanted)))
    other = data.draw(bodies.filter(lambda body: body != wanted[victim - 1]))
    scratch.execute(chain.ledger.update().where(chain.ledger.c.number == victim).values(body=chain.canonical(other)))
    assert [(fault.wrong, fault.number) for fault in check(scratch)] == [(FaultKind.CHANGED, victim)]
