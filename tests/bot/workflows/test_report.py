"""The order of a run's steps, with work that does what a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from bot.store.requests import StoredRequest
from bot.workflows.engine import attempt
from bot.workflows.report import (
    AdmittedRequest,
    CancelRun,
    ChannelsToTell,
    FiledRun,
    Postponed,
    Step,
    UnfinishedPublishing,
    cancel_run,
    close_failed_run,
    end,
    make_report,
    receive,
)
from bot.workflows.serialization import pack, unpack
from handlers.desk import RequestContext
from handlers.errors import NotAllowed, TooLateToCancel
from handlers.slack.errors import ChannelClosed, PostUnclear
from reporting.errors.base import ComplianceError
from reporting.errors.filing import FolderForbidden
from reporting.errors.portal import KeyRejected
from reporting.report import BuiltReport, Change, Failure
from reporting.run import Origin
from tests.entries import ANN, COMPLIANCE, DRAFT, FAILURE, LEGAL, NOON, filed, made

T = TypeVar("T")
PLACE = RequestContext(COMPLIANCE, ANN, response_url="https://slack.example/r")
ASKED = StoredRequest("q1", "r1", Origin.COMMAND, PLACE, NOON)
REFUSED = KeyRejected(host="p.example")
DISMISSAL = CancelRun("r1", PLACE)


@dataclass
class TellingWork:
    """Says what was done, in order; *broken* names the step that fails, and how."""

    broken: dict[str, Exception] = field(default_factory=dict)
    channels: tuple[str, ...] = (COMPLIANCE,)
    begins: bool = True
    late: bool = False
    done: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    """In whose name the channels were told."""

    def _do(self, name: str, result: T, said: str = "") -> T:
        self.done.append(f"{name}: {said}" if said else name)
        if name in self.broken:
            raise self.broken[name]
        return result

    def announce(self, request: str) -> AdmittedRequest:
        return self._do("announce", AdmittedRequest(ASKED, turn=3, late=self.late))

    def refuse(self, request: str, failure: Failure) -> None:
        self._do("refuse", None, failure.kind)

    def begin(self, run: str) -> bool:
        return self._do("begin", self.begins)

    def build(self, run: str) -> BuiltReport:
        return self._do("draft", DRAFT)

    def file(self, run: str, draft: BuiltReport) -> FiledRun:
        assert draft == DRAFT
        return self._do("file", made())

    def close(self, run: str, result: FiledRun | Failure) -> ChannelsToTell:
        return self._do("close", ChannelsToTell(self.channels), result.kind if isinstance(result, Failure) else "made")

    def cancel(self, dismissal: CancelRun) -> ChannelsToTell:
        return self._do("dismiss", ChannelsToTell(self.channels))

    def refuse_cancel(self, dismissal: CancelRun, failure: Failure) -> None:
        self._do("not dismissed", None, failure.kind)

    def close_broken(self, run: str) -> ChannelsToTell:
        return self._do("close broken", ChannelsToTell(self.channels))

    def give_up(self, run: str) -> bool:
        return self._do("give up", self.begins)

    def publish(self, run: str, channel: str, by: str) -> None:
        self.named.append(by)
        self._do(f"publish in {channel}", None)

    def end(self, run: str, trouble: Failure | None) -> None:
        self._do("end", None, trouble.kind if trouble else "")


@dataclass
class Steps:
    """Steps without an engine; what they remember goes through JSON and outlives a death at *dies_at*."""

    remembered: dict[str, Any] = field(default_factory=dict)
    dies_at: str = ""
    after: bool = False

    def __call__(self, name: str, kind: type[T], work: Callable[[], T], /) -> T | Failure:
        if name in self.remembered:
            result = self.remembered[name]
        else:
            if name == self.dies_at and not self.after:
                raise KeyboardInterrupt
            result = attempt(name, work)
            if name == self.dies_at:
                raise KeyboardInterrupt
            self.remembered[name] = result
        return result.failure or unpack(pack(result.value), kind)


def received(work: TellingWork, step: Steps | None = None) -> list[AdmittedRequest]:
    begun: list[AdmittedRequest] = []
    receive("q1", work, step or Steps(), begun.append)
    return begun


# -- a request --


def test_a_request_that_is_let_in_makes_its_run_wait_for_its_turn() -> None:
    work = TellingWork()
    assert received(work) == [AdmittedRequest(ASKED, turn=3)]
    assert work.done == ["announce"]


@pytest.mark.parametrize("error", [NotAllowed(reason="you are a guest"), ChannelClosed(reason="archived")])
def test_a_request_that_is_not_let_in_is_turned_away_and_its_run_does_not_begin(error: ComplianceError) -> None:
    work = TellingWork({"announce": error})
    assert received(work) == []
    assert work.done == ["announce", f"refuse: {type(error).__name__}"]


def test_what_nobody_thought_of_turns_a_request_away_too() -> None:
    work = TellingWork({"announce": ZeroDivisionError()})
    assert received(work) == []
    assert work.done == ["announce", "refuse: Unexpected"]


def test_who_joined_a_run_that_was_just_closed_is_told_its_result_at_once() -> None:
    work = TellingWork(late=True)
    assert received(work) == []
    assert work.done == ["announce", f"publish in {COMPLIANCE}"]


# -- a run --


def test_a_report_is_made_filed_closed_published_and_over_in_this_order() -> None:
    work = TellingWork()
    make_report("r1", work, Steps())
    assert work.done == ["begin", "draft", "file", "close: made", f"publish in {COMPLIANCE}", "end"]


def test_a_run_that_has_ended_is_not_begun_again() -> None:
    work = TellingWork(begins=False)
    make_report("r1", work, Steps())
    assert work.done == ["begin"]


@pytest.mark.parametrize(
    ("broken", "error", "done"),
    [
        ("draft", REFUSED, ["begin", "draft", "close: KeyRejected"]),
        ("draft", ZeroDivisionError(), ["begin", "draft", "close: Unexpected"]),
        ("file", FolderForbidden(host="h", folder=1), ["begin", "draft", "file", "close: FolderForbidden"]),
        ("file", OSError(), ["begin", "draft", "file", "close: Unexpected"]),
    ],
)
def test_what_fails_is_written_down_and_told_wherever_it_was_asked(
    broken: str, error: Exception, done: list[str]
) -> None:
    work = TellingWork({broken: error}, channels=(COMPLIANCE, LEGAL))
    make_report("r1", work, Steps())
    assert work.done == [*done, f"publish in {COMPLIANCE}", f"publish in {LEGAL}", "end"]


def test_a_channel_that_cannot_be_told_keeps_no_other_from_being_told_and_is_written_down() -> None:
    unclear = PostUnclear(act="the summary", reason="x")
    work = TellingWork({f"publish in {COMPLIANCE}": unclear}, channels=(COMPLIANCE, LEGAL))
    make_report("r1", work, Steps())
    assert work.done[-3:] == [f"publish in {COMPLIANCE}", f"publish in {LEGAL}", "end: PostUnclear"]


def postponing(*names: str) -> Step:
    """Steps of which some wait for Slack."""
    steps = Steps()

    def step(name: str, kind: type[T], work: Callable[[], T], /) -> T | Failure:
        if name in names:
            raise Postponed
        return steps(name, kind, work)

    return step


def test_a_channel_that_has_to_wait_keeps_no_other_from_being_told_and_the_run_is_over_once_it_is_told() -> None:
    work = TellingWork({f"publish in {LEGAL}": ChannelClosed(reason="archived")}, channels=(COMPLIANCE, LEGAL))
    with pytest.raises(Postponed) as rest:
        make_report("r1", work, postponing(f"publish in {COMPLIANCE}"))
    assert work.done[-1] == f"publish in {LEGAL}"
    ending = rest.value.ending
    assert ending is not None
    assert (ending.run, ending.channels, ending.by) == ("r1", (COMPLIANCE,), "r1")
    end(unpack(pack(ending), UnfinishedPublishing), work, Steps())
    assert work.done[-2:] == [f"publish in {COMPLIANCE}", "end: ChannelClosed"]


def test_a_request_that_has_to_wait_for_slack_is_neither_begun_nor_turned_away() -> None:
    work = TellingWork()
    with pytest.raises(Postponed) as rest:
        receive("q1", work, postponing("announce"), lambda _: None)
    assert rest.value.ending is None
    assert work.done == []


def test_a_run_whose_result_somebody_else_wrote_down_is_told_by_them() -> None:
    work = TellingWork(channels=())
    make_report("r1", work, Steps())
    assert work.done == ["begin", "draft", "file", "close: made", "end"]


def test_a_result_that_could_not_be_written_down_is_still_the_end_of_the_run() -> None:
    work = TellingWork({"close": ZeroDivisionError()})
    make_report("r1", work, Steps())
    assert work.done[-2:] == ["close: made", "end: Unexpected"]


# -- a dismissal --


def test_a_run_that_is_not_wanted_any_more_is_closed_told_and_over() -> None:
    work = TellingWork(channels=(COMPLIANCE, LEGAL))
    cancel_run(DISMISSAL, work, Steps())
    assert work.done == ["dismiss", f"publish in {COMPLIANCE}", f"publish in {LEGAL}", "end"]


@pytest.mark.parametrize("error", [TooLateToCancel(state="done"), NotAllowed(reason="only an admin may")])
def test_who_cannot_end_a_run_is_told_so_and_the_run_goes_on(error: ComplianceError) -> None:
    work = TellingWork({"dismiss": error})
    cancel_run(DISMISSAL, work, Steps())
    assert work.done == ["dismiss", f"not dismissed: {type(error).__name__}"]


# -- a run that broke down --


def test_a_run_that_its_own_workflow_could_not_end_is_closed_told_and_over() -> None:
    work = TellingWork(channels=(COMPLIANCE, LEGAL))
    close_failed_run("r1", work, Steps())
    assert work.done == ["give up", "close broken", f"publish in {COMPLIANCE}", f"publish in {LEGAL}", "end"]


def test_a_run_that_is_over_or_kills_even_whoever_ends_it_is_left_alone() -> None:
    work = TellingWork(begins=False)
    close_failed_run("r1", work, Steps())
    assert work.done == ["give up"]


def test_everybody_who_tells_a_result_does_so_in_a_name_of_their_own() -> None:
    """One that waits for another's post must not take it for its own that died."""
    work = TellingWork(late=True)
    received(work)
    make_report("r1", work, Steps())
    cancel_run(DISMISSAL, work, Steps())
    close_failed_run("r1", work, Steps())
    assert work.named == ["q1", "r1", "r1 cancelled", "r1 mended"]


