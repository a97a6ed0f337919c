"""Whether the ledger is as it was written: the chain by itself, and each run against its entry.

What this cannot see by itself: newest entries that were removed together with their runs, and a chain that was written
anew from some entry on. Both are seen by a head that was noted elsewhere before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, select

from reporting.escape import visible
from reporting.evidence import chain
from reporting.evidence.chain import FIRST, digest, rows
from reporting.evidence.event_index import INDEX, run_events
from reporting.evidence.ledger import runs
from reporting.evidence.run_statement import as_stored, statement
from reporting.evidence.seals import ASKERS, askers_of, seal
from reporting.run import OPEN, Head, State
from reporting.verification import Fault, Kind, Link, Wrong

LONGEST = 80
"""Characters of a value that are shown."""
DIGITS = 18
"""Of a number that a database can hold."""
read = chain.read
MOST = 100
"""Entries that do not fit and are tried at each other's places."""


@dataclass(slots=True)
class Seen:
    """What is kept of the entries that were gone through."""

    hashes: dict[int, str] = field(default_factory=dict)
    """By number."""
    entries: dict[str, int] = field(default_factory=dict)
    """The number of each run's entry."""
    misfits: list[Link] = field(default_factory=list)
    """Those whose hash does not fit."""


def check(c: Connection) -> list[Fault]:
    """Everything that is the matter with the ledger; nothing if it is as it was written.

    In memory are 200 bytes for each entry. Others may write meanwhile: what seems to be missing is looked up again.
    """
    seen = Seen()
    faults = [*linked(c, seen), *misplaced(seen.misfits), *compared(c, seen)]
    return sorted(faults, key=lambda fault: (not fault.number, fault.number, fault.run))


def linked(c: Connection, seen: Seen) -> Iterator[Fault]:
    """What is the matter with the chain by itself."""
    before, sound = Head(0, FIRST), True
    for row in rows(c):
        yield from missing(before.number + 1, row.number)
        found = read(row)
        fits = found is not None and digest(chain.told(found)) == found.hash
        if found is None:
            yield changed(row.number, row.run)
        elif not fits:
            seen.misfits.append(found)
        elif sound and row.number == before.number + 1 and found.before != before.hash:
            words = f"{named(row)} does not follow entry {before.number} as it stands now: one of the two is another"
            yield Fault(Wrong.MOVED, words, row.number, shown(row.run))
        yield from again(row, seen)
        before, sound = Head(row.number, row.hash), fits


def again(row: Row[Any], seen: Seen) -> Iterator[Fault]:
    """Keep the entry in mind; a second one of a run is a fault."""
    seen.hashes[row.number] = row.hash
    if row.kind != Kind.RUN:
        return
    if row.run in seen.entries:
        words = f"{named(row)} tells of run {shown(row.run)}, which has entry {seen.entries[row.run]} already"
        yield Fault(Wrong.FOREIGN, words, row.number, shown(row.run))
    seen.entries.setdefault(row.run, row.number)


def named(row: Row[Any]) -> str:
    return f"entry {row.number} ({shown(row.kind)} {shown(row.run)})"


def shown(value: object) -> str:
    """What stands in a row, on one line: it may be anything."""
    return visible(str(value)[:LONGEST])


def missing(first: int, here: int) -> Iterator[Fault]:
    """The numbers that were left out."""
    if first < here:
        words = f"entry {first} is missing" if first == here - 1 else f"entries {first} to {here - 1} are missing"
        yield Fault(Wrong.REMOVED, words, first)


def changed(number: int, run: object) -> Fault:
    words = f"entry {number} (run {shown(run)}) was changed: its hash does not fit it"
    return Fault(Wrong.CHANGED, words, number, shown(run))


def misplaced(misfits: list[Link]) -> Iterator[Fault]:
    """Whether entries whose hash does not fit were written at another's place, or changed."""
    numbers = [link.number for link in misfits[:MOST]]
    for link in misfits:
        fits = (number for number in numbers if digest(chain.told(link) | {"number": number}) == link.hash)
        written = next(fits, 0)
        if written:
            words = f"what stands as entry {link.number} (run {shown(link.run)}) was written as entry {written}"
            yield Fault(Wrong.MOVED, words, link.number, shown(link.run))
        else:
            yield changed(link.number, link.run)


