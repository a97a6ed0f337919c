"""Check the ledger: the chain itself, and each run against its entry.

This check cannot detect newest entries that were removed together with their runs, or a chain that was rewritten from
some entry on. A head that was published before reveals both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, select

from reporting.escape import escape_untrusted
from reporting.evidence import chain
from reporting.evidence.chain import FIRST, digest, rows
from reporting.evidence.event_index import INDEX, run_events
from reporting.evidence.ledger import runs
from reporting.evidence.run_statement import as_stored, statement
from reporting.evidence.seals import ASKERS, askers_of, seal
from reporting.run import OPEN, ChainHead, State
from reporting.verification import ChainEntry, FaultKind, Kind, LedgerFault

LONGEST = 80
"""Characters of a value that are shown."""
DIGITS = 18
"""Of a number that a database can hold."""
read = chain.read
MOST = 100
"""Entries that do not fit and are tried at each other's places."""


@dataclass(slots=True)
class ChainSeen:
    """What the check remembers of the entries it has seen."""

    hashes: dict[int, str] = field(default_factory=dict)
    """By number."""
    entries: dict[str, int] = field(default_factory=dict)
    """The number of each run's entry."""
    misfits: list[ChainEntry] = field(default_factory=list)
    """Those whose hash does not fit."""


def check(c: Connection) -> list[LedgerFault]:
    """Every fault of the ledger; empty if it is unchanged.

    In memory are 200 bytes for each entry. Others may write meanwhile: what seems to be missing is looked up again.
    """
    seen = ChainSeen()
    faults = [*check_link(c, seen), *misplaced_faults(seen.misfits), *compare_runs(c, seen)]
    return sorted(faults, key=lambda fault: (not fault.number, fault.number, fault.run))


def check_link(c: Connection, seen: ChainSeen) -> Iterator[LedgerFault]:
    """Yield the faults of the chain itself."""
    before, sound = ChainHead(0, FIRST), True
    for row in rows(c):
        yield from missing_fault(before.number + 1, row.number)
        found = read(row)
        fits = found is not None and digest(chain.told(found)) == found.hash
        if found is None:
            yield changed_fault(row.number, row.run)
        elif not fits:
            seen.misfits.append(found)
        elif sound and row.number == before.number + 1 and found.before != before.hash:
            words = f"{describe_entry(row)} does not follow entry {before.number}: one of the two was replaced"
            yield LedgerFault(FaultKind.MOVED, words, row.number, describe_value(row.run))
        yield from again(row, seen)
        before, sound = ChainHead(row.number, row.hash), fits


def again(row: Row[Any], seen: ChainSeen) -> Iterator[LedgerFault]:
    """Remember the entry; a second one for the same run is a fault."""
    seen.hashes[row.number] = row.hash
    if row.kind != Kind.RUN:
        return
    if row.run in seen.entries:
        run = describe_value(row.run)
        words = f"{describe_entry(row)} is a second entry for run {run}, which has entry {seen.entries[row.run]}"
        yield LedgerFault(FaultKind.FOREIGN, words, row.number, run)
    seen.entries.setdefault(row.run, row.number)


def describe_entry(row: Row[Any]) -> str:
    return f"entry {row.number} ({describe_value(row.kind)} {describe_value(row.run)})"


def describe_value(value: object) -> str:
    """A row's value on one line; it can be anything."""
    return escape_untrusted(str(value)[:LONGEST])


def missing_fault(first: int, here: int) -> Iterator[LedgerFault]:
    """Yield a fault for missing entry numbers."""
    if first < here:
        words = f"entry {first} is missing" if first == here - 1 else f"entries {first} to {here - 1} are missing"
        yield LedgerFault(FaultKind.REMOVED, words, first)


def changed_fault(number: int, run: object) -> LedgerFault:
    words = f"entry {number} (run {describe_value(run)}) was changed: its hash does not match"
    return LedgerFault(FaultKind.CHANGED, words, number, describe_value(run))


def misplaced_faults(misfits: list[ChainEntry]) -> Iterator[LedgerFault]:
    """Yield faults for entries with a wrong hash: moved or changed."""
    numbers = [link.number for link in misfits[:MOST]]
    for link in misfits:
        fits = (number for number in numbers if digest(chain.told(link) | {"number": number}) == link.hash)
        written = next(fits, 0)
        if written:
            words = f"entry {link.number} (run {describe_value(link.run)}) was originally entry {written}"
            yield LedgerFault(FaultKind.MOVED, words, link.number, describe_value(link.run))
        else:
            yield changed_fault(link.number, link.run)


