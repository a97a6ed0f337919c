"""The order of the steps of what people want looked up, and of reviews, with work that does what a test says."""

import pytest

from bot.workflows.query import answer_query, submit_review
from bot.workflows.serialization import pack, unpack
from handlers.desk import Query, RequestContext, ReviewSubmission
from handlers.errors import NotAllowed
from handlers.query import QueryKind
from handlers.views.blocks import Message
from reporting.errors.portal import KeyRejected
from reporting.errors.request import NoReport, OwnReport
from reporting.filters import parse
from reporting.period import Month
from reporting.report import Failure
from tests.bot.steps import Steps, TellingWork, named
from tests.entries import ANN, COMPLIANCE

FOUND: Message = {"text": "intact", "blocks": []}
PLACE = RequestContext(COMPLIANCE, ANN, response_url="https://slack.example/r")
INQUIRY = Query(QueryKind.VERIFY, PLACE, "k", Month(2025, 1), parse('type:delete -room:"Legal, old"'))
OPINION = ReviewSubmission(PLACE, "r1", "rejected", "half of it\nis missing", "1.0", "k")
WRONG = [NotAllowed(reason="you are a guest"), NoReport(what="that", example="2025-01"), ZeroDivisionError()]


class TellingLookups(TellingWork):
    """Lookups that only say what was done."""

    def answer(self, inquiry: Query) -> Message:
        return self.do("answer", FOUND, inquiry.question)

    def tell_answer(self, inquiry: Query, message: Message) -> None:
        assert message == FOUND
        self.do("tell answer", None)

    def review(self, opinion: ReviewSubmission) -> int:
        return self.do("review", 7)

    def tell_review(self, opinion: ReviewSubmission, number: int) -> None:
        self.do("tell", None, f"{number}")

    def refuse(self, place: RequestContext, key: str, failure: Failure) -> None:
        assert place == PLACE
        self.do("refuse", None, f"{key} {failure.kind}")


def test_what_is_asked_for_is_looked_up_and_told() -> None:
    work = TellingLookups()
    answer_query(INQUIRY, work, Steps())
    assert work.done == ["answer: verify", "tell answer"]


@pytest.mark.parametrize("error", WRONG)
def test_who_cannot_be_answered_is_told_why(error: Exception) -> None:
    work = TellingLookups({"answer": error})
    answer_query(INQUIRY, work, Steps())
    assert work.done == ["answer: verify", f"refuse: k {named(error)}"]


def test_an_answer_that_cannot_be_told_is_a_refusal() -> None:
    work = TellingLookups({"tell answer": NotAllowed(reason="x")})
    answer_query(INQUIRY, work, Steps())
    assert work.done == ["answer: verify", "tell answer", "refuse: k NotAllowed"]


def test_a_review_is_written_down_before_it_is_told() -> None:
    work = TellingLookups()
    submit_review(OPINION, work, Steps())
    assert work.done == ["review", "tell: 7"]


@pytest.mark.parametrize("error", [OwnReport(), *WRONG])
def test_a_review_that_is_none_is_told_to_nobody_else(error: Exception) -> None:
    work = TellingLookups({"review": error})
    submit_review(OPINION, work, Steps())
    assert work.done == ["review", f"refuse: k {named(error)}"]


def test_a_review_stands_although_it_could_not_be_told_and_the_reviewer_hears_that() -> None:
    work = TellingLookups({"tell": KeyRejected(host="p.example")})
    submit_review(OPINION, work, Steps())
    assert work.done == ["review", "tell: 7", "refuse: k told KeyRejected"]


def test_who_goes_on_for_a_process_that_died_reviews_nothing_twice() -> None:
    work, step = TellingLookups(), Steps(dies_at="tell review")
    with pytest.raises(KeyboardInterrupt):
        submit_review(OPINION, work, step)
    step.dies_at = ""
    submit_review(OPINION, work, step)
    assert work.done == ["review", "tell: 7"]


@pytest.mark.parametrize("value", [INQUIRY, OPINION], ids=lambda value: type(value).__name__)
def test_what_is_asked_for_comes_back_from_the_engine_as_it_was(value: object) -> None:
    assert unpack(pack(value), type(value)) == value