# -- a process that dies --


@pytest.mark.parametrize("after", [False, True], ids=["before it is done", "before it is remembered"])
@pytest.mark.parametrize("dies_at", ["draft", "file", "close", f"publish in {COMPLIANCE}", "end"])
def test_a_run_goes_on_after_its_last_remembered_step(dies_at: str, after: bool) -> None:
    work, step = TellingWork(), Steps(dies_at=dies_at, after=after)
    with pytest.raises(KeyboardInterrupt):
        make_report("r1", work, step)
    before = list(work.done)
    step.dies_at = ""
    make_report("r1", work, step)
    whole = ["begin", "draft", "file", "close: made", f"publish in {COMPLIANCE}", "end"]
    place = next(place for place, name in enumerate(whole) if name.startswith(dies_at))
    assert before == whole[: place + after]
    assert work.done == [*before, "begin", *whole[place:]]


@pytest.mark.parametrize("work", [TellingWork(), TellingWork({"announce": REFUSED}), TellingWork(late=True)])
def test_a_request_that_is_looked_at_again_goes_the_same_way_and_does_nothing_twice(work: TellingWork) -> None:
    step = Steps()
    first = received(work, step)
    done = list(work.done)
    assert received(work, step) == first
    assert work.done == done


@pytest.mark.parametrize(
    "value",
    [
        DRAFT,
        made(),
        made(Change.VERSION, Change.TWIN),
        filed(Change.UNCHANGED),
        FAILURE,
        AdmittedRequest(ASKED, turn=2, late=True),
        ChannelsToTell((COMPLIANCE, LEGAL)),
        ChannelsToTell(),
        DISMISSAL,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_step_remembers_comes_back_as_it_was(value: object) -> None:
    assert unpack(pack(value), type(value)) == value
