"""The order of the steps of a request and a run, from acknowledgement to summary.

Each finished step is recorded; interrupted work continues after its last recorded step, in this process
or another.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from bot.store.requests import StoredRequest
from handlers.desk import RequestContext
from reporting.report import BuiltReport, Failure, UploadResult
from reporting.verification import Changes

T = TypeVar("T")


class Step(Protocol):
    """Runs a piece of work once and records its result, or why there is none.

    Raises:
        Postponed: Slack was unavailable; try again later.
    """

    def __call__(self, name: str, kind: type[T], work: Callable[[], T], /) -> T | Failure: ...


@dataclass(frozen=True, slots=True)
class AdmittedRequest:
    """A request that was admitted, with its message posted."""

    asked: StoredRequest
    turn: int
    """Of its run."""
    late: bool = False
    """Whether the run has its result already, which must be posted here now."""


@dataclass(frozen=True, slots=True)
class FiledRun:
    """A run whose report is filed."""

    draft: BuiltReport
    filing: UploadResult
    preview: tuple[str, ...]
    """Lines of the report: highlights and first events."""
    changes: Changes | None = None
    """Changes from the report that it replaces; None if there is none."""
    not_compared: str = ""
    """Why they could not be compared."""


@dataclass(frozen=True, slots=True)
class ChannelsToTell:
    """The result is recorded; these channels get it."""

    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CancelRun:
    """A request to cancel a run."""

    run: str
    place: RequestContext


@dataclass(frozen=True, slots=True)
class UnfinishedPublishing:
    """What is left of a run whose result is recorded."""

    run: str
    channels: tuple[str, ...]
    """Channels that still wait for the result."""
    by: str
    """On whose behalf messages are posted."""
    trouble: Failure | None = None
    """Why a channel can no longer get the result."""


class Postponed(Exception):
    """A step is postponed; *ending* is what is left, if only that."""

    def __init__(self, ending: UnfinishedPublishing | None = None) -> None:
        super().__init__()
        self.ending = ending


class RunSteps(Protocol):
    """The steps. They raise ComplianceError if something cannot be done."""

    def announce(self, request: str) -> AdmittedRequest: ...
    def refuse(self, request: str, failure: Failure) -> None: ...
    def begin(self, run: str) -> bool: ...
    def give_up(self, run: str) -> bool: ...
    def build(self, run: str) -> BuiltReport: ...
    def file(self, run: str, draft: BuiltReport) -> FiledRun: ...
    def close(self, run: str, result: FiledRun | Failure) -> ChannelsToTell: ...
    def close_broken(self, run: str) -> ChannelsToTell: ...
    def cancel(self, dismissal: CancelRun) -> ChannelsToTell: ...
    def refuse_cancel(self, dismissal: CancelRun, failure: Failure) -> None: ...
    def publish(self, run: str, channel: str, by: str) -> None: ...
    def end(self, run: str, trouble: Failure | None) -> None: ...


def receive(request: str, work: RunSteps, step: Step, begin: Callable[[AdmittedRequest], None]) -> None:
    """Admit a request or refuse it; its run begins when its turn comes."""
    announced = step("announce", AdmittedRequest, lambda: work.announce(request))
    if isinstance(announced, Failure):
        reason = announced
        step("refuse", type(None), lambda: work.refuse(request, reason))
    elif announced.late:
        asked = announced.asked
        step("publish", type(None), lambda: work.publish(asked.run, asked.place.channel, request))
    else:
        begin(announced)


def make_report(run: str, work: RunSteps, step: Step) -> None:
    """Make and file one report, then post the result wherever it was requested."""
    if not work.begin(run):
        return
    draft = step("draft", BuiltReport, lambda: work.build(run))
    made = draft if isinstance(draft, Failure) else step("file", FiledRun, lambda: work.file(run, draft))
    finish(run, step("close", ChannelsToTell, lambda: work.close(run, made)), work, step, by=run)


def cancel_run(dismissal: CancelRun, work: RunSteps, step: Step) -> None:
    """Cancel a run; whatever is under way for it is dropped."""
    closed = step("dismiss", ChannelsToTell, lambda: work.cancel(dismissal))
    if isinstance(closed, Failure):
        reason = closed
        step("say why not", type(None), lambda: work.refuse_cancel(dismissal, reason))
    else:
        finish(dismissal.run, closed, work, step, by=f"{dismissal.run} cancelled")


def close_failed_run(run: str, work: RunSteps, step: Step) -> None:
    """End a run whose own workflow failed, or which killed every process that worked on it."""
    if work.give_up(run):
        finish(run, step("close", ChannelsToTell, lambda: work.close_broken(run)), work, step, by=f"{run} mended")


def finish(run: str, closed: ChannelsToTell | Failure, work: RunSteps, step: Step, *, by: str) -> None:
    """Post the result in every channel, then record the end of the run."""
    if isinstance(closed, Failure):
        end(UnfinishedPublishing(run, (), by, closed), work, step)
    else:
        end(UnfinishedPublishing(run, closed.channels, by), work, step)


def end(ending: UnfinishedPublishing, work: RunSteps, step: Step) -> None:
    """Post in the channels that are left; one that has to wait does not hold up the others.

    Raises:
        Postponed: with the channels that have to wait.
    """
    trouble, waiting = ending.trouble, []
    for channel in ending.channels:
        try:
            failure = tell(ending.run, channel, work, step, by=ending.by)
        except Postponed:
            waiting.append(channel)
        else:
            trouble = trouble or failure
    if waiting:
        raise Postponed(replace(ending, channels=tuple(waiting), trouble=trouble))
    step("end", type(None), lambda: work.end(ending.run, trouble))


def tell(run: str, channel: str, work: RunSteps, step: Step, *, by: str) -> Failure | None:
    return step(f"publish in {channel}", type(None), lambda: work.publish(run, channel, by))
