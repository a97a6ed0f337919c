"""A request and a run, from the acknowledgement to the summary: the order of their steps, and nothing else.

Each step is remembered once it is done; what was interrupted goes on after its last remembered step, in this process
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
    """Does a piece of work once and remembers its result, or why there is none.

    Raises:
        Postponed: Slack could not be had; the work is to be done later.
    """

    def __call__(self, name: str, kind: type[T], work: Callable[[], T], /) -> T | Failure: ...


@dataclass(frozen=True, slots=True)
class AdmittedRequest:
    """A request was let in, and its message stands in its channel."""

    asked: StoredRequest
    turn: int
    """Of its run."""
    late: bool = False
    """Whether the run was closed meanwhile, so that its result must be told here and now."""


@dataclass(frozen=True, slots=True)
class FiledRun:
    """A report that is made and filed."""

    draft: BuiltReport
    filing: UploadResult
    preview: tuple[str, ...]
    """Lines of it: what deserves a look, and its first events."""
    changes: Changes | None = None
    """Against the report whose place it takes; none if there is no such report."""
    not_compared: str = ""
    """Why the two could not be compared."""


@dataclass(frozen=True, slots=True)
class ChannelsToTell:
    """What came of a run is written down; these channels are to be told."""

    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CancelRun:
    """Somebody does not want a run any more."""

    run: str
    place: RequestContext


@dataclass(frozen=True, slots=True)
class UnfinishedPublishing:
    """What is still to be done of a run whose result is written down."""

    run: str
    channels: tuple[str, ...]
    """Those that are to be told."""
    by: str
    """In whose name."""
    trouble: Failure | None = None
    """Why a channel could not be told that cannot be told any more."""


class Postponed(Exception):
    """A step is to be done later; with the *ending*, that is all that is left."""

    def __init__(self, ending: UnfinishedPublishing | None = None) -> None:
        super().__init__()
        self.ending = ending


class RunSteps(Protocol):
    """What the steps do. Raises ComplianceError where something cannot be done."""

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
    """Let a request in or turn it away; its run begins when its turn comes."""
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
    """Make one report, or say why there is none, wherever it was asked for."""
    if not work.begin(run):
        return
    draft = step("draft", BuiltReport, lambda: work.build(run))
    made = draft if isinstance(draft, Failure) else step("file", FiledRun, lambda: work.file(run, draft))
    finish(run, step("close", ChannelsToTell, lambda: work.close(run, made)), work, step, by=run)


def cancel_run(dismissal: CancelRun, work: RunSteps, step: Step) -> None:
    """End a run that is not wanted any more; whatever is under way for it comes to nothing."""
    closed = step("dismiss", ChannelsToTell, lambda: work.cancel(dismissal))
    if isinstance(closed, Failure):
        reason = closed
        step("say why not", type(None), lambda: work.refuse_cancel(dismissal, reason))
    else:
        finish(dismissal.run, closed, work, step, by=f"{dismissal.run} cancelled")


def close_failed_run(run: str, work: RunSteps, step: Step) -> None:
    """End a run that its own workflow could not: it broke down, or killed each process that worked on it."""
    if work.give_up(run):
        finish(run, step("close", ChannelsToTell, lambda: work.close_broken(run)), work, step, by=f"{run} mended")


def finish(run: str, closed: ChannelsToTell | Failure, work: RunSteps, step: Step, *, by: str) -> None:
    """Tell every channel that asked, then write down that the run is over."""
    if isinstance(closed, Failure):
        end(UnfinishedPublishing(run, (), by, closed), work, step)
    else:
        end(UnfinishedPublishing(run, closed.channels, by), work, step)


def end(ending: UnfinishedPublishing, work: RunSteps, step: Step) -> None:
    """Tell the channels that are left; one that has to wait keeps nothing from the others.

    Raises:
        Postponed: with those that have to wait.
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
