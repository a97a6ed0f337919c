"""Reviews of reports: recorded in the ledger, posted in the thread and in DocSpace."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot.runs.notifier import Notifier
from bot.runs.reviewers import causes_of_report, check_none_under_way, reviews_of
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.store.database import Store
from bot.store.posts import ANCHOR
from handlers.desk import ReviewSubmission
from handlers.views.review import review_reply
from reporting.docspace.api.client import Portal
from reporting.docspace.files.version_comment import put_comment
from reporting.errors.portal import PortalError
from reporting.evidence import ledger, reviews
from reporting.verification import Result, Review

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReviewActivities:
    """The steps of a review."""

    store: Store
    poster: Poster
    people: People
    telling: Notifier
    portal: Callable[[datetime], Portal]
    now: Callable[[], datetime]

    def review(self, opinion: ReviewSubmission) -> int:
        """Record the review if the reviewer is allowed to; return its number in the ledger."""
        self.people.admit(opinion.place)
        return self.store.write(lambda c: self._written(c, opinion).link.number)

    def _written(self, c: Connection, opinion: ReviewSubmission) -> Review:
        """Record the review; if it was recorded before a crash, return that one."""
        reviewer, result = opinion.place.asker, Result(opinion.result)
        mine = [one for one in reviews_of(c, opinion.run) if one.reviewer == reviewer][-1:]
        if mine and (mine[0].result, mine[0].reason) == (result, opinion.reason):
            return mine[0]
        if result is not Result.REVOKED:
            check_none_under_way(c, opinion.run, reviewer)
        causes = causes_of_report(c, opinion.run)
        return reviews.review(
            c, opinion.run, reviewer=reviewer, result=result, reason=opinion.reason, askers=causes, now=self.now()
        )

    def tell(self, opinion: ReviewSubmission, number: int) -> None:
        """Post the review in the thread, update the summary, and comment on the version in DocSpace."""
        review = self.store.read(lambda c: next(one for one in reviews_of(c, opinion.run) if one.link.number == number))
        title = self.store.read(ledger.get, opinion.run).order.month.title
        key, place = f"review-{number}", opinion.place
        try:
            self.poster.once(key, place.channel, ANCHOR, review_reply(review, title), by=key, thread=opinion.thread)
            self.telling.refresh(opinion.run)
        finally:  # a channel that is closed keeps nothing from DocSpace
            self._comment(review)

    def _comment(self, review: Review) -> None:
        try:
            put_comment(self.portal(self.now()), review.file, review.version, comment(review))
        except PortalError as error:
            log.warning("review comment not posted", run=review.run, reason=str(error))
            raise


def comment(review: Review) -> str:
    """The comment on the version in DocSpace; Slack ids would mean nothing there."""
    entry = f"ledger entry {review.link.number}, {review.link.short}"
    return f"Review: {review.result} ({entry}), {review.at:%Y-%m-%d}. {review.reason}"