def compared(c: Connection, seen: Seen) -> Iterator[Fault]:
    """What is the matter between the runs and their entries, some hundred of them in memory at a time."""
    known: set[str] = set()
    askers, indexed = dict(askers_of(c)), set(c.scalars(select(run_events.c.run)))
    there = c.execute(as_stored(runs), execution_options={"yield_per": chain.BATCH}).mappings()
    for rows_read in there.partitions(chain.BATCH):
        entries = entries_of(c, [row["run"] for row in rows_read], seen)
        for row in rows_read:
            if not chain.is_text(row["run"]):
                yield Fault(Wrong.CHANGED, f"a run has an id that cannot be read any more: {shown(row['run'])}")
                continue
            known.add(row["run"])
            if row["state"] not in OPEN or row["link"] or row["files"] != "[]" or row["run"] in seen.entries:
                entry, sealed = entries.get(row["run"]), askers.get(row["run"], seal([]))
                yield from run_faults(c, row, entry, sealed, has_index=row["run"] in indexed)
            if row["head"] and not stands(c, row["head"], seen):
                head = shown(row["head"])
                words = f"run {shown(row['run'])} noted as the newest entry one that is missing or another now: {head}"
                yield Fault(Wrong.REMOVED, words, 0, row["run"])
    for run, number in seen.entries.items():
        if run not in known and chain.is_text(run) and c.scalar(select(runs.c.run).where(runs.c.run == run)) is None:
            words = f"run {shown(run)}, of which entry {number} tells, is missing"
            yield Fault(Wrong.REMOVED, words, number, shown(run))


def run_faults(
    c: Connection, row: RowMapping, entry: Row[Any] | None, askers: str, *, has_index: bool
) -> Iterator[Fault]:
    """What is the matter with a run that has come to a result, or says that it has.

    *askers* is the seal of those who asked for it, as they stand in the database now.
    """
    run = row["run"]
    entry = entry or late_entry(c, run)
    if entry is None:
        yield Fault(Wrong.REMOVED, f"run {shown(run)} has come to a result, and its entry is missing", 0, run)
        return
    told = read(entry)
    names = [*differing(row, told), *unsealed(told, askers, has_index=has_index)]
    if row["link"] != f"{entry.number}:{entry.hash}":
        names.append("link")
    if names:
        words = f"run {shown(run)} is told otherwise than its entry {entry.number} tells it: {', '.join(names)}"
        yield Fault(Wrong.DIFFERS, words, entry.number, run)


def unsealed(told: Link | None, askers: str, *, has_index: bool) -> Iterator[str]:
    """The names of what the entry seals, and what is not as it was sealed; entries before 0.2 seal nothing.

    An index is only looked for here: its content is checked against its seal where it is used
    (:mod:`reporting.evidence.event_index`).
    """
    if told is None:
        return
    if told.body.get(ASKERS, askers) != askers:
        yield "who asked for it"
    if INDEX in told.body and (told.body[INDEX] is not None) != has_index:
        yield "the index of its events"


def entries_of(c: Connection, names: Sequence[str], seen: Seen) -> dict[str, Row[Any]]:
    """The entries of those runs that were seen, by run."""
    numbers = {seen.entries[run]: run for run in names if run in seen.entries}
    found = c.execute(select(chain.ledger).where(chain.ledger.c.number.in_(numbers)))
    return {numbers[row.number]: row for row in found}


def late_entry(c: Connection, run: str) -> Row[Any] | None:
    """The entry that a run has by now, whose entry was not seen."""
    mine = chain.ledger.c.run == run, chain.ledger.c.kind == Kind.RUN.value
    return c.execute(select(chain.ledger).where(*mine).order_by(chain.ledger.c.number).limit(1)).one_or_none()


def differing(row: RowMapping, told: Link | None) -> Iterator[str]:
    """The names of the columns that are not what the entry says, if that can be read."""
    if told is None:
        return
    try:
        found = statement(row)
    except (ValueError, TypeError, AttributeError, RecursionError):
        yield "what cannot be read any more"
        return
    yield from (name for name, value in found.items() if told.body.get(name) != value)
    fits = {State.DONE, State.WARNED} if told.body.get("files") else {State.FAILED, State.CANCELLED}
    if row["state"] not in {State.ENDING, *fits}:
        yield "state"


def stands(c: Connection, head: str, seen: Seen) -> bool:
    """Whether that entry is still there."""
    if not chain.is_text(head):
        return False
    number, _, digits = head.partition(":")
    if not (number.isascii() and number.isdecimal() and len(number) <= DIGITS):
        return False
    return digits == (seen.hashes.get(int(number)) or chain.hash_at(c, int(number)))
