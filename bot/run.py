"""One run, from the accepted request to the summary in the channel: the order of its steps, and nothing else.

Each step is remembered once it is done; a run that was interrupted goes on after its last remembered step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from handlers.deliver import Anchor
from handlers.desk import Request
from reporting.report import Draft, Failure, Filing

T = TypeVar("T")


class Step(Protocol):
    """Does a piece of work once and remembers its result, or why there is none."""

    def __call__(self, name: str, kind: type[T], work: Callable[[], T], /) -> T | Failure: ...


class Work(Protocol):
    """What the steps do. Raises ComplianceError where something cannot be done."""

    def announce(self, request: Request) -> Anchor: ...
    def draft(self, run: str, request: Request, anchor: Anchor) -> Draft: ...
    def file(self, draft: Draft) -> Filing: ...
    def publish(self, request: Request, anchor: Anchor, draft: Draft, filed: Filing) -> None: ...
    def refuse(self, request: Request, failure: Failure) -> None: ...
    def fail(self, request: Request, anchor: Anchor, failure: Failure) -> None: ...
    def tidy(self, run: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    failure: Failure | None = None
    """Why there is no report; a report that is filed but could not be posted has one too."""
    filed: Filing | None = None


def produce(run: str, request: Request, work: Work, step: Step) -> Outcome:
    """Make one report, or say why there is none, where it was asked for."""
    anchor = step("announce", Anchor, lambda: work.announce(request))
    if isinstance(anchor, Failure):
        reason = anchor
        step("refuse", type(None), lambda: work.refuse(request, reason))
        return Outcome(reason)
    outcome = filed_and_posted(run, request, anchor, work, step)
    step("tidy", type(None), lambda: work.tidy(run))
    return outcome


def filed_and_posted(run: str, request: Request, anchor: Anchor, work: Work, step: Step) -> Outcome:
    draft = step("draft", Draft, lambda: work.draft(run, request, anchor))
    if isinstance(draft, Failure):
        return failed(request, anchor, draft, work, step)
    filed = step("file", Filing, lambda: work.file(draft))
    if isinstance(filed, Failure):
        return failed(request, anchor, filed, work, step)
    posted = step("publish", type(None), lambda: work.publish(request, anchor, draft, filed))
    return Outcome(posted, filed)


def failed(request: Request, anchor: Anchor, failure: Failure, work: Work, step: Step) -> Outcome:
    step("fail", type(None), lambda: work.fail(request, anchor, failure))
    return Outcome(failure)
