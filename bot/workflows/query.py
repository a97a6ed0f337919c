"""The order of the steps of queries and reviews."""

from typing import Protocol, cast

from bot.workflows.report import Step
from handlers.desk import Query, RequestContext, ReviewSubmission
from handlers.views.blocks import Message
from reporting.report import Failure


class QuerySteps(Protocol):
    """The steps. They raise ComplianceError if something cannot be done."""

    def answer(self, inquiry: Query) -> Message: ...
    def tell_answer(self, inquiry: Query, message: Message) -> None: ...
    def review(self, opinion: ReviewSubmission) -> int: ...
    def tell_review(self, opinion: ReviewSubmission, number: int) -> None: ...
    def refuse(self, place: RequestContext, key: str, failure: Failure) -> None: ...


def answer_query(inquiry: Query, work: QuerySteps, step: Step) -> None:
    """Look something up and post the answer, or tell the requester why not."""
    found = step("answer", dict, lambda: work.answer(inquiry))
    failure = found if isinstance(found, Failure) else None
    if failure is None and found:
        message = cast("Message", found)
        failure = step("tell answer", type(None), lambda: work.tell_answer(inquiry, message))
    if failure:
        refuse_query(inquiry.place, inquiry.key, failure, work, step)


def submit_review(opinion: ReviewSubmission, work: QuerySteps, step: Step) -> None:
    """Record a review in the ledger, then post it in Slack and in DocSpace."""
    number = step("review", int, lambda: work.review(opinion))
    if isinstance(number, Failure):
        refuse_query(opinion.place, opinion.key, number, work, step)
        return
    failure = step("tell review", type(None), lambda: work.tell_review(opinion, number))
    if failure:
        refuse_query(opinion.place, f"{opinion.key} told", failure, work, step)


def refuse_query(place: RequestContext, key: str, failure: Failure, work: QuerySteps, step: Step) -> None:
    step(f"refuse {key}", type(None), lambda: work.refuse(place, key, failure))
