"""What people ask to be looked up, and reviews, step by step: the order of the steps, and nothing else."""

from typing import Protocol, cast

from bot.workflows.report import Step
from handlers.desk import Inquiry, Opinion, Place
from handlers.views.blocks import Message
from reporting.report import Failure


class Lookups(Protocol):
    """What the steps do. Raises ComplianceError where something cannot be done."""

    def answer(self, inquiry: Inquiry) -> Message: ...
    def tell_answer(self, inquiry: Inquiry, message: Message) -> None: ...
    def review(self, opinion: Opinion) -> int: ...
    def tell_review(self, opinion: Opinion, number: int) -> None: ...
    def refuse(self, place: Place, key: str, failure: Failure) -> None: ...


def inquire(inquiry: Inquiry, work: Lookups, step: Step) -> None:
    """Look something up and tell it, or tell the asker why not."""
    found = step("answer", dict, lambda: work.answer(inquiry))
    failure = found if isinstance(found, Failure) else None
    if failure is None and found:
        message = cast("Message", found)
        failure = step("tell answer", type(None), lambda: work.tell_answer(inquiry, message))
    if failure:
        refuse(inquiry.place, inquiry.key, failure, work, step)


def review(opinion: Opinion, work: Lookups, step: Step) -> None:
    """Write a review into the ledger, then tell it, in Slack and in DocSpace."""
    number = step("review", int, lambda: work.review(opinion))
    if isinstance(number, Failure):
        refuse(opinion.place, opinion.key, number, work, step)
        return
    failure = step("tell review", type(None), lambda: work.tell_review(opinion, number))
    if failure:
        refuse(opinion.place, f"{opinion.key} told", failure, work, step)


def refuse(place: Place, key: str, failure: Failure, work: Lookups, step: Step) -> None:
    step(f"refuse {key}", type(None), lambda: work.refuse(place, key, failure))
