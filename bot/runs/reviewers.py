"""Who may review a report: never somebody who caused it."""

from sqlalchemy import Connection

from bot.store import requests, run_causes
from handlers.errors import OwnRunUnderWay
from reporting.evidence import chain, ledger, reviews
from reporting.verification import Kind, Review


def check_reviewer(c: Connection, run: str, reviewer: str) -> None:
    """Refuse whoever could do nothing with the form for a review; who has reviewed the report can take that back.

    Raises:
        NoReport, Superseded, OwnReport, OwnRunUnderWay
    """
    entry = reviews.reported(c, run)
    if any(one.reviewer == reviewer for one in reviews.current_reviews(c, run)):
        return
    reviews.check(c, entry, reviewer, causes_of_report(c, run), None)
    check_none_under_way(c, run, reviewer)


def reviews_of(c: Connection, run: str) -> list[Review]:
    """All reviews of a run, revocations included, oldest first."""
    return [reviews.unpacked(link) for link in chain.of_run(c, run, Kind.REVIEW)]


def causes_of_report(c: Connection, run: str) -> set[str]:
    """Everybody who caused a run that led to this report; of a month that was read again, also the first run."""
    same = set(reviews.same_report(c, run))
    first = {entry.rereads for one in same if (entry := ledger.find(c, one)) and entry.rereads}
    return {person for one in same | first for person in run_causes.of_run(c, one)}


def check_none_under_way(c: Connection, run: str, reviewer: str) -> None:
    """Refuse a review while a run of the same month is open that the reviewer caused.

    Raises:
        OwnRunUnderWay
    """
    month = ledger.get(c, run).order.month if ledger.find(c, run) else None
    under_way = [one for one in ledger.list_open_runs(c) if one.order.month == month]
    asked = month is not None and str(month) in requests.pending_months(c, reviewer)
    if asked or any(reviewer in run_causes.of_run(c, one.run) for one in under_way):
        raise OwnRunUnderWay(month=month.title if month else "")