def compare_runs(c: Connection, seen: ChainSeen) -> Iterator[LedgerFault]:
    """Yield the differences between runs and their entries, some hundred in memory at a time."""
    known: set[str] = set()
    askers, indexed = dict(askers_of(c)), set(c.scalars(select(run_events.c.run)))
    there = c.execute(as_stored(runs), execution_options={"yield_per": chain.BATCH}).mappings()
    for rows_read in there.partitions(chain.BATCH):
        entries = entries_of(c, [row["run"] for row in rows_read], seen)
        for row in rows_read:
            if not chain.is_text(row["run"]):
                yield LedgerFault(FaultKind.CHANGED, f"a run's id is unreadable: {describe_value(row['run'])}")
                continue
            known.add(row["run"])
            if row["state"] not in OPEN or row["link"] or row["files"] != "[]" or row["run"] in seen.entries:
                entry, sealed = entries.get(row["run"]), askers.get(row["run"], seal([]))
                yield from run_faults(c, row, entry, sealed, has_index=row["run"] in indexed)
            if row["head"] and not is_present(c, row["head"], seen):
                head = describe_value(row["head"])
                run = describe_value(row["run"])
                words = f"run {run} names a newest entry that is missing or changed: {head}"
                yield LedgerFault(FaultKind.REMOVED, words, 0, row["run"])
    for run, number in seen.entries.items():
        if run not in known and chain.is_text(run) and c.scalar(select(runs.c.run).where(runs.c.run == run)) is None:
            words = f"run {describe_value(run)} is missing, but entry {number} names it"
            yield LedgerFault(FaultKind.REMOVED, words, number, describe_value(run))


def run_faults(
    c: Connection, row: RowMapping, entry: Row[Any] | None, askers: str, *, has_index: bool
) -> Iterator[LedgerFault]:
    """Yield the faults of a run that has a result, or claims to.

    *askers* is the seal of its requesters in the database now.
    """
    run = row["run"]
    entry = entry or late_entry(c, run)
    if entry is None:
        yield LedgerFault(
            FaultKind.REMOVED, f"run {describe_value(run)} has a result, but its entry is missing", 0, run
        )
        return
    told = read(entry)
    names = [*differing(row, told), *unsealed(told, askers, has_index=has_index)]
    if row["link"] != f"{entry.number}:{entry.hash}":
        names.append("link")
    if names:
        words = f"run {describe_value(run)} differs from its ledger entry {entry.number}: {', '.join(names)}"
        yield LedgerFault(FaultKind.DIFFERS, words, entry.number, run)


def unsealed(told: ChainEntry | None, askers: str, *, has_index: bool) -> Iterator[str]:
    """Yield the names of sealed values that have changed; entries before 0.2 seal nothing.

    An index is only looked for here: its content is checked against its seal where it is used
    (:mod:`reporting.evidence.event_index`).
    """
    if told is None:
        return
    if told.body.get(ASKERS, askers) != askers:
        yield "requesters"
    if INDEX in told.body and (told.body[INDEX] is not None) != has_index:
        yield "event index"


def entries_of(c: Connection, names: Sequence[str], seen: ChainSeen) -> dict[str, Row[Any]]:
    """The entries of those runs, as far as they were seen, by run."""
    numbers = {seen.entries[run]: run for run in names if run in seen.entries}
    found = c.execute(select(chain.ledger).where(chain.ledger.c.number.in_(numbers)))
    return {numbers[row.number]: row for row in found}


def late_entry(c: Connection, run: str) -> Row[Any] | None:
    """The entry of a run that was written after the chain was checked."""
    mine = chain.ledger.c.run == run, chain.ledger.c.kind == Kind.RUN.value
    return c.execute(select(chain.ledger).where(*mine).order_by(chain.ledger.c.number).limit(1)).one_or_none()


def differing(row: RowMapping, told: ChainEntry | None) -> Iterator[str]:
    """Yield the names of columns that differ from a readable entry."""
    if told is None:
        return
    try:
        found = statement(row)
    except (ValueError, TypeError, AttributeError, RecursionError):
        yield "unreadable values"
        return
    yield from (name for name, value in found.items() if told.body.get(name) != value)
    fits = {State.DONE, State.WARNED} if told.body.get("files") else {State.FAILED, State.CANCELLED}
    if row["state"] not in {State.ENDING, *fits}:
        yield "state"


def is_present(c: Connection, head: str, seen: ChainSeen) -> bool:
    """Whether that entry is still there."""
    if not chain.is_text(head):
        return False
    number, _, digits = head.partition(":")
    if not (number.isascii() and number.isdecimal() and len(number) <= DIGITS):
        return False
    return digits == (seen.hashes.get(int(number)) or chain.hash_at(c, int(number)))
