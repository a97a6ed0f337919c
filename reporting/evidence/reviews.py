"""Reviews by a second person: entries of the chain, revocable only by another entry.

Every function works within the caller's transaction.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, select

from reporting.errors.base import RunUnreadable
from reporting.errors.request import NoReport, NothingToRevoke, OwnReport, ReviewedAlready, Superseded
from reporting.evidence import chain, ledger
from reporting.run import Run
from reporting.verification import ChainEntry, Kind, Result, Review

HALF = re.compile("[\ud800-\udfff]")
"""Halves of characters, which no text of a database can hold."""


def review(
    c: Connection, run: str, *, reviewer: str, result: Result, reason: str, askers: Collection[str], now: datetime
) -> Review:
    """Record *reviewer*'s review of a run's report, or its revocation; *askers* are the report's requesters.

    Raises:
        NoReport: the run has none.
        Superseded: there is a newer one.
        OwnReport: the reviewer requested it.
        ReviewedAlready, NothingToRevoke
        IntegrityError: somebody else wrote into the ledger at the same moment; the transaction has to be repeated.
    """
    entry = reported(c, run)
    before = next((one for one in current_reviews(c, run) if one.reviewer == reviewer), None)
    if result is Result.REVOKED:
        if before is None:
            raise NothingToRevoke
    else:
        check(c, entry, reviewer, askers, before)
    file = entry.files[0]
    body = {
        "sha256": entry.sha256,
        "file": file.id,
        "version": file.version,
        "reviewer": reviewer,
        "result": result.value,
        "reason": HALF.sub("\ufffd", reason.strip()),
        "revokes": before.link.number if before else None,
    }
    chain.append(c, Kind.REVIEW, run, body, at=now)
    return unpacked(chain.of_run(c, run, Kind.REVIEW)[-1])


def reported(c: Connection, run: str) -> Run:
    """The run, which has a report."""
    entry = ledger.find(c, run)
    if entry is None or entry.link is None or not entry.files:
        raise NoReport(what=f"run {run}", example=entry.order.month if entry else "2025-01")
    return entry


def check(c: Connection, entry: Run, reviewer: str, askers: Collection[str], before: Review | None) -> None:
    """Check that *reviewer* may review the run now."""
    later = c.scalar(select(ledger.runs.c.run).where(ledger.runs.c.supersedes == entry.run).limit(1))
    if later:
        raise Superseded(by=later)
    if reviewer in askers or reviewer == entry.asker:
        raise OwnReport
    if before:
        raise ReviewedAlready(result=before.result.value)


def current_reviews(c: Connection, run: str) -> tuple[Review, ...]:
    """The reviews of a run that are in force, oldest first."""
    return in_force(chain.of_run(c, run, Kind.REVIEW))


def of_runs(c: Connection, runs: Sequence[str]) -> dict[str, tuple[Review, ...]]:
    """The same for many runs, by run; runs without a review are left out."""
    links: dict[str, list[ChainEntry]] = {}
    for names in batches(runs):
        mine = chain.ledger.c.run.in_(names), chain.ledger.c.kind == Kind.REVIEW.value
        for row in c.execute(select(chain.ledger).where(*mine).order_by(chain.ledger.c.number)):
            links.setdefault(row.run, []).append(chain.link(row))
    return {run: in_force(found) for run, found in links.items()}


def batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many as a statement may name."""
    return (names[start : start + chain.BATCH] for start in range(0, len(names), chain.BATCH))


def in_force(links: Collection[ChainEntry]) -> tuple[Review, ...]:
    """Those that were not revoked, of all entries about reviews of a run."""
    revoked = {link.body.get("revokes") for link in links if link.body.get("result") == Result.REVOKED}
    found = map(unpacked, links)
    return tuple(one for one in found if one.result is not Result.REVOKED and one.link.number not in revoked)


def same_report(c: Connection, run: str) -> list[str]:
    """The runs with this exact report, this one included: a requester of one counts as a requester of all."""
    entry = reported(c, run)
    there = ledger.newest_filed(c, portal=entry.portal, name=entry.name)
    return [one.run for one in there if one.sha256 == entry.sha256]


def unpacked(link: ChainEntry) -> Review:
    """The review of an entry.

    Raises:
        RunUnreadable: it holds what no release writes.
    """
    try:
        return review_of(link)
    except (LookupError, ValueError, TypeError) as error:
        raise RunUnreadable(run=link.run) from error


def review_of(link: ChainEntry) -> Review:
    said = cast("dict[str, Any]", link.body)
    return Review(
        run=link.run,
        reviewer=said["reviewer"],
        result=Result(said["result"]),
        reason=said["reason"],
        sha256=said["sha256"],
        file=said["file"],
        version=said["version"],
        at=datetime.fromisoformat(link.at),
        link=link.head,
    )
