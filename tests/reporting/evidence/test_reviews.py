"""A report is reviewed by a second person, once, while it is the newest; only another entry takes that back."""

from typing import Any

import pytest
from sqlalchemy import Connection

from bot.store.database import Store
from reporting.errors.base import ComplianceError
from reporting.errors.request import NoReport, NothingToRevoke, OwnReport, ReviewedAlready, Superseded
from reporting.evidence import chain, ledger, reviews
from reporting.evidence.ledger_check import check
from reporting.run import State
from reporting.verification import Kind, Result, Review
from tests.entries import ANN, BOB, FAILURE, NOON, entry, filed, later

EVE = "U0EVE00001"
OPINIONS = [Result.ACCEPTED, Result.REMARKS, Result.REJECTED]


def made(c: Connection, /, run: str = "r1", sha256: str = "ab" * 32, supersedes: str = "", **changes: Any) -> None:
    """A run that has filed a report of January."""
    ledger.accept(c, entry(run, state=State.FILING, **changes))
    columns = {"files": ledger.encoded((filed(version=3),)), "portal": "https://p.example", "name": "january"}
    ledger.record_result(c, run, columns | {"sha256": sha256, "supersedes": supersedes}, now=NOON)
    ledger.end(c, run, State.DONE, now=NOON)


@pytest.fixture
def kept(store: Store) -> Store:
    store.write(made)
    return store


def say(store: Store, result: Result, *, by: str = BOB, run: str = "r1", reason: str = "", minute: float = 1) -> Review:
    return store.write(reviews.review, run, reviewer=by, result=result, reason=reason, askers={ANN}, now=later(minute))


def standing(store: Store, run: str = "r1") -> list[tuple[str, Result]]:
    return [(one.reviewer, one.result) for one in store.write(reviews.current_reviews, run)]


@pytest.mark.parametrize("result", OPINIONS)
def test_a_review_is_an_entry_of_the_ledger_about_the_very_bytes_that_were_reviewed(
    kept: Store, result: Result
) -> None:
    review = say(kept, result, reason="  seen\u2028all of it \ud800 ")
    assert (review.reviewer, review.result, review.at) == (BOB, result, later(1))
    assert (review.sha256, review.file, review.version) == ("ab" * 32, 1, 3)
    assert review.reason == "seen\u2028all of it \ufffd"
    [link] = kept.write(chain.of_run, "r1", Kind.REVIEW)
    assert link.head == review.link
    assert kept.write(check) == []
    assert standing(kept) == [(BOB, result)]


def test_whoever_asked_cannot_review_nor_can_who_joined(kept: Store) -> None:
    with pytest.raises(OwnReport):
        say(kept, Result.ACCEPTED, by=ANN)
    with pytest.raises(OwnReport):
        kept.write(reviews.review, "r1", reviewer=EVE, result=Result.ACCEPTED, reason="", askers={EVE}, now=NOON)
    assert standing(kept) == []


def test_who_asked_first_cannot_review_whatever_askers_are_named(kept: Store) -> None:
    with pytest.raises(OwnReport):
        kept.write(reviews.review, "r1", reviewer=ANN, result=Result.ACCEPTED, reason="", askers=(), now=NOON)


def test_a_report_that_another_took_the_place_of_is_not_reviewed_any_more(kept: Store) -> None:
    kept.write(made, "r2", "cd" * 32, supersedes="r1")
    with pytest.raises(Superseded, match="run r2"):
        say(kept, Result.ACCEPTED)
    assert say(kept, Result.ACCEPTED, run="r2").run == "r2"


def test_nobody_reviews_twice_without_taking_back_what_they_said(kept: Store) -> None:
    say(kept, Result.REJECTED)
    with pytest.raises(ReviewedAlready, match="rejected"):
        say(kept, Result.ACCEPTED)
    assert say(kept, Result.ACCEPTED, by=EVE).reviewer == EVE
    assert standing(kept) == [(BOB, Result.REJECTED), (EVE, Result.ACCEPTED)]


def test_a_review_is_revoked_by_another_entry_and_both_stay(kept: Store) -> None:
    first = say(kept, Result.ACCEPTED)
    revoked = say(kept, Result.REVOKED, reason="too early", minute=2)
    assert standing(kept) == []
    links = kept.write(chain.of_run, "r1", Kind.REVIEW)
    assert [link.body["revokes"] for link in links] == [None, first.link.number]
    assert revoked.result is Result.REVOKED
    say(kept, Result.REJECTED, minute=3)
    assert standing(kept) == [(BOB, Result.REJECTED)]


def test_only_whoever_reviewed_can_revoke(kept: Store) -> None:
    say(kept, Result.ACCEPTED)
    with pytest.raises(NothingToRevoke):
        say(kept, Result.REVOKED, by=EVE)
    say(kept, Result.REVOKED)
    with pytest.raises(NothingToRevoke):
        say(kept, Result.REVOKED)


def test_what_was_said_of_a_report_can_be_revoked_when_another_has_taken_its_place(kept: Store) -> None:
    say(kept, Result.ACCEPTED)
    kept.write(made, "r2", "cd" * 32, supersedes="r1")
    say(kept, Result.REVOKED)
    assert standing(kept) == []


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.FILING, State.FAILED])
def test_what_is_no_report_cannot_be_reviewed(store: Store, state: State) -> None:
    store.write(ledger.accept, entry(state=state, failure=FAILURE))
    with pytest.raises(NoReport, match="run r1"):
        say(store, Result.ACCEPTED)
    with pytest.raises(NoReport):
        say(store, Result.ACCEPTED, run="r7")


def test_a_report_whose_result_is_still_being_told_can_be_reviewed(store: Store) -> None:
    def write(c: Connection) -> None:
        ledger.accept(c, entry(state=State.FILING))
        ledger.record_result(c, "r1", {"files": ledger.encoded((filed(),))}, now=NOON)

    store.write(write)
    assert say(store, Result.ACCEPTED).run == "r1"


def test_the_runs_that_found_the_very_same_report_are_told_so_that_none_of_their_askers_reviews_it(
    kept: Store,
) -> None:
    kept.write(made, "r2", asker=BOB, asked=1)
    kept.write(made, "r3", "cd" * 32, asked=2)
    assert sorted(kept.write(reviews.same_report, "r1")) == ["r1", "r2"]
    with pytest.raises(ComplianceError):
        kept.write(reviews.same_report, "r9")
